import json

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from pobo_nlp.errors import AnnotationError
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.taxonomy import Taxonomy
from training.annotations import annotation_files, json_objects
from training.config import ROOT, load_config
from training.tricky import TRICKY, TrickyText, counted, read_tricky, side_by_side

SOUND = {"id": "v-1", "why": "kort", "text": "Toget kom for sent.", "omraade": "tog", "grunn": ["forsinkelse"]}


@pytest.fixture(scope="module")
def shipped():
    return Scorer.load()


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


def test_the_list_is_sound_and_of_some_length():
    texts = read_tricky(TRICKY, Taxonomy.default())

    assert len(texts) >= 40
    assert {label for one in texts for label in one.expected.get("systemflagg", ())} >= {"tomt_vedtak", "ansvarsvakuum"}


def test_no_tricky_text_stands_in_the_corpus():
    files = annotation_files(ROOT / "data" / "annotated")
    of_corpus = [row for file in (*files.train, *files.dev, *files.test) for _, row in json_objects(file, [])]
    invented = read_tricky(TRICKY, Taxonomy.default())
    texts = [*(one.text for one in invented), *(str(row["text"]) for row in of_corpus)]

    # As training.split.near_duplicates does, but not of every text with every other.
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(5, 5)).fit_transform(texts)
    cosines = (vectors[: len(invented)] @ vectors[len(invented) :].T).max(axis=1).toarray().ravel()

    limit = load_config().data.near_duplicate
    assert [one.id for one, cosine in zip(invented, cosines, strict=True) if cosine >= limit] == []


def test_labels_that_are_not_clear_may_be_left_out(write, taxonomy):
    path = write("tricky.jsonl", [{key: SOUND[key] for key in ("id", "why", "text", "grunn")}])

    (one,) = read_tricky(path, taxonomy)

    assert one == TrickyText("v-1", "kort", "Toget kom for sent.", {"grunn": frozenset({"forsinkelse"})})


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"why": ""}, "«why» er tom", id="no reason"),
        pytest.param({"omraade": "fly"}, "ukjent etikett «fly»", id="unknown label"),
        pytest.param({"grunn": "pris"}, "«grunn» skal være en liste", id="no list"),
        pytest.param({"nivaa": "stat"}, "ukjent nøkkel «nivaa»", id="a label that follows from another"),
        pytest.param({"id": "v-0"}, "id står to ganger", id="same id"),
    ],
)
def test_faults_are_told_by_place_and_without_the_text(write, taxonomy, change, fault):
    path = write("tricky.jsonl", [{**SOUND, "id": "v-0"}, {**SOUND, **change}])

    with pytest.raises(AnnotationError, match=fault) as error:
        read_tricky(path, taxonomy)

    assert "tricky.jsonl:2" in str(error.value)
    assert SOUND["text"] not in str(error.value)


def test_a_model_answers_as_itself(shipped):
    texts = read_tricky(TRICKY, shipped.taxonomy)

    lines = side_by_side(texts, shipped, shipped)

    assert len(lines) == len(texts) * len(shipped.taxonomy.predicted)
    assert not [line.id for line in lines if line.is_different]
    of_a, of_b, clear = counted(lines)
    assert of_a == of_b <= clear == sum(len(one.expected) for one in texts)


def test_an_answer_is_right_where_it_is_just_what_is_expected(shipped):
    text = "Vi fikk ja til støttekontakt i april, men det har ennå ikke kommet noen."
    answer = {line.dimension: line for line in side_by_side([_text(text, arsak={"okonomi"})], shipped, shipped)}
    given = set(answer["arsak"].a.labels)

    (exact,), (more,) = (
        [line for line in side_by_side([_text(text, arsak=labels)], shipped, shipped) if line.dimension == "arsak"]
        for labels in (given, given | {"okonomi"})
    )

    assert "okonomi" not in given
    assert answer["arsak"].a_is_right is False
    assert answer["tjenesteomrade"].a_is_right is None
    assert (exact.a_is_right, more.a_is_right) == (True, False)


def test_what_cannot_be_read_is_told(shipped):
    lines = side_by_side([_text("My mother has been granted a place, but nobody can tell us when.")], shipped, shipped)

    assert {line.a.doubts for line in lines} == {("language_not_supported",)}
    assert {line.a.labels for line in lines} == {()}


def test_texts_of_another_scheme_are_not_asked_about(shipped):
    lines = side_by_side(
        [TrickyText("v-1", "kort", "Toget kom for sent.", {"omraade": frozenset({"tog"})})], shipped, shipped
    )

    assert lines == []


def test_every_line_has_the_same_keys_in_the_same_order():
    keys = [list(json.loads(line)) for line in TRICKY.read_text("utf-8").splitlines()]

    order = ["id", "why", "text", "tjenesteomrade", "arsak", "systemflagg", "henvendelsestype"]
    assert all(of_line == [key for key in order if key in of_line] for of_line in keys)


def _text(text, **expected):
    return TrickyText(
        "v-1", "", text, {key: frozenset(labels) for key, labels in ({"henvendelsestype": ["sak"]} | expected).items()}
    )
