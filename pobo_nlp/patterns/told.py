"""What the texts of a table tell, from one pass over them, and some of their words where they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.columns import text_column_of
from pobo_nlp.errors import ColumnError
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.patterns.candidates import Candidate
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.groups import Group
from pobo_nlp.patterns.options import Options, Progress
from pobo_nlp.patterns.quotes import quote
from pobo_nlp.patterns.sites import Proposal, SiteBook, SiteProposals
from pobo_nlp.patterns.texts import TextReader, read_texts
from pobo_nlp.patterns.vectors import CaseVectors, VectorReader
from pobo_nlp.tables import Table


@dataclass(frozen=True)
class Told:
    """What texts told."""

    vectors: CaseVectors | None = None
    proposals: Sequence[Proposal] = ()
    n_without_site: int = 0
    notes: tuple[str, ...] = ()


def told_by_texts(table: Table, cases: Cases, model: Path, options: Options, progress: Progress) -> Told:
    """Read the texts of a table; where it has none, that is all there is to tell."""
    try:
        column = text_column_of(table, options.text_column)
    except ColumnError:
        if options.text_column is not None:
            raise
        return Told(notes=("Tabellen har ingen tekstkolonne som kjennes igjen (--text-column): grupper, temaer, "
            "forslag til sted og ukjente ord er utelatt.",))  # fmt: skip
    vectors = VectorReader(Scorer.load(model))
    sites = SiteProposals(cases, SiteBook.read(options.aliases))

    def tell(places: NDArray[np.int64], _: Sequence[str]) -> None:
        progress.advance(len(places))

    readers: list[TextReader] = [vectors, sites, tell]
    n_empty = read_texts(table, column, readers)
    few = f"Færre enn {options.min_cell}" if n_empty < options.min_cell else str(n_empty)
    notes = (f"{few} rader har ingen tekst som kan leses.",) if n_empty else ()
    return Told(vectors.vectors(), sites.found, sites.n_empty, notes)


def told_of(texts: Told, chosen: NDArray[np.int64], every: Cases) -> Told:
    """Return what the texts of some cases told."""
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


def quotes_of_lists(
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
