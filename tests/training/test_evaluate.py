import numpy as np
import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.decide import with_parents
from training.evaluate import Bootstrap, evaluate
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
    return Predictions({"omraade": area, "nivaa": level, "grunn": cause}, accepted, {"omraade": area >= 0.2}), targets


@pytest.fixture
def figures(taxonomy):
    predictions, targets = planted(taxonomy)
    return evaluate(predictions, targets, taxonomy, Bootstrap(np.arange(4), samples=20, seed=1))


def test_figures_are_those_worked_out_by_hand(figures):
    assert figures["omraade"]["top_1"]["value"] == 0.75
    assert figures["omraade"]["top_2"]["value"] == 1.0
    assert figures["omraade"]["accepted_share"]["value"] == 0.75
    assert figures["omraade"]["accepted_accuracy"]["value"] == 1.0
    assert figures["nivaa"]["top_1"]["value"] == 0.75
    assert figures["grunn"]["micro_precision"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["grunn"]["micro_recall"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["grunn"]["exactly_right"]["value"] == 0.75


def test_a_dimension_of_three_labels_has_no_top_3(figures):
    assert "top_3" not in figures["omraade"]
    assert "top_2" not in figures["nivaa"]


def test_labels_have_counts_and_intervals(figures):
    price = figures["grunn"]["labels"]["pris"]

    assert {key: price[key] for key in ("precision", "recall", "f1", "support", "given")} == {
        "precision": 1.0,
        "recall": 0.5,
        "f1": 0.666667,
        "support": 2,
        "given": 1,
    }
    assert price["intervals"]["recall"]["value"] == 0.5
    assert price["intervals"]["recall"]["low"] == 0.0
    assert price["intervals"]["recall"]["high"] == 1.0


def test_a_figure_that_no_text_defines_has_no_interval(taxonomy):
    predictions, targets = planted(taxonomy)
    targets["grunn"][:, 0] = 0
    predictions.accepted["grunn"][:, 1] = False

    found = evaluate(predictions, targets, taxonomy, Bootstrap(np.arange(4), samples=20, seed=1))["grunn"]["labels"]

    # Nobody has the first label, and nobody is given the second.
    assert set(found["forsinkelse"]["intervals"]) == {"precision", "f1"}
    assert set(found["pris"]["intervals"]) == {"recall", "f1"}
    assert found["forsinkelse"]["recall"] == found["pris"]["precision"] == 0.0


def test_brier_is_the_squared_distance(figures):
    # 0.04 + 0.01 + 0.01 for the first; 0.01 + 0.04 + 0.09 for the third; 0.36 + 0.01 + 0.49 for the fourth.
    assert figures["omraade"]["brier"]["value"] == pytest.approx((0.06 + 0.06 + 0.14 + 0.86) / 4)
    # Mean over the two labels: 0.01 and 0.01; 0.81 and 0.81; 0.04 and 0.04; 0.01 and 0.01.
    assert figures["grunn"]["brier"]["value"] == pytest.approx((0.01 + 0.81 + 0.04 + 0.01) / 4)


def test_confusions_of_one_answer_are_right_given_and_count(figures):
    assert figures["nivaa"]["confusions"] == [["kommune", "kommune", 2], ["stat", "kommune", 1], ["stat", "stat", 1]]


def test_confusions_of_several_answers_are_what_was_missed_and_what_came_instead(taxonomy):
    predictions, targets = planted(taxonomy)
    # The first text is right, the second has one for the other, the third one too few, the fourth one too many.
    predictions.accepted["grunn"][:] = [[True, False], [True, False], [False, False], [True, False]]

    found = evaluate(predictions, targets, taxonomy, Bootstrap(np.arange(4), samples=20, seed=1))["grunn"]

    assert sorted(found["confusions"], key=str) == [
        ["pris", "forsinkelse", 1],
        ["pris", None, 1],
        [None, "forsinkelse", 1],
    ]


def test_texts_are_settled_as_deep_as_they_are_accepted(figures):
    area, level, person = figures["omraade"]["back_off"]

    assert (area["dimension"], level["dimension"], person["dimension"]) == ("omraade", "nivaa", None)
    assert (area["share"]["value"], area["accuracy"]["value"]) == (0.75, 1.0)
    # The fourth text: municipal by 0.7, but it is a train.
    assert (level["share"]["value"], level["accuracy"]["value"]) == (0.25, 0.0)
    assert (person["share"]["value"], person["accuracy"]) == (0.0, None)


def test_prediction_sets_are_counted_where_there_are_any(figures):
    sets = figures["omraade"]["prediction_sets"]

    assert sets["sizes"] == [0, 2, 2]
    assert sets["mean_size"]["value"] == 1.5
    assert sets["coverage"]["value"] == 1.0
    assert "prediction_sets" not in figures["nivaa"]


@pytest.mark.parametrize("name", ["top_1", "macro_f1", "brier", "calibration_error_interval", "accepted_share"])
def test_every_interval_holds_its_figure(figures, name):
    for dimension in ("nivaa", "omraade"):
        figure = figures[dimension][name]

        assert figure["low"] <= figure["value"] <= figure["high"]
