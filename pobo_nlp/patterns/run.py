"""The whole report, from a tagged table to a folder."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.difference.folder import whole_folder
from pobo_nlp.model.location import default_model
from pobo_nlp.model.manifest import DRIFT_REFERENCE
from pobo_nlp.patterns.candidates import find_candidates
from pobo_nlp.patterns.cases import Cases, read_cases
from pobo_nlp.patterns.counted import counted_beside
from pobo_nlp.patterns.counting import usable_rates
from pobo_nlp.patterns.drift import Drift, Part, Reference, find_drift, read_reference
from pobo_nlp.patterns.error_rates import find_error_rates
from pobo_nlp.patterns.groups import Group, find_groups
from pobo_nlp.patterns.listed_counts import corrected_lists
from pobo_nlp.patterns.options import Options, Progress
from pobo_nlp.patterns.report.contents import Counts, Report
from pobo_nlp.patterns.report.notes import notes_of
from pobo_nlp.patterns.report.write import write_report
from pobo_nlp.patterns.roles import Roles
from pobo_nlp.patterns.themes import Theme, Themes, find_themes
from pobo_nlp.patterns.told import quotes_of_lists, told_by_texts, told_of
from pobo_nlp.patterns.vectors import CaseVectors
from pobo_nlp.tables import Place, open_table
from pobo_nlp.taxonomy import Taxonomy

__all__ = ["Options", "Progress", "find_patterns", "make_report"]

MADE_BY = "pobo-nlp patterns"


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
    texts = told_by_texts(table, every, folder, options, progress)
    chosen = _within(every, options)
    cases = every if chosen is None else every.take(chosen)
    texts = texts if chosen is None else told_of(texts, chosen, every)
    progress.begin("Leter")
    candidates = find_candidates(cases, texts.vectors, min_cell=options.min_cell)
    groups, themes = _alike(cases, texts.vectors, options)
    progress.begin("Teller")
    rates, correction = usable_rates(cases, find_error_rates(folder, taxonomy))
    alike: list[Group | Theme] = [*groups, *(themes.themes if themes is not None else ())]
    counted, candidates = counted_beside(cases, candidates, alike, rates, options)
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
        corrected=corrected_lists(cases, counted.surges.found, candidates, rates),
        candidates=candidates,
        groups=groups,
        themes=themes,
        has_texts=texts.vectors is not None,
        n_without_site=texts.n_without_site,
        proposals=texts.proposals,
        drift=drift,
        quotes=quotes_of_lists(table, chosen, candidates, groups, options) if texts.vectors is not None else {},
    )


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


def _within(cases: Cases, options: Options) -> NDArray[np.int64] | None:
    """Return the places of the cases within the time that is asked for; None for all."""
    if options.since is None and options.until is None:
        return None
    within = ~np.isnat(cases.dates)
    within &= cases.dates >= np.datetime64(options.since) if options.since is not None else within
    within &= cases.dates <= np.datetime64(options.until) if options.until is not None else within
    return np.flatnonzero(within)
