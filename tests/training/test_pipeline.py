from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from pobo_nlp.text.lemmas import LemmaTable
from training.config import load_config
from training.pipeline import LengthNormaliser, learnt, vocabulary
from training.words import Terms, document

OPTIONS = replace(load_config().features, min_groups=2, min_prior=2)
# "buss" is in two groups, "bil" in three texts of one group, "båt" in two phrases, "tog" in two groups and a phrase.
TEXTS = ["buss tog", "buss tog", "bil", "bil", "bil"]
GROUPS = [1, 2, 3, 3, 3]
PRIOR = ["båt", "båt", "tog", "fly"]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        pytest.param(9, ["buss", "båt", "tog"], id="room for all that may enter"),
        pytest.param(1, ["tog"], id="the most frequent first"),
        pytest.param(2, ["buss", "tog"], id="a tie by the alphabet"),
    ],
)
def test_terms_enter_by_groups_or_phrases_the_most_frequent_first(most, expected):
    assert vocabulary(TEXTS, GROUPS, PRIOR, str.split, OPTIONS, most=most) == expected


def test_a_word_that_too_few_wrote_is_not_learnt_from_and_parts_its_neighbours():
    lemmas = LemmaTable({"bussen": "buss"})
    texts = ["buss går", "bussen lilleput går", "lilleput", "lilleput går"]

    found = learnt(texts, [1, 2, 3, 3], ["båt", "båt"], lemmas, replace(OPTIONS, min_groups=3))

    assert [text.words for text in found] == [("", "går"), ("", "", "går"), ("",), ("", "går")]
    assert document(found[1]) == "går"
    assert Terms(lemmas)(found[1]) == ["går", "går >"]


def test_a_word_is_learnt_from_where_its_lemma_is_of_several_groups_or_phrases():
    lemmas = LemmaTable({"bussen": "buss", "båten": "båt"})

    found = learnt(["buss", "bussen", "båten"], [1, 2, 3], ["båt", "båt"], lemmas, OPTIONS)

    assert [text.words for text in found] == [("buss",), ("bussen",), ("båten",)]


def test_a_row_without_damping_gets_length_one_and_an_empty_row_stays_empty():
    found = LengthNormaliser(0.0).transform(csr_array(np.array([[3.0, 4.0], [0.0, 0.0]])))

    np.testing.assert_allclose(found.toarray(), [[0.6, 0.8], [0.0, 0.0]])


def test_damping_shortens_short_rows_more():
    found = LengthNormaliser(5.0).transform(csr_array(np.array([[3.0, 4.0], [30.0, 40.0]])))

    short, long = np.linalg.norm(found.toarray(), axis=1)
    assert short == pytest.approx(5 / np.sqrt(50))
    assert long == pytest.approx(50 / np.sqrt(2525))
