import numpy as np
import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.decide import with_parents
from training.evaluate import Bootstrap, calibration_error, evaluate, membership_of_slices
from training.folds import Predictions


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


def planted(taxonomy):
    """Four texts whose figures are worked out by hand below."""
    area = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.2, 0.7], [0.6, 0.1, 0.3]])
    cause = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.1, 0.1]])
    targets = with_parents(
        {
            "omraade": np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], np.int8),
            "grunn": np.array([[1, 0], [0, 1], [0, 1], [0, 0]], np.int8),
        },
        taxonomy,
    )
    level = np.column_stack([area[:, :2].sum(axis=1), area[:, 2]])
    accepted = {
        "omraade": area >= 0.7,
        "nivaa": level >= 0.7,
        "grunn": cause >= 0.5,
    }
    return Predictions({"omraade": area, "nivaa": level, "grunn": cause}, accepted), targets


def test_figures_are_those_worked_out_by_hand(taxonomy):
    predictions, targets = planted(taxonomy)

    figures = evaluate(predictions, targets, taxonomy, Bootstrap(np.arange(4), samples=20, seed=1))

    assert figures["omraade"]["top_1"]["value"] == 0.75
    assert figures["omraade"]["accepted_share"]["value"] == 0.75
    assert figures["omraade"]["accepted_accuracy"]["value"] == 1.0
    assert figures["nivaa"]["top_1"]["value"] == 0.75
    assert figures["grunn"]["micro_precision"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["grunn"]["micro_recall"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["grunn"]["exactly_right"]["value"] == 0.75
    assert figures["grunn"]["labels"]["pris"] == {"precision": 1.0, "recall": 0.5, "f1": 0.666667, "support": 2}


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


def test_slices_follow_the_descriptions():
    membership = membership_of_slices([{"malform": "nb"}, {"malform": "nn"}, {}], [3, 50, 9])

    assert membership["malform=nn"].tolist() == [False, True, False]
    assert membership["length=long"].tolist() == [False, True, False]
    assert membership["length=short"].tolist() == [True, False, True]
