import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.annotations import read_annotations
from training.lexicon import Phrase
from training.phrase_check import contradictions, upper_bound


@pytest.fixture
def found(rows, write, taxonomy_file):
    annotations, _ = read_annotations([write("a.jsonl", rows)], Taxonomy.load(taxonomy_file))

    def _found(text, dimension, label, strength):
        return contradictions([Phrase(text, dimension, label, "nb", strength, "p.jsonl:1")], annotations)

    return _found


def test_a_phrase_that_stands_with_another_label_is_listed(found):
    (one,) = found("toget", "omraade", "bibliotek", 3)

    assert (one.seen, one.with_label, one.most_seen) == (6, 0, "tog")


def test_a_phrase_that_stands_with_its_label_is_not(found):
    assert found("toget", "omraade", "tog", 3) == []


def test_a_weak_phrase_may_stand_with_others_too(found):
    assert found("toget", "grunn", "forsinkelse", 2) == []


def test_a_phrase_that_is_seldom_seen_is_left_alone(found):
    assert found("stasjonen", "omraade", "bibliotek", 3) == []


def test_words_must_stand_together_and_whole(found):
    assert found("toget stasjonen", "omraade", "bibliotek", 3) == []
    assert found("tog", "omraade", "bibliotek", 3) == []


def test_the_upper_bound_is_wilsons():
    # Newcombe 1998, table I: 15 of 148 gives 0.0624-0.1605.
    assert upper_bound(15, 148) == pytest.approx(0.1605, abs=5e-5)
