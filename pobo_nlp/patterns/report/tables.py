"""The numbers of a report as tables: the same in CSV, Parquet and JSON."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pobo_nlp.patterns.candidates import Candidate
from pobo_nlp.patterns.lists import candidate_name, surge_name
from pobo_nlp.patterns.report.annual import annual_rows
from pobo_nlp.patterns.report.contents import Report
from pobo_nlp.patterns.report.names import Names
from pobo_nlp.patterns.series import Series
from pobo_nlp.patterns.sites import Proposal
from pobo_nlp.patterns.surges import Surge

Row = dict[str, Any]
WHOLE_TIME = "alle"
_TEXT, _COUNT, _NUMBER = pa.string(), pa.int64(), pa.float64()
_CORRECTED = dict.fromkeys(("rettet", "rettet_fra", "rettet_til"), _NUMBER)
_FIGURES = {"antall": _COUNT, "satt_av_menneske": _COUNT} | _CORRECTED
# Name of a table to its columns; no table holds a text of an inquiry.
SCHEMAS: Mapping[str, pa.Schema] = {
    "tellinger": pa.schema(
        {"etter": _TEXT, "etikett": _TEXT, "navn": _TEXT, "etter_2": _TEXT, "etikett_2": _TEXT, "navn_2": _TEXT,
         "periode": _TEXT} | _FIGURES
    ),
    "arstabell": pa.schema({"dimensjon": _TEXT, "etikett": _TEXT, "navn": _TEXT, "ar": _COUNT} | _FIGURES),
    "okninger": pa.schema(
        {"okning": _TEXT, "hva": _TEXT, "fra": _TEXT, "til": _TEXT, "antall": _COUNT, "forventet": _NUMBER,
         "forventet_fra": _COUNT, "forventet_til": _COUNT, "p": _NUMBER, "q": _NUMBER, "metode": _TEXT,
         "andel_menneske": _NUMBER} | _CORRECTED
    ),
    "kandidater": pa.schema(
        {"kandidat": _TEXT, "rang": _COUNT, "hva": _TEXT, "sted": _TEXT, "slag_sted": _TEXT, "regioner": _TEXT,
         "fra": _TEXT, "til": _TEXT, "antall": _COUNT, "andel_menneske": _NUMBER, "forventet": _NUMBER,
         "utvikling": _TEXT, "hvorfor": _TEXT, "sporsmal": _TEXT} | _CORRECTED
    ),
    "grupper": pa.schema({"gruppe": _TEXT, "antall": _COUNT, "fra": _TEXT, "til": _TEXT, "steder": _TEXT}),
    "temaer": pa.schema({"tema": _TEXT, "antall": _COUNT, "ord": _TEXT}),
    "stedsforslag": pa.schema({"sak": _TEXT, "rad": _COUNT, "forslag": _TEXT, "slag": _TEXT, "kommune": _TEXT}),
    "avvik": pa.schema(
        {"hva": _TEXT, "etikett": _TEXT, "navn": _TEXT, "ventet_andel": _NUMBER, "andel": _NUMBER, "grunnlag": _COUNT,
         "annerledes": pa.bool_()}
    ),
    "saker": pa.schema({"liste": _TEXT, "sak": _TEXT, "rad": _COUNT, "se_ogsa": pa.bool_()}),
}  # fmt: skip


def tables_of(report: Report) -> dict[str, list[Row]]:
    """Return the rows of each table."""
    names = Names(report.cases.taxonomy)
    makers: Mapping[str, Callable[[Report, Names], Iterator[Row]]] = {
        "tellinger": _counts,
        "arstabell": annual_rows,
        "okninger": _surges,
        "kandidater": _candidates,
        "grupper": _groups,
        "temaer": _themes,
        "stedsforslag": _proposals,
        "avvik": _drift,
        "saker": _cases,
    }
    return {
        name: [{**dict.fromkeys(SCHEMAS[name].names), **row} for row in make(report, names)]
        for name, make in makers.items()
    }


def figures_of(series: Series, place: int | None, *, shows_human: bool) -> Row:
    """Return the figures of a series in a period, or over all: those that may be shown."""
    if place is None:
        total = series.total
        values = (total.observed, total.human, total.corrected, total.low, total.high)
    else:
        values = (
            int(series.observed[place]),
            int(series.human[place]),
            float(series.corrected[place]),
            float(series.low[place]),
            float(series.high[place]),
        )
    observed, human, *corrected = values
    rounded = rounded_interval(corrected)
    return dict(zip(_FIGURES, [observed, human if shows_human else None, *rounded], strict=True))


def rounded_interval(corrected: Sequence[float] | None) -> list[float | None]:
    """Return a corrected count and the ends of its interval, rounded; None where there is none."""
    return [round(one, 1) if np.isfinite(one) else None for one in corrected or [np.nan] * len(_CORRECTED)]


def share_of_list(report: Report, name: str, n_human: int, n: int) -> float | None:
    """Return which share of the cases of a list persons labelled; None where that would tell of too few."""
    return round(n_human / n, 4) if n and report.counts.shown.human_listed(name) else None


def surge_human(report: Report, surge: Surge) -> float | None:
    """Return which share of the cases of a surge persons labelled; None where it is hidden."""
    n_human = int(surge.series.human[surge.first : surge.last + 1].sum())
    return share_of_list(report, surge_name(surge), n_human, surge.observed)


def candidate_human(report: Report, candidate: Candidate) -> float | None:
    """Return which share of the cases of a candidate persons labelled; None where it is hidden."""
    return share_of_list(report, candidate_name(candidate), candidate.n_human, candidate.n)


def _counts(report: Report, names: Names) -> Iterator[Row]:
    shown = report.counts.shown
    told: set[object] = set()
    for series in report.counts.series:
        by: Row = {"etter": "", "etikett": "", "navn": names.of(())} if not series.key else {}
        for ending, (name, label) in zip(("", "_2"), series.key, strict=False):
            by |= {f"etter{ending}": name, f"etikett{ending}": label, f"navn{ending}": names.label(name, label)}
        if series.key not in told and shown.total(series):
            told.add(series.key)
            figures = figures_of(series, None, shows_human=shown.human_total(series))
            yield {**by, "periode": WHOLE_TIME, **figures}
        if not report.counts.is_dated:
            continue
        human = shown.human(series)
        for place in np.flatnonzero(shown.periods(series)).tolist():
            figures = figures_of(series, place, shows_human=bool(human[place]))
            yield {**by, "periode": series.periods[place].code, **figures}


def _surges(report: Report, names: Names) -> Iterator[Row]:
    for number, one in enumerate(report.surges, 1):
        first, last = one.series.periods[one.first], one.series.periods[one.last]
        corrected = rounded_interval(report.corrected.get(surge_name(one)))
        yield {
            "okning": f"o{number}",
            "hva": names.of(one.series.key),
            "fra": first.start.isoformat(),
            "til": last.end.isoformat(),
            "antall": one.observed,
            # What is expected follows from the past, of which some may be hidden.
            "forventet": float(round(one.expected)),
            "forventet_fra": one.low,
            "forventet_til": one.high,
            "p": float(f"{one.p:.2g}"),
            "q": float(f"{one.q:.2g}"),
            "metode": one.method,
            "andel_menneske": surge_human(report, one),
            **dict(zip(_CORRECTED, corrected, strict=True)),
        }


def _candidates(report: Report, names: Names) -> Iterator[Row]:
    for number, one in enumerate(report.candidates, 1):
        corrected = rounded_interval(report.corrected.get(candidate_name(one)))
        yield {
            "kandidat": f"k{number}",
            "rang": number,
            "hva": names.of(one.labels),
            "sted": one.site,
            "slag_sted": one.site_kind,
            "regioner": "|".join(one.municipalities),
            "fra": one.first.isoformat(),
            "til": one.last.isoformat(),
            "antall": one.n,
            "andel_menneske": candidate_human(report, one),
            "forventet": round(one.expected, 1),
            "utvikling": one.trend,
            "hvorfor": one.why,
            "sporsmal": one.question,
            **dict(zip(_CORRECTED, corrected, strict=True)),
        }


def _groups(report: Report, names: Names) -> Iterator[Row]:
    for one in report.groups:
        days = [day.isoformat() if day is not None else None for day in (one.first, one.last)]
        yield {"gruppe": one.id, "antall": len(one.rows), "fra": days[0], "til": days[1], "steder": "|".join(one.sites)}


def _themes(report: Report, names: Names) -> Iterator[Row]:
    for one in report.themes.themes if report.themes is not None else ():
        yield {"tema": one.id, "antall": len(one.rows), "ord": "|".join(one.words)}


def _proposals(report: Report, names: Names) -> Iterator[Row]:
    for place, site in told_proposals(report):
        yield {
            "sak": report.cases.ids[place],
            "rad": int(report.cases.rows[place]),
            "forslag": site.name,
            "slag": site.kind,
            "kommune": site.municipality,
        }


def told_proposals(report: Report) -> list[Proposal]:
    """Return the proposals of sites that enough texts tell of."""
    found = Counter(one.site.name for one in report.proposals)
    return [one for one in report.proposals if found[one.site.name] >= report.min_cell]


def _drift(report: Report, names: Names) -> Iterator[Row]:
    for one in report.drift.parts if report.drift is not None else ():
        yield {
            "hva": one.what,
            "etikett": one.label,
            "navn": names.label(one.what, one.label),
            "ventet_andel": round(one.expected, 4),
            "andel": round(one.found, 4),
            "grunnlag": one.n,
            "annerledes": one.is_other,
        }


def _cases(report: Report, names: Names) -> Iterator[Row]:
    """Yield the cases behind each list, by id."""
    lists: list[tuple[str, Sequence[int], Sequence[int]]] = []
    lists += [(f"o{number}", one.rows.tolist(), ()) for number, one in enumerate(report.surges, 1)]
    lists += [(f"k{n}", one.rows.tolist(), one.look_also.tolist()) for n, one in enumerate(report.candidates, 1)]
    lists += [(one.id, one.rows.tolist(), ()) for one in report.groups]
    lists += [(one.id, one.rows.tolist(), ()) for one in (report.themes.themes if report.themes is not None else ())]
    for name, rows, also in lists:
        for place in (*rows, *also):
            number = int(report.cases.rows[place])
            is_also = place in also
            yield {"liste": name, "sak": report.cases.ids[place], "rad": number, "se_ogsa": is_also}
