"""What the model settles by itself: how much, how well, and how deep in the hierarchy."""

from collections.abc import Mapping
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.folds import Predictions
from training.intervals import Bootstrap, Floats, Interval, rounded

Bools = NDArray[np.bool_]
POINTS = 25


class AutomationPoint(TypedDict):
    """What follows if all texts whose best label has at least this probability are settled by the model."""

    threshold: float
    share: float
    accuracy: float
    low: float
    high: float


class Settled(TypedDict):
    """The texts that are settled in one dimension of a hierarchy and no deeper.

    Attributes
    ----------
    dimension : None for the texts that are left to a person.
    accuracy : of the most probable label of that dimension; of the deepest dimension for what is left to a person.
        None where there is no such text.
    """

    dimension: str | None
    share: Interval
    accuracy: Interval | None


def automation_curve(highest: Floats, is_right: Floats, bootstrap: Bootstrap) -> list[AutomationPoint]:
    """Return points at about equal steps of the share that is settled, fewest first.

    Parameters
    ----------
    highest : shape (n_texts,), probability of the most probable label; a threshold is inclusive.
    is_right : shape (n_texts,), 1 where that label is right.
    """
    steps = np.ceil(np.arange(1, POINTS + 1) / POINTS * len(highest)).astype(int) - 1
    thresholds = np.unique(np.sort(highest)[::-1][steps])[::-1]
    is_settled = (highest[:, None] >= thresholds).astype(float)
    accuracies = bootstrap.shares(is_right[:, None] * is_settled, is_settled)
    return [
        AutomationPoint(
            threshold=rounded(threshold),
            share=rounded(share),
            accuracy=accuracy["value"],
            low=accuracy["low"],
            high=accuracy["high"],
        )
        for threshold, share, accuracy in zip(thresholds, is_settled.mean(axis=0), accuracies, strict=True)
        if accuracy
    ]


def back_off(
    dimension: Dimension,
    predictions: Predictions,
    targets: Mapping[str, NDArray[np.int8]],
    taxonomy: Taxonomy,
    bootstrap: Bootstrap,
) -> list[Settled]:
    """Return how many texts are settled in a dimension, how many only in each of those above it, and how many not.

    Parameters
    ----------
    dimension : a predicted single one.
    targets : dimension to 0 or 1, parents included.
    """
    is_open = np.ones(len(predictions.accepted[dimension.id]), bool)
    found = []
    for step in taxonomy.path(dimension):
        is_settled = is_open & predictions.accepted[step.id].any(axis=1)
        found.append(_settled(step.id, is_settled, _is_right(step, predictions, targets), bootstrap))
        is_open &= ~is_settled
    return [*found, _settled(None, is_open, _is_right(dimension, predictions, targets), bootstrap)]


def _is_right(dimension: Dimension, predictions: Predictions, targets: Mapping[str, NDArray[np.int8]]) -> Bools:
    return np.asarray(predictions.probability[dimension.id].argmax(axis=1) == targets[dimension.id].argmax(axis=1))


def _settled(name: str | None, is_settled: Bools, is_right: Bools, bootstrap: Bootstrap) -> Settled:
    chosen = is_settled.astype(float)[:, None]
    (accuracy,) = bootstrap.shares(chosen * is_right[:, None], chosen)
    return Settled(dimension=name, share=bootstrap.mean(chosen[:, 0]), accuracy=accuracy)
