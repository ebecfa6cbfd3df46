import numpy as np
import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.decide import with_parents
from training.folds import Predictions
from training.intervals import Bootstrap
from training.slices import SELDOM_HEARD, membership_of_slices, pair_figures, seldom_heard_figures, slices

BOOTSTRAP = {"samples": 50, "seed": 1}
AREAS = np.eye(3, dtype=np.int8)


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


def said(taxonomy, *, right, given, causes, given_causes):
    """Predictions that say one area and some causes of each text, and what is true."""
    area = np.eye(3)[given] * 0.8 + 0.1
    probability = {
        "omraade": area,
        "nivaa": np.column_stack([area[:, :2].sum(axis=1), area[:, 2]]),
        "grunn": np.array(given_causes, float),
    }
    predictions = Predictions(probability, {name: values >= 0.5 for name, values in probability.items()}, {})
    return predictions, with_parents({"omraade": AREAS[right], "grunn": np.array(causes, np.int8)}, taxonomy)


@pytest.fixture
def four(taxonomy):
    return said(
        taxonomy,
        right=[0, 1, 2, 2],
        given=[0, 1, 2, 0],
        causes=[[1, 0], [0, 1], [0, 0], [1, 1]],
        given_causes=[[1, 0], [0, 1], [0, 0], [1, 0]],
    )


def test_slices_follow_the_descriptions():
    membership = membership_of_slices(
        [{"malform": "nb", "hard": True}, {"malform": "nn", "hard": False}, {}],
        [3, 50, 9],
        names_service=[True, False, False],
    )

    assert {name: is_member.tolist() for name, is_member in membership.items()} == {
        "malform=nb": [True, False, False],
        "malform=nn": [False, True, False],
        "hard=true": [True, False, False],
        "hard=false": [False, True, False],
        "length=short": [True, False, False],
        "length=medium": [False, False, True],
        "length=long": [False, True, False],
        "names_service=true": [True, False, False],
        "names_service=false": [False, True, True],
    }


def test_texts_of_one_length_are_one_part():
    membership = membership_of_slices([{}, {}, {}], [7, 7, 7])

    assert {name: is_member.tolist() for name, is_member in membership.items()} == {"length=short": [True] * 3}


def test_a_gap_is_the_part_minus_the_rest(taxonomy, four):
    is_first = np.array([True, True, False, False])

    found = slices(*four, taxonomy, {"first": is_first, "rest": ~is_first}, np.arange(4), **BOOTSTRAP)

    assert found["first"]["texts"] == 2
    # Both of the first two are right, one of the last two is.
    assert found["first"]["omraade"]["value"] == 1.0
    assert found["first"]["omraade"]["gap"]["value"] == 0.5
    assert found["rest"]["omraade"]["gap"]["value"] == -0.5
    # Micro-F1: 2 of 2 against 1 hit of 1 given and 2 true.
    assert found["rest"]["grunn"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["first"]["grunn"]["gap"]["value"] == pytest.approx(1 / 3, abs=1e-6)


def test_a_part_of_all_texts_has_no_gap_and_one_of_none_is_passed_over(taxonomy, four):
    membership = {"all": np.ones(4, bool), "none": np.zeros(4, bool)}

    found = slices(*four, taxonomy, membership, np.arange(4), **BOOTSTRAP)

    assert set(found) == {"all"}
    assert "gap" not in found["all"]["omraade"]


def test_a_planted_gap_is_found_and_a_chance_one_is_not(taxonomy):
    rng = np.random.default_rng(3)
    n = 600
    is_hard, is_even = np.arange(n) < 200, np.arange(n) % 2 == 0
    right = rng.integers(0, 3, n)
    is_wrong = rng.random(n) < np.where(is_hard, 0.4, 0.1)
    given = np.where(is_wrong, (right + 1) % 3, right)
    none = np.zeros((n, 2))
    predictions, targets = said(taxonomy, right=right, given=given, causes=none, given_causes=none)

    found = slices(
        predictions, targets, taxonomy, {"hard": is_hard, "even": is_even}, np.arange(n), samples=300, seed=1
    )

    gap = found["hard"]["omraade"]["gap"]
    assert gap["low"] < -0.3 < gap["high"] < 0
    assert found["even"]["omraade"]["gap"]["low"] < 0 < found["even"]["omraade"]["gap"]["high"]


def test_a_pair_counts_where_both_of_it_are_right(taxonomy, four):
    found = pair_figures(*four, taxonomy, np.array([0, 0, 1, 1]), **BOOTSTRAP)

    assert found["pairs"] == 2
    assert found["omraade"]["value"] == 0.5
    assert found["grunn"]["value"] == 0.5


def test_texts_that_stand_alone_are_no_pairs(taxonomy, four):
    assert pair_figures(*four, taxonomy, np.arange(4), **BOOTSTRAP) is None
    assert pair_figures(*four, taxonomy, np.array([0, 1, 2, 2]), **BOOTSTRAP)["pairs"] == 1


def test_recall_of_the_seldom_heard_is_held_against_the_others():
    area = Taxonomy.default().dimension("tjenesteomrade")
    right = [area.label_ids.index(name) for name in ("bpa", "rus_tsb", "fastlege", "kirurgi")]

    found = seldom_heard_figures(
        area,
        np.array([1.0, 0.0, 1.0, 1.0]),
        np.eye(len(area.labels), dtype=np.int8)[right],
        Bootstrap(np.arange(4), **BOOTSTRAP),
    )

    assert found["texts"] == 2
    assert found["recall"]["value"] == 0.5
    assert found["others"]["value"] == 1.0
    assert found["gap"]["value"] == -0.5


def test_the_seldom_heard_areas_are_in_the_shipped_scheme():
    assert set(Taxonomy.default().dimension("tjenesteomrade").label_ids) >= SELDOM_HEARD


def test_a_scheme_without_such_areas_has_no_such_figure(taxonomy):
    area = taxonomy.dimension("omraade")

    assert seldom_heard_figures(area, np.ones(3), AREAS, Bootstrap(np.arange(3), **BOOTSTRAP)) is None
