"""Whether probabilities are true: calibration error, reliability bins, Brier score."""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from training.intervals import Bootstrap, Floats, Interval, rounded

BINS = 10


class Bin(TypedDict):
    """Answers of about the same probability: their mean probability, how often they were true, their number."""

    probability: float
    frequency: float
    count: int


def calibration_error(probability: Floats, is_true: Floats) -> float:
    """Return the expected calibration error: mean gap between probability and frequency, ten bins of equal width.

    Source: Naeini, Cooper & Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning".
    """
    gaps = np.bincount(_bins(probability), weights=is_true - probability, minlength=BINS)
    return float(np.abs(gaps).sum() / len(probability))


def calibration_error_interval(probability: Floats, is_true: Floats, bootstrap: Bootstrap) -> Interval:
    """Return the mean over the columns of the calibration error, with its interval.

    Parameters
    ----------
    probability, is_true : shape (n_texts, n_columns).

    Notes
    -----
    Resampling adds noise to every bin, and noise never cancels in a sum of absolute gaps: the samples lie above the
    figure itself, the more so the fewer the texts are. The interval is widened downwards to hold the figure.
    """
    n_columns = probability.shape[1]
    places = np.arange(n_columns) * BINS + _bins(probability)
    gaps = np.zeros((len(probability), n_columns * BINS))
    np.put_along_axis(gaps, places, is_true - probability, axis=1)
    found = bootstrap.interval(lambda weights: np.abs(weights @ gaps).sum(axis=1) / (n_columns * weights.sum(axis=1)))
    return Interval(value=found["value"], low=min(found["low"], found["value"]), high=found["high"])


def reliability_bins(probability: Floats, is_true: Floats) -> list[Bin]:
    """Return what a reliability diagram shows: the bins that hold an answer, least probable first.

    Examples
    --------
    >>> reliability_bins(np.array([0.12, 0.18, 0.95]), np.array([0.0, 1.0, 1.0]))
    [{'probability': 0.15, 'frequency': 0.5, 'count': 2}, {'probability': 0.95, 'frequency': 1.0, 'count': 1}]
    """
    bins = _bins(probability)
    found = []
    for number in np.unique(bins):
        is_in_bin = bins == number
        found.append(
            Bin(
                probability=rounded(probability[is_in_bin].mean()),
                frequency=rounded(is_true[is_in_bin].mean()),
                count=int(is_in_bin.sum()),
            )
        )
    return found


def brier_of_single(probability: Floats, target: Floats) -> Floats:
    """Return the Brier score of each text over all labels, in [0, 2].

    Source: Brier 1950, "Verification of forecasts expressed in terms of probability".
    """
    return np.asarray(((probability - target) ** 2).sum(axis=1))


def brier_of_multi(probability: Floats, target: Floats) -> Floats:
    """Return the mean over the labels of each text's Brier score, in [0, 1]."""
    return np.asarray(((probability - target) ** 2).mean(axis=1))


def _bins(probability: Floats) -> NDArray[np.int64]:
    return np.minimum((probability * BINS).astype(np.int64), BINS - 1)
