"""Prediction sets: how large they are, and how often the right label is among them."""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension
from training.intervals import Bootstrap, Interval

Bools = NDArray[np.bool_]


class LabelCoverage(TypedDict):
    """How often the set holds the label, among the texts that have it."""

    support: int
    coverage: Interval


class SetFigures(TypedDict):
    """Figures of the prediction sets of a single dimension.

    Attributes
    ----------
    sizes : number of texts by size of the set, from the empty set on.
    labels : the labels that a text has.
    """

    sizes: list[int]
    mean_size: Interval
    coverage: Interval
    labels: dict[str, LabelCoverage]


def set_figures(dimension: Dimension, in_set: Bools, target: NDArray[np.int8], bootstrap: Bootstrap) -> SetFigures:
    """Return how large the sets are and what they cover, overall and for each label.

    Parameters
    ----------
    in_set, target : shape (n_texts, n_labels).
    """
    sizes = in_set.sum(axis=1)
    is_label = target.astype(float)
    is_covered = in_set * is_label
    of_labels = bootstrap.shares(is_covered, is_label)
    return SetFigures(
        sizes=[int(count) for count in np.bincount(sizes)],
        mean_size=bootstrap.mean(sizes.astype(float)),
        coverage=bootstrap.mean(is_covered.sum(axis=1)),
        labels={
            label_id: LabelCoverage(support=int(target[:, place].sum()), coverage=coverage)
            for place, (label_id, coverage) in enumerate(zip(dimension.label_ids, of_labels, strict=True))
            if coverage
        },
    )
