import numpy as np
import pytest

from training.intervals import Bootstrap
from training.membership import losses, membership


def figures(of_members, of_others, samples=200):
    bootstrap = Bootstrap(np.arange(len(of_members)), samples=samples, seed=1)
    found = membership(np.array(of_members, float), np.array(of_others, float), bootstrap)
    return {name: found[name]["value"] for name in ("auc", "advantage", "true_positives_at_1_percent")}


def test_members_that_are_all_surer_are_all_found():
    assert figures([1, 2, 3], [4, 5, 6]) == {"auc": 1.0, "advantage": 1.0, "true_positives_at_1_percent": 1.0}


def test_a_model_that_remembers_nothing_gives_nothing_away():
    assert figures([1, 2, 3], [1, 2, 3]) == {"auc": 0.5, "advantage": 0.0, "true_positives_at_1_percent": 0.0}


def test_texts_of_one_loss_count_half():
    assert figures([1, 1], [1, 1])["auc"] == 0.5


def test_figures_of_an_attack_that_is_partly_right():
    # Of the nine pairs, the member has the smaller loss in seven: 2 < 3, 4, 6; 1 < 3, 4, 6; 5 < 6.
    found = figures([2, 1, 5], [3, 4, 6])

    assert found["auc"] == pytest.approx(7 / 9, abs=1e-6)
    assert found["advantage"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["true_positives_at_1_percent"] == pytest.approx(2 / 3, abs=1e-6)


def test_the_area_is_the_share_of_pairs_for_any_losses():
    rng = np.random.default_rng(3)
    members, others = rng.integers(0, 9, 40), rng.integers(2, 11, 40)

    share = np.mean([(one < other) + (one == other) / 2 for one in members for other in others])

    assert figures(members, others)["auc"] == pytest.approx(share, abs=1e-6)


def test_every_figure_lies_in_its_interval_and_more_samples_than_are_drawn_at_once_are_used():
    rng = np.random.default_rng(4)
    bootstrap = Bootstrap(np.arange(50) // 2, samples=250, seed=1)

    found = membership(rng.normal(0, 1, 50), rng.normal(1, 1, 50), bootstrap)

    assert found["texts"] == 50
    for name in ("auc", "advantage", "true_positives_at_1_percent"):
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]
    assert found["auc"]["low"] > 0.5


def test_loss_is_the_mean_over_dimensions_of_that_of_their_labels():
    probability = {"one": np.array([[0.5, 0.5], [0.9, 0.1]]), "many": np.array([[0.2], [0.0]])}
    targets = {"one": np.array([[1, 0], [1, 0]]), "many": np.array([[1], [0]])}

    found = losses(probability, targets)

    expected = [(-np.log(0.5) - np.log(0.2)) / 2, -np.log(0.9) / 2]
    np.testing.assert_allclose(found, expected, atol=1e-9)
