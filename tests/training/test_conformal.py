import numpy as np
import pytest
from crepes import ConformalClassifier
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.model.decisions import in_prediction_set
from pobo_nlp.taxonomy import Taxonomy
from training.conformal import set_thresholds


def drawn(rng, n_texts):
    """Probabilities that are honest, of labels whose shares are 0.80, 0.18 and 0.02."""
    logits = rng.normal(size=(n_texts, 3)) * 1.5 + np.log([0.80, 0.18, 0.02])
    probability = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    right = (probability.cumsum(axis=1) < rng.random((n_texts, 1))).sum(axis=1)
    return probability, right


def thresholds_of(taxonomy, probability, right, coverage=0.9):
    targets = {"omraade": np.eye(3, dtype=np.int8)[right], "nivaa": np.ones((len(right), 2), np.int8)}
    given_probability = {"omraade": probability, "nivaa": np.full((len(right), 2), 0.5)}
    return set_thresholds(given_probability, targets, taxonomy, coverage=coverage)["omraade"]


@pytest.fixture(scope="module")
def taxonomy(tmp_path_factory):
    from tests.training.conftest import TAXONOMY

    return Taxonomy.from_toml(TAXONOMY.encode(), source="tiny")


def test_texts_of_every_label_are_covered_as_promised(taxonomy):
    rng = np.random.default_rng(5)
    covered = np.zeros((60, 3))
    for number in range(60):
        thresholds = thresholds_of(taxonomy, *drawn(rng, 1500))
        probability, right = drawn(rng, 4000)
        is_in = in_prediction_set(probability, thresholds)[np.arange(4000), right]
        covered[number] = [is_in[right == label].mean() for label in range(3)]

    # The promise holds on average; three standard errors of the mean are allowed below it.
    below = 0.9 - covered.mean(axis=0)
    assert (below <= 3 * covered.std(axis=0) / np.sqrt(60)).all()


def test_sets_are_those_of_crepes(taxonomy):
    rng = np.random.default_rng(6)
    probability, right = drawn(rng, 900)
    new, _ = drawn(rng, 300)
    peer = ConformalClassifier()
    peer.fit(1 - probability[np.arange(900), right], bins=right)

    thresholds = thresholds_of(taxonomy, probability, right)

    for label in range(3):
        # The label is in the set where its p-value is above 0.1, by the texts of that label alone.
        p_values = peer.predict_p(1 - new[:, [label]], bins=np.full(300, label), smoothing=False)
        assert (new[:, label] >= thresholds[label]).tolist() == (p_values[:, 0] > 0.1 - 1e-12).tolist()


@given(n_texts=st.integers(0, 8))
@settings(max_examples=9)
def test_too_few_texts_put_the_label_in_every_set(n_texts, taxonomy):
    probability = np.tile([0.6, 0.3, 0.1], (n_texts, 1))

    thresholds = thresholds_of(taxonomy, probability, np.zeros(n_texts, int))

    assert thresholds.tolist() == [0.0, 0.0, 0.0]


def test_a_set_is_never_empty():
    is_in = in_prediction_set(np.array([[0.5, 0.3, 0.2]]), np.array([0.9, 0.9, 0.9]))

    assert is_in.tolist() == [[True, False, False]]
