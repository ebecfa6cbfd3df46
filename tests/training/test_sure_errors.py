import numpy as np
import pytest

from pobo_nlp.model.scorer import Scorer
from pobo_nlp.taxonomy import Taxonomy
from training.folds import Predictions
from training.kept import Part
from training.sure_errors import SureError, sure_errors, words_for


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


@pytest.fixture
def part():
    probability = {
        "omraade": np.array([[0.91, 0.05, 0.04], [0.95, 0.03, 0.02], [0.9, 0.05, 0.05], [0.02, 0.97, 0.01]]),
        "grunn": np.array([[0.99, 0.95], [0.2, 0.1], [0.95, 0.0], [0.0, 0.0]]),
    }
    targets = {
        "omraade": np.array([[0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.int8),
        "grunn": np.array([[1, 0], [0, 0], [0, 0], [1, 1]], np.int8),
    }
    none = {name: np.zeros(values.shape, bool) for name, values in probability.items()}
    return Part(("a", "b", "c", "d"), np.arange(4), targets, Predictions(probability, none, {}), {})


def test_sure_errors_are_wrong_and_above_the_limit_the_surest_first(taxonomy, part):
    found = list(sure_errors(taxonomy.dimension("omraade"), part))

    assert found == [
        SureError("d", "omraade", ("tog",), "renovasjon", 0.97),
        SureError("a", "omraade", ("renovasjon",), "bibliotek", 0.91),
    ]


def test_labels_of_a_multi_dimension_are_errors_one_by_one(taxonomy, part):
    found = list(sure_errors(taxonomy.dimension("grunn"), part))

    assert found == [
        SureError("a", "grunn", ("forsinkelse",), "pris", 0.95),
        SureError("c", "grunn", (), "forsinkelse", 0.95),
    ]


def test_words_for_a_label_are_words_of_the_text_that_speak_for_it(tiny_model):
    scorer = Scorer.load(tiny_model)
    text = "Toget var forsinket, og billetten til biblioteket var dyr."
    area = scorer.taxonomy.dimension("omraade")

    of_train, of_library = (" ".join(words_for(scorer, text, area, label)) for label in ("tog", "bibliotek"))

    assert "Toget" in of_train
    assert "biblioteket" not in of_train
    assert "biblioteket" in of_library
