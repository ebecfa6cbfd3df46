import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pobo_nlp.model.heads import Calibration, Reranker, columns_of, parenthood, probabilities, sigmoid
from pobo_nlp.taxonomy import Taxonomy

logits = st.lists(st.floats(-30, 30), min_size=4, max_size=4)


def test_sigmoid_does_not_overflow():
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]


@given(row=logits)
def test_probabilities_of_a_single_dimension_sum_to_one(row):
    calibration = Calibration(np.full(4, 0.8), np.full(4, -1.0))

    found = calibration.probabilities(np.array([row]), "single")

    assert found.sum() == pytest.approx(1.0)
    assert np.argmax(found) == np.argmax(sigmoid(0.8 * np.array(row) - 1.0))


def test_impossible_labels_are_equally_improbable():
    calibration = Calibration(np.ones(2), np.zeros(2))

    assert calibration.probabilities(np.array([[-1e4, -1e4]]), "single").tolist() == [[0.5, 0.5]]


def test_probabilities_of_a_multi_dimension_stand_alone():
    calibration = Calibration(np.array([1.0, 2.0]), np.array([0.0, 1.0]))

    found = calibration.probabilities(np.array([[0.0, -0.5]]), "multi")

    assert found.tolist() == [[0.5, 0.5]]


def test_a_level_has_the_sum_of_its_areas():
    taxonomy = Taxonomy.default()
    n_outputs = sum(len(dimension.labels) for dimension in taxonomy.predicted)
    calibrations = {d.id: Calibration(np.ones(len(d.labels)), np.zeros(len(d.labels))) for d in taxonomy.predicted}
    drawn = np.random.default_rng(1).normal(size=(7, n_outputs))

    found = probabilities(drawn, taxonomy, calibrations, {})

    area, level = taxonomy.dimension("tjenesteomrade"), taxonomy.dimension("tjenesteniva")
    for place, label in enumerate(level.labels):
        children = [number for number, child in enumerate(area.labels) if child.parent == label.id]
        np.testing.assert_allclose(found["tjenesteniva"][:, place], found["tjenesteomrade"][:, children].sum(axis=1))


def test_every_area_has_one_level():
    taxonomy = Taxonomy.default()

    belongs = parenthood(taxonomy.dimension("tjenesteomrade"), taxonomy.dimension("tjenesteniva"))

    assert (belongs.sum(axis=1) == 1).all()


def test_outputs_lie_side_by_side():
    columns = list(columns_of(Taxonomy.default()).values())

    assert columns[0].start == 0
    assert all(one.stop == next_one.start for one, next_one in itertools.pairwise(columns))


def test_a_reranker_corrects_a_label_by_what_else_is_probable():
    taxonomy = Taxonomy.default()
    n_outputs = sum(len(dimension.labels) for dimension in taxonomy.predicted)
    calibrations = {d.id: Calibration(np.ones(len(d.labels)), np.zeros(len(d.labels))) for d in taxonomy.predicted}
    n_causes = len(taxonomy.dimension("arsak").labels)
    context = np.zeros((n_outputs, n_causes))
    # The first area makes the first cause more probable.
    context[0, 0] = 2.0
    rerankers = {"arsak": Reranker(np.ones(n_causes), np.zeros(n_causes), context)}
    logits = np.full((2, n_outputs), -4.0)
    logits[0, 0] = 8.0

    before = probabilities(logits, taxonomy, calibrations, {})
    after = probabilities(logits, taxonomy, calibrations, rerankers)

    area = before["tjenesteomrade"][0, 0]
    assert after["arsak"][0, 0] == pytest.approx(1 / (1 + np.exp(4.0 - 2.0 * area)))
    np.testing.assert_allclose(after["arsak"][0, 1:], before["arsak"][0, 1:])
    np.testing.assert_array_equal(after["tjenesteomrade"], before["tjenesteomrade"])
