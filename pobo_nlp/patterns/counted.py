"""Everything that is counted in a report, what surges in it, and what of both may be shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pobo_nlp.patterns.candidates import Candidate
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.correction import FEW_SAMPLES
from pobo_nlp.patterns.counting import count_series, families
from pobo_nlp.patterns.error_rates import ErrorRates
from pobo_nlp.patterns.groups import Group
from pobo_nlp.patterns.lists import candidate_name, listed, surge_name
from pobo_nlp.patterns.options import Options
from pobo_nlp.patterns.periods import Kind, timeline
from pobo_nlp.patterns.report.contents import Counts, Key
from pobo_nlp.patterns.roles import Roles
from pobo_nlp.patterns.series import REGION, SITE, Series
from pobo_nlp.patterns.suppression import Listed, Suppressor
from pobo_nlp.patterns.surges import Band, SurgeTest, expected_band, find_surges
from pobo_nlp.patterns.themes import Theme

MOST_DRAWN = 24
# See docs/adr/0016.
LEAST_FOR_QUARTERS, MOST_CELLS_OF_PAIRS = 10_000, 100_000


@dataclass(frozen=True)
class Counted:
    """What was counted.

    Attributes
    ----------
    bands : of the series that are drawn.
    """

    counts: Counts
    surges: SurgeTest
    bands: Mapping[Key, Band] = field(default_factory=dict)


def counted_of(cases: Cases, rates: ErrorRates | None, options: Options, lists: Sequence[Listed]) -> Counted:
    """Count cases, test for surges, and decide what may be shown beside the lists of a report."""
    is_dated = bool((~np.isnat(cases.dates)).any())
    if not is_dated:
        # All stand in one period, of which nothing is told but the sum.
        cases = replace(cases, dates=np.full(len(cases), np.datetime64("2000-06-15")))
    surges = _surges(cases, options) if is_dated else SurgeTest((), ())
    every = [*lists, *listed(cases, surges.found, (), ())]
    suppressor = Suppressor(cases.taxonomy, options.min_cell)
    for series, pairs in _series(cases, rates, options, is_dated=is_dated):
        counts = Counts(series, suppressor.shown(series, every), options.period, is_dated, pairs)
        # What a list is about is worth more than shorter periods.
        is_listed = all(counts.shown.listed(one.name) for one in every)
        if is_listed:
            break
    if not is_listed and surges.found:
        surges = replace(surges, found=())
        counts = replace(counts, shown=suppressor.shown(series, lists))
    shown = counts.shown
    if not is_dated or not series:
        return Counted(counts, surges)
    surges = replace(surges, found=tuple(one for one in surges.found if shown.listed(surge_name(one))))
    totals = {kind: _count(cases, (), kind, options, min_cases=1)[0].observed for kind in {options.period, pairs}}
    drawn = _drawn(counts, Roles.of(cases.taxonomy), surges)
    bands = {one.key: expected_band(one, totals[one.periods[0].kind], surges.family) for one in drawn}
    return Counted(counts, surges, bands)


def counted_beside(
    cases: Cases,
    candidates: Sequence[Candidate],
    alike: Sequence[Group | Theme],
    rates: ErrorRates | None,
    options: Options,
) -> tuple[Counted, list[Candidate]]:
    """Count cases beside the lists of a report, and return the candidates that may be listed too."""
    counted = counted_of(cases, rates, options, listed(cases, (), candidates, alike))
    return counted, [one for one in candidates if counted.counts.shown.listed(candidate_name(one))]


def _surges(cases: Cases, options: Options) -> SurgeTest:
    tested = _tested_series(cases, options)
    if not tested:
        return SurgeTest((), ())
    time = timeline(cases.dates, options.period, since=options.since, until=options.until)
    totals = _count(cases, (), options.period, options, min_cases=1)[0].observed
    return find_surges(tested, totals, min_count=options.min_cell, time=time)


def _tested_series(cases: Cases, options: Options) -> list[Series]:
    """Return the series that are tested for surges: areas, causes, flags, areas by cause, and flags at sites."""
    roles = Roles.of(cases.taxonomy)
    area, cause, flag = (one.id if one is not None else None for one in (roles.area, roles.cause, roles.flag))
    known = families(cases)
    found: list[Series] = []
    for by in [(area,), (cause,), (flag,), (area, cause), (flag, SITE)]:
        names = tuple(name for name in by if name is not None)
        if len(names) == len(by) and names in known:
            found += _count(cases, names, options.period, options)
    return found


def _count(
    cases: Cases,
    by: Sequence[str],
    kind: Kind,
    options: Options,
    *,
    rates: ErrorRates | None = None,
    min_cases: int | None = None,
) -> list[Series]:
    return count_series(
        cases,
        by,
        kind,
        rates=rates,
        since=options.since,
        until=options.until,
        min_cases=options.min_cell if min_cases is None else min_cases,
        samples=FEW_SAMPLES if len(by) == 2 else None,
    )


def _series(
    cases: Cases, rates: ErrorRates | None, options: Options, *, is_dated: bool
) -> Iterator[tuple[list[Series], Kind]]:
    """Yield all series with the period of their pairs: quarters where there are cases for it, and then years.

    What is to be hidden among pairs is found in a time that grows with the number of their periods.
    """
    roles = Roles.of(cases.taxonomy)
    paired = {SITE, REGION, *(one.id for one in (roles.area, roles.cause, roles.flag) if one is not None)}
    known = families(cases)
    single, double = [by for by in known if len(by) < 2], [by for by in known if len(by) == 2 and set(by) <= paired]
    kinds: list[Kind] = [options.period, "year"] if is_dated else ["year"]
    series = [one for kind in kinds for by in single for one in _count(cases, by, kind, options, rates=rates)]
    pairs = [one for by in double for one in _count(cases, by, "year", options, rates=rates)]
    n_quarters = len(timeline(cases.dates, "quarter", since=options.since, until=options.until).periods)
    if is_dated and len(cases) >= LEAST_FOR_QUARTERS and len(pairs) * n_quarters <= MOST_CELLS_OF_PAIRS:
        by_quarter = [one for by in double for one in _count(cases, by, "quarter", options, rates=rates)]
        yield [*series, *by_quarter, *pairs], "quarter"
    yield [*series, *pairs], "year"


def _drawn(counts: Counts, roles: Roles, surges: SurgeTest) -> list[Series]:
    """Return the series that are drawn: all, those with a surge, and the largest; only where two periods are shown."""
    dimensions = [one.id for one in (roles.level, roles.area, roles.cause, roles.flag) if one is not None]
    found = [counts.over_time(()), *(counts.over_time(one.series.key) for one in surges.found)]
    for name, most in zip(dimensions, (5, 6, 6, 6), strict=False):
        found += sorted(counts.by(name, kind=counts.period), key=lambda one: -one.total.observed)[:most]
    unique = {one.key: one for one in found if one is not None and counts.shown.total(one)}
    return [one for one in unique.values() if counts.shown.periods(one).sum() >= 2][:MOST_DRAWN]
