"""The table of an annual report: inquiries by level, area and cause, this year and the two before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from pobo_nlp.patterns.report.contents import Key, Report
from pobo_nlp.patterns.report.names import Names
from pobo_nlp.patterns.series import Series
from pobo_nlp.taxonomy import Dimension


@dataclass(frozen=True, slots=True)
class AnnualRow:
    """A label, or all inquiries, in each of the years; None where a count is hidden.

    Attributes
    ----------
    dimension : None for all inquiries.
    depth : 0 for all, 1 for a level or a cause, 2 for an area under its level.
    human : share that persons labelled, over the whole time of the report; None where it is hidden.
    corrected : of the last year, with its 95 % interval; None where the count is hidden or needs no correction.
    """

    dimension: Dimension | None
    label: str
    name: str
    depth: int
    counts: tuple[int | None, ...]
    human: float | None
    corrected: tuple[float, float, float] | None = None


def annual_table(report: Report, names: Names) -> list[AnnualRow]:
    """Return the rows in the order of the scheme: each level with its areas, then the causes."""
    years = report.years
    if not years:
        return []
    roles = report.roles
    rows = [_row(report, names, (), None, 0)]
    areas = roles.area.labels if roles.area is not None else ()
    if roles.level is not None and roles.area is not None:
        for level in roles.level.labels:
            rows.append(_row(report, names, ((roles.level.id, level.id),), roles.level, 1))
            under = [area for area in areas if area.parent == level.id]
            rows += [_row(report, names, ((roles.area.id, area.id),), roles.area, 2) for area in under]
    elif roles.area is not None:
        rows += [_row(report, names, ((roles.area.id, area.id),), roles.area, 1) for area in areas]
    if roles.cause is not None:
        rows += [_row(report, names, ((roles.cause.id, cause.id),), roles.cause, 1) for cause in roles.cause.labels]
    return rows


def _row(report: Report, names: Names, key: Key, dimension: Dimension | None, depth: int) -> AnnualRow:
    label = key[0][1] if key else ""
    counts = tuple(report.counts.in_year(key, year) for year in report.years)
    series = report.counts.at(key, "year")
    corrected = corrected_at(series, len(series.periods) - 1) if series is not None and counts[-1] is not None else None
    return AnnualRow(dimension, label, names.of(key), depth, counts, human_of(report, series), corrected)


def corrected_at(series: Series, place: int | None) -> tuple[float, float, float] | None:
    """Return a corrected count and its interval, in a period or over all; None where there is nothing to correct."""
    if not series.is_corrected:
        return None
    if place is None:
        found = (series.total.corrected, series.total.low, series.total.high)
    else:
        found = (float(series.corrected[place]), float(series.low[place]), float(series.high[place]))
    return found if np.isfinite(found).all() else None


def human_of(report: Report, series: Series | None) -> float | None:
    """Return which share of a series persons labelled; None where it is hidden."""
    if series is None or not report.counts.shown.human_total(series):
        return None
    return series.share_human


def annual_rows(report: Report, names: Names) -> Iterator[dict[str, Any]]:
    """Yield a row for each label and year whose count may be shown."""
    from pobo_nlp.patterns.report.tables import figures_of

    for row in annual_table(report, names):
        key: Key = ((row.dimension.id, row.label),) if row.dimension is not None else ()
        series = report.counts.at(key, "year")
        for year, count in zip(report.years, row.counts, strict=True):
            if count is None or series is None:
                continue
            place = year - series.periods[0].year
            figures = figures_of(series, place, shows_human=bool(report.counts.shown.human(series)[place]))
            dimension = row.dimension.id if row.dimension is not None else ""
            yield {"dimensjon": dimension, "etikett": row.label, "navn": row.name, "ar": year, **figures}
