from pobo_nlp.suggestion import LabelSuggestion, Suggestion
from pobo_nlp.taxonomy import Taxonomy
from training.refusal import out_of_scope_figures


def suggestion(*, review=(), accepted=()):
    labels = {"nivaa": "kommune", "omraade": "tog", "grunn": "pris"}
    return Suggestion(
        id="1",
        model="tiny@01234567",
        malform="nb",
        suggestions={name: (LabelSuggestion(label, 0.5, name in accepted),) for name, label in labels.items()},
        settled={},
        review=review,
        prediction_sets={},
        probabilities={},
    )


def test_texts_are_counted_by_what_they_got(taxonomy_file):
    suggestions = [
        suggestion(review=("language_not_supported",)),
        suggestion(review=("low_probability",)),
        suggestion(accepted=("nivaa", "omraade")),
        suggestion(accepted=("grunn",), review=("low_probability",)),
    ]

    found = out_of_scope_figures(
        ["polish", "polish", "nonsense", "nonsense"], suggestions, Taxonomy.load(taxonomy_file), samples=20, seed=1
    )

    assert found["texts"] == 4
    assert found["put_aside"]["value"] == 0.25
    assert found["nothing_accepted"]["value"] == 0.5
    assert found["accepted"]["omraade"]["value"] == 0.25
    assert found["kinds"] == {
        "polish": {
            "texts": 2,
            "put_aside": 1,
            "nothing_accepted": 2,
            "accepted": {"nivaa": 0, "omraade": 0, "grunn": 0},
        },
        "nonsense": {
            "texts": 2,
            "put_aside": 0,
            "nothing_accepted": 0,
            "accepted": {"nivaa": 1, "omraade": 1, "grunn": 1},
        },
    }
