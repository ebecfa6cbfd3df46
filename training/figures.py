"""Figures that two models are compared by, as functions of what each text weighs: a bootstrap redraws the weights."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension
from training.folds import Predictions
from training.intervals import Floats, ratio
from training.reliability import BINS, brier_of_multi, brier_of_single
from training.slices import main_counts

# From weights of the texts, shape (n_samples, n_texts), to the value in each sample.
Figure = Callable[[Floats], Floats]
TOP = 3


def figures_of(dimension: Dimension, said: Predictions, target: NDArray[np.int8]) -> dict[str, Figure]:
    """Return name to figure; a figure is 0 where the texts do not define it.

    Parameters
    ----------
    target : shape (n_texts, n_labels).
    """
    probability = said.probability[dimension.id]
    is_accepted = said.accepted[dimension.id].astype(float)
    is_true = target.astype(float)
    if dimension.kind == "single":
        return _single(probability, is_accepted.any(axis=1).astype(float), is_true)
    return {
        "micro_f1": _share(*main_counts(dimension, said, target)),
        "macro_f1": _macro_f1(is_accepted, is_true),
        "calibration_error": _calibration_error(probability, is_true),
        "brier": _mean(brier_of_multi(probability, is_true)),
    }


def _single(probability: Floats, is_accepted: Floats, is_true: Floats) -> dict[str, Figure]:
    order = np.argsort(-probability, axis=1, kind="stable")
    best = np.eye(probability.shape[1])[order[:, 0]]
    is_right = (best * is_true).sum(axis=1)
    among_top = np.take_along_axis(is_true, order[:, :TOP], axis=1).sum(axis=1)
    return {
        "top_1": _mean(is_right),
        **({f"top_{TOP}": _mean(among_top)} if probability.shape[1] > TOP else {}),
        "macro_f1": _macro_f1(best, is_true),
        "accepted_share": _mean(is_accepted),
        "accepted_accuracy": _share(is_right * is_accepted, is_accepted),
        "calibration_error": _calibration_error(probability.max(axis=1)[:, None], is_right[:, None]),
        "brier": _mean(brier_of_single(probability, is_true)),
    }


def _mean(values: Floats) -> Figure:
    return lambda weights: ratio(weights @ values, weights.sum(axis=1))


def _share(hits: Floats, of: Floats) -> Figure:
    return lambda weights: ratio(weights @ hits, weights @ of)


def _macro_f1(given: Floats, is_true: Floats) -> Figure:
    """Return the mean F1 over the labels that occur in the texts."""
    occurs = is_true.any(axis=0)
    hits, of = 2 * (given * is_true)[:, occurs], (given + is_true)[:, occurs]
    n_labels = max(int(occurs.sum()), 1)
    return lambda weights: np.asarray(ratio(weights @ hits, weights @ of).sum(axis=1) / n_labels)


def _calibration_error(probability: Floats, is_true: Floats) -> Figure:
    """Return the mean over the columns of `training.reliability.calibration_error`."""
    n_texts, n_columns = probability.shape
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    gaps = np.zeros((n_texts, n_columns * BINS))
    np.put_along_axis(gaps, np.arange(n_columns) * BINS + bins, is_true - probability, axis=1)
    return lambda weights: ratio(np.abs(weights @ gaps).sum(axis=1) / n_columns, weights.sum(axis=1))
