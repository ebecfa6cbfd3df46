"""Two tables are held against each other, and the report on them is written."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.difference.cells import NO_YEAR, Vocabulary
from pobo_nlp.batch.difference.columns import Choice, Columns, chosen_columns
from pobo_nlp.batch.difference.counting import tally
from pobo_nlp.batch.difference.figures import figures
from pobo_nlp.batch.difference.folder import refuse_other_than_report, whole_folder
from pobo_nlp.batch.difference.lists import list_name, write_list
from pobo_nlp.batch.difference.matching import Match, match
from pobo_nlp.batch.difference.names import Names
from pobo_nlp.batch.difference.page import page
from pobo_nlp.batch.difference.side import Side, Wanted, read_side
from pobo_nlp.batch.difference.statuses import STATUS, outcome
from pobo_nlp.batch.difference.summary import Found, Summary
from pobo_nlp.errors import DifferenceError
from pobo_nlp.tables import Place, open_table
from pobo_nlp.tables.formulas import neutralised
from pobo_nlp.taxonomy import Taxonomy

PAGE, UNMATCHED = "index.html", "unmatched.csv"
MOST_MODELS = 5
MODEL = "*model"


@dataclass(frozen=True, slots=True)
class Progress:
    """Told what is being done.

    Attributes
    ----------
    on_step : the name of the next step.
    on_rows : that some more rows are read.
    """

    on_step: Callable[[str], None] = lambda name: None
    on_rows: Callable[[int], None] = lambda rows: None


def compare(
    old: Place, new: Place, out: Path, taxonomy: Taxonomy, choice: Choice, *, progress: Progress | None = None
) -> Summary:
    """Write the report on what is different between two tables of the same inquiries.

    Both tables are read in chunks; of each row its id and some numbers are kept, and no other cell.

    Raises
    ------
    TableError, ColumnError : where a table cannot be read.
    DifferenceError : where the tables have no rows or dimensions in common.
    OutputExistsError : where `out` holds something else than an earlier report.
    """
    progress = progress or Progress()
    refuse_other_than_report(out)
    tables = open_table(old), open_table(new)
    columns = chosen_columns(*tables, taxonomy, choice)
    vocabularies = {one.dimension.id: Vocabulary(is_multi=one.dimension.kind == "multi") for one in columns.compared}
    models, statuses = (Vocabulary(is_multi=False), Vocabulary(is_multi=False)), Vocabulary(is_multi=False)
    progress.on_step("Leser den gamle tabellen")
    before = read_side(tables[0], _wanted_of_old(columns, vocabularies, models[0]), on_rows=progress.on_rows)
    progress.on_step("Leser den nye tabellen")
    after = read_side(tables[1], _wanted_of_new(columns, vocabularies, models[1], statuses), on_rows=progress.on_rows)
    progress.on_step("Teller og tegner")
    pairs = match(before, after)
    if not len(pairs.old):
        raise DifferenceError(f"{before.table.name} og {after.table.name}", "ingen rader", "Sjekk tabellene.")
    years = _years(columns, before, after, pairs)
    doubts = after.filled[columns.review] if columns.review else np.zeros(after.rows, np.bool_)
    fingerprint = tables[0].fingerprint()
    with whole_folder(out) as folder:
        found = []
        for one in columns.compared:
            became = outcome(one, vocabularies[one.dimension.id], statuses, (before, after), pairs, doubts)
            write_list(folder, became, before, pairs, fingerprint=fingerprint)
            shown = figures(tally(became, years))
            found.append(Found(shown, Names(one.dimension, taxonomy), one.is_retagged, list_name(one.dimension.id)))
        _write_unmatched(folder / UNMATCHED, before, after, pairs)
        summary = Summary(
            old=_name(before),
            new=_name(after),
            old_rows=before.rows,
            new_rows=after.rows,
            matched=len(pairs.old),
            matched_by=pairs.by,
            reason=pairs.reason,
            unmatched=(len(pairs.old_alone), len(pairs.new_alone)),
            date_column=columns.date,
            has_undated=years is not None and bool((years == NO_YEAR).any()),
            models=(_told(models[0]), _told(models[1])),
            dimensions=tuple(found),
            out=out,
        )
        (folder / PAGE).write_text(page(summary), "utf-8")
    return summary


def _wanted_of_old(columns: Columns, vocabularies: dict[str, Vocabulary], models: Vocabulary) -> Wanted:
    coded = {
        (one.dimension.id, one.before): vocabularies[one.dimension.id]
        for one in columns.compared
        if not one.is_retagged
    }
    coded |= {(MODEL, columns.old_model): models} if columns.old_model else {}
    return Wanted(columns.old_id, None if columns.date_is_new else columns.date, coded)


def _wanted_of_new(
    columns: Columns, vocabularies: dict[str, Vocabulary], models: Vocabulary, statuses: Vocabulary
) -> Wanted:
    coded, numbers = {}, []
    for one in columns.compared:
        name = one.dimension.id
        coded[(name, one.after)] = vocabularies[name]
        if one.status is not None and one.proposed is not None:
            coded |= {(name, one.before): vocabularies[name], (name, one.proposed): vocabularies[name]}
            coded[(STATUS, one.status)] = statuses
        numbers += [column for column in (one.probability, one.old_probability) if column is not None]
    coded |= {(MODEL, columns.new_model): models} if columns.new_model else {}
    date = columns.date if columns.date_is_new else None
    return Wanted(columns.new_id, date, coded, tuple(numbers), (columns.review,) if columns.review else ())


def _years(columns: Columns, old: Side, new: Side, pairs: Match) -> NDArray[np.int16] | None:
    years, rows = (new.years, pairs.new) if columns.date_is_new else (old.years, pairs.old)
    return None if years is None else years[rows]


def _name(side: Side) -> str:
    """Return the name of a table without the folders above it: whoever gets the report need not know them."""
    return side.table.path.name if side.table.path is not None else side.table.name


def _told(models: Vocabulary) -> tuple[str, ...]:
    return tuple(sorted(filter(None, models.values))[:MOST_MODELS])


def _write_unmatched(path: Path, old: Side, new: Side, pairs: Match) -> None:
    """List the rows without a counterpart, where there are any."""
    if not len(pairs.old_alone) and not len(pairs.new_alone):
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(("table", "row", "id"))
        for which, side, rows in (("old", old, pairs.old_alone), ("new", new, pairs.new_alone)):
            for row in rows:
                row_id = side.ids[int(row)].as_py() if side.ids is not None else ""
                writer.writerow((which, side.places[row], neutralised(str(row_id))))
