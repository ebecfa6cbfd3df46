from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.config import Costs, load_config
from training.decide import thresholds, with_parents
from training.folds import Predictions
from training.intervals import Bootstrap
from training.kept import Part
from training.operating_point import MixBootstrap, cost_of_answers, cross_fitted, decide

AREA = np.array([[0.8, 0.1, 0.1], [0.45, 0.4, 0.15], [0.4, 0.3, 0.3], [0.3, 0.3, 0.4]])
COSTS = Costs(wrong=6.0, wrong_parent=4.0, parent=0.5)


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


def probability_of(area, grunn):
    return {
        "omraade": area,
        "nivaa": np.column_stack([area[:, :2].sum(axis=1), area[:, 2]]),
        "grunn": np.asarray(grunn, float),
    }


@pytest.fixture
def probability():
    return probability_of(AREA, [[0.9, 0.2], [0.1, 0.1], [0.5, 0.7], [0.0, 1.0]])


@pytest.fixture
def threshold():
    return {"omraade": np.full(3, 0.7), "nivaa": np.full(2, 0.8), "grunn": np.array([0.5, np.inf])}


def test_the_deepest_sure_label_is_accepted_with_its_parent_and_thresholds_are_inclusive(
    taxonomy, probability, threshold
):
    accepted = decide(probability, threshold, taxonomy)

    assert accepted["omraade"].tolist() == [[True, False, False], [False] * 3, [False] * 3, [False] * 3]
    assert accepted["nivaa"].tolist() == [[True, False], [True, False], [False, False], [False, False]]
    assert accepted["grunn"].tolist() == [[True, False], [False, False], [True, False], [False, False]]


def test_costs_are_those_of_area_level_and_person(taxonomy, probability, threshold):
    accepted = decide(probability, threshold, taxonomy)
    right = with_parents(
        {"omraade": np.eye(3, dtype=np.int8)[[0, 1, 2, 2]], "grunn": np.zeros((4, 2), np.int8)}, taxonomy
    )
    wrong = with_parents(
        {"omraade": np.eye(3, dtype=np.int8)[[1, 2, 0, 0]], "grunn": np.zeros((4, 2), np.int8)}, taxonomy
    )
    area = taxonomy.dimension("omraade")

    assert cost_of_answers(area, accepted, right, taxonomy, COSTS).tolist() == [0.0, 0.5, 1.0, 1.0]
    assert cost_of_answers(area, accepted, wrong, taxonomy, COSTS).tolist() == [6.0, 4.0, 1.0, 1.0]


@pytest.fixture
def part(taxonomy):
    # Of every ten texts of a library, one is another area's in truth; what the model says is always the same.
    random = np.random.default_rng(1)
    n_texts = 200
    area = np.tile([0.9, 0.06, 0.04], (n_texts, 1)) + random.uniform(0, 0.001, (n_texts, 3))
    right = np.where(np.arange(n_texts) % 10 == 0, 2, 0)
    probability = probability_of(area, np.tile([0.5, 0.1], (n_texts, 1)))
    targets = {"omraade": np.eye(3, dtype=np.int8)[right], "grunn": np.tile(np.array([1, 0], np.int8), (n_texts, 1))}
    shape = {name: np.zeros(values.shape, bool) for name, values in probability.items()}
    return Part(
        tuple(map(str, range(n_texts))),
        np.arange(n_texts) // 2,
        with_parents(targets, taxonomy),
        Predictions(probability, shape, {}),
        {},
    )


def test_no_text_is_decided_by_a_threshold_that_it_helped_to_find(taxonomy, part):
    seen = []

    def find(probability, targets):
        found_on = {round(float(value), 12) for value in probability["omraade"][:, 0]}
        seen.append(found_on)
        return {one.id: np.full(len(one.labels), float(len(seen))) for one in taxonomy.dimensions}

    said = cross_fitted(part, find, taxonomy, seed=3)

    everything = {round(float(value), 12) for value in part.predictions.probability["omraade"][:, 0]}
    assert len(seen) == 2
    assert seen[0] | seen[1] == everything
    assert not seen[0] & seen[1]
    assert said.probability is part.predictions.probability
    assert not said.accepted["omraade"].any()


def test_groups_are_never_on_both_sides(taxonomy, part):
    halves = []

    def find(probability, targets):
        value = probability["omraade"][:, 0]
        halves.append(set(part.groups[np.isin(part.predictions.probability["omraade"][:, 0], value)].tolist()))
        return {one.id: np.full(len(one.labels), np.inf) for one in taxonomy.dimensions}

    cross_fitted(part, find, taxonomy, seed=3)

    assert not halves[0] & halves[1]


def test_a_precision_that_the_texts_do_not_reach_leaves_all_to_a_person(taxonomy, part):
    # Nine in ten are right, and what the model says cannot tell which.
    decisions = replace(load_config().decisions, min_support=5, costs=replace(COSTS, wrong=1.0, wrong_parent=1.0))

    def accepted_share(precision):
        find = partial(thresholds, taxonomy=taxonomy, options=replace(decisions, precision=precision))
        return cross_fitted(part, find, taxonomy, seed=3).accepted["omraade"].any(axis=1).mean()

    assert accepted_share(0.8) > 0.95
    assert accepted_share(0.999) < 0.3


def test_texts_count_as_their_weights_say():
    groups, weights = np.arange(4), np.array([3.0, 1.0, 0.0, 0.0])

    found = MixBootstrap(groups, weights, samples=50, seed=1).mean(np.array([1.0, 0.0, 1.0, 1.0]))

    assert found["value"] == 0.75


def test_equal_weights_are_the_plain_bootstrap():
    groups, values = np.arange(9) // 2, np.arange(9) % 2

    assert MixBootstrap(groups, np.ones(9), samples=50, seed=1).mean(values) == Bootstrap(
        groups, samples=50, seed=1
    ).mean(values)
