import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.intervals import Bootstrap, ratio, ratio_or_nan


def test_intervals_are_wider_when_texts_hang_together():
    rng = np.random.default_rng(5)
    of_group = rng.random(40) < 0.5
    values = np.repeat(of_group, 10).astype(float)

    alone = Bootstrap(np.arange(400), samples=300, seed=1).mean(values)
    together = Bootstrap(np.repeat(np.arange(40), 10), samples=300, seed=1).mean(values)

    assert together["value"] == alone["value"] == values.mean()
    assert together["high"] - together["low"] > 2 * (alone["high"] - alone["low"])


def test_an_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(200):
        interval = Bootstrap(np.arange(80), samples=200, seed=1).mean((rng.random(80) < 0.7).astype(float))
        hits += interval["low"] <= 0.7 <= interval["high"]

    assert hits / 200 == pytest.approx(0.95, abs=0.05)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_the_interval_of_a_mean_holds_the_mean_of_many_texts(values):
    interval = Bootstrap(np.arange(len(values)), samples=400, seed=3).mean(np.array(values))

    # A rounding, or a handful of texts of which one is unlike the rest, may put it just outside.
    assert interval["low"] - 0.02 <= interval["value"] <= interval["high"] + 0.02
    assert 0 <= interval["low"] <= interval["high"] <= 1


def test_a_share_of_nothing_is_nothing():
    bootstrap = Bootstrap(np.arange(3), samples=20, seed=1)

    assert bootstrap.share(np.zeros(3), np.zeros(3)) == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert bootstrap.shares(np.zeros((3, 1)), np.zeros((3, 1))) == [None]


def test_samples_without_a_text_to_count_are_left_out():
    # One text of ten counts, and it is a hit: the samples without it say nothing, rather than 0.
    of = np.eye(10)[0]

    interval = Bootstrap(np.arange(10), samples=200, seed=1).share(of, of)

    assert interval == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_quotients_without_a_value():
    part, whole = np.array([1.0, 0.0]), np.array([2.0, 0.0])

    assert ratio(part, whole).tolist() == [0.5, 0.0]
    assert np.isnan(ratio_or_nan(part, whole)).tolist() == [False, True]
