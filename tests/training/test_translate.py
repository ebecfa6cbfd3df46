import json
import os
import shutil

import pytest

from pobo_nlp.errors import MissingProgramError
from pobo_nlp.taxonomy import Taxonomy
from training import folds
from training.annotations import read_annotations
from training.corpus import Sources, prepared, read_corpus, task_of
from training.translate import to_nynorsk, translated
from training.translate import write as write_lines
from training.translation_gain import translation_gain

needs_apertium = pytest.mark.skipif(
    shutil.which("apertium") is None and "CI" not in os.environ,
    reason="apertium mangler: installer Debian-pakken apertium-nno-nob",
)


@pytest.fixture
def translations(sources, rows, write):
    """The corpus with a translation of each bokmål text, made by hand: the words reversed."""
    lines = [
        {**row, "id": f"{row['id']}-nn", "malform": "nn", "text": " ".join(reversed(row["text"].split()))}
        for row in rows
        if row["malform"] == "nb"
    ]
    return Sources(sources.taxonomy, sources.annotations, sources.lexicon, write("apertium.jsonl", lines))


@needs_apertium
def test_bokmal_becomes_nynorsk_text_by_text():
    found = to_nynorsk(["Jeg får ikke hjelp.", "Hva gjør jeg nå?\n\nHvem skal jeg spørre?"])

    assert found == ["Eg får ikkje hjelp.", "Kva gjer eg no?\n\nKven skal eg spørja?"]


@needs_apertium
def test_a_translation_keeps_labels_and_group_and_says_where_it_is_from(rows, write, taxonomy_file, tmp_path):
    taxonomy = Taxonomy.load(taxonomy_file)
    annotations, _ = read_annotations([write("a.jsonl", rows)], taxonomy)
    done = []

    write_lines(translated(annotations, taxonomy, on_done=lambda: done.append(1)), tmp_path / "build" / "nn.jsonl")

    found, faults = read_annotations([tmp_path / "build" / "nn.jsonl"], taxonomy)
    bokmal = [row for row in annotations if row.description["malform"] == "nb"]
    assert faults == []
    assert len(done) == len(found) == len(bokmal)
    assert [(one.labels, one.group) for one in found] == [(one.labels, one.group) for one in bokmal]
    assert {(one.description["malform"], one.description["source"]) for one in found} == {("nn", "apertium")}


def test_a_missing_translator_is_named(monkeypatch):
    monkeypatch.setitem(os.environ, "PATH", "")

    with pytest.raises(MissingProgramError, match="apertium-nno-nob"):
        to_nynorsk(["Hei"])


def test_a_translation_is_trained_on_only_with_its_original(translations, config, monkeypatch):
    corpus = read_corpus(translations, config)
    texts = prepared(corpus, config)
    task = task_of(corpus, texts.translations, config)
    half = texts.train.take(texts.train.groups.argsort()[:10])
    fitted_on = []
    monkeypatch.setattr(folds, "fit", lambda inquiries, *_: fitted_on.append(inquiries))

    folds.fit_task(half, task)

    own = [
        texts.translations.texts[place] for place, group in enumerate(texts.translations.groups) if group in half.groups
    ]
    assert 0 < len(own) < len(texts.translations)
    assert fitted_on[0].texts == [*half.texts, *own]


def test_gain_is_the_difference_on_the_same_folds(translations, config):
    done = []

    gain = translation_gain(translations, config, workers=1, on_done=lambda: done.append(1))

    assert len(done) == 2 * config.folds.outer
    assert gain["translations"] == 15
    assert gain["parts"]["all"]["texts"] == 21
    assert gain["parts"]["nn"]["texts"] + gain["parts"]["nb"]["texts"] == 21
    for part in gain["parts"].values():
        for dimension in ("omraade", "grunn"):
            figures = part[dimension]
            expected = figures["with"]["value"] - figures["without"]["value"]
            assert figures["difference"]["value"] == pytest.approx(expected, abs=2e-6)
    json.dumps(gain)
