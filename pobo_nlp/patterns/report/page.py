"""The page itself: one HTML file that needs nothing from anywhere else."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pobo_nlp.batch.difference import words
from pobo_nlp.patterns.report import pictures
from pobo_nlp.patterns.report.annual import annual_table, corrected_at, human_of
from pobo_nlp.patterns.report.contents import Report
from pobo_nlp.patterns.report.findings import findings
from pobo_nlp.patterns.report.names import Names
from pobo_nlp.patterns.report.sections import (
    candidates_of,
    drift_of,
    figures_said,
    interval,
    lists_of,
    percent,
    regions_of,
    sites_of,
    surges_of,
)
from pobo_nlp.patterns.series import Series
from pobo_nlp.patterns.surges import Surge

MOST_IN_MAP = 40


def page(report: Report) -> str:
    """Return the page: the same table gives the same page."""
    environment = Environment(
        # What reports look like stands beside the first of them.
        loader=ChoiceLoader([PackageLoader("pobo_nlp.patterns.report"), PackageLoader("pobo_nlp.batch.difference")]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = Names(report.cases.taxonomy)
    hidden = f"<{report.min_cell}"
    environment.globals |= {
        "count": lambda value: hidden if value is None else words.count(value),
        "percent": percent,
        "interval": interval,
        "HIDDEN": hidden,
    }
    return environment.get_template("report.html.jinja").render(
        report=report,
        total=report.counts.total(()),
        human=_human(report),
        findings=findings(report),
        plots=list(_plots(report, names)),
        heat_map=_heat_map(report, names),
        regions=regions_of(report, names),
        surges=surges_of(report, names),
        candidates=candidates_of(report, names),
        groups=lists_of(report, report.groups),
        themes=lists_of(report, report.themes.themes if report.themes is not None else ()),
        sites=sites_of(report),
        drift=drift_of(report, names),
        annual=annual_table(report, names),
    )


def _human(report: Report) -> list[tuple[str, float | None]]:
    """Return which share of each dimension's labels persons set."""
    by_dimension = [(one.name, report.counts.by(one.id)) for one in report.cases.taxonomy.dimensions]
    return [(name, _human_share(report, series)) for name, series in by_dimension if series]


def _plots(report: Report, names: Names) -> Iterator[Markup]:
    """Yield a picture for each series that is drawn, those with a surge marked."""
    counts = report.counts
    surges = {one.series.key: one for one in report.surges}
    for place, (key, band) in enumerate(report.bands.items()):
        series = counts.over_time(key)
        if series is None or len(series.periods) < 2:
            continue
        shown = counts.shown.periods(series)
        values = [int(value) if is_shown else None for value, is_shown in zip(series.observed, shown, strict=True)]
        # What is expected is made from the past: where some of it is hidden, it would tell of that.
        safe = band if shown.all() else None
        notes = [f"satt av menneske: {percent(human_of(report, series))}"]
        corrected = corrected_at(series, None)
        if corrected is not None:
            notes.append(f"rettet i alt: {interval(corrected)}")
        if key == ():
            notes = ["alle henvendelser med dato"]
        yield pictures.series_plot(
            f"s{place}", names.of(key), notes, series.periods, values, safe, _window(series, surges.get(key))
        )


def _window(series: Series, surge: Surge | None) -> tuple[int, int] | None:
    """Return the places of a surge's first and last period among those of a series, which may be longer ones."""
    if surge is None:
        return None
    begin, end = surge.series.periods[surge.first].start, surge.series.periods[surge.last].end
    places = [place for place, one in enumerate(series.periods) if one.start <= end and begin <= one.end]
    return (places[0], places[-1]) if places else None


def _heat_map(report: Report, names: Names) -> Mapping[str, Any] | None:
    """Return the grid of areas by causes, and the same as a table."""
    area, cause = report.roles.area, report.roles.cause
    if area is None or cause is None:
        return None
    series = {
        (dict(one.key)[area.id], dict(one.key)[cause.id]): one
        for one in [*report.counts.by(area.id, cause.id), *report.counts.by(cause.id, area.id)]
        if report.counts.shown.total(one)
    }
    if not series:
        return None
    rows = [one for one in area.label_ids if any(one == key[0] for key in series)][:MOST_IN_MAP]
    columns = [one for one in cause.label_ids if any(one == key[1] for key in series)][:MOST_IN_MAP]
    values = np.array([[_count(series.get((row, column))) for column in columns] for row in rows])
    row_names = [names.label(area.id, row) for row in rows]
    column_names = [names.label(cause.id, column) for column in columns]
    cells = [[series.get((row, column)) for column in columns] for row in rows]
    said = [["; ".join(figures_said(report, one)) if one is not None else "" for one in line] for line in cells]
    title = f"{area.name} og {cause.name.lower()}: henvendelser"
    return {
        "picture": pictures.heat_map("kart", title, row_names, column_names, values, said),
        "columns": column_names,
        "rows": [
            (name, [figures_said(report, one) if one is not None else ["–"] for one in line])
            for name, line in zip(row_names, cells, strict=True)
        ],
        "area": area.name,
        "cause": cause.name,
        "human": _human_share(report, series.values()),
    }


def _count(series: Series | None) -> int:
    return series.total.observed if series is not None else -1


def _human_share(report: Report, series: Iterable[Series]) -> float | None:
    """Return which share of labels persons set, of the series where that is shown: so it tells of no others."""
    shown = [one.total for one in series if report.counts.shown.human_total(one)]
    n = sum(one.observed for one in shown)
    return sum(one.human for one in shown) / n if n else None
