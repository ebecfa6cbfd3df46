from dataclasses import replace

import pytest

from training.annotations import Annotation
from training.page.material import figure, figure_of_label, plot_id, synthetic_texts


def row(text, **description):
    return Annotation("a-1", text, "a.jsonl:1", {}, "g", description)


def test_only_texts_that_say_they_are_synthetic_are_shown_and_identifiers_are_masked():
    text = "Ring meg på 977 00 654, hilsen Kari Nes"

    assert synthetic_texts([row(text)]) == synthetic_texts([row(text, source="office")]) == {}
    assert synthetic_texts([row(text, source="synthetic")]) == {"a-1": "Ring meg på [TELEFON], hilsen [NAVN]"}


def test_the_natural_mix_speaks_for_daily_use_and_the_balanced_part_for_labels(material):
    assert [part.name for part in material.parts] == ["test_natural", "test_balanced", "test_own", "cross_validation"]
    assert material.main.name == "test_natural"
    assert material.balanced.name == "test_balanced"
    assert material.inside.name == "cross_validation"


def test_without_test_files_what_training_judged_speaks_for_all(material):
    metrics = {**material.metrics, "test_files": {}, "evaluated_on": "evaluation files"}
    alone = replace(material, metrics=metrics)

    assert alone.tests == ()
    assert alone.main.name == alone.balanced.name == alone.inside.name == "dev"


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        pytest.param({}, None, id="missing"),
        pytest.param({"x": 0.5}, {"value": 0.5}, id="number"),
        pytest.param({"x": {"value": 0.5, "low": 0.4}}, {"value": 0.5, "low": 0.4}, id="interval"),
    ],
)
def test_a_figure_is_an_interval_or_a_value_alone(figures, found):
    assert figure(figures, "x") == found


def test_the_calibration_error_comes_with_its_interval():
    interval = {"value": 0.1, "low": 0.0, "high": 0.2}

    assert figure({"calibration_error": 0.1, "calibration_error_interval": interval}, "calibration_error") == interval


def test_a_label_that_no_text_has_no_figure():
    assert figure_of_label({"f1": 0.0, "support": 0}, "f1") is None
    assert figure_of_label({"f1": 0.0, "support": 3, "intervals": {}}, "f1") is None


def test_dimensions_that_differ_in_odd_letters_get_different_ids(material):
    dimension = material.taxonomy.dimensions[0]

    ids = {plot_id(replace(dimension, id=name)) for name in ("å", "a", "a/b", "a-b", "a-2fb", "-e5")}

    assert len(ids) == 6
