"""The data of the repository are what training and the datasheet say they are."""

import json

import pytest

from pobo_nlp.tables import open_table
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.text.tokens import word_forms
from training.agreement import agreement, read_pairs
from training.annotations import annotation_files
from training.config import ROOT, load_config
from training.corpus import Sources, prepared, read_corpus
from training.folds import splits
from training.out_of_scope import KINDS
from training.report import agreement_rounds, datasheet_of
from training.split import near_duplicates
from training.validate import validate

DATA = load_config().data
SOURCES = Sources(ROOT / DATA.taxonomy, ROOT / DATA.annotations, ROOT / DATA.lexicon)


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(SOURCES, load_config())


@pytest.fixture(scope="module")
def sound():
    return validate(SOURCES, near_duplicate=DATA.near_duplicate)


def test_the_data_have_no_fault_and_meet_their_requirements(sound):
    requirements = sound.requirements

    assert requirements is not None
    assert {"train", "test_balanced", "test_natural", "test_hard"} <= set(requirements.parts)
    assert requirements.parts["train"].least >= 5000
    assert requirements.lexicon.least >= 25000
    assert len(sound.inquiries) >= 6440
    assert {text.kind for text in sound.out_of_scope} == set(KINDS)
    assert len(sound.out_of_scope) >= 120


def test_the_datasheet_tells_what_the_data_hold(sound):
    path = ROOT / DATA.annotations / "DATASHEET.md"

    datasheet = path.read_text("utf-8")

    rounds = agreement_rounds(ROOT / "docs")
    assert set(rounds) == {"before", "after"}
    assert datasheet == datasheet_of(datasheet, sound, rounds), "run: python -m training datasheet"


def test_the_agreement_on_record_is_that_of_the_data():
    taxonomy, pairs = read_pairs(SOURCES)

    found = agreement(taxonomy, pairs, samples=1, seed=1)

    assert len(pairs) >= 600
    assert {pair.inquiry.place.split(":")[0] for pair in pairs} >= {"test_balanced.jsonl", "test_natural.jsonl"}
    noted = agreement_rounds(ROOT / "docs")["after"]
    assert noted["texts"] == len(pairs)
    for name, figures in noted["dimensions"].items():
        assert figures["labels"] == found["dimensions"][name]["labels"], "run: python -m training agreement"


def test_the_two_of_a_hard_pair_share_words_but_not_labels(sound):
    pairs = {}
    for row in sound.inquiries:
        if row.place.startswith("test_hard"):
            pairs.setdefault(row.group, []).append(row)

    assert len(pairs) >= 150
    for one, other in pairs.values():
        assert one.labels != other.labels
        shared = set(word_forms(one.text)) & set(word_forms(other.text))
        assert len(shared) >= 5


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


def test_the_samples_are_not_among_the_texts(sound):
    table = open_table(ROOT / "data" / "samples" / "henvendelser.csv")
    samples = [text for chunk in table.chunks(100, 0) for text in chunk.rows.column("henvendelse").to_pylist()]
    texts = [row.text for row in sound.inquiries] + samples

    alike = near_duplicates(texts, threshold=0.5)

    assert table.style.encoding == "cp1252"
    assert table.style.delimiter == ";"
    assert len(samples) == 24
    assert max(len(sample.split()) for sample in samples) >= 5000
    assert not [pair for pair in alike if pair[1] >= len(sound.inquiries)]


def test_the_codebook_has_every_label():
    codebook = (ROOT / "data" / "annotated" / "CODEBOOK.md").read_text("utf-8")

    labels = [label for dimension in Taxonomy.default().dimensions for label in dimension.label_ids]
    assert not [label for label in labels if f"`{label}`" not in codebook]


def test_lines_are_written_as_the_contract_has_them():
    keys = {
        *("id", "text", "tjenesteomrade", "arsak", "systemflagg", "henvendelsestype"),
        *("malform", "register", "group", "annotator", "source", "pii", "hard", "near_miss"),
    }
    files = annotation_files(ROOT / DATA.annotations)

    for file in (*files.train, *files.test):
        for line in file.read_text("utf-8").splitlines():
            assert set(json.loads(line)) == keys
