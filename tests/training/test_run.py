import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from pobo_nlp.errors import AnnotationError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.scorer import Scorer
from training.config import ROOT, load_config
from training.corpus import Sources, read_corpus
from training.predictions import load as load_predictions
from training.predictions import predictions_path
from training.progress import Progress
from training.run import run

MASSIVE = ROOT.parent / "shared" / "data" / "massive_nb"


def train(sources, out, config):
    return run(sources, out, config, workers=1, progress=Progress(Console(quiet=True)))


def test_a_trained_model_suggests_by_its_own_label_scheme(sources, config, tmp_path):
    result = train(sources, tmp_path / "tiny", config)

    suggestion = Scorer.load(tmp_path / "tiny").suggest("Toget kom for sent til stasjonen igjen, og jeg fryser.")
    assert suggestion.model == result.model_id
    assert result.model_id.startswith("tiny@")
    assert suggestion.suggestions["omraade"][0].label == "tog"
    assert suggestion.suggestions["nivaa"][0].label == "stat"
    assert set(suggestion.settled) == {"omraade"}
    assert suggestion.probability("forsinkelse") > suggestion.probability("pris")


def test_the_same_data_and_seed_give_the_same_model(sources, config, tmp_path):
    one = train(sources, tmp_path / "a" / "tiny", config)
    other = train(sources, tmp_path / "b" / "tiny", config)

    assert one.metrics == other.metrics
    assert one.model_id == other.model_id
    weights = [load(tmp_path / name / "tiny").artefact.coefficients for name in "ab"]
    np.testing.assert_allclose(*weights, rtol=0, atol=1e-6)


def test_nested_cross_validation_judges_every_text(sources, rows, config, tmp_path):
    result = train(sources, tmp_path / "tiny", config)

    metrics = json.loads((tmp_path / "tiny" / "metrics.json").read_text("utf-8"))
    assert metrics["evaluated_on"] == "nested cross-validation"
    assert metrics["texts"] == len(rows)
    assert metrics["dimensions"] == result.metrics["dimensions"]
    top_1 = metrics["dimensions"]["omraade"]["top_1"]
    assert 0 <= top_1["low"] <= top_1["value"] <= top_1["high"] <= 1
    card = (tmp_path / "tiny" / "MODEL_CARD.md").read_text("utf-8")
    assert f"{top_1['value']:.3f} ({top_1['low']:.3f}-{top_1['high']:.3f})" in card


def test_evaluation_files_are_judged_and_not_trained_on(rows, write, sources, config, tmp_path):
    unheard = [
        {**row, "id": f"d-{n}", "group": f"d-{n}", "text": f"zebraord {n} står her alene"}
        for n, row in enumerate(rows[:4])
    ]
    seen = {**rows[0], "id": "d-9", "group": "d-9"}
    write("annotated/dev.jsonl", [*unheard, seen])

    result = train(sources, tmp_path / "tiny", config)

    assert result.metrics["evaluated_on"] == "evaluation files"
    assert result.metrics["texts"] == 5
    assert result.metrics["without_near_duplicates_of_training"]["texts"] == 4
    vocabulary = json.loads((tmp_path / "tiny" / "vocabulary.json").read_text("utf-8"))
    assert "zebraord" not in vocabulary["word"]
    assert load(tmp_path / "tiny").artefact.provenance["inquiries"] == len(rows)


def test_a_word_of_one_group_is_not_in_the_vocabulary(rows, write, sources, config, tmp_path):
    private = [{**rows[n], "id": f"p-{n}", "group": "p", "text": f"{rows[n]['text']} Zebraord {n}."} for n in range(3)]
    write("annotated/b.jsonl", private)

    train(sources, tmp_path / "tiny", config)

    vocabulary = json.loads((tmp_path / "tiny" / "vocabulary.json").read_text("utf-8"))
    assert "zebraord" not in vocabulary["word"]
    assert not [ngram for ngram in vocabulary["char"] if "zebr" in ngram]


def test_faulty_data_stop_a_run_before_anything_is_written(rows, write, sources, config, tmp_path):
    write("annotated/b.jsonl", [{**rows[0], "id": "x", "omraade": "fly"}])

    with pytest.raises(AnnotationError, match="ukjent etikett"):
        train(sources, tmp_path / "tiny", config)

    assert not (tmp_path / "tiny").exists()


def test_a_label_without_any_inquiry_is_told_before_anything_is_written(rows, write, sources, config, tmp_path):
    write("annotated/a.jsonl", [{**row, "grunn": [label for label in row["grunn"] if label != "pris"]} for row in rows])

    with pytest.raises(AnnotationError, match="ingen henvendelse har etiketten «pris» i «grunn»"):
        train(sources, tmp_path / "tiny", config)

    assert not (tmp_path / "tiny").exists()


def test_a_single_dimension_with_one_label_is_told(rows, sources, config, tmp_path):
    taxonomy = sources.taxonomy.read_text("utf-8")
    alone = '[[dimension]]\nid = "alene"\nnavn = "Alene"\nkind = "single"\n[[alene]]\nid = "ja"\nnavn = "Ja"\n'
    # A dimension table must stand before the first table of labels.
    sources.taxonomy.write_text(taxonomy.replace("[[nivaa]]", f"{alone}[[nivaa]]", 1), "utf-8")
    file = sources.annotations / "a.jsonl"
    file.write_text("".join(json.dumps({**row, "alene": "ja"}) + "\n" for row in rows), "utf-8")

    with pytest.raises(AnnotationError, match="«alene» har bare én etikett"):
        train(sources, tmp_path / "tiny", config)


def test_a_multi_dimension_may_have_one_label(rows, sources, config, tmp_path):
    taxonomy = sources.taxonomy.read_text("utf-8")
    sources.taxonomy.write_text(taxonomy[: taxonomy.index('[[grunn]]\nid = "pris"')], "utf-8")
    file = sources.annotations / "a.jsonl"
    kept = [{**row, "grunn": [label for label in row["grunn"] if label != "pris"]} for row in rows]
    file.write_text("".join(json.dumps(row) + "\n" for row in kept), "utf-8")

    result = train(replace(sources, lexicon=None), tmp_path / "tiny", config)

    assert list(result.metrics["dimensions"]["grunn"]["labels"]) == ["forsinkelse"]


def test_what_was_said_of_unseen_texts_is_kept_by_id(sources, rows, config, tmp_path):
    result = train(sources, tmp_path / "tiny", config)

    kept = load_predictions(predictions_path(tmp_path / "tiny"))
    assert kept.model_id == result.model_id
    part = kept.parts["cross_validation"]
    assert sorted(part.ids) == sorted(row["id"] for row in rows)
    right = part.predictions.probability["omraade"].argmax(axis=1) == part.targets["omraade"].argmax(axis=1)
    assert right.mean() == pytest.approx(result.metrics["dimensions"]["omraade"]["top_1"]["value"], abs=1e-6)


def test_a_run_that_is_stopped_leaves_the_model_that_was_there(sources, config, tmp_path):
    train(sources, tmp_path / "tiny", config)
    before = {path.name: path.read_bytes() for path in (tmp_path / "tiny").iterdir()}

    class Stopped(Progress):
        @contextmanager
        def step(self, name):
            if name == "Måler":
                raise KeyboardInterrupt
            yield

    with pytest.raises(KeyboardInterrupt):
        run(sources, tmp_path / "tiny", replace(config, seed=1), workers=1, progress=Stopped(Console(quiet=True)))

    assert {path.name: path.read_bytes() for path in (tmp_path / "tiny").iterdir()} == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_too_few_texts_are_told(rows, write, taxonomy_file, config, tmp_path):
    sources = Sources(taxonomy_file, write("few/a.jsonl", [rows[0], rows[8], rows[16]]), None)

    with pytest.raises(AnnotationError, match="3 deler trenger"):
        train(sources, tmp_path / "tiny", config)


def test_a_run_prints_and_keeps_no_text(sources, rows, config, tmp_path, capfd):
    train(sources, tmp_path / "tiny", config)

    told = "".join(capfd.readouterr())
    for path in (tmp_path / "tiny").iterdir():
        told += path.read_bytes().decode("utf-8", errors="ignore")
    assert not [row["id"] for row in rows if row["text"] in told]


@pytest.mark.skipif(
    not MASSIVE.is_dir(), reason=f"MASSIVE nb-NO is not in {Path('..', 'shared', 'data', 'massive_nb')}"
)
def test_another_task_trains_without_a_line_changed(tmp_path):
    config = load_config()
    # Commands to a loudspeaker tell of nobody, and are so short that every piece of a word is needed.
    features = replace(config.features, rare_words=True)
    config = replace(config, features=features, evaluation=replace(config.evaluation, bootstrap=50))
    sources = Sources(MASSIVE / "taxonomy.toml", MASSIVE, None)

    result = run(sources, tmp_path / "massive", config, workers=2, progress=Progress(Console(quiet=True)))

    assert result.metrics["texts"] == 2033
    assert result.metrics["dimensions"]["scenario"]["top_1"]["value"] >= 0.89
    assert result.metrics["dimensions"]["intent"]["top_1"]["value"] >= 0.84


def test_the_digest_follows_every_file(sources, rows, write, config):
    before = read_corpus(sources, config).digest
    write("annotated/a.jsonl", rows[::-1])

    assert read_corpus(sources, config).digest != before
