"""The mix of labels that the office meets, where the corpus has another on purpose.

A corpus that holds every label often enough is not a picture of the office. Where the label scheme tells how often the
labels of a dimension occur (`andel_2025`), each text counts as its label's share demands: that is what calibration and
thresholds are found on.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.heads import parenthood
from pobo_nlp.taxonomy import Dimension, Taxonomy

Floats = NDArray[np.float64]
Target = NDArray[np.int8]


def natural_weights(targets: Mapping[str, Target], taxonomy: Taxonomy) -> Floats:
    """Return what each text counts: shape (n_texts,), with mean 1.

    Parameters
    ----------
    targets : dimension to 0 or 1, parents included.
    """
    n_texts = len(next(iter(targets.values())))
    weights = np.ones(n_texts)
    for dimension in taxonomy.dimensions:
        if _has_shares(dimension):
            weights *= targets[dimension.id] @ _ratio(targets[dimension.id], dimension)
    return np.asarray(weights / weights.mean()) if n_texts else weights


def log_ratios(targets: Mapping[str, Target], taxonomy: Taxonomy, dimension: Dimension) -> Floats:
    """Return the logarithm of how much more often each label is met than the texts have it: shape (n_labels,).

    A parent's share counts for its children; zeros where the scheme tells no shares.
    """
    path = taxonomy.path(dimension)
    found = np.zeros(len(dimension.labels))
    above = np.eye(len(dimension.labels))
    for child, step in zip((None, *path), path, strict=False):
        if child is not None:
            above = above @ parenthood(child, step)
        if _has_shares(step):
            found += above @ np.log(_ratio(targets[step.id], step))
    return found


def _has_shares(dimension: Dimension) -> bool:
    return dimension.kind == "single" and all(label.share is not None and label.share > 0 for label in dimension.labels)


def _ratio(target: Target, dimension: Dimension) -> Floats:
    """Return share at the office over share among the texts; 1 for a label that no text has."""
    wanted = np.array([label.share for label in dimension.labels], dtype=float)
    counts = target.sum(axis=0)
    seen = counts / max(int(counts.sum()), 1)
    return np.asarray(np.divide(wanted / wanted.sum(), seen, out=np.ones_like(wanted), where=seen > 0))
