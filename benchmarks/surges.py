"""How often surges are found, and how often noise is taken for one: `python -m benchmarks.surges [REPORTS]`.

Writes `docs/surges.md`. A made-up report holds `N_SERIES` series of months. Their means are log-normal: half of them
between 7 and 31 cases a month. All cases follow one season; each series has a season of its own besides, most of them
within 15 % up and down, and counts are negative binomial: their standard deviation beyond chance is given as a share of
the mean. In the reports with surges, `N_SURGES` series of any size are doubled in the last three months.
"""

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.periods import Period
from pobo_nlp.patterns.series import Estimate, Series
from pobo_nlp.patterns.surges import find_surges

RESULTS = Path(__file__).parent.parent / "docs" / "surges.md"
REPORTS, LEAST_REPORTS = 400, 120
N_SERIES, N_SURGES, N_ALL = 60, 6, 1500.0
FACTOR = 2.0
MEDIAN, SPREAD = 15.0, 1.1
SEASON_OF_ALL, SEASON = 0.15, 0.15
BOUNDS = (2, 5, 10, 15, 30, np.inf)
FIRST = Period("month", 2023 * 12)


@dataclass(frozen=True)
class World:
    """What reports are made up of.

    Attributes
    ----------
    spread : standard deviation of a month's count beyond chance, as a share of the mean.
    """

    years: int = 2
    spread: float = 0.1
    season: float = SEASON
    n_series: int = N_SERIES


@dataclass(frozen=True)
class Report:
    """Made-up series.

    Attributes
    ----------
    means : of each series, cases a month over the year without surges.
    is_surge : whether it is doubled in the last three months.
    """

    series: Sequence[Series]
    totals: NDArray[np.int64]
    means: NDArray[np.float64]
    is_surge: NDArray[np.bool_]


def made_up(world: World, random: np.random.Generator, *, n_surges: int = 0) -> Report:
    """Return a report."""
    months = np.arange(12 * world.years)
    means = np.clip(random.lognormal(np.log(MEDIAN), SPREAD, world.n_series), 0.3, 400)
    of_all = 1 + SEASON_OF_ALL * np.sin(2 * np.pi * months / 12)
    height = world.season * 2 * random.random((world.n_series, 1))
    start = 12 * random.random((world.n_series, 1))
    expected = means[:, None] * of_all * np.exp(height * np.sin(2 * np.pi * (months + start) / 12))
    is_surge = np.arange(world.n_series) < n_surges
    expected[is_surge, -3:] *= FACTOR
    if world.spread > 0:
        expected *= random.gamma(world.spread**-2, world.spread**2, expected.shape)
    counts = random.poisson(expected)
    series = [series_of(row, name=f"{place:04}") for place, row in enumerate(counts)]
    return Report(series, random.poisson(N_ALL * of_all), means, is_surge)


def series_of(counts: NDArray[np.int64], *, name: str = "", first: Period = FIRST) -> Series:
    """Return a series of counts, whose cases are numbered from 0."""
    n_cases, exact = int(counts.sum()), counts.astype(np.float64)
    periods = [Period(first.kind, first.number + place) for place in range(len(counts))]
    rows = np.split(np.arange(n_cases), counts.cumsum()[:-1])
    total = Estimate(n_cases, n_cases, n_cases, n_cases, n_cases)
    key = (("arsak", name),) if name else ()
    return Series(key, periods, counts, counts, exact, exact, exact, rows, total)


def share_of_false_alarms(world: World, n_reports: int, *, seed: int = 0) -> float:
    """Return the share of reports on noise that call any series a surge."""
    random = np.random.default_rng(seed)
    reports = (made_up(world, random) for _ in range(n_reports))
    return float(np.mean([bool(find_surges(one.series, one.totals).found) for one in reports]))


def planted(world: World, n_reports: int, *, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the means of doubled series, and which of them were found."""
    random = np.random.default_rng(seed)
    means, is_found = [], []
    for _ in range(n_reports):
        report = made_up(world, random, n_surges=N_SURGES)
        found = {one.series.key for one in find_surges(report.series, report.totals).found}
        for place in np.flatnonzero(report.is_surge).tolist():
            means.append(report.means[place])
            is_found.append(report.series[place].key in found)
    return np.array(means), np.array(is_found)


WORLDS = (
    World(spread=0.0, season=0.0),
    World(spread=0.0),
    World(spread=0.1),
    World(spread=0.2),
    World(years=3),
    World(years=5),
    World(n_series=600),
)


def row(world: World, n_reports: int) -> Sequence[str]:
    """Return a row of the table."""
    # A world of many series has as many in fewer reports.
    n_noise = max(n_reports * N_SERIES // world.n_series, min(n_reports, LEAST_REPORTS))
    alarms = share_of_false_alarms(world, n_noise)
    means, is_found = planted(world, max(n_noise // 2, 20))
    groups = [(means >= low) & (means < high) for low, high in pairwise(BOUNDS)]
    groups.append(means >= 10)
    power = [f"{is_found[group].mean():.0%} ({group.sum()})" for group in groups]
    season = "yes" if world.season else "no"
    head = (str(world.years), str(world.n_series), season, f"{world.spread:.0%}", f"{alarms:.1%} ({n_noise})")
    return (*head, *power)


def main(n_reports: int = REPORTS) -> None:
    """Measure, and write the page."""
    names = [f"{low:g}-{high:g}" if np.isfinite(high) else f"{low:g} or more" for low, high in pairwise(BOUNDS)]
    head = ("Years", "Series", "Own season", "Spread beyond chance", "False alarms", *names, "All of 10 or more")
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(partial(row, n_reports=n_reports), WORLDS))
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))
    RESULTS.write_text(f"{INTRODUCTION}\n{table}\n", encoding="utf-8")


INTRODUCTION = """# Surges: how many are found, and how often noise is taken for one

Written by `python -m benchmarks.surges`, which says what the made-up reports are like. *False alarms* is the share of
reports on nothing but noise in which any series is called a surge (reports in brackets); the aim is at most 5 %. The
columns after it are the share that is found of series doubled over the last three months, by their mean of cases a
month (series in brackets); the aim is at least 80 % of those with a mean of 10 or more. *Spread beyond chance* is the
standard deviation of a month's count that neither chance, season nor all cases explain, as a share of the mean.
"""

if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
