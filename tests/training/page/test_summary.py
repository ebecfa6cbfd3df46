import copy
from dataclasses import replace

import pytest

from training.page.summary import summary


def changed(material, change):
    metrics = copy.deepcopy(material.metrics)
    change(metrics["test_files"]["test_natural"])
    return replace(material, metrics=metrics)


def accepted(value, low, high):
    def change(part):
        part["dimensions"]["omraade"]["accepted_share"] = {"value": 0.6, "low": 0.55, "high": 0.65}
        part["dimensions"]["omraade"]["accepted_accuracy"] = {"value": value, "low": low, "high": high}

    return change


def told(sentences):
    return [f"{one.topic}: {one.told}" for one in sentences]


@pytest.mark.parametrize(
    ("figures", "is_trusted", "words"),
    [
        pytest.param((0.95, 0.93, 0.97), True, "95 % (93–97), over de 90 % som er ønsket", id="surely above"),
        pytest.param((0.91, 0.88, 0.94), True, "91 % (88–94), omtrent som de 90 %", id="about as wanted"),
        pytest.param((0.89, 0.86, 0.92), False, "89 % (86–92), omtrent som de 90 %", id="about, but below"),
        pytest.param((0.8, 0.76, 0.84), False, "80 % (76–84), under de 90 % som er ønsket", id="surely below"),
    ],
)
def test_what_is_accepted_is_held_against_what_is_wanted(material, figures, is_trusted, words):
    found = summary(changed(material, accepted(*figures)))

    sentence = next(one for one in told((*found.trusted, *found.doubted)) if "60\u00a0% (55" in one)
    assert words in sentence.replace("\u00a0", " ").replace("\u2060", "")
    assert (sentence in told(found.trusted)) is is_trusted


def test_probabilities_that_miss_are_told_of(material):
    found = summary(changed(material, lambda part: part["dimensions"]["grunn"].update(calibration_error=0.2)))

    assert [one for one in told(found.doubted) if one.startswith("Sannsynlighetene: bommer") and "grunn 20,0" in one]


def test_kinds_that_slip_through_are_named(material):
    found = summary(material)

    assert [one for one in told(found.doubted) if "slipper for ofte gjennom: meningsløs tekst og a_new_kind" in one]


def test_a_baseline_that_is_as_good_is_named(material):
    better = summary(material)

    def as_good(part):
        part["baselines"]["fasttext"]["grunn"]["macro_f1_difference"]["low"] = -0.01

    doubtful = summary(changed(material, as_good))

    assert [one for one in told(better.trusted) if one.startswith("Mot enklere metoder: bedre enn alle")]
    assert [one for one in told(doubtful.doubted) if "ikke sikkert bedre enn fastText (grunn)" in one]


def test_a_model_that_never_accepts_is_not_trusted(material):
    def never(part):
        for dimension in ("omraade", "nivaa"):
            part["dimensions"][dimension]["accepted_share"] = {"value": 0.0, "low": 0.0, "high": 0.0}

    found = summary(changed(material, never))

    assert "Område: modellen godtar aldri noe svar selv." in told(found.doubted)


def test_without_test_files_it_says_so(material):
    metrics = {name: value for name, value in material.metrics.items() if name != "test_files"}

    assert "Det finnes ingen testfiler" in summary(replace(material, metrics=metrics)).opening
