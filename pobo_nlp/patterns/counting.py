"""How many inquiries have a label, at a place, in each period: as tagged, and corrected for the model's errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.periods import Period

SITE, REGION = "site", "region"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A count over all periods of a series.

    Attributes
    ----------
    observed, human : as tagged, and of them by a person.
    corrected, low, high : with its 95 % interval; NaN where the model's error rates are not known.
    """

    observed: int
    human: int
    corrected: float
    low: float
    high: float


@dataclass(frozen=True)
class Series:
    """Inquiries of one kind over time.

    Attributes
    ----------
    key : dimension and label id, or `site`/`region` and its name; empty for all inquiries.
    periods : consecutive, the empty ones included.
    observed : cases as tagged.
    human : of them, those whose labels a person set.
    corrected, low, high : number after correction and its 95 % interval; NaN where the error rates are not known.
    rows : for each period, the places of its cases in the `Cases`.
    total : over all periods; intervals do not add up, so that it has its own.
    """

    key: tuple[tuple[str, str], ...]
    periods: Sequence[Period]
    observed: NDArray[np.int64]
    human: NDArray[np.int64]
    corrected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    rows: Sequence[NDArray[np.int64]]
    total: Estimate
