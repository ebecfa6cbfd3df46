import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.automation import POINTS, automation_curve
from training.intervals import Bootstrap

BOOTSTRAP = {"samples": 20, "seed": 1}


def test_the_surest_texts_are_settled_first():
    curve = automation_curve(
        np.array([0.9, 0.6, 0.8, 0.7]), np.array([1.0, 0.0, 1.0, 0.0]), Bootstrap(np.arange(4), **BOOTSTRAP)
    )

    assert [(point["threshold"], point["share"]) for point in curve] == [
        (0.9, 0.25),
        (0.8, 0.5),
        (0.7, 0.75),
        (0.6, 1.0),
    ]
    assert [point["accuracy"] for point in curve] == [1.0, 1.0, 0.666667, 0.5]


def test_texts_of_the_same_probability_are_settled_together():
    curve = automation_curve(np.full(7, 0.5), np.ones(7), Bootstrap(np.arange(7), **BOOTSTRAP))

    assert [point["share"] for point in curve] == [1.0]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_the_last_point_is_all_texts_and_shares_only_grow(drawn):
    highest, is_right = (np.array(values, float) for values in zip(*drawn, strict=True))

    curve = automation_curve(highest, is_right, Bootstrap(np.arange(len(drawn)), **BOOTSTRAP))

    shares = [point["share"] for point in curve]
    assert len(curve) <= POINTS
    assert shares == sorted(set(shares))
    assert shares[-1] == 1.0
    assert curve[-1]["accuracy"] == round(float(is_right.mean()), 6)
