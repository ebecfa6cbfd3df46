import json

import pytest

from pobo_nlp.errors import PoboError, UnknownLabelError
from pobo_nlp.suggestion import Evidence, LabelSuggestion, Suggestion


@pytest.fixture
def suggestion():
    return Suggestion(
        id="7",
        model="liten@01234567",
        malform="nn",
        suggestions={
            "farge": (
                LabelSuggestion("raud", 0.70000049, accepted=True, evidence=(Evidence(0, 4, 1.25000049),)),
                LabelSuggestion("blå", 0.3, accepted=False),
            ),
            "form": (),
        },
        settled={"farge": None},
        review=("low_probability",),
        prediction_sets={"farge": ("raud", "blå")},
        probabilities={"farge": {"raud": 0.70000049, "blå": 0.3}, "form": {"rund": 0.0}},
    )


def test_the_dictionary_has_the_keys_of_the_contract_in_order(suggestion):
    assert list(suggestion.to_dict()) == ["id", "model", "malform", "suggestions", "settled", "review"]


def test_the_dictionary_is_plain_json(suggestion):
    written = json.loads(json.dumps(suggestion.to_dict(), ensure_ascii=False))

    assert written == {
        "id": "7",
        "model": "liten@01234567",
        "malform": "nn",
        "suggestions": {
            "farge": [
                {"label": "raud", "probability": 0.7, "accepted": True, "evidence": [[0, 4, 1.25]]},
                {"label": "blå", "probability": 0.3, "accepted": False, "evidence": []},
            ],
            "form": [],
        },
        "settled": {"farge": None},
        "review": ["low_probability"],
    }


def test_a_probability_is_found_in_whatever_dimension_the_label_is(suggestion):
    assert suggestion.probability("blå") == 0.3
    assert suggestion.probability("rund") == 0.0


def test_an_unlisted_label_still_has_a_probability(suggestion):
    assert "rund" not in [label.label for label in suggestion.suggestions["form"]]
    assert suggestion.probability("rund") == 0.0


def test_the_probability_of_an_unknown_label_is_an_error_that_names_the_known_ones(suggestion):
    with pytest.raises(UnknownLabelError, match=r"«grøn» finnes ikke.*raud, blå, rund") as caught:
        suggestion.probability("grøn")

    assert caught.value.name == "grøn"
    assert caught.value.known == ("raud", "blå", "rund")
    assert isinstance(caught.value, PoboError | ValueError)


def test_a_suggestion_cannot_be_changed(suggestion):
    with pytest.raises(AttributeError, match="cannot assign"):
        suggestion.id = "8"
