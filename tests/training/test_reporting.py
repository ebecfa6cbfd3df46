import hashlib
import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from pobo_nlp.errors import AnnotationError, PredictionsError, ReportError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.scorer import Scorer
from training.__main__ import app
from training.counts import Table
from training.judge import predictions_of, read_test_files
from training.predictions import load as load_predictions
from training.predictions import predictions_path
from training.progress import Progress
from training.report import rendered, results_table
from training.reporting import Places, report, report_again
from training.run import run

QUIET = Progress(Console(quiet=True))


@pytest.fixture
def test_rows(rows):
    """Texts that are like those of training, but none of them; two of each group."""
    return [
        {
            **row,
            "id": f"n-{number}",
            "group": f"n-{number // 2}",
            "text": f"{row['text']} Hilsen {number}",
            "source": "synthetic",
        }
        for number, row in enumerate(rows)
    ]


@pytest.fixture
def places(sources, write, test_rows, config, tmp_path):
    """A trained model and a corpus with test files, as a report finds them."""
    write("annotated/test_natural.jsonl", test_rows)
    write("annotated/test_empty.jsonl", [])
    other = {"text": "blæ blæ blæ kjhgf", "kind": "nonsense", "annotator": "a", "source": "synthetic"}
    write("annotated/test_other.jsonl", [{**other, "id": "o-1"}])
    run(sources, tmp_path / "tiny", config, workers=1, progress=QUIET)
    return Places(tmp_path / "tiny", sources, None, tmp_path / "out" / "report.html")


def metrics_of(places):
    return json.loads((places.model / "metrics.json").read_text("utf-8"))


def test_a_report_writes_figures_card_predictions_and_page(places, config, test_rows, rows):
    before = load(places.model).id
    trained = metrics_of(places)

    model_id = report(places, config, with_baselines=True, workers=1, progress=QUIET)

    # The model is what it was, and so is what the run measured.
    assert model_id == before == load(places.model).id
    metrics = metrics_of(places)
    assert {name: metrics[name] for name in trained if name != "baselines"} == {
        name: figures for name, figures in trained.items() if name != "baselines"
    }
    # In the folds of the run, all baselines are held against the model, and not only those that the run has itself.
    assert set(metrics["baselines"]) == {"most_frequent", "phrase_bank", "word_tfidf", "fasttext", "spacy_textcat"}
    assert (
        metrics["baselines"]["word_tfidf"]["omraade"]["value"] == trained["baselines"]["word_tfidf"]["omraade"]["value"]
    )
    assert set(metrics["baselines"]["fasttext"]["grunn"]) > {"macro_f1", "macro_f1_difference"}
    natural = metrics["test_files"]["test_natural"]
    file = places.sources.annotations / "test_natural.jsonl"
    assert list(metrics["test_files"]) == ["test_natural"]
    assert natural["texts"] == len(test_rows)
    assert natural["digest"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert natural["pairs"]["pairs"] == len(test_rows) // 2
    assert set(natural["baselines"]) == {"most_frequent", "phrase_bank", "word_tfidf", "fasttext", "spacy_textcat"}
    assert natural["baselines"]["most_frequent"]["omraade"]["macro_f1_difference"]["low"] > 0
    assert set(metrics["baseline_costs"]) == {*natural["baselines"], "model"}
    assert metrics["out_of_scope"]["texts"] == 1

    kept = load_predictions(predictions_path(places.model))
    assert kept.parts["test_natural"].ids == tuple(row["id"] for row in test_rows)
    assert kept.digests["test_natural"] == natural["digest"]

    card = (places.model / "MODEL_CARD.md").read_text("utf-8")
    top_1 = natural["dimensions"]["omraade"]["top_1"]
    assert f"| {top_1['value']:.3f} ({top_1['low']:.3f}-{top_1['high']:.3f}) |" in card
    assert f"{top_1['value']:.3f}" in results_table(metrics, load(places.model).artefact.taxonomy.dimensions)

    page = places.out.read_text("utf-8")
    assert model_id in page
    assert "Mot enklere metoder" in page


def crooked_rows(markdown):
    """Rows of tables that have more or fewer cells than the row above."""
    lines = markdown.splitlines()
    pairs = [(one, other) for one, other in pairwise(lines) if one.startswith("|") and other.startswith("|")]
    return [other for one, other in pairs if one.count("|") != other.count("|")]


def test_tables_of_card_and_readme_are_straight_with_test_files_and_without(places, config):
    dimensions = load(places.model).artefact.taxonomy.dimensions
    without = [(places.model / "MODEL_CARD.md").read_text("utf-8"), results_table(metrics_of(places), dimensions)]

    report(places, config, with_baselines=False, workers=1, progress=QUIET)

    within = [(places.model / "MODEL_CARD.md").read_text("utf-8"), results_table(metrics_of(places), dimensions)]
    for text in (*without, *within):
        assert text.count("\n|") > 4
        assert crooked_rows(text) == []
    assert not ["test_natural" for text in without if "test_natural" in text]
    assert all("test_natural" in text for text in within)


def test_the_page_is_written_again_from_the_figures_alone(places, config):
    report(places, config, with_baselines=False, workers=1, progress=QUIET)
    page, figures = places.out.read_bytes(), metrics_of(places)
    places.out.unlink()

    model_id = report_again(places, config)

    assert places.out.read_bytes() == page
    assert metrics_of(places) == figures
    assert model_id == load(places.model).id


def test_the_same_model_and_texts_give_the_same_figures(places, config):
    report(places, config, with_baselines=False, workers=1, progress=QUIET)
    once, page = metrics_of(places), places.out.read_bytes()

    report(places, config, with_baselines=False, workers=1, progress=QUIET)

    assert metrics_of(places) == once
    assert places.out.read_bytes() == page


def test_no_text_leaves_the_corpus_but_synthetic_examples(places, config, test_rows, rows, capfd):
    report(places, config, with_baselines=True, workers=1, progress=QUIET)

    told = "".join(capfd.readouterr())
    for path in (*places.model.iterdir(), predictions_path(places.model)):
        told += path.read_bytes().decode("utf-8", errors="ignore")
    assert not [row["id"] for row in (*rows, *test_rows) if row["text"] in told]


def test_figures_are_those_of_what_users_get(places, config, test_rows):
    scorer = Scorer.load(places.model)
    suggestions = scorer.suggest([row["text"] for row in test_rows])

    report(places, config, with_baselines=False, workers=1, progress=QUIET)

    of_area = metrics_of(places)["test_files"]["test_natural"]["dimensions"]["omraade"]
    answers = [one.suggestions["omraade"][0] for one in suggestions]
    right = [answer.label == row["omraade"] for answer, row in zip(answers, test_rows, strict=True)]
    accepted = [answer.accepted for answer in answers]
    sizes = [len(one.prediction_sets["omraade"]) for one in suggestions]
    assert of_area["top_1"]["value"] == pytest.approx(np.mean(right), abs=1e-6)
    assert of_area["accepted_share"]["value"] == pytest.approx(np.mean(accepted), abs=1e-6)
    assert of_area["prediction_sets"]["mean_size"]["value"] == pytest.approx(np.mean(sizes), abs=1e-6)


def test_what_is_kept_of_no_suggestion_has_the_shape_of_the_scheme(places):
    taxonomy = Scorer.load(places.model).taxonomy

    found = predictions_of([], taxonomy)

    assert found.probability["omraade"].shape == found.accepted["omraade"].shape == (0, 3)
    assert set(found.in_set) == {"nivaa", "omraade"}


def test_a_corpus_without_test_files_gives_a_report_of_the_run(places, config):
    for file in places.sources.annotations.glob("test*"):
        file.unlink()

    report(places, config, with_baselines=True, workers=1, progress=QUIET)

    assert metrics_of(places)["test_files"] == {}
    assert "Det finnes ingen testfiler" in places.out.read_text("utf-8")


def test_a_label_that_the_model_does_not_know_stops_the_report(places, config, write, test_rows):
    write("annotated/test_hard.jsonl", [{**test_rows[0], "id": "h", "omraade": "fly"}])
    before = metrics_of(places)

    with pytest.raises(AnnotationError, match=r"test_hard\.jsonl:1.*ukjent etikett"):
        report(places, config, with_baselines=False, workers=1, progress=QUIET)

    assert metrics_of(places) == before
    assert not places.out.exists()


def test_baselines_never_learn_from_other_data_than_the_model(places, config, write, rows):
    write("annotated/b.jsonl", [{**rows[0], "id": "new", "group": "new"}])

    with pytest.raises(ReportError, match=r"tiny@\w+ kan ikke lages.*training run.*--no-baselines"):
        report(places, config, with_baselines=True, workers=1, progress=QUIET)

    assert not places.out.exists()


def test_predictions_of_another_model_stop_the_report(places, config, tmp_path):
    report(places, config, with_baselines=False, workers=1, progress=QUIET)
    path = predictions_path(places.model)
    kept = path.read_bytes()
    run(places.sources, places.model, replace(config, seed=config.seed + 1), workers=1, progress=QUIET)
    path.write_bytes(kept)
    figures = metrics_of(places)

    with pytest.raises(PredictionsError, match="hører til"):
        report(places, config, with_baselines=False, workers=1, progress=QUIET)

    assert metrics_of(places) == figures


def test_the_command_writes_a_report_and_tells_where_it_is(places):
    options = ["--model", str(places.model), "--out", str(places.out), "--no-track", "--no-baselines"]
    corpus = ["--taxonomy", str(places.sources.taxonomy), "--annotations", str(places.sources.annotations)]

    done = CliRunner().invoke(app, ["report", *options, *corpus])
    page = places.out.read_bytes()
    again = CliRunner().invoke(app, ["report", "--from-metrics", *options, *corpus])

    assert (done.exit_code, again.exit_code) == (0, 0)
    assert f"Rapporten om {load(places.model).id} ligger i {places.out}." in done.output
    assert places.out.read_bytes() == page


def test_every_fault_of_the_test_files_is_told_at_once(places, write, test_rows):
    write("annotated/test_hard.jsonl", [{**test_rows[0], "id": "h", "grunn": ["vær"]}])
    write("annotated/test_other.jsonl", [{"id": "o-1"}])

    with pytest.raises(AnnotationError) as told:
        read_test_files(places.sources.annotations, Scorer.load(places.model).taxonomy)

    assert "ukjent etikett «vær»" in str(told.value)
    assert "«text» mangler" in str(told.value)


def test_names_stand_in_markdown_as_they_are_written():
    rows = [("[x](javascript:y)", "`z`\n# w")]
    found = rendered("table.md.jinja", table=Table("<script>x</script>", ("a|b", "c"), rows))

    assert "**\\<script\\>x\\</script\\>**" in found
    assert "| a\\|b | c |" in found
    assert "| \\[x\\](javascript:y) | \\`z\\` # w |" in found
