"""A theme that was planted is found with its words; what belongs to none is told."""

import sys
from collections import Counter

import numpy as np
import pytest

from pobo_nlp.errors import MissingExtraError
from pobo_nlp.patterns.cases import Cases, Faults
from pobo_nlp.patterns.themes import find_themes
from pobo_nlp.patterns.vectors import VectorReader
from pobo_nlp.taxonomy import Taxonomy
from tests.patterns.synthetic_texts import made_up

PARKING = (
    "Parkeringsplassen ved {} er alltid full, og parkering koster {}.",
    "Vi fikk bot for parkering utenfor {}, enda det koster {}.",
    "Hvorfor er parkering ved {} så dyrt? Parkeringsplassen koster {}.",
)
TAXI = (
    "Vi fikk ikke drosje fra {}, og drosjesjåføren ville ha {}.",
    "Drosje til {} koster {}, og sjåføren kom for sent.",
    "Sjåføren av drosjen fra {} tok {} ekstra.",
)
PLACES = ("sykehuset", "poliklinikken", "legevakten", "tannklinikken", "røntgen", "barneavdelingen")
PRICES = ("hundre kroner", "femti kroner timen", "mer enn egenandelen", "for mye", "det dobbelte")


def _planted(patterns, n, random):
    return [str(random.choice(patterns)).format(random.choice(PLACES), random.choice(PRICES)) for _ in range(n)]


def _cases(ids, review):
    n = len(ids)
    nowhere = np.full(n, -1, np.int32)
    return Cases(
        list(ids), np.arange(1, n + 1), np.full(n, np.datetime64("2025-01-01")), nowhere, (), nowhere, (), {}, {},
        np.asarray(review, np.bool_), np.full(n, "nb"), Counter(), Taxonomy.default(), Faults(),
    )  # fmt: skip


def _vectors(scorer, texts):
    reader = VectorReader(scorer)
    reader(np.arange(len(texts)), texts)
    return reader.vectors()


@pytest.fixture(scope="module")
def texts():
    random = np.random.default_rng(3)
    return [*_planted(PARKING, 40, random), *_planted(TAXI, 30, random), *made_up(200, 4), "", "Hello, my name is Bob"]


@pytest.fixture(scope="module")
def cases(texts):
    # The last ten parking texts are sure: no person is needed, so they are in no theme.
    return _cases([f"S-{n:03}" for n in range(len(texts))], [not 30 <= n < 40 for n in range(len(texts))])


@pytest.fixture(scope="module")
def vectors(scorer, texts):
    return _vectors(scorer, texts)


@pytest.fixture(scope="module")
def found(cases, vectors):
    return find_themes(cases, vectors)


def _theme_with(found, word):
    return next(theme for theme in found.themes if word in theme.words)


class TestFindThemes:
    @pytest.mark.parametrize(
        ("word", "first", "last"),
        [pytest.param("parkering", 0, 30, id="parking"), pytest.param("drosje", 40, 70, id="taxi")],
    )
    def test_what_was_planted_is_a_theme_with_its_words(self, found, word, first, last):
        theme = _theme_with(found, word)

        assert len(set(theme.rows.tolist()) & set(range(first, last))) >= 0.8 * (last - first)
        assert len(set(theme.rows.tolist()) - set(range(first, last))) <= 0.2 * len(theme.rows)

    def test_every_text_that_needs_a_person_is_counted_once(self, cases, found):
        places = np.concatenate([*(theme.rows for theme in found.themes), found.rest])

        assert len(np.unique(places)) == len(places)
        assert len(places) + found.n_without_words == cases.review.sum()
        assert cases.review[places].all()
        assert found.n_without_words >= 2

    def test_a_telling_word_is_in_enough_texts_of_its_theme(self, found, vectors):
        for theme in found.themes:
            for word in theme.words:
                column = vectors.words.index(word)
                assert (vectors.matrix[theme.rows][:, [column]] != 0).sum() >= 5

    def test_the_same_cases_in_another_order_give_the_same_themes(self, scorer, cases, texts, found):
        order = np.random.default_rng(2).permutation(len(texts))
        mixed = _cases([cases.ids[place] for place in order], cases.review[order])

        again = find_themes(mixed, _vectors(scorer, [texts[place] for place in order]))

        def told(cases, themes):
            return {theme.id: (theme.words, {cases.ids[row] for row in theme.rows}) for theme in themes.themes}

        assert told(mixed, again) == told(cases, found)
        assert {mixed.ids[row] for row in again.rest} == {cases.ids[row] for row in found.rest}

    def test_texts_beyond_those_that_are_clustered_join_the_theme_they_are_close_to(self, cases, vectors, monkeypatch):
        monkeypatch.setattr("pobo_nlp.patterns.themes.MOST_CLUSTERED", 150)

        theme = _theme_with(find_themes(cases, vectors), "parkering")

        assert len(set(theme.rows.tolist()) & set(range(30))) >= 15

    def test_too_few_texts_are_all_rest(self, cases, vectors):
        review = np.zeros(len(cases), np.bool_)
        review[:6] = True

        found = find_themes(_cases(cases.ids, review), vectors)

        assert (found.themes, found.rest.tolist()) == ((), list(range(6)))

    def test_nothing_that_needs_a_person_is_nothing(self, cases, vectors):
        found = find_themes(_cases(cases.ids, np.zeros(len(cases))), vectors)

        assert (found.themes, len(found.rest), found.n_without_words) == ((), 0, 0)

    def test_without_the_extra_it_says_what_to_install(self, cases, vectors, monkeypatch):
        monkeypatch.setitem(sys.modules, "sklearn.cluster", None)

        with pytest.raises(MissingExtraError, match=r"pobo-nlp\[patterns\]"):
            find_themes(cases, vectors)
