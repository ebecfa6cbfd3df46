"""Logits become calibrated probabilities, for every dimension of the label scheme."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Taxonomy

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns a dimension's logits into probabilities: `scale * logit + shift`, then softmax or sigmoid.

    Attributes
    ----------
    scale, shift : shape (n_labels,). For a single dimension all scales are one over its temperature (Guo et al. 2017,
        "On calibration of modern neural networks"); for a multi dimension each label has its own (Platt 1999).
    """

    scale: Floats
    shift: Floats

    def apply(self, logits: Floats) -> Floats:
        """Return calibrated logits: shape (n_texts, n_labels)."""
        return logits * self.scale + self.shift


def softmax(logits: Floats) -> Floats:
    """Return probabilities that sum to one in each row."""
    powers: Floats = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def sigmoid(logits: Floats) -> Floats:
    """Return a probability for each logit alone."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)))


def columns_of(taxonomy: Taxonomy) -> dict[str, slice]:
    """Return which columns of the logits belong to each predicted dimension, in the order of the scheme."""
    columns, start = {}, 0
    for dimension in taxonomy.predicted:
        columns[dimension.id] = slice(start, start + len(dimension.labels))
        start += len(dimension.labels)
    return columns


def probabilities(logits: Floats, taxonomy: Taxonomy, calibrations: Mapping[str, Calibration]) -> dict[str, Floats]:
    """Return probabilities for every dimension, parents included.

    Parameters
    ----------
    logits : shape (n_texts, n_outputs), columns as in `columns_of`.
    calibrations : for each predicted dimension.

    Returns
    -------
    Dimension to shape (n_texts, n_labels). A parent's label has the sum of its children's.
    """
    found: dict[str, Floats] = {}
    for dimension in taxonomy.predicted:
        calibrated = calibrations[dimension.id].apply(logits[:, columns_of(taxonomy)[dimension.id]])
        found[dimension.id] = (sigmoid if dimension.kind == "multi" else softmax)(calibrated)
        for child, parent in zip(taxonomy.path(dimension), taxonomy.path(dimension)[1:], strict=False):
            found[parent.id] = found[child.id] @ parenthood(child, parent)
    return found


def parenthood(child: Dimension, parent: Dimension) -> Floats:
    """Return which label of a dimension follows from which: 1 or 0, shape (n_child_labels, n_parent_labels)."""
    return np.array([[float(label.parent == parent_id) for parent_id in parent.label_ids] for label in child.labels])
