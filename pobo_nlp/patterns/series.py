"""Inquiries of one kind over time: what the counting makes, and all else reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.periods import Period

SITE, REGION = "site", "region"
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    is_bounded : whether the plain inversion of the total would be less than none or more than all.
    """

    key: tuple[tuple[str, str], ...]
    periods: Sequence[Period]
    observed: Ints
    human: Ints
    corrected: Floats
    low: Floats
    high: Floats
    rows: Sequence[Ints]
    total: Estimate
    is_bounded: bool = False

    @property
    def share_human(self) -> float:
        """The share of the cases whose labels a person set, in [0, 1]; NaN where there is no case."""
        return self.total.human / self.total.observed if self.total.observed else float("nan")

    @property
    def is_corrected(self) -> bool:
        """Whether a model had a part in it, and its errors are known."""
        return bool(np.isfinite(self.total.corrected)) and self.total.human < self.total.observed


class RowsByPeriod(Sequence[Ints]):
    """The cases of each period, as views of one array."""

    def __init__(self, rows: Ints, ends: Ints) -> None:
        self._rows, self._ends = rows, ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> Ints: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Ints]: ...
    def __getitem__(self, place: int | slice) -> Ints | Sequence[Ints]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        return self._rows[self._ends[place] : self._ends[place + 1]]
