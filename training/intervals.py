"""Bootstrap over groups: every figure gets its 95 % interval."""

from collections.abc import Callable
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PERCENTILES = (2.5, 97.5)


class Interval(TypedDict):
    """A figure and its 95 % bootstrap interval over groups."""

    value: float
    low: float
    high: float


class Bootstrap:
    """Samples of texts, drawn by group with replacement, for intervals.

    Parameters
    ----------
    groups : shape (n_texts,), at least one. Texts of one group are drawn together: apart, the interval would be too
        narrow.
    """

    def __init__(self, groups: NDArray[np.int64], *, samples: int, seed: int) -> None:
        _, number_of = np.unique(groups, return_inverse=True)
        n_groups = int(number_of.max()) + 1
        drawn = np.random.default_rng(seed).multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=samples)
        # The first row is the sample as it is.
        self._weights = np.vstack([np.ones(len(groups)), drawn[:, number_of]]).astype(np.float64)

    def intervals(self, figure: Callable[[Floats], Floats]) -> list[Interval | None]:
        """Return several figures at once, each with its interval; None for one that the texts do not define.

        Parameters
        ----------
        figure : from weights of the texts, shape (n_samples, n_texts), to values of shape (n_samples, n_figures). It
            is not a number in a sample that does not define it, and that sample is left out.
        """
        return [_interval(values) for values in figure(self._weights).T]

    def interval(self, figure: Callable[[Floats], Floats]) -> Interval:
        """Return a figure with its interval; 0 where the texts do not define it.

        Parameters
        ----------
        figure : from weights of the texts, shape (n_samples, n_texts), to its value in each sample.
        """
        return _interval(figure(self._weights)) or Interval(value=0.0, low=0.0, high=0.0)

    def mean(self, values: Floats) -> Interval:
        """Return the mean of one value a text."""
        return self.interval(lambda weights: weights @ values / np.maximum(weights.sum(axis=1), 1e-12))

    def share(self, hits: Floats, of: Floats) -> Interval:
        """Return sum over sum; 0 where there is nothing to count."""
        return self.interval(lambda weights: ratio_or_nan(weights @ hits, weights @ of))

    def shares(self, hits: Floats, of: Floats) -> list[Interval | None]:
        """Return sum over sum in each column; None where there is nothing to count.

        Parameters
        ----------
        hits, of : shape (n_texts, n_figures).
        """
        return self.intervals(lambda weights: ratio_or_nan(weights @ hits, weights @ of))


def ratio_or_nan(part: Floats, whole: Floats) -> Floats:
    """Return a quotient, not a number where it has none."""
    return np.asarray(np.divide(part, whole, out=np.full_like(part, np.nan, dtype=float), where=np.asarray(whole) > 0))


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return a quotient, 0 where it has none."""
    return np.nan_to_num(ratio_or_nan(part, whole), nan=0.0)


def rounded(value: float | np.floating) -> float:
    """Return a figure as it is written: six decimals."""
    return round(float(value), 6)


def _interval(values: Floats) -> Interval | None:
    if not np.isfinite(values[0]):
        return None
    drawn = values[1:][np.isfinite(values[1:])]
    low, high = np.percentile(drawn, PERCENTILES) if len(drawn) else (values[0], values[0])
    return Interval(value=rounded(values[0]), low=rounded(low), high=rounded(high))
