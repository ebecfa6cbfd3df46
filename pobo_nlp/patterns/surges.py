"""Which series are above what their own past, their season and all cases explain: the latest three months, or quarter.

One window of each series is tested, since every further one costs power. All series of a report are one family,
whatever they count (areas, causes, pairs, flags at sites): false discoveries are controlled over the whole report
(Benjamini & Hochberg 1995), so that of reports on nothing but noise, about a share of `level` has a false alarm. A
family for each sort of series would give each sort its own false alarms. That many series count the same cases does
not hurt: such tests rise and fall together, which the procedure bears (Benjamini & Yekutieli 2001). Series may be
chosen by how many cases they have in all, as `count_series` does, but not by how many there are in the window.

How often surges are found, and how often noise is taken for one, is measured by `python -m benchmarks.surges`, which
writes `docs/surges.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from pobo_nlp.patterns.expectation import USUAL, Expectation, Family, Past, expectation, expectations
from pobo_nlp.patterns.periods import MONTHS, Timeline
from pobo_nlp.patterns.series import Series

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Method = Literal["new", "u_chart", "regression"]
WINDOW_MONTHS = 3
# At most one report on noise in twenty may hold a false alarm. What is expected is an estimate, and far out its
# p-values are too small, which many series find out: the level leaves room for that (docs/surges.md).
LEVEL = 0.04
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
    """What was tested, in the order of the series, and what was found, the surest first.

    Attributes
    ----------
    family : what the series have in common, for `expected_band`.
    """

    tested: tuple[Surge, ...]
    found: tuple[Surge, ...]
    family: Family = USUAL


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
    level: float = LEVEL,
    time: Timeline | None = None,
) -> SurgeTest:
    """Test the latest three whole months, or the latest whole quarter or year, of each series.

    Parameters
    ----------
    series : all of one report together, of the same periods: those of each label, place, pair of labels ...
    totals : all cases of each period, shape (n_periods,): `count_series(cases)[0].observed`.
    min_count : a window with fewer cases is never called a surge.
    level : of the control of false discoveries.
    time : says which periods are whole; None where all are.
    """
    window = _window(series, time)
    if window is None:
        return SurgeTest((), ())
    pasts = [_past(one, totals, window) for one in series]
    expected, family = expectations(pasts)
    seen = [int(one.observed[window.first : window.last + 1].sum()) for one in series]
    p_values = [each.p_value(count) for each, count in zip(expected, seen, strict=True)]
    q_values = false_discovery_control(p_values)
    tested = tuple(
        _surge(one, window, past, each, p, float(q))
        for one, past, each, p, q in zip(series, pasts, expected, p_values, q_values, strict=True)
    )
    found = (one for one in tested if one.q <= level and one.observed >= min_count)
    return SurgeTest(tested, tuple(sorted(found, key=lambda one: (one.q, one.p, one.series.key))), family)


def expected_band(series: Series, totals: Ints, family: Family = USUAL) -> Band:
    """Return what each period would hold, from the periods before it.

    Parameters
    ----------
    totals : all cases of each period, shape (n_periods,).
    family : of `SurgeTest`.
    """
    mean, low, high = (np.full(len(series.periods), np.nan) for _ in range(3))
    for place in range(_min_past(series), len(series.periods)):
        one = expectation(_past(series, totals, _Window(0, place, place)), family)
        mean[place] = one.mean
        low[place], high[place] = one.interval()
    return Band(mean, low, high)


@dataclass(frozen=True, slots=True)
class _Window:
    """Places of the first period of the past, and of the first and the last one of the window."""

    begin: int
    first: int
    last: int


def _window(series: Sequence[Series], time: Timeline | None) -> _Window | None:
    """Return the latest whole window; None where there is none, or too little before it."""
    if not series:
        return None
    n_periods = len(series[0].periods)
    whole = [place for place in range(n_periods) if time is None or time.is_whole(place)]
    length = max(WINDOW_MONTHS // MONTHS[series[0].periods[0].kind], 1)
    if len(whole) < length + _min_past(series[0]):
        return None
    return _Window(whole[0], whole[-1] - length + 1, whole[-1])


def _min_past(series: Series) -> int:
    months = MONTHS[series.periods[0].kind] if series.periods else 1
    return max(MIN_PAST_MONTHS // months, 1)


def _past(series: Series, totals: Ints, window: _Window) -> Past:
    # The number of all cases cannot be explained by itself.
    totals = totals if series.key else np.ones_like(totals)
    before, within = slice(window.begin, window.first), slice(window.first, window.last + 1)
    first = series.periods[window.begin]
    return Past(series.observed[before], totals[before], totals[within], 12 // MONTHS[first.kind], first.season)


def _surge(series: Series, window: _Window, past: Past, expected: Expectation, p: float, q: float) -> Surge:
    within = slice(window.first, window.last + 1)
    low, high = expected.interval()
    return Surge(
        series=series,
        first=window.first,
        last=window.last,
        observed=int(series.observed[within].sum()),
        expected=expected.mean,
        low=low,
        high=high,
        p=p,
        q=q,
        method=expected.method if past.counts.any() else "new",
        rows=np.concatenate(series.rows[within]),
    )
