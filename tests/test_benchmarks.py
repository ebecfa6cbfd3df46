"""What the benchmarks measure with: texts that are the same for the same seed, and peers that do the same work."""

import numpy as np
import pytest

from benchmarks.peers import ScikitLearn
from benchmarks.scoring import MAX_DIFFERENCE, largest_difference
from benchmarks.texts import joined_texts


@pytest.fixture(scope="module")
def texts(root):
    return joined_texts(root / "data" / "annotated", 60, seed=3)


def test_texts_are_distinct_and_the_same_for_the_same_seed(texts, root):
    assert len(set(texts)) == 60
    assert texts == joined_texts(root / "data" / "annotated", 60, seed=3)
    assert texts != joined_texts(root / "data" / "annotated", 60, seed=4)


def test_texts_have_about_a_hundred_words(texts):
    assert 85 < np.mean([len(text.split()) for text in texts]) < 130


def test_scikit_learn_with_the_content_of_the_shipped_model_gives_its_probabilities(texts, scorer):
    expected = ScikitLearn(scorer.artefact).probabilities(texts)

    assert set(expected) == {dimension.id for dimension in scorer.taxonomy.predicted}
    assert largest_difference(scorer.scores(texts).probability, expected) < MAX_DIFFERENCE
