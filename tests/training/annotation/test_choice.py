import numpy as np
import pytest
from scipy.sparse import csr_array

from training.annotation.choice import Pool, View, Weights, choose, distances, margins

ALIKE = Weights(1, 1, 1)


def _pool(probability, *, second=None, vectors=None, annotated=None, others=()):
    probability = np.array(probability, float)
    n_texts, n_labels = probability.shape
    view = View(
        probability,
        probability if second is None else np.array(second, float),
        np.zeros(n_labels) if annotated is None else np.array(annotated, float),
    )
    return Pool([view, *others], csr_array(np.eye(n_texts) if vectors is None else np.array(vectors, float)))


def _places(pool, *, n=1, random_share=0.0, seed=0, taken=(), weights=ALIKE):
    chosen = choose(
        pool,
        n=n,
        random_share=random_share,
        near_duplicate=0.7,
        random=np.random.default_rng(seed),
        taken=taken,
        weights=weights,
    )
    return [(one.place, one.reason) for one in chosen]


def test_the_least_sure_comes_first():
    pool = _pool([[0.9, 0.1], [0.52, 0.48], [0.7, 0.3]])

    assert [place for place, _ in _places(pool, n=3, weights=Weights(1, 0, 0))] == [1, 2, 0]


def test_what_two_guessers_say_differently_of_comes_first():
    pool = _pool([[0.9, 0.1], [0.9, 0.1]], second=[[0.9, 0.1], [0.1, 0.9]])

    assert _places(pool, weights=Weights(0, 1, 0)) == [(1, "disagreement")]


def test_a_label_that_few_have_comes_first_and_is_rare_no_more_when_it_is_expected():
    pool = _pool([[0.9, 0.1], [0.1, 0.9], [0.1, 0.9], [0.8, 0.2]], annotated=[3, 2])

    assert [place for place, _ in _places(pool, n=3, weights=Weights(0, 0, 1))] == [1, 2, 0]


def test_where_the_first_dimension_is_equally_sure_the_others_decide():
    causes = View(np.array([[0.9, 0.1], [0.9, 0.5], [0.9, 0.1]]), None, np.zeros(2), is_multi=True)
    pool = _pool([[0.6, 0.4]] * 3, second=[[0.6, 0.4]] * 3, others=[causes])

    assert [place for place, _ in _places(pool, weights=Weights(1, 0, 0, others=5))] == [1]


def test_a_rare_label_of_another_dimension_is_asked_for():
    causes = View(np.array([[0.9, 0.0], [0.1, 0.8], [0.9, 0.0]]), None, np.array([50.0, 1.0]), is_multi=True)
    pool = _pool([[0.6, 0.4]] * 3, others=[causes])

    assert _places(pool, weights=Weights(0, 0, 1)) == [(1, "rare")]


def test_near_duplicates_are_not_asked_twice():
    pool = _pool([[0.5, 0.5], [0.5, 0.5], [0.9, 0.1]], vectors=[[1, 0], [0.8, 0.6], [0, 1]])

    assert {place for place, _ in _places(pool, n=3)} in ({0, 2}, {1, 2})


def test_the_random_share_is_marked_and_does_not_look_at_the_model():
    sure, unsure = [[0.99, 0.01]] * 20, [[0.5, 0.5]] * 20
    drawn = [
        {place for place, reason in _places(_pool(texts), n=10, random_share=0.3) if reason == "random"}
        for texts in (sure + unsure, unsure + sure)
    ]

    assert len(drawn[0]) == 3
    assert drawn[0] == drawn[1]


def test_what_is_taken_is_not_chosen_and_a_short_pool_ends():
    assert [place for place, _ in _places(_pool([[0.5, 0.5]] * 3), n=10, random_share=0.5, taken=[1])] in (
        [0, 2],
        [2, 0],
    )


@pytest.mark.parametrize(
    ("row", "margin"),
    [pytest.param([1.0, 0.0, 0.0], 1.0, id="sure"), pytest.param([0.4, 0.4, 0.2], 0.0, id="tie")],
)
def test_margin_is_between_the_two_most_probable(row, margin):
    assert margins(np.array([row])).tolist() == [margin]


def test_distance_is_one_where_guessers_share_no_label():
    assert distances(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])).tolist() == [1.0]
