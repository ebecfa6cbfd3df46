"""Probabilities become decisions: the deepest label that is probable enough, and none as an answer."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Taxonomy

Row = NDArray[np.float64]
Rows = NDArray[np.float64]
TOP_OF_SINGLE = 3
LISTED_SHARE_OF_THRESHOLD = 0.5


def settled_dimension(
    path: tuple[Dimension, ...], probability: Mapping[str, Row], threshold: Mapping[str, Row]
) -> str | None:
    """Return the deepest dimension of a hierarchy whose most probable label reaches its threshold.

    Parameters
    ----------
    path : a dimension, its parent, and so on up.
    probability, threshold : dimension to shape (n_labels,). Thresholds are inclusive.

    Returns
    -------
    None where not even the uppermost label is probable enough. A label counts only where all above it are the most
    probable of their dimension, so that what is accepted never contradicts itself.
    """
    for depth, dimension in enumerate(path):
        best = int(probability[dimension.id].argmax())
        enough = probability[dimension.id][best] >= threshold[dimension.id][best]
        if enough and _parents_agree(path[depth:], best, probability):
            return dimension.id
    return None


def settled_depths(
    path: tuple[Dimension, ...], probability: Mapping[str, Rows], threshold: Mapping[str, Row]
) -> NDArray[np.intp]:
    """Return for each text where on a path `settled_dimension` lies: 0 at its start, `len(path)` for None.

    Parameters
    ----------
    probability : dimension to shape (n_texts, n_labels).
    """
    found = np.full(len(probability[path[0].id]), len(path))
    parents_agree = np.ones(len(found), bool)
    best_of_parent = found
    # From the top down, so that the deepest one that is enough is written last.
    for depth in reversed(range(len(path))):
        name = path[depth].id
        best = probability[name].argmax(axis=1)
        if depth + 1 < len(path):
            parents_agree &= _parent_places(path[depth], path[depth + 1])[best] == best_of_parent
        enough = np.take_along_axis(probability[name], best[:, None], axis=1).ravel() >= threshold[name][best]
        found[enough & parents_agree] = depth
        best_of_parent = best
    return found


def _parent_places(child: Dimension, parent: Dimension) -> NDArray[np.intp]:
    return np.array([parent.label_ids.index(label.parent) if label.parent else -1 for label in child.labels])


def _parents_agree(path: tuple[Dimension, ...], best: int, probability: Mapping[str, Row]) -> bool:
    label = path[0].labels[best]
    for dimension in path[1:]:
        top = dimension.labels[int(probability[dimension.id].argmax())]
        if top.id != label.parent:
            return False
        label = top
    return True


def accepted_dimensions(
    taxonomy: Taxonomy, probability: Mapping[str, Row], threshold: Mapping[str, Row]
) -> dict[str, str | None]:
    """Return, for each predicted single dimension, the deepest dimension that is settled, or None."""
    return {
        dimension.id: settled_dimension(taxonomy.path(dimension), probability, threshold)
        for dimension in taxonomy.predicted
        if dimension.kind == "single"
    }


def in_prediction_set(probability: Row, set_threshold: Row) -> NDArray[np.bool_]:
    """Return which labels of a single dimension are in the prediction set; the most probable one always is.

    Parameters
    ----------
    probability : shape (n_labels,) or (n_texts, n_labels).
    set_threshold : shape (n_labels,), inclusive. Found so that the set of a text holds its right label at least as
        often as wanted, for the texts of every label.
    """
    return np.asarray((probability >= set_threshold) | (probability == probability.max(axis=-1, keepdims=True)))


def listed_in_single(probability: Row) -> list[int]:
    """Return the labels of a single dimension that are shown: the most probable three, best first."""
    return [int(place) for place in np.argsort(-probability, kind="stable")[:TOP_OF_SINGLE]]


def listed_in_multi(probability: Row, threshold: Row) -> list[int]:
    """Return the labels of a multi dimension that are shown: accepted ones first, each part best first."""
    shown = np.flatnonzero(probability >= LISTED_SHARE_OF_THRESHOLD * threshold)
    is_rejected = probability[shown] < threshold[shown]
    return [int(place) for place in shown[np.lexsort((-probability[shown], is_rejected))]]
