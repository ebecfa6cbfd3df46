import numpy as np
import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.baselines import baseline_figures, most_frequent, word_tfidf
from training.fit import Inquiries


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


def inquiries(texts, areas, causes):
    return Inquiries(
        texts, {"omraade": np.array(areas, np.int8), "grunn": np.array(causes, np.int8)}, np.arange(len(texts))
    )


TRAIN = inquiries(
    ["boka er sen", "boka er dyr", "toget er sent", "boka er borte"],
    [[1, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]],
    [[1, 0], [0, 1], [1, 0], [0, 0]],
)
TEST = inquiries(["boka kom", "toget gikk", "toget sto"], [[1, 0, 0], [0, 0, 1], [0, 0, 1]], [[1, 0], [1, 0], [0, 1]])


def test_the_most_frequent_answer_is_always_given(taxonomy):
    answers = most_frequent(TRAIN, TEST, taxonomy.dimension("omraade"))

    assert answers.tolist() == [[1, 0, 0]] * 3


def test_the_most_frequent_set_of_labels_is_given(taxonomy):
    assert most_frequent(TRAIN, TEST, taxonomy.dimension("grunn")).tolist() == [[1, 0]] * 3


def test_words_tell_the_label(taxonomy):
    copies = TRAIN.take(np.repeat(np.arange(4), 20))

    answers = word_tfidf(copies, TEST, taxonomy.dimension("omraade"))

    assert answers.tolist() == TEST.targets["omraade"].tolist()


def test_a_label_that_never_occurs_is_never_answered(taxonomy):
    without = inquiries(TRAIN.texts, TRAIN.targets["omraade"], [[1, 0], [0, 0], [1, 0], [0, 0]])

    assert not word_tfidf(without, TEST, taxonomy.dimension("grunn"))[:, 1].any()


def test_figures_are_those_worked_out_by_hand(taxonomy):
    figures = baseline_figures([(TRAIN, TEST)], taxonomy, samples=20, seed=1, workers=1)["most_frequent"]

    assert figures["omraade"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert figures["nivaa"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert figures["grunn"]["value"] == pytest.approx(2 * 2 / (3 + 3), abs=1e-6)
