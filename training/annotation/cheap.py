"""Cheap models, fitted in seconds: of one single dimension, and of labels that may come together."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
C, TOLERANCE = 0.2, 1e-2
# What a margin is multiplied with before it becomes a probability: not calibrated.
SCALE = 5.0
# Of a label that no text has.
UNKNOWN = -2.0
# Added to the diagonal: the larger, the nearer is each answer to the mean.
RIDGE = 0.5


def fitted(
    values: csr_array, labels: Ints, n_labels: int, *, weights: Floats | None = None
) -> Callable[[csr_array], Floats]:
    """Return what gives logits of texts, shape (n_texts, n_labels), after fitting one estimator a label.

    Parameters
    ----------
    labels : place of each text's label: shape (n_texts,); at least two different ones.
    """
    model = LinearSVC(C=C, tol=TOLERANCE, random_state=0).fit(values, labels, sample_weight=weights)

    def logits(of_texts: csr_array) -> Floats:
        found = np.full((of_texts.shape[0], n_labels), UNKNOWN)
        margins = model.decision_function(of_texts)
        found[:, model.classes_] = margins if margins.ndim > 1 else np.column_stack([-margins, margins])
        return found

    return logits


def ridge(vectors: csr_array, annotated: Sequence[int], targets: Floats) -> Floats:
    """Return rough probabilities of labels that a text may have several of: shape (n_texts, n_labels), in [0, 1].

    Parameters
    ----------
    vectors : rows of length one; those of `annotated` have `targets`, which are 0 or 1: shape (n_annotated, n_labels).
    """
    known = vectors[list(annotated)]
    products = (known @ known.T).toarray() + RIDGE * np.eye(len(annotated))
    share = targets.mean(axis=0)
    found = share + (vectors @ known.T).toarray() @ np.linalg.solve(products, targets - share)
    return np.asarray(np.clip(found, 0.0, 1.0))


def softmax(logits: Floats) -> Floats:
    """Return probabilities over the labels: shape (n_texts, n_labels)."""
    values = np.exp(SCALE * (logits - logits.max(axis=1, keepdims=True)))
    return np.asarray(values / values.sum(axis=1, keepdims=True))
