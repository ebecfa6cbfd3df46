import json

import pytest
from typer.testing import CliRunner

from pobo_nlp.errors import AnnotationError
from pobo_nlp.model.scorer import Scorer
from training.__main__ import app
from training.annotation.decisions import learn, n_inner, read_lesson, report, retrain
from training.compare import compare, guarded
from training.config import DEFAULT_CONFIG
from training.predictions import CROSS_VALIDATION, load, predictions_path
from training.run_record import record_of


@pytest.fixture
def decided(rows):
    return [
        {**row, "id": f"d-{n}", "text": f"{row['text']} Dette gjelder en annen sak og {n} andre.", "group": f"d-{n}"}
        | {"source": "decision"}
        for n, row in enumerate(rows[::2])
    ]


def test_decisions_are_learnt_and_the_model_is_compared_and_tracked_like_any(
    decided, sources, config, write, tiny_model, tmp_path
):
    lesson = read_lesson(write("export.jsonl", decided), sources, config, weight=0.5)
    done = []

    learnt = learn(lesson, config, workers=1, on_done=lambda: done.append(1))
    assert len(done) == 2 * config.folds.outer
    done.clear()
    model_id = retrain(lesson, learnt, config, tmp_path / "taught", workers=1, on_done=lambda: done.append(1))

    assert len(done) == n_inner(config)
    assert lesson.decisions.each_weight().tolist() == [0.5] * len(decided)
    told = report(lesson, learnt)
    assert {one["dimension"] for one in told["differences"]} == {"omraade", "grunn"} | {
        d.id for d in lesson.corpus.taxonomy.dimensions
    }
    for one in told["differences"]:
        assert one["difference"]["low"] <= one["difference"]["high"]
    assert Scorer.load(tmp_path / "taught").model_id == model_id
    metrics = json.loads((tmp_path / "taught/metrics.json").read_text("utf-8"))
    assert (metrics["provenance"]["decisions"], metrics["provenance"]["decision_weight"]) == (len(decided), 0.5)
    assert metrics["learnt"]["judged_on"] == CROSS_VALIDATION
    card = (tmp_path / "taught/MODEL_CARD.md").read_text("utf-8")
    assert f"Decisions of advisers were learnt from too: {len(decided)}, each weighted 0.5" in card

    before, after = (load(predictions_path(folder)) for folder in (tiny_model, tmp_path / "taught"))
    found = compare(before, after, lesson.corpus.taxonomy, samples=50, seed=1)

    assert [(part.name, part.texts) for part in found.parts] == [(CROSS_VALIDATION, len(lesson.inquiries))]
    assert guarded(before, after, lesson.corpus.taxonomy, samples=50, seed=1)
    record = record_of(tmp_path / "taught", config, DEFAULT_CONFIG, code_version="x")
    assert record.metrics["learnt/weight"] == 0.5


def test_a_decision_on_the_same_story_is_not_on_both_sides(decided, rows, sources, config, write):
    decided[0]["text"] = rows[0]["text"]

    lesson = read_lesson(write("export.jsonl", decided), sources, config, weight=1.0)

    assert lesson.decisions.groups[0] == lesson.inquiries.groups[0]


def test_a_weight_changes_the_model(decided, sources, config, write):
    from training.folds import fit_task

    export = write("export.jsonl", decided)
    light, heavy = (read_lesson(export, sources, config, weight=weight) for weight in (0.01, 5.0))

    coefficients = [fit_task(one.inquiries.joined(one.decisions), one.task).coefficients() for one in (light, heavy)]

    assert (coefficients[0] != coefficients[1]).any()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"source": "synthetic"}, r"export.jsonl:1 \(id d-0\): «source» skal være decision", id="source"),
        pytest.param({"id": "t-3"}, "id står også i korpuset. Ta ut den ene", id="known-id"),
        pytest.param({"omraade": "buss"}, "ukjent etikett", id="unknown-label"),
    ],
)
def test_bad_decisions_are_told_with_their_place(decided, sources, config, write, change, fault):
    decided[0] |= change

    with pytest.raises(AnnotationError, match=fault):
        read_lesson(write("export.jsonl", decided), sources, config, weight=1.0)


def test_learning_from_the_command_line_tells_each_figure(decided, sources, write):
    data = ["--taxonomy", sources.taxonomy, "--annotations", sources.annotations, "--lexicon", sources.lexicon]
    export = write("export.jsonl", decided)

    told = CliRunner().invoke(app, [*map(str, ["learn-from-store", export, "--workers", 1, *data])])

    assert told.exit_code == 0, told.output
    assert "omraade top_1: " in told.output
    assert "grunn micro_f1: " in told.output
