import numpy as np
import pytest

from pobo_nlp.model.decisions import accepted_dimensions, listed_in_multi, listed_in_single
from pobo_nlp.taxonomy import Taxonomy

TOML = b"""
[[dimension]]
id = "level"
kind = "single"
[[dimension]]
id = "area"
kind = "single"
parent = "level"
[[level]]
id = "a"
[[level]]
id = "b"
[[area]]
id = "a1"
parent = "a"
[[area]]
id = "b1"
parent = "b"
[[area]]
id = "b2"
parent = "b"
"""
TAXONOMY = Taxonomy.from_toml(TOML, source="test")


def settled(area, *, threshold_of_area=0.6, threshold_of_level=0.7):
    values = np.array(area)
    probability = {"area": values, "level": np.array([values[0], values[1] + values[2]])}
    thresholds = {"area": np.full(3, threshold_of_area), "level": np.full(2, threshold_of_level)}
    return accepted_dimensions(TAXONOMY, probability, thresholds)


@pytest.mark.parametrize(
    ("area", "deepest"),
    [
        pytest.param([0.6, 0.2, 0.2], "area", id="threshold of the area is inclusive"),
        pytest.param([0.3, 0.4, 0.3], "level", id="falls back to the level"),
        pytest.param([0.31, 0.39, 0.3], None, id="just under both"),
        pytest.param([1.0, 0.0, 0.0], "area", id="sure"),
    ],
)
def test_the_deepest_label_that_is_probable_enough_is_settled(area, deepest):
    assert settled(area) == {"area": deepest}


def test_an_area_outside_the_most_probable_level_is_not_accepted():
    assert settled([0.4, 0.3, 0.3], threshold_of_area=0.4, threshold_of_level=0.6) == {"area": "level"}


def test_an_infinite_threshold_is_never_reached():
    assert settled([1.0, 0.0, 0.0], threshold_of_area=np.inf, threshold_of_level=np.inf) == {"area": None}


def test_the_three_most_probable_are_listed():
    assert listed_in_single(np.array([0.1, 0.4, 0.2, 0.3])) == [1, 3, 2]


def test_accepted_labels_come_first_and_half_a_threshold_is_listed():
    probability = np.array([0.30, 0.29, 0.6, 0.9, 0.5])
    threshold = np.array([0.6, 0.6, 0.6, 0.95, 0.2])

    assert listed_in_multi(probability, threshold) == [2, 4, 3, 0]
