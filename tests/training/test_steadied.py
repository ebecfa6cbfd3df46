import numpy as np
import pytest

from training.steadied import TRUST, balanced, evened, likely, spread

CERTAIN, UNKNOWN = 1e-12, 1e6


def test_a_text_counts_by_what_the_annotator_and_the_probability_say_together():
    is_true = np.array([[True, False], [False, True]])
    probability = np.array([[0.8, 0.2], [0.4, 0.6]])

    found = likely(is_true, probability, np.ones(2))

    assert found == pytest.approx((1 - TRUST) * is_true + TRUST * probability)


def test_probabilities_are_scaled_to_as_many_labels_as_annotators_gave():
    random = np.random.default_rng(1)
    is_true = random.random((500, 3)) < 0.2
    weights = random.random(500)

    found = likely(is_true, 0.25 + 0.1 * random.random((500, 3)), weights)

    assert weights @ found.sum(axis=1) == pytest.approx(weights @ is_true.sum(axis=1))


def test_values_that_differ_by_chance_alone_have_nothing_between_them():
    assert spread(np.array([0.9, 1.1, 1.0]), np.full(3, 1.0)).variance == 0.0


def test_the_variance_between_values_is_found_beside_that_of_chance():
    random = np.random.default_rng(2)
    variances = random.uniform(0.2, 2.0, 4000)
    values = 3.0 + random.normal(0, 1.5, 4000) + random.normal(0, np.sqrt(variances))

    found = spread(values, variances)

    assert found.mean == pytest.approx(3.0, abs=0.1)
    assert found.variance == pytest.approx(1.5**2, rel=0.1)


def test_one_value_tells_no_variance():
    assert spread(np.array([2.0]), np.array([0.1])).variance == 0.0


def labels(*errors):
    return np.array([[[900.0, extra], [missed, 80.0]] for extra, missed in errors])


def test_well_known_balances_stay():
    counts = labels((40, 10), (10, 40), (20, 20))

    assert balanced(counts, np.full(3, CERTAIN), np.full(3, CERTAIN)) == pytest.approx(counts)


def test_balances_that_are_hardly_known_become_that_of_all_labels():
    counts = labels((40, 10), (30, 20), (20, 20))

    found = balanced(counts, np.full(3, UNKNOWN), np.full(3, UNKNOWN))

    ratio = found[:, 0, 1] / found[:, 1, 0]
    assert ratio == pytest.approx(np.full(3, ratio[0]))
    assert ratio[0] > 1


def test_a_balance_leaves_hits_and_the_size_of_errors():
    counts = labels((40, 10), (30, 20), (0, 5))

    found = balanced(counts, np.full(3, UNKNOWN), np.full(3, UNKNOWN))

    assert found[:, [0, 1], [0, 1]] == pytest.approx(counts[:, [0, 1], [0, 1]])
    assert found[:, 0, 1] * found[:, 1, 0] == pytest.approx(counts[:, 0, 1] * counts[:, 1, 0])
    # A label without errors of one kind has no balance.
    assert (found[2] == counts[2]).all()


CONFUSED = np.array([[80.0, 15.0, 5.0], [3.0, 90.0, 7.0], [1.0, 2.0, 97.0]])


def test_confusions_that_may_be_chance_cancel_out():
    found = evened(CONFUSED, np.full(3, UNKNOWN))

    assert found.sum(axis=0) == pytest.approx(found.sum(axis=1))
    assert found.sum() == pytest.approx(CONFUSED.sum())
    assert found.diagonal() == pytest.approx(CONFUSED.diagonal())


def test_well_known_confusions_stay():
    assert evened(CONFUSED, np.full(3, 1e-6)) == pytest.approx(CONFUSED, rel=1e-3)


def test_labels_that_nobody_gave_are_left():
    assert (evened(np.zeros((2, 2)), np.zeros(2)) == 0).all()
    assert (balanced(np.zeros((2, 2, 2)), np.zeros(2), np.zeros(2)) == 0).all()
