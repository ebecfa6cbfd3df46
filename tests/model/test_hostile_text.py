"""Whatever a text holds, it is read, labelled and written in time, alone and among others, and comes back as it was."""

import gc
import importlib.util
import json
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.tables import open_table
from pobo_nlp.text.tokens import MAX_WORD_CHARS, tokenise, word_forms

_SPEC = importlib.util.spec_from_file_location("nasty", Path(__file__).parents[1] / "text" / "nasty.py")
nasty = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(nasty)

NASTY = nasty.NASTY
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
PIECES = st.lists(st.one_of(ANY_TEXT, st.sampled_from([text[:300] for text in NASTY.values()])), max_size=4)
MOST_GROWTH = 2.2


def _check(scorer, text):
    """A suggestion is made of probabilities and of places in the text, and is the one of the batch."""
    suggestion = scorer.suggest(text)
    for labels in suggestion.to_dict()["suggestions"].values():
        for label in labels:
            assert 0 <= label["probability"] <= 1
            for start, end, weight in label["evidence"]:
                assert 0 <= start < end <= len(text)
                assert math.isfinite(weight)
    assert json.loads(json.dumps(suggestion.to_dict(), allow_nan=False)) == suggestion.to_dict()
    scores = scorer.scores([nasty.STORY, text, nasty.STORY])
    assert scores.review[1] == suggestion.review
    assert scores.malform[1] == suggestion.malform
    alone = scorer.probabilities([text])
    for dimension, probability in scores.probability.items():
        np.testing.assert_allclose(probability[1], alone[dimension][0], atol=1e-9)
        np.testing.assert_allclose(probability[0], probability[2], atol=1e-12)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in NASTY.items()])
def test_a_nasty_text_gets_a_suggestion(scorer, text):
    _check(scorer, text)


@given(PIECES)
@settings(max_examples=150, deadline=None)
def test_any_text_gets_a_suggestion(scorer, pieces):
    _check(scorer, " ".join(pieces))


@given(PIECES)
@settings(max_examples=150, deadline=None)
def test_words_are_places_in_the_text(pieces):
    text = " ".join(pieces)
    tokens = tokenise(text)

    assert [token.form for token in tokens] == word_forms(text)
    assert all(len(token.form) <= MAX_WORD_CHARS for token in tokens)
    edges = [edge for token in tokens for edge in (token.start, token.end)]
    assert edges == sorted(edges)
    assert not edges or 0 <= edges[0] <= edges[-1] <= len(text)


def test_what_is_not_seen_changes_nothing(scorer):
    plain = scorer.probabilities([nasty.STORY])
    for name in ("soft hyphens", "zero width"):
        for dimension, probability in scorer.probabilities([NASTY[name]]).items():
            np.testing.assert_allclose(probability, plain[dimension], atol=1e-6, err_msg=name)


def test_ten_megabytes_of_one_letter_are_read_as_far_as_the_limit(scorer):
    started = time.process_time()
    scores = scorer.scores(["a" * 10_000_000, nasty.STORY])

    assert "too_long" in scores.review[0]
    assert time.process_time() - started < 5


def _seconds(text):
    least = math.inf
    # What the collector of garbage takes grows with all that is alive.
    gc.disable()
    for _ in range(3):
        started = time.process_time()
        tokenise(text)
        least = min(least, time.process_time() - started)
    gc.enable()
    return least


@pytest.mark.parametrize(
    "name",
    ["marks without end", "marks in disorder", "one letter", "digits apart", "addresses", "links", "streets", "names",
     "cues", "an address without end", "one capital", "capital after capital", "JSON", "line breaks"],
)  # fmt: skip
def test_twice_the_text_takes_at_most_2_2_times_as_long(name):
    text = NASTY[name] * (1 + 100_000 // len(NASTY[name]))
    while _seconds(text) < 0.01 and len(text) < 2**20:
        text *= 2

    growth = math.inf
    for _ in range(4):
        growth = min(growth, _seconds(text + text) / max(_seconds(text), 1e-3))
        if growth <= MOST_GROWTH:
            break
    assert growth <= MOST_GROWTH


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_nasty_texts_go_through_a_batch_and_come_back_as_they_were(on_one_machine, rows_of, tmp_path, ending):
    texts = [text for text in NASTY.values() if not any("\ud800" <= sign <= "\udfff" for sign in text)]
    source = tmp_path / "inn.jsonl"
    source.write_text(
        "".join(json.dumps({"id": f"={n}+1", "tekst": text}) + "\n" for n, text in enumerate(texts)), "utf-8"
    )

    on_one_machine(source, tmp_path / f"ut{ending}")
    on_one_machine(tmp_path / f"ut{ending}", tmp_path / "igjen.parquet")

    for name in (f"ut{ending}", "igjen.parquet"):
        rows = rows_of(tmp_path / name)
        assert [row["tekst"] for row in rows] == texts
        assert [row["id"] for row in rows] == [f"={n}+1" for n in range(len(texts))]
    once, again = rows_of(tmp_path / f"ut{ending}"), rows_of(tmp_path / "igjen.parquet")
    assert [row["review"] or None for row in once] == [row["review_suggested"] or None for row in again]


def test_a_cell_of_ten_megabytes_is_read(tmp_path):
    text = "a" * 10_000_000
    (tmp_path / "inn.csv").write_text(f'id;tekst\n1;"{text}"\n2;x\n', "utf-8")

    rows = [row for chunk in open_table(tmp_path / "inn.csv").chunks(100, 0) for row in chunk.rows.to_pylist()]

    assert [len(row["tekst"]) for row in rows] == [10_000_000, 1]
