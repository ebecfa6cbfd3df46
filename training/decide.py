"""Thresholds: from which probability on a label is accepted."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.heads import parenthood
from pobo_nlp.taxonomy import Taxonomy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def threshold_for_precision(is_true: Bools, probability: Floats, *, precision: float) -> float:
    """Return the lowest threshold that reaches a precision.

    Parameters
    ----------
    is_true : shape (n_texts,), whether an annotator gave the label.
    probability : shape (n_texts,), in [0, 1], out-of-fold and calibrated. In-fold values give thresholds that are too
        low.

    Returns
    -------
    In [0, 1], or ``inf`` where no threshold reaches `precision`: the label is then ranked but never accepted.

    Examples
    --------
    >>> threshold_for_precision(np.array([True, True, False]), np.array([0.9, 0.6, 0.4]), precision=0.9)
    0.6
    """
    if not len(probability):
        return float("inf")
    order = np.argsort(-probability, kind="stable")
    ordered = probability[order]
    reached = np.cumsum(is_true[order]) / np.arange(1, len(order) + 1)
    # Texts of the same probability are accepted together.
    is_last_of_value = np.append(ordered[1:] != ordered[:-1], True)
    good = np.flatnonzero((reached >= precision) & is_last_of_value)
    return float(ordered[good[-1]]) if len(good) else float("inf")


def threshold_for_f1(is_true: Bools, probability: Floats) -> float:
    """Return the threshold of the highest F1, the higher one where two are equal.

    Parameters
    ----------
    is_true, probability : as in `threshold_for_precision`.

    Examples
    --------
    >>> threshold_for_f1(np.array([True, True, False]), np.array([0.9, 0.6, 0.4]))
    0.6
    """
    if not is_true.any():
        return float("inf")
    order = np.argsort(-probability, kind="stable")
    ordered = probability[order]
    hits = np.cumsum(is_true[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + is_true.sum())
    f1[:-1][ordered[1:] == ordered[:-1]] = -1.0
    return float(ordered[int(f1.argmax())])


def thresholds(
    probability: Mapping[str, Floats],
    targets: Mapping[str, NDArray[np.int8]],
    taxonomy: Taxonomy,
    *,
    precision: float,
    min_support: int,
) -> dict[str, Floats]:
    """Return the thresholds of every dimension: shape (n_labels,).

    A single dimension's labels, and those of its parents, reach `precision` among the texts where they are the most
    probable; a multi dimension's labels have their best F1. A label with fewer than `min_support` texts takes the
    threshold found over all labels of its dimension.

    Parameters
    ----------
    probability : dimension to shape (n_texts, n_labels), out-of-fold and calibrated.
    targets : dimension to 0 or 1, parents included.
    """
    return {
        dimension.id: (
            _single_thresholds(probability[dimension.id], targets[dimension.id], precision, min_support)
            if dimension.kind == "single"
            else _multi_thresholds(probability[dimension.id], targets[dimension.id], min_support)
        )
        for dimension in taxonomy.dimensions
    }


def _single_thresholds(probability: Floats, target: NDArray[np.int8], precision: float, min_support: int) -> Floats:
    best = probability.argmax(axis=1)
    highest = probability.max(axis=1)
    is_right = target[np.arange(len(best)), best] == 1
    shared = threshold_for_precision(is_right, highest, precision=precision)
    return np.array(
        [
            threshold_for_precision(is_right[best == label], highest[best == label], precision=precision)
            if (best == label).sum() >= min_support
            else shared
            for label in range(probability.shape[1])
        ]
    )


def _multi_thresholds(probability: Floats, target: NDArray[np.int8], min_support: int) -> Floats:
    is_true = target == 1
    shared = threshold_for_f1(is_true.ravel(), probability.ravel())
    return np.array(
        [
            threshold_for_f1(is_true[:, label], probability[:, label])
            if is_true[:, label].sum() >= min_support
            else shared
            for label in range(probability.shape[1])
        ]
    )


def with_parents(targets: Mapping[str, NDArray[np.int8]], taxonomy: Taxonomy) -> dict[str, NDArray[np.int8]]:
    """Return targets of every dimension: a parent's label is given where one of its children is."""
    found = dict(targets)
    for dimension in taxonomy.predicted:
        for child, parent in zip(taxonomy.path(dimension), taxonomy.path(dimension)[1:], strict=False):
            found[parent.id] = (found[child.id] @ parenthood(child, parent)).astype(np.int8)
    return found
