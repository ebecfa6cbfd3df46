"""The data of the repository are what training and the datasheet say they are."""

import json
from collections import Counter

import pytest

from pobo_nlp.tables import open_table
from pobo_nlp.taxonomy import Taxonomy
from training.config import ROOT, load_config
from training.folds import splits
from training.corpus import Sources, prepared, read_corpus
from training.split import near_duplicates
from training.validate import validate

DATA = load_config().data
SOURCES = Sources(ROOT / DATA.taxonomy, ROOT / DATA.annotations, ROOT / DATA.lexicon)


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(SOURCES, load_config())


def test_the_data_have_no_fault():
    counts = validate(SOURCES, near_duplicate=DATA.near_duplicate)

    assert counts.inquiries >= 720
    assert counts.phrases >= 7389


def test_every_label_has_an_inquiry(corpus):
    given = {(name, label) for row in corpus.train for name, labels in row.labels.items() for label in labels}

    assert given == {(d.id, label) for d in corpus.taxonomy.predicted for label in d.label_ids}


def test_no_near_duplicate_stands_on_both_sides_of_a_fold(corpus):
    config = load_config()
    inquiries = prepared(corpus, config).train
    folds = splits(inquiries, corpus.taxonomy, n_folds=config.folds.outer, seed=config.seed)
    alike = near_duplicates(inquiries.texts, threshold=DATA.near_duplicate)

    for train, test in folds:
        test_places = set(test.tolist())
        assert not set(inquiries.groups[train]) & set(inquiries.groups[test])
        assert not [pair for pair in alike if (pair[0] in test_places) != (pair[1] in test_places)]


def test_a_fifth_to_a_sixth_is_nynorsk(corpus):
    shares = Counter(row.description["malform"] for row in corpus.train)

    assert 0.15 <= shares["nn"] / len(corpus.train) <= 0.30


def test_the_samples_are_not_among_the_training_texts(corpus):
    table = open_table(ROOT / "data" / "samples" / "henvendelser.csv")
    samples = [str(row.values["henvendelse"]) for row in table.rows()]
    texts = [row.text for row in corpus.train] + samples

    alike = near_duplicates(texts, threshold=0.5)

    assert table.style.encoding == "cp1252"
    assert table.style.delimiter == ";"
    assert len(samples) == 24
    assert max(len(sample.split()) for sample in samples) >= 5000
    assert not [pair for pair in alike if pair[1] >= len(corpus.train)]


def test_the_codebook_has_every_label():
    codebook = (ROOT / "data" / "annotated" / "CODEBOOK.md").read_text("utf-8")

    labels = [label for dimension in Taxonomy.default().dimensions for label in dimension.label_ids]
    assert not [label for label in labels if f"`{label}`" not in codebook]


def test_lines_are_written_as_the_contract_has_them():
    keys = {
        *("id", "text", "tjenesteomrade", "arsak", "systemflagg", "henvendelsestype"),
        *("malform", "register", "group", "annotator", "source", "pii"),
    }

    for file in sorted((ROOT / DATA.annotations).glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            assert set(json.loads(line)) == keys
