"""What stands in the sections of the page, ready to be written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.difference.words import SPACE, count
from pobo_nlp.patterns.lists import candidate_name, surge_name
from pobo_nlp.patterns.report.annual import corrected_at, human_of
from pobo_nlp.patterns.report.contents import Report
from pobo_nlp.patterns.report.names import Names
from pobo_nlp.patterns.report.tables import candidate_human, surge_human, told_proposals
from pobo_nlp.patterns.series import REGION, Series
from pobo_nlp.taxonomy import Dimension

# More ids than this are left to the tables.
MOST_IDS = 60
MOST_LISTS = 30
METHODS = {
    "regression": "regresjon",
    "u_chart": "u-diagram",
    "new": "ingen tidligere",
}
VERDICTS = {"same": "Som ventet", "watch": "Følg med", "changed": "Endret"}
LANGUAGES = {"nb": "bokmål", "nn": "nynorsk", "other": "annet språk"}
_OTHER_DRIFT = {"review": "Trenger et menneske", "unknown": "Ord som modellen ikke kjenner", "malform": "Målform"}
Section = Mapping[str, Any]


class _List(Protocol):
    @property
    def rows(self) -> NDArray[np.int64]: ...


def percent(share: float | None) -> str:
    r"""Return a share in per cent; a dash where it is not known or not shown.

    Examples
    --------
    >>> percent(0.0312), percent(0.5), percent(None)
    ('3,1\xa0%', '50\xa0%', '–')
    """
    if share is None or not np.isfinite(share):
        return "–"
    whole = 100 * share
    return (f"{whole:.0f}" if whole >= 10 or not whole else f"{whole:.1f}".replace(".", ",")) + f"{SPACE}%"


def interval(corrected: tuple[float, float, float] | None) -> str:
    """Return a corrected count with its 95 % interval; a dash where there is none."""
    if corrected is None:
        return "–"
    middle, low, high = (count(round(one)) for one in corrected)
    return f"{middle} ({low}–{high})"


def ids_of(report: Report, rows: NDArray[np.int64]) -> Section:
    """Return the ids of cases, as many as fit, and how many there are."""
    return {"ids": [report.cases.ids[place] for place in rows[:MOST_IDS].tolist()], "n": len(rows)}


def quotes_of(report: Report, rows: NDArray[np.int64]) -> list[str]:
    """Return the quotes of a list's first cases, where they were asked for."""
    return [report.quotes[place] for place in rows[:3].tolist() if place in report.quotes]


def surges_of(report: Report, names: Names) -> list[Section]:
    """Return the surges."""
    found: list[Section] = []
    for number, one in enumerate(report.surges[:MOST_LISTS], 1):
        first, last = one.series.periods[one.first], one.series.periods[one.last]
        found.append(
            {
                "id": f"o{number}",
                "name": names.of(one.series.key),
                "time": first.name if first == last else f"{first.name} – {last.name}",
                "observed": one.observed,
                "expected": round(one.expected),
                "low": one.low,
                "high": one.high,
                "q": f"{one.q:.2g}".replace(".", ","),
                "method": METHODS[one.method],
                "corrected": report.corrected.get(surge_name(one)),
                "human": surge_human(report, one),
                "cases": ids_of(report, one.rows),
            }
        )
    return found


def candidates_of(report: Report, names: Names) -> list[Section]:
    """Return the candidates for system cases."""
    return [
        {
            "id": f"k{number}",
            "rank": number,
            "one": one,
            "name": names.of(one.labels),
            "place": one.site or (one.site_kind if one.site_kind else ", ".join(one.municipalities)),
            "also": [names.of(labels) for labels in one.also],
            "corrected": report.corrected.get(candidate_name(one)),
            "human": candidate_human(report, one),
            "cases": ids_of(report, one.rows),
            "look_also": ids_of(report, one.look_also),
            "quotes": quotes_of(report, one.rows),
        }
        for number, one in enumerate(report.candidates[:MOST_LISTS], 1)
    ]


def lists_of(report: Report, lists: Sequence[_List]) -> list[Section]:
    """Return groups or themes with their cases."""
    return [
        {"one": one, "cases": ids_of(report, one.rows), "quotes": quotes_of(report, one.rows)}
        for one in lists[:MOST_LISTS]
    ]


def regions_of(report: Report, names: Names) -> Section | None:
    """Return the table of regions: counts of each year, and what is most frequent."""
    series = [one for one in report.counts.by(REGION) if report.counts.shown.total(one)]
    if not series:
        return None
    rows = []
    for one in sorted(series, key=lambda one: -one.total.observed):
        rows.append(
            {
                "name": one.key[0][1],
                "total": one.total.observed,
                "years": [report.counts.in_year(one.key, year) for year in report.years],
                "area": _most_frequent(report, names, one.key[0][1], report.roles.area),
                "cause": _most_frequent(report, names, one.key[0][1], report.roles.cause),
            }
        )
    return {"years": report.years, "rows": rows}


def _most_frequent(report: Report, names: Names, region: str, dimension: Dimension | None) -> str:
    if dimension is None:
        return "–"
    found = [
        one
        for one in report.counts.by(dimension.id, REGION)
        if one.key[1][1] == region and report.counts.shown.total(one)
    ]
    if not found:
        return "–"
    most = max(found, key=lambda one: one.total.observed)
    return f"{names.label(*most.key[0])} ({', '.join(figures_said(report, most))})"


def figures_said(report: Report, series: Series) -> list[str]:
    """Return a count over all periods, what it is after correction, and which share persons labelled, in words."""
    corrected, human = corrected_at(series, None), human_of(report, series)
    said = [count(series.total.observed)]
    if corrected is not None:
        said.append(f"rettet {interval(corrected)}")
    return said if human is None else [*said, f"{percent(human)} satt av menneske"]


def sites_of(report: Report) -> Section:
    """Return how many rows have no site, and which sites their texts tell of."""
    told = told_proposals(report)
    found = Counter(one.site.name for one in told)
    shown = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    # The others are as good as told where the sum of all is.
    n = len(report.proposals) if len(report.proposals) - len(told) not in range(1, report.min_cell) else len(told)
    return {
        "without": report.n_without_site if report.n_without_site >= report.min_cell else None,
        "proposed": n if n >= report.min_cell else None,
        "rows": shown[:MOST_LISTS],
    }


def drift_of(report: Report, names: Names) -> Section | None:
    """Return the verdicts on what comes in, and the labels that differ."""
    drift = report.drift
    if drift is None:
        return None
    return {
        "verdicts": [
            {
                "name": _drift_name(names, what),
                "verdict": VERDICTS[verdict],
                "kind": verdict,
                "index": f"{drift.index[what]:.2f}".replace(".", ",") if what in drift.index else "–",
            }
            for what, verdict in drift.verdict.items()
        ],
        "parts": list(_drift_parts(report, names)),
        "worst": drift.worst,
        "model": drift.model,
    }


def _drift_parts(report: Report, names: Names) -> Iterator[Section]:
    for one in report.drift.parts if report.drift is not None else ():
        if one.is_other or one.what in _OTHER_DRIFT:
            label = LANGUAGES.get(one.label) or names.label(one.what, one.label)
            yield {
                "what": _drift_name(names, one.what),
                "label": label,
                "expected": percent(one.expected),
                "found": percent(one.found),
                "is_other": one.is_other,
            }


def _drift_name(names: Names, what: str) -> str:
    return _OTHER_DRIFT.get(what) or names.dimension(what)
