from dataclasses import replace

import numpy as np
import pytest

from training.candidates import REFERENCE, Candidate
from training.config import Folds
from training.corpus import prepared, read_corpus
from training.search import n_cells, plan_of, search

TRIED = (
    Candidate(REFERENCE, "utgangspunkt", "Alt"),
    Candidate("blind", "trekk", "Ser nesten ingenting", {"features": {"max_lemma_terms": 1, "max_char_terms": 1}}),
    Candidate("reranker", "omrangering", "Rettes etter alt annet", {"reranker": {"c": 0.3}}),
)


@pytest.fixture
def settings(config):
    return replace(config, search=Folds(outer=2, inner=2))


def searched(sources, settings, folder, tried=TRIED):
    done = []
    found = search(sources, settings, folder, tried, workers=1, on_done=lambda: done.append(1))
    assert len(done) == n_cells(settings, tried)
    return found


def test_what_sees_is_chosen_over_what_is_blind(sources, settings, tmp_path):
    found = searched(sources, settings, tmp_path)

    assert found["chosen"] != "blind"
    assert "blind" not in found["nested"]["chosen_in_fold"]
    of = {one["name"]: one["dimensions"]["omraade"] for one in found["candidates"]}
    assert of[REFERENCE]["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert of["blind"]["difference"]["high"] < 0


def test_inner_folds_lie_within_the_training_part_and_groups_on_one_side(sources, settings):
    corpus = read_corpus(sources, settings)
    inquiries = prepared(corpus, settings).train

    plan = plan_of(inquiries, corpus.taxonomy, settings)

    assert sorted(np.concatenate([test for _, test in plan.outer]).tolist()) == list(range(len(inquiries)))
    for (train, test), inner in zip(plan.outer, plan.inner, strict=True):
        assert set(inquiries.groups[train]).isdisjoint(inquiries.groups[test])
        for part, rest in inner:
            assert sorted([*part.tolist(), *rest.tolist()]) == sorted(train.tolist())
            assert set(inquiries.groups[part]).isdisjoint(inquiries.groups[rest])


def test_a_search_that_was_stopped_goes_on_where_it_was(sources, settings, tmp_path):
    whole = searched(sources, settings, tmp_path / "a")
    searched(sources, settings, tmp_path / "b", TRIED[:1])
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "b").iterdir()}

    again = searched(sources, settings, tmp_path / "b")

    for one in (whole, again):
        for candidate in one["candidates"]:
            del candidate["train_s"]
    assert again == whole
    assert {name: (tmp_path / "b" / name).stat().st_mtime_ns for name in kept} == kept


def test_other_data_do_not_find_the_old_cells(sources, rows, write, settings, tmp_path):
    searched(sources, settings, tmp_path / "kept", TRIED[:1])
    before = {path.name for path in (tmp_path / "kept").iterdir()}
    write("annotated/a.jsonl", rows[::-1])

    searched(sources, settings, tmp_path / "kept", TRIED[:1])

    assert {path.name for path in (tmp_path / "kept").iterdir()} > before


def test_no_test_file_is_read(sources, settings, tmp_path):
    (sources.annotations / "test_broken.jsonl").write_text("not JSON", "utf-8")

    assert searched(sources, settings, tmp_path, TRIED[:1])["texts"] == 21


def test_candidates_that_differ_after_the_logits_share_their_cells(sources, settings, tmp_path):
    searched(sources, settings, tmp_path / "kept", (TRIED[0], TRIED[2]))

    assert len(list((tmp_path / "kept").iterdir())) == n_cells(settings, TRIED[:1])
