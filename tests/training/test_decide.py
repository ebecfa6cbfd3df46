from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pobo_nlp.taxonomy import Taxonomy
from training.config import Costs, Decisions
from training.decide import cheapest_threshold, threshold_for_f1, threshold_for_precision, thresholds, with_parents


@pytest.fixture
def options():
    return Decisions(precision=0.8, min_support=1, coverage=0.9, costs=Costs(wrong=5.0, wrong_parent=4.0, parent=0.5))


pairs = st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9])), min_size=1, max_size=30)


def as_arrays(values):
    return np.array([true for true, _ in values]), np.array([probability for _, probability in values])


@given(values=pairs, precision=st.sampled_from([0.5, 0.8, 0.9]))
def test_threshold_for_precision_reaches_it_and_no_lower_one_does(values, precision):
    is_true, probability = as_arrays(values)

    threshold = threshold_for_precision(is_true, probability, precision=precision)

    reached = [t for t in set(probability) if is_true[probability >= t].mean() >= precision]
    assert threshold == min(reached, default=float("inf"))


@given(values=pairs)
def test_threshold_for_f1_is_the_best(values):
    is_true, probability = as_arrays(values)

    threshold = threshold_for_f1(is_true, probability)

    def f1(t):
        given_label = probability >= t
        return 2 * (is_true & given_label).sum() / max(is_true.sum() + given_label.sum(), 1)

    assert f1(threshold) == pytest.approx(max(f1(t) for t in [*probability, 2.0]))


def test_no_text_gives_no_threshold():
    assert threshold_for_precision(np.array([], bool), np.array([]), precision=0.8) == float("inf")


def test_a_label_that_never_occurs_is_never_accepted():
    assert threshold_for_f1(np.array([False, False]), np.array([0.9, 0.1])) == float("inf")


def test_a_label_with_little_support_shares_its_threshold(taxonomy_file, options):
    taxonomy = Taxonomy.load(taxonomy_file)
    probability = {
        "nivaa": np.tile([0.9, 0.1], (6, 1)),
        "omraade": np.tile([0.8, 0.1, 0.1], (6, 1)),
        "grunn": np.array([[0.9, 0.6], [0.8, 0.5], [0.7, 0.1], [0.6, 0.1], [0.2, 0.1], [0.1, 0.1]]),
    }
    targets = with_parents(
        {
            "omraade": np.tile([1, 0, 0], (6, 1)).astype(np.int8),
            "grunn": np.array([[1, 1], [1, 0], [1, 0], [1, 0], [0, 0], [0, 0]], np.int8),
        },
        taxonomy,
    )

    shared = thresholds(probability, targets, taxonomy, options=replace(options, min_support=4))["grunn"]
    own = thresholds(probability, targets, taxonomy, options=replace(options, min_support=1))["grunn"]

    assert own.tolist() == [0.6, 0.6]
    assert shared.tolist() == [0.6, threshold_for_f1(targets["grunn"].ravel() == 1, probability["grunn"].ravel())]


def test_a_parent_is_given_where_a_child_is(taxonomy_file):
    targets = {"omraade": np.eye(3, dtype=np.int8), "grunn": np.zeros((3, 2), np.int8)}

    found = with_parents(targets, Taxonomy.load(taxonomy_file))

    assert found["nivaa"].tolist() == [[1, 0], [1, 0], [0, 1]]


def test_of_the_thresholds_that_reach_the_precision_the_cheapest_is_taken():
    probability = np.array([0.9, 0.8, 0.7, 0.6])
    is_true = np.array([True, True, True, False])
    saved = np.where(is_true, 1.0, -5.0)

    # 0.6 would reach three in four too, but the wrong answer costs more than all right ones save.
    assert cheapest_threshold(is_true, probability, saved, precision=0.75) == 0.7


def test_a_label_that_only_costs_is_never_accepted():
    found = cheapest_threshold(np.array([True, False]), np.array([0.9, 0.9]), np.array([1.0, -5.0]), precision=0.5)

    assert found == float("inf")


def test_an_area_is_held_against_the_level_that_would_be_answered_otherwise(taxonomy_file, options):
    """The level is surely right and costs 0.5: an area that is right in two of three saves less than it risks."""
    taxonomy = Taxonomy.load(taxonomy_file)
    n = 30
    probability = {
        "nivaa": np.tile([0.99, 0.01], (n, 1)),
        "omraade": np.tile([0.7, 0.29, 0.01], (n, 1)),
        "grunn": np.full((n, 2), 0.1),
    }
    right = np.arange(n) % 3 == 0
    targets = with_parents(
        {"omraade": np.eye(3, dtype=np.int8)[right.astype(int)], "grunn": np.zeros((n, 2), np.int8)}, taxonomy
    )

    careful = thresholds(probability, targets, taxonomy, options=replace(options, precision=0.5))
    careless = thresholds(
        probability,
        targets,
        taxonomy,
        options=replace(options, precision=0.5, costs=Costs(wrong=0.6, wrong_parent=4.0, parent=0.5)),
    )

    assert careful["nivaa"][0] == careless["nivaa"][0] == 0.99
    assert careful["omraade"][0] == float("inf")
    assert careless["omraade"][0] == 0.7
