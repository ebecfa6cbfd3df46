import numpy as np
import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.decide import with_parents
from training.natural_mix import log_ratios, natural_weights

SCHEME = """
version = "1"
[[dimension]]
id = "nivaa"
navn = "Nivå"
kind = "single"
[[dimension]]
id = "omraade"
navn = "Område"
kind = "single"
parent = "nivaa"
[[nivaa]]
id = "a"
navn = "A"
andel_2025 = 0.9
[[nivaa]]
id = "b"
navn = "B"
andel_2025 = 0.1
[[omraade]]
id = "a1"
parent = "a"
navn = "A1"
[[omraade]]
id = "a2"
parent = "a"
navn = "A2"
[[omraade]]
id = "b1"
parent = "b"
navn = "B1"
"""


@pytest.fixture
def scheme():
    return Taxonomy.from_toml(SCHEME.encode(), source="test")


@pytest.fixture
def targets(scheme):
    """Ten texts: four of a1, one of a2, five of b1."""
    return with_parents({"omraade": np.repeat(np.eye(3, dtype=np.int8), [4, 1, 5], axis=0)}, scheme)


def test_weighted_texts_have_the_shares_of_the_scheme(scheme, targets):
    weights = natural_weights(targets, scheme)

    assert weights.mean() == pytest.approx(1.0)
    assert (weights @ targets["nivaa"] / weights.sum()).tolist() == pytest.approx([0.9, 0.1])
    assert (weights[:5] == weights[0]).all()


def test_children_share_the_ratio_of_their_parent(scheme, targets):
    found = log_ratios(targets, scheme, scheme.dimension("omraade"))

    assert found.tolist() == pytest.approx(np.log([0.9 / 0.5, 0.9 / 0.5, 0.1 / 0.5]).tolist())


def test_without_shares_every_text_counts_alike(taxonomy_file):
    taxonomy = Taxonomy.load(taxonomy_file)
    targets = with_parents({"omraade": np.eye(3, dtype=np.int8), "grunn": np.zeros((3, 2), np.int8)}, taxonomy)

    assert natural_weights(targets, taxonomy).tolist() == [1.0, 1.0, 1.0]
    assert log_ratios(targets, taxonomy, taxonomy.dimension("omraade")).tolist() == [0.0, 0.0, 0.0]
