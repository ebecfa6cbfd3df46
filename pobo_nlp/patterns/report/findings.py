"""The most important of what was found, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from pobo_nlp.batch.difference.words import count, share
from pobo_nlp.patterns.lists import candidate_name, surge_name
from pobo_nlp.patterns.report.annual import corrected_at, human_of
from pobo_nlp.patterns.report.contents import Report
from pobo_nlp.patterns.report.names import Names
from pobo_nlp.patterns.report.sections import interval, percent
from pobo_nlp.patterns.report.tables import candidate_human, surge_human
from pobo_nlp.patterns.series import Series

MOST = 5
# A change from one year to the next that is smaller says little.
MIN_CHANGE, MIN_CASES = 0.15, 30


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, and where in the page there is more."""

    sentence: str
    anchor: str


def findings(report: Report) -> list[Finding]:
    """Return five sentences, or as many as there is something to say: what is surest and hits most, first."""
    names = Names(report.cases.taxonomy)
    # Of each kind a few, and then what is always there.
    ordered = chain(
        islice(_candidates(report, names), 2),
        islice(_surges(report, names), 2),
        _drift(report),
        islice(_changes(report, names), 1),
        islice(_candidates(report, names), 2, 3),
        islice(_groups(report), 1),
        _largest(report, names),
        _total(report),
    )
    return list(islice(ordered, MOST))


def _candidates(report: Report, names: Names) -> Iterator[Finding]:
    for number, one in enumerate(report.candidates, 1):
        corrected = report.corrected.get(candidate_name(one))
        told = _told(corrected, candidate_human(report, one))
        yield Finding(f"Mulig systemsak: {one.why}{told}", f"k{number}")


def _surges(report: Report, names: Names) -> Iterator[Finding]:
    for number, one in enumerate(report.surges, 1):
        first, last = one.series.periods[one.first], one.series.periods[one.last]
        time = first.name if first == last else f"{first.name} til {last.name}"
        past = (
            "uten noen tidligere"
            if one.method == "new"
            else f"der en ville ventet {count(round(one.expected))} (mellom {count(one.low)} og {count(one.high)})"
        )
        told = _told(report.corrected.get(surge_name(one)), surge_human(report, one))
        sentence = f"Økning: {names.of(one.series.key)} har {count(one.observed)} henvendelser i {time}, {past}.{told}"
        yield Finding(sentence, f"o{number}")


def _told(corrected: tuple[float, float, float] | None, human: float | None) -> str:
    """Return what a count is after correction, and which share of it persons labelled, as a sentence."""
    said = [f"rettet for modellens feil {interval(corrected)}"] if corrected is not None else []
    said += [f"{percent(human)} satt av menneske"] if human is not None else []
    whole = "; ".join(said)
    return f" ({whole[0].upper()}{whole[1:]}.)" if said else ""


def _drift(report: Report) -> Iterator[Finding]:
    if report.drift is not None and report.drift.worst == "changed":
        yield Finding(
            "Det som kommer inn, er ikke lenger det modellen ble laget for; tall fra modellen må leses med varsomhet.",
            "avvik",
        )


def _changes(report: Report, names: Names) -> Iterator[Finding]:
    """Yield the labels whose number changed most from the last whole year but one to the last."""
    if len(report.years) < 2:
        return
    before, now = report.years[-2:]
    if not _is_whole(report, now):
        return
    dimensions = [one.id for one in (report.roles.area, report.roles.cause) if one is not None]
    found: list[tuple[float, Series, int, int]] = []
    for series in chain.from_iterable(report.counts.by(name, kind="year") for name in dimensions):
        pair = [report.counts.in_year(series.key, year) for year in (before, now)]
        if pair[0] is None or pair[1] is None or min(pair[0], pair[1]) < MIN_CASES:
            continue
        change = pair[1] / pair[0] - 1
        if abs(change) >= MIN_CHANGE:
            found.append((abs(pair[1] - pair[0]) / (pair[0] + pair[1]) ** 0.5, series, pair[0], pair[1]))
    for _, series, earlier, later in sorted(found, key=lambda one: -one[0]):
        word = "flere" if later > earlier else "færre"
        yield Finding(
            f"{names.of(series.key)}: {count(later)} henvendelser i {now} mot {count(earlier)} i {before}, "
            f"{share(abs(later - earlier), earlier)} {word}.{_told(_in(series, now), human_of(report, series))}",
            "arstabell",
        )


def _in(series: Series, year: int) -> tuple[float, float, float] | None:
    return corrected_at(series, year - series.periods[0].year)


def _is_whole(report: Report, year: int) -> bool:
    days = report.cases.dates[report.cases.dates == report.cases.dates]
    return bool(len(days)) and days.max().astype(object).month == 12 and days.max().astype(object).year == year


def _groups(report: Report) -> Iterator[Finding]:
    for one in report.groups:
        yield Finding(
            f"{count(len(one.rows))} henvendelser forteller nesten ordrett det samme (gruppe {one.id}).", "grupper"
        )


def _largest(report: Report, names: Names) -> Iterator[Finding]:
    for dimension in (report.roles.area, report.roles.cause):
        if dimension is None:
            continue
        series = [one for one in report.counts.by(dimension.id) if report.counts.shown.total(one)]
        if series:
            one = max(series, key=lambda one: one.total.observed)
            yield Finding(
                f"{dimension.name}: flest gjelder «{names.of(one.key)}», {count(one.total.observed)} henvendelser."
                f"{_told(corrected_at(one, None), human_of(report, one))}",
                "arstabell",
            )


def _total(report: Report) -> Iterator[Finding]:
    total = report.counts.total(())
    if total is not None:
        yield Finding(f"Rapporten bygger på {count(total.total.observed)} henvendelser.", "innhold")
