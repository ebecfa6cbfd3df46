import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.intervals import Bootstrap
from training.reliability import calibration_error, calibration_error_interval, reliability_bins

answers = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("probability", "is_true", "error"),
    [
        pytest.param([1.0, 1.0], [1.0, 1.0], 0.0, id="sure and right"),
        pytest.param([1.0, 1.0], [0.0, 0.0], 1.0, id="sure and wrong"),
        pytest.param([0.5, 0.5], [1.0, 0.0], 0.0, id="half is half"),
        pytest.param([0.95, 0.15], [1.0, 0.0], 0.1, id="two bins"),
    ],
)
def test_calibration_error_is_the_mean_gap(probability, is_true, error):
    assert calibration_error(np.array(probability), np.array(is_true)) == pytest.approx(error)


@given(answers)
def test_calibration_error_is_the_mean_gap_of_the_bins(drawn):
    probability, is_true = (np.array(values, float) for values in zip(*drawn, strict=True))

    error = calibration_error(probability, is_true)
    bins = reliability_bins(probability, is_true)

    assert 0 <= error <= 1
    assert sum(one["count"] for one in bins) == len(drawn)
    gaps = sum(one["count"] * abs(one["probability"] - one["frequency"]) for one in bins)
    assert error == pytest.approx(gaps / len(drawn), abs=1e-5)


def test_a_bin_tells_mean_probability_frequency_and_number():
    found = reliability_bins(np.array([0.61, 0.69, 0.65, 1.0]), np.array([1.0, 0.0, 1.0, 1.0]))

    assert found == [
        {"probability": 0.65, "frequency": 0.666667, "count": 3},
        {"probability": 1.0, "frequency": 1.0, "count": 1},
    ]


def test_the_interval_of_the_calibration_error_holds_the_mean_over_the_labels():
    rng = np.random.default_rng(2)
    probability = rng.random((200, 3))
    is_true = (rng.random((200, 3)) < probability**2).astype(float)

    found = calibration_error_interval(probability, is_true, Bootstrap(np.arange(200), samples=100, seed=1))

    by_label = [calibration_error(p, t) for p, t in zip(probability.T, is_true.T, strict=True)]
    assert found["value"] == pytest.approx(np.mean(by_label), abs=1e-6)
    assert 0 <= found["low"] <= found["value"] <= found["high"] <= 1
