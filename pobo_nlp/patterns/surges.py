"""Which series are above what their own past, their season and all cases explain: the latest three months, or quarter.

One window of each series is tested, and all series of a report are one family, whatever they count: false discoveries
are controlled over the whole report (Benjamini & Hochberg 1995), so that a report of nothing but noise has a false
alarm in at most `level` of the cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.counting import Series
from pobo_nlp.patterns.periods import Timeline

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Method = Literal["new", "u_chart", "regression"]
WINDOW_MONTHS = 3
# Less of a past than this says nothing of what is to come.
MIN_PAST_MONTHS = 6


@dataclass(frozen=True)
class Surge:
    """A window of a series, and what was to be expected in it.

    Attributes
    ----------
    first, last : places of the window's first and last period in `series.periods`.
    observed, expected : cases in the window.
    low, high : between which 95 % of such windows lie.
    p : probability of so many cases or more if nothing new had happened.
    q : the share of false alarms to be expected among the series that are as far above as this one, or further.
    method : `regression`, `u_chart` where the past is short, `new` where the series had no case before.
    rows : places in `Cases` of the window's cases.
    """

    series: Series
    first: int
    last: int
    observed: int
    expected: float
    low: int
    high: int
    p: float
    q: float
    method: Method
    rows: Ints


@dataclass(frozen=True)
class SurgeTest:
    """What was tested, in the order of the series, and what was found, the surest first."""

    tested: tuple[Surge, ...]
    found: tuple[Surge, ...]


@dataclass(frozen=True)
class Band:
    """What each period would hold, as its past told at the time; NaN where the past is too short.

    Attributes
    ----------
    mean, low, high : shape (n_periods,); 95 % of such periods lie between `low` and `high`.
    """

    mean: Floats
    low: Floats
    high: Floats


def find_surges(
    series: Sequence[Series],
    totals: Ints,
    *,
    min_count: int = 5,
    level: float = 0.05,
    time: Timeline | None = None,
) -> SurgeTest:
    """Test the latest three whole months, or the latest whole quarter or year, of each series.

    Parameters
    ----------
    series : all of one report together, of the same periods: those of each label, place, pair of labels ...
    totals : all cases of each period, shape (n_periods,): `count_series(cases)[0].observed`.
    min_count : a window with fewer cases is never called a surge.
    level : the share of reports on noise that may hold a false alarm.
    time : says which periods are whole; None where all are.
    """
    return SurgeTest((), ())


def expected_band(series: Series, totals: Ints) -> Band:
    """Return what each period would hold, from the periods before it."""
    nothing = np.full(len(series.periods), np.nan)
    return Band(nothing, nothing.copy(), nothing.copy())
