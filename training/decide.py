"""Thresholds: from which probability on a label is accepted."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.heads import parenthood
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.config import Decisions
from training.natural_mix import natural_weights

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Target = NDArray[np.int8]
PERSON = 1.0


def threshold_for_precision(
    is_true: Bools, probability: Floats, *, precision: float, weights: Floats | None = None
) -> float:
    """Return the lowest threshold that reaches a precision.

    Parameters
    ----------
    is_true : shape (n_texts,), whether an annotator gave the label.
    probability : shape (n_texts,), in [0, 1], out-of-fold and calibrated. In-fold values give thresholds that are too
        low.
    weights : shape (n_texts,), what each text counts.

    Returns
    -------
    In [0, 1], or ``inf`` where no threshold reaches `precision`: the label is then ranked but never accepted.

    Examples
    --------
    >>> threshold_for_precision(np.array([True, True, False]), np.array([0.9, 0.6, 0.4]), precision=0.9)
    0.6
    """
    return cheapest_threshold(is_true, probability, np.zeros(len(probability)), precision=precision, weights=weights)


def cheapest_threshold(
    is_true: Bools, probability: Floats, saved: Floats, *, precision: float, weights: Floats | None = None
) -> float:
    """Return the threshold that saves most of those that reach a precision, the lowest one where several do.

    Parameters
    ----------
    is_true, probability, weights : as in `threshold_for_precision`.
    saved : shape (n_texts,), what is saved where the label is accepted for a text; negative where that costs more than
        it spares.

    Returns
    -------
    In [0, 1], or ``inf`` where no threshold reaches `precision`, or where accepting only costs.
    """
    if not len(probability):
        return float("inf")
    order = np.argsort(-probability, kind="stable")
    ordered = probability[order]
    weight = np.ones(len(order)) if weights is None else weights[order]
    reached = np.cumsum(weight * is_true[order]) / np.cumsum(weight)
    total = np.cumsum(weight * saved[order])
    # Texts of the same probability are accepted together.
    is_last_of_value = np.append(ordered[1:] != ordered[:-1], True)
    good = np.flatnonzero((reached >= precision) & is_last_of_value & (total >= 0))
    if not len(good):
        return float("inf")
    most = total[good].max()
    return float(ordered[good[total[good] >= most - 1e-9][-1]])


def threshold_for_f1(is_true: Bools, probability: Floats, *, weights: Floats | None = None) -> float:
    """Return the threshold of the highest F1, the higher one where two are equal.

    Parameters
    ----------
    is_true, probability, weights : as in `threshold_for_precision`.

    Examples
    --------
    >>> threshold_for_f1(np.array([True, True, False]), np.array([0.9, 0.6, 0.4]))
    0.6
    """
    if not is_true.any():
        return float("inf")
    order = np.argsort(-probability, kind="stable")
    ordered = probability[order]
    weight = np.ones(len(order)) if weights is None else weights[order]
    hits = np.cumsum(weight * is_true[order])
    f1 = 2 * hits / (np.cumsum(weight) + hits[-1])
    f1[:-1][ordered[1:] == ordered[:-1]] = -1.0
    return float(ordered[int(f1.argmax())])


def thresholds(
    probability: Mapping[str, Floats], targets: Mapping[str, Target], taxonomy: Taxonomy, *, options: Decisions
) -> dict[str, Floats]:
    """Return the thresholds of every dimension: shape (n_labels,).

    A single dimension's labels, and those of its parents, reach `precision` among the texts where they are the most
    probable, and cost least (docs/adr/0009); a multi dimension's labels have their best F1. A label with fewer than
    `min_support` texts takes the threshold found over all labels of its dimension. Texts count as the office meets
    their labels.

    Parameters
    ----------
    probability : dimension to shape (n_texts, n_labels), out-of-fold and calibrated.
    targets : dimension to 0 or 1, parents included.
    """
    weights = natural_weights(targets, taxonomy)
    found: dict[str, Floats] = {}
    for dimension in taxonomy.predicted:
        if dimension.kind == "single":
            found |= _path_thresholds(taxonomy.path(dimension), probability, targets, weights, options)
        else:
            found[dimension.id] = _multi_thresholds(
                probability[dimension.id], targets[dimension.id], weights, options.min_support
            )
    return found


def _path_thresholds(
    path: tuple[Dimension, ...],
    probability: Mapping[str, Floats],
    targets: Mapping[str, Target],
    weights: Floats,
    options: Decisions,
) -> dict[str, Floats]:
    """Return the thresholds of a hierarchy: from its top down, what a label costs is held against what stands above.

    At the top that is a person who looks. Below it is the answer that the decision backs off to otherwise.
    """
    found: dict[str, Floats] = {}
    otherwise = np.full(len(weights), PERSON)
    agrees = np.ones(len(weights), bool)
    above: Dimension | None = None
    for depth, dimension in reversed(list(enumerate(path))):
        best = probability[dimension.id].argmax(axis=1)
        highest = probability[dimension.id].max(axis=1)
        is_right = targets[dimension.id][np.arange(len(best)), best] == 1
        if above is not None:
            # What is accepted never contradicts the most probable label above it.
            is_child = parenthood(dimension, above)[best].argmax(axis=1) == probability[above.id].argmax(axis=1)
            agrees = agrees & is_child
        wrong, right = (options.costs.wrong, 0.0) if depth == 0 else (options.costs.wrong_parent, options.costs.parent)
        cost = np.where(is_right, right, wrong)
        found[dimension.id] = _single_thresholds(
            np.where(agrees, best, -1), highest, is_right, otherwise - cost, weights, dimension, options
        )
        is_accepted = agrees & (highest >= found[dimension.id][best])
        otherwise = np.where(is_accepted, cost, otherwise)
        above = dimension
    return found


def _single_thresholds(
    best: NDArray[np.int64],
    highest: Floats,
    is_right: Bools,
    saved: Floats,
    weights: Floats,
    dimension: Dimension,
    options: Decisions,
) -> Floats:
    def of(chosen: Bools) -> float:
        return cheapest_threshold(
            is_right[chosen], highest[chosen], saved[chosen], precision=options.precision, weights=weights[chosen]
        )

    shared = of(best >= 0)
    return np.array(
        [
            of(best == label) if (best == label).sum() >= options.min_support else shared
            for label in range(len(dimension.labels))
        ]
    )


def _multi_thresholds(probability: Floats, target: Target, weights: Floats, min_support: int) -> Floats:
    is_true = target == 1
    of_all = np.repeat(weights, target.shape[1])
    shared = threshold_for_f1(is_true.ravel(), probability.ravel(), weights=of_all)
    return np.array(
        [
            threshold_for_f1(is_true[:, label], probability[:, label], weights=weights)
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
