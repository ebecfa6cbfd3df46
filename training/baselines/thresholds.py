"""From which score on a baseline gives a label of a multi dimension: found as the model's own thresholds are."""

import numpy as np

from pobo_nlp.errors import AnnotationError
from training.baselines.baseline import Floats, Given, Target
from training.decide import threshold_for_f1
from training.folds import Split, splits

HELD_OUT = 5
# Below so many texts a label shares its threshold with the others of its dimension.
MIN_SUPPORT = 30


def thresholds_for_f1(scores: Floats, target: Target) -> Floats:
    """Return each label's threshold of the highest F1, or a shared one where it has few texts: shape (n_labels,).

    Parameters
    ----------
    scores : shape (n_texts, n_labels), of texts that the baseline has not learnt from.
    """
    is_true = target == 1
    shared = threshold_for_f1(is_true.ravel(), scores.ravel())
    return np.array(
        [
            threshold_for_f1(of_label, scores[:, label]) if of_label.sum() >= MIN_SUPPORT else shared
            for label, of_label in enumerate(is_true.T)
        ]
    )


def held_out(given: Given) -> Split | None:
    """Return (part to learn from, grouped fifth to find thresholds on); None where there are too few texts."""
    try:
        return splits(given.train, given.taxonomy, n_folds=HELD_OUT, seed=given.seed)[0]
    except AnnotationError:
        return None
