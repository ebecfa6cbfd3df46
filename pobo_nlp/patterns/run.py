"""The whole report, from a tagged table to a folder."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.columns import text_column_of
from pobo_nlp.batch.difference.folder import whole_folder
from pobo_nlp.errors import ColumnError
from pobo_nlp.model.location import default_model
from pobo_nlp.model.manifest import DRIFT_REFERENCE
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.patterns.candidates import Candidate, find_candidates
from pobo_nlp.patterns.cases import CaseOptions, Cases, read_cases
from pobo_nlp.patterns.correction import FEW_SAMPLES
from pobo_nlp.patterns.counting import REGION, SITE, Series, count_series, families, usable_rates
from pobo_nlp.patterns.drift import Drift, Part, Reference, find_drift, read_reference
from pobo_nlp.patterns.error_rates import ErrorRates, find_error_rates
from pobo_nlp.patterns.groups import Group, find_groups
from pobo_nlp.patterns.lists import candidate_name, listed, surge_name
from pobo_nlp.patterns.periods import Kind, timeline
from pobo_nlp.patterns.quotes import quote
from pobo_nlp.patterns.report.contents import Counts, Key, Report
from pobo_nlp.patterns.report.notes import notes_of
from pobo_nlp.patterns.report.write import write_report
from pobo_nlp.patterns.roles import Roles
from pobo_nlp.patterns.sites import Proposal, SiteBook, SiteProposals
from pobo_nlp.patterns.suppression import MIN_CELL, Listed, Suppressor
from pobo_nlp.patterns.surges import Band, SurgeTest, expected_band, find_surges
from pobo_nlp.patterns.texts import TextReader, read_texts
from pobo_nlp.patterns.themes import Themes, find_themes
from pobo_nlp.patterns.vectors import CaseVectors, VectorReader
from pobo_nlp.tables import Place, Table, open_table
from pobo_nlp.taxonomy import Taxonomy

MADE_BY = "pobo-nlp patterns"
MOST_DRAWN = 24


@dataclass(frozen=True)
class Options:
    """What is asked for.

    Attributes
    ----------
    text_column : None for the one that is recognised; a table without texts gets a report without what needs them.
    since, until : the first and the last day that count.
    aliases : a file of own names of sites.
    with_quotes : whether some words of texts are shown, at most twenty, without what identifies a person.
    """

    cases: CaseOptions = field(default_factory=CaseOptions)
    text_column: str | None = None
    period: Kind = "month"
    since: datetime.date | None = None
    until: datetime.date | None = None
    min_cell: int = MIN_CELL
    aliases: Path | None = None
    with_quotes: bool = False


@dataclass(frozen=True)
class Progress:
    """Who is told how far it has come."""

    begin: Callable[[str], None] = lambda name: None
    advance: Callable[[int], None] = lambda rows: None


@dataclass(frozen=True)
class _Texts:
    """What texts told."""

    vectors: CaseVectors | None = None
    proposals: Sequence[Proposal] = ()
    n_without_site: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Counted:
    counts: Counts
    surges: SurgeTest
    bands: Mapping[Key, Band] = field(default_factory=dict)


def make_report(
    source: Place,
    out: Path,
    model: Path | None = None,
    options: Options | None = None,
    *,
    progress: Progress | None = None,
) -> Report:
    """Read a tagged table, and write the report into a folder.

    Raises
    ------
    OutputExistsError : where the folder holds anything but an earlier report.
    ColumnError, TableError : for a table that cannot be read as asked.
    PatternsError : where the time that is asked for holds nothing.
    """
    options, progress = options or Options(), progress or Progress()
    with whole_folder(out, made_by=MADE_BY) as folder:
        report = find_patterns(source, model, options, progress=progress)
        progress.begin("Skriver")
        write_report(report, folder)
    return report


def find_patterns(
    source: Place, model: Path | None = None, options: Options | None = None, *, progress: Progress | None = None
) -> Report:
    """Read a tagged table, and return what recurs in it."""
    options, progress = options or Options(), progress or Progress()
    folder = model or default_model()
    table = open_table(source)
    taxonomy = Taxonomy.load(folder / "taxonomy.toml")
    every = read_cases(table, taxonomy, options.cases)
    progress.begin("Leser tekster")
    texts = _read(table, every, folder, options, progress)
    chosen = _within(every, options)
    cases = every if chosen is None else every.take(chosen)
    texts = texts if chosen is None else _taken(texts, chosen, every)
    progress.begin("Leter")
    candidates = find_candidates(cases, texts.vectors, min_cell=options.min_cell)
    groups, themes = _alike(cases, texts.vectors, options)
    progress.begin("Teller")
    rates, correction = usable_rates(cases, find_error_rates(folder, taxonomy))
    lists = listed(cases, (), candidates, [*groups, *(themes.themes if themes is not None else ())])
    counted = _count(cases, rates, options, lists)
    shown = counted.counts.shown
    candidates = [one for one in candidates if shown.listed(candidate_name(one))]
    reference = read_reference(folder / DRIFT_REFERENCE, taxonomy)
    drift = None if reference is None else _drift(cases, reference, texts.vectors, counted.counts, themes)
    return Report(
        source=table.name,
        made=options.cases.today or datetime.date.today(),
        taxonomy_version=taxonomy.version,
        cases=cases,
        roles=Roles.of(taxonomy),
        counts=counted.counts,
        correction=correction,
        notes=(*notes_of(every, cases, counted.counts, options.cases.today), *texts.notes),
        surges=counted.surges.found,
        n_tested=len(counted.surges.tested),
        bands=counted.bands,
        candidates=candidates,
        groups=groups,
        themes=themes,
        has_texts=texts.vectors is not None,
        n_without_site=texts.n_without_site,
        proposals=texts.proposals,
        drift=drift,
        quotes=_quotes(table, chosen, candidates, groups, options) if texts.vectors is not None else {},
    )


def _read(table: Table, cases: Cases, model: Path, options: Options, progress: Progress) -> _Texts:
    try:
        column = text_column_of(table, options.text_column)
    except ColumnError:
        if options.text_column is not None:
            raise
        return _Texts(notes=("Tabellen har ingen tekstkolonne som kjennes igjen (--text-column): grupper, temaer, "
            "forslag til sted og ukjente ord er utelatt.",))  # fmt: skip
    vectors = VectorReader(Scorer.load(model))
    sites = SiteProposals(cases, SiteBook.read(options.aliases))

    def tell(places: NDArray[np.int64], _: Sequence[str]) -> None:
        progress.advance(len(places))

    readers: list[TextReader] = [vectors, sites, tell]
    n_empty = read_texts(table, column, readers)
    few = f"Færre enn {options.min_cell}" if n_empty < options.min_cell else str(n_empty)
    notes = (f"{few} rader har ingen tekst som kan leses.",) if n_empty else ()
    return _Texts(vectors.vectors(), sites.found, sites.n_empty, notes)


def _within(cases: Cases, options: Options) -> NDArray[np.int64] | None:
    """Return the places of the cases within the time that is asked for; None for all."""
    if options.since is None and options.until is None:
        return None
    within = ~np.isnat(cases.dates)
    within &= cases.dates >= np.datetime64(options.since) if options.since is not None else within
    within &= cases.dates <= np.datetime64(options.until) if options.until is not None else within
    return np.flatnonzero(within)


def _taken(texts: _Texts, chosen: NDArray[np.int64], every: Cases) -> _Texts:
    new_place = np.full(len(every), -1)
    new_place[chosen] = np.arange(len(chosen))
    vectors = texts.vectors
    if vectors is not None:
        vectors = replace(vectors, matrix=vectors.matrix[chosen], unknown=vectors.unknown[chosen])
    return replace(
        texts,
        vectors=vectors,
        proposals=[
            Proposal(int(new_place[one.place]), one.site) for one in texts.proposals if new_place[one.place] >= 0
        ],
        n_without_site=int((every.site[chosen] < 0).sum()) if texts.vectors is not None else 0,
    )


def _count(cases: Cases, rates: ErrorRates | None, options: Options, lists: Sequence[Listed]) -> _Counted:
    is_dated = bool((~np.isnat(cases.dates)).any())
    if not is_dated:
        # All stand in one period, of which nothing is told but the sum.
        cases = replace(cases, dates=np.full(len(cases), np.datetime64("2000-06-15")))
    kinds: list[Kind] = [options.period, "year"] if is_dated else ["year"]
    series = [one for kind in kinds for one in _series(cases, kind, rates, options)]
    tested = _tested(cases, series, rates, options) if is_dated else []
    surges = _surges(cases, tested, options)
    lists = [*lists, *listed(cases, surges.found, (), ())]
    shown = Suppressor(cases.taxonomy, options.min_cell).shown(series, lists)
    counts = Counts(series, shown, options.period, is_dated)
    if not is_dated or not series:
        return _Counted(counts, surges)
    surges = replace(surges, found=tuple(one for one in surges.found if shown.listed(surge_name(one))))
    total = _all_cases(cases, options)
    drawn = _drawn(counts, Roles.of(cases.taxonomy), surges)
    return _Counted(counts, surges, {one.key: expected_band(one, total.observed, surges.family) for one in drawn})


def _all_cases(cases: Cases, options: Options) -> Series:
    return count_series(cases, (), options.period, since=options.since, until=options.until, min_cases=1)[0]


def _surges(cases: Cases, tested: Sequence[Series], options: Options) -> SurgeTest:
    if not tested:
        return SurgeTest((), ())
    time = timeline(cases.dates, options.period, since=options.since, until=options.until)
    return find_surges(tested, _all_cases(cases, options).observed, min_count=options.min_cell, time=time)


def _series(cases: Cases, kind: Kind, rates: ErrorRates | None, options: Options) -> Iterator[Series]:
    roles = Roles.of(cases.taxonomy)
    paired = {SITE, REGION, *(one.id for one in (roles.area, roles.cause, roles.flag) if one is not None)}
    for by in families(cases):
        if len(by) == 2 and not set(by) <= paired:
            continue
        # By month or quarter, most cells of pairs are too small to be shown, and hiding them takes minutes.
        if len(by) < 2 or kind == "year":
            samples = FEW_SAMPLES if len(by) == 2 else None
            yield from count_series(
                cases,
                by,
                kind,
                rates=rates,
                since=options.since,
                until=options.until,
                min_cases=options.min_cell,
                samples=samples,
            )


def _tested(cases: Cases, series: Sequence[Series], rates: ErrorRates | None, options: Options) -> list[Series]:
    """Return the series that are tested for surges: areas, causes, areas by cause, and flags at sites."""
    roles = Roles.of(cases.taxonomy)
    area, cause, flag = (one.id if one is not None else None for one in (roles.area, roles.cause, roles.flag))
    wanted = [(area,), (cause,), (area, cause), (flag, SITE)]
    known = families(cases)
    found: list[Series] = []
    for by in wanted:
        names = tuple(name for name in by if name is not None)
        if len(names) == len(by) and names in known:
            found += count_series(
                cases, names, options.period, since=options.since, until=options.until, min_cases=options.min_cell
            )
    return found


def _drawn(counts: Counts, roles: Roles, surges: SurgeTest) -> list[Series]:
    """Return the series that are drawn: all, those with a surge, and the largest; only what is shown in all periods."""
    dimensions = [one.id for one in (roles.level, roles.area, roles.cause, roles.flag) if one is not None]
    found = [one for one in [counts.at((), counts.period)] if one is not None]
    surging = [counts.at(one.series.key, counts.period) for one in surges.found]
    found += [one for one in surging if one is not None]
    for name, most in zip(dimensions, (5, 6, 6, 6), strict=False):
        found += sorted(counts.by(name, kind=counts.period), key=lambda one: -one.total.observed)[:most]
    unique = {one.key: one for one in found if counts.shown.total(one)}
    return [one for one in unique.values() if counts.shown.periods(one).sum() >= 2][:MOST_DRAWN]


def _drift(
    cases: Cases, reference: Reference, vectors: CaseVectors | None, counts: Counts, themes: Themes | None
) -> Drift | None:
    """Return the drift of the cases that are counted, without what would tell of hidden counts."""
    if counts.is_dated:
        counted = np.flatnonzero(~np.isnat(cases.dates))
        if vectors is not None:
            vectors = replace(vectors, matrix=vectors.matrix[counted], unknown=vectors.unknown[counted])
        cases = cases.take(counted)
    min_cell = counts.shown.min_cell
    drift = find_drift(cases, reference, vectors, min_cell=min_cell)
    if drift is None:
        return None
    few = range(1, min_cell)
    hides_review = themes is not None and (len(themes.rest) in few or themes.n_without_words in few)
    return replace(drift, parts=tuple(one for one in drift.parts if _may_tell(one, counts, hides_review=hides_review)))


def _may_tell(part: Part, counts: Counts, *, hides_review: bool) -> bool:
    if part.what == "review":
        return not hides_review
    if part.what in ("malform", "unknown"):
        return True
    series = counts.total(((part.what, part.label),))
    # What the model gave is what all gave less what persons did.
    return series is not None and (series.total.human == 0 or counts.shown.human_total(series))


def _alike(cases: Cases, vectors: CaseVectors | None, options: Options) -> tuple[Sequence[Group], Themes | None]:
    if vectors is None:
        return (), None
    return (
        find_groups(cases, vectors, min_cell=options.min_cell),
        find_themes(cases, vectors, min_cell=options.min_cell),
    )


def _quotes(
    table: Table,
    chosen: NDArray[np.int64] | None,
    candidates: Sequence[Candidate],
    groups: Sequence[Group],
    options: Options,
) -> dict[int, str]:
    """Return some words of the first cases of each candidate and group, by the cases' places."""
    if not options.with_quotes:
        return {}
    lists = [*(one.rows for one in candidates), *(one.rows for one in groups)]
    wanted = {place for rows in lists for place in rows[:3].tolist()}
    place_of = {(int(chosen[place]) if chosen is not None else place): place for place in wanted}
    found: dict[int, str] = {}

    def keep(places: NDArray[np.int64], texts: Sequence[str]) -> None:
        for place, text in zip(places.tolist(), texts, strict=True):
            if place in place_of and text.strip():
                found[place_of[place]] = quote(text)

    read_texts(table, options.text_column, [keep])
    return found
