"""Logits become calibrated probabilities, for every dimension of the label scheme."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Kind, Taxonomy

Floats = NDArray[np.float64]
# Where every label of a single dimension is all but impossible, they are equally so.
SMALLEST = 1e-15


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns a dimension's logits into probabilities: the sigmoid of `scale * logit + shift`.

    Attributes
    ----------
    scale, shift : shape (n_labels,). Source: Platt 1999, "Probabilistic outputs for support vector machines".
    """

    scale: Floats
    shift: Floats

    def probabilities(self, logits: Floats, kind: Kind) -> Floats:
        """Return probabilities: shape (n_texts, n_labels).

        Those of a single dimension are divided by their sum, as scikit-learn's `OneVsRestClassifier` does.
        """
        return _calibrated(logits * self.scale + self.shift, kind)


@dataclass(frozen=True, slots=True)
class Reranker:
    """What corrects the labels of a dimension without a hierarchy by everything else that seems probable.

    The area tells of the cause, and a cause of the flag: a calibration, of `scale * logit + first @ context + shift`,
    where `first` are the first probabilities of all outputs.

    Attributes
    ----------
    scale, shift : shape (n_labels,).
    context : shape (n_outputs, n_labels).
    """

    scale: Floats
    shift: Floats
    context: Floats

    def probabilities(self, logits: Floats, first: Floats, kind: Kind) -> Floats:
        """Return probabilities: shape (n_texts, n_labels).

        Parameters
        ----------
        logits : of the dimension, shape (n_texts, n_labels).
        first : calibrated probabilities of all outputs, shape (n_texts, n_outputs).
        """
        return _calibrated(logits * self.scale + first @ self.context + self.shift, kind)


def _calibrated(logits: Floats, kind: Kind) -> Floats:
    values = sigmoid(logits)
    if kind == "multi":
        return values
    values = np.maximum(values, SMALLEST)
    return np.asarray(values / values.sum(axis=1, keepdims=True))


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


def probabilities(
    logits: Floats,
    taxonomy: Taxonomy,
    calibrations: Mapping[str, Calibration],
    rerankers: Mapping[str, Reranker],
) -> dict[str, Floats]:
    """Return probabilities for every dimension, parents included.

    Parameters
    ----------
    logits : shape (n_texts, n_outputs), columns as in `columns_of`.
    calibrations : for each predicted dimension.
    rerankers : for the dimensions that have one.

    Returns
    -------
    Dimension to shape (n_texts, n_labels). A parent's label has the sum of its children's.
    """
    columns = columns_of(taxonomy)
    found = first_probabilities(logits, taxonomy, calibrations)
    first = np.hstack([found[dimension.id] for dimension in taxonomy.predicted]) if rerankers else np.empty(0)
    for name, reranker in rerankers.items():
        found[name] = reranker.probabilities(logits[:, columns[name]], first, taxonomy.dimension(name).kind)
    for dimension in taxonomy.predicted:
        for child, parent in zip(taxonomy.path(dimension), taxonomy.path(dimension)[1:], strict=False):
            found[parent.id] = found[child.id] @ parenthood(child, parent)
    return found


def first_probabilities(
    logits: Floats, taxonomy: Taxonomy, calibrations: Mapping[str, Calibration]
) -> dict[str, Floats]:
    """Return predicted dimension to the probabilities that its own logits give: shape (n_texts, n_labels)."""
    columns = columns_of(taxonomy)
    return {
        dimension.id: calibrations[dimension.id].probabilities(logits[:, columns[dimension.id]], dimension.kind)
        for dimension in taxonomy.predicted
    }


def parenthood(child: Dimension, parent: Dimension) -> Floats:
    """Return which label of a dimension follows from which: 1 or 0, shape (n_child_labels, n_parent_labels)."""
    return np.array([[float(label.parent == parent_id) for parent_id in parent.label_ids] for label in child.labels])
