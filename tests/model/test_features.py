import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from pobo_nlp.model import words as module
from pobo_nlp.model.features import FeatureSpace, char_ngrams, lemma_terms
from pobo_nlp.model.featuriser import Featuriser
from pobo_nlp.text.lemmas import LemmaTable

TEXTS = [
    "legen sa nei og legen gikk".split(),
    "eg fekk ikkje time hos legen".split(),
    ["a"],
    [],
    "vedtaket kom ikke og kom ikke i år heller".split(),
    ["ukjentord", "æ", "nei"],
]
LEMMAS = LemmaTable({"legen": "lege", "vedtaket": "vedtak", "fekk": "få"})
words = st.text(alphabet="abæø1é", min_size=1, max_size=8)


def space_of(texts, *, char_range=(3, 5), char_weight=1.5, damping=0.0, reach=3):
    lemmas = [[LEMMAS.lemma(form) for form in text] for text in texts]
    word_terms = sorted({term for text in lemmas for term in lemma_terms(text, reach)})
    chars = sorted({ngram for text in texts for form in text for ngram in char_ngrams(form, *char_range)})
    idf = np.random.default_rng(3).uniform(1, 4, len(word_terms) + len(chars))
    return FeatureSpace(tuple(word_terms), tuple(chars), idf, LEMMAS, char_range, char_weight, damping, reach)


@given(word=words, shortest=st.integers(1, 4), more=st.integers(0, 3))
def test_char_ngrams_are_those_of_scikit_learn(word, shortest, more):
    analyse = CountVectorizer(
        analyzer="char_wb", ngram_range=(shortest, shortest + more), lowercase=False
    ).build_analyzer()

    assert sorted(char_ngrams(word, shortest, shortest + more)) == sorted(analyse(word))


def test_values_are_those_of_scikit_learn():
    space = space_of(TEXTS)
    featuriser = Featuriser(space)
    documents = [" ".join(text) for text in TEXTS]
    word = TfidfVectorizer(
        analyzer=lambda text: list(lemma_terms([LEMMAS.lemma(form) for form in text.split()], 3)),
        vocabulary=list(space.word_terms),
        sublinear_tf=True,
    )
    char = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), vocabulary=list(space.char_terms), sublinear_tf=True)
    word.fit(documents)
    char.fit(documents)
    word.idf_, char.idf_ = space.idf[: len(space.word_terms)], space.idf[len(space.word_terms) :]

    values = featuriser.weigh(featuriser.counts(TEXTS)).toarray()

    expected = np.hstack([word.transform(documents).toarray(), 1.5 * char.transform(documents).toarray()])
    np.testing.assert_allclose(values, expected, atol=1e-12)


def test_a_damped_text_is_the_shorter_the_shorter_it_was():
    texts = [["legen", "sa", "nei"], ["legen", "sa", "nei", "og", "legen", "gikk", "og", "vedtaket", "kom", "ikke"]]
    plain, damped = Featuriser(space_of(TEXTS)), Featuriser(space_of(TEXTS, damping=5.0))

    short, long = (np.linalg.norm(row) for row in damped.weigh(damped.counts(texts)).toarray())

    whole = np.linalg.norm(plain.weigh(plain.counts(texts)).toarray(), axis=1)
    np.testing.assert_allclose(whole, np.sqrt(1 + 1.5**2))
    assert short < long < whole[0]


@given(texts=st.lists(st.lists(words, max_size=6), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_a_text_alone_counts_as_it_does_among_others(texts):
    featuriser = Featuriser(space_of(TEXTS + texts))

    together = featuriser.counts(texts).toarray()

    alone = np.vstack([featuriser.counts([text]).toarray() for text in texts])
    np.testing.assert_array_equal(together, alone)


def test_words_do_not_pair_across_texts():
    space = FeatureSpace(("a b",), (), np.ones(1), LemmaTable(), (3, 5), 1.0, 0.0, 1)

    counts = Featuriser(space).counts([["x", "a"], ["b", "a", "b", "a", "b"]])

    assert counts.toarray().tolist() == [[0.0], [2.0]]


def test_forgetting_words_changes_no_count(monkeypatch):
    space = space_of(TEXTS)
    expected = Featuriser(space).counts(TEXTS).toarray()
    monkeypatch.setattr(module, "MAX_KEPT_WORDS", 3)
    featuriser = Featuriser(space)

    counts = [featuriser.counts([text]).toarray() for text in TEXTS]

    np.testing.assert_array_equal(np.vstack(counts), expected)


def test_no_text_gives_no_row():
    assert Featuriser(space_of(TEXTS)).counts([]).shape[0] == 0


@pytest.mark.parametrize("texts", [pytest.param([[]], id="no word"), pytest.param([["qqq"]], id="no known word")])
def test_a_text_without_features_has_no_values(texts):
    featuriser = Featuriser(space_of([["abc"]]))

    assert featuriser.weigh(featuriser.counts(texts)).nnz == 0
