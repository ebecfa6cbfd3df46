"""A table of inquiries goes in, the same table with suggestions comes out."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pobo_nlp.batch.columns import Columns, added_columns, cells, chosen_columns, is_same_file
from pobo_nlp.errors import RowError, TableError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.tables import Row, Table, open_table, open_writer

ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes
    ----------
    columns : that were read.
    added : what each added column is called in `cells`, and in the table that was written.
    settled : how many rows each dimension was the deepest accepted one in; the empty name for none.
    review : how many rows each reason was given in.
    """

    rows: int
    columns: Columns
    added: Mapping[str, str]
    settled: Counter[str]
    review: Counter[str]


def score_table(
    source: Path,
    target: Path,
    scorer: Scorer,
    *,
    id_column: str | None = None,
    text_column: str | None = None,
    on_total: Callable[[int], None] = lambda rows: None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> Summary:
    """Write a table with the suggestions for each of its rows beside what it held.

    Parameters
    ----------
    on_total : called with the number of rows, when they have been counted.
    on_rows : called with the number of rows done since the last call, for a progress bar.

    Raises
    ------
    TableError : where the table cannot be read; nothing is written then.
    """
    table = open_table(source)
    if is_same_file(source, target):
        raise TableError(target, "inn og ut er samme fil", "Oppgi et annet navn for det som skrives.")
    columns = chosen_columns(table, id_column=id_column, text_column=text_column)
    added = added_columns(scorer.taxonomy, table.columns)
    # The first reading finds every row that does not fit, before an hour is spent on those above it.
    on_total(sum(1 for _ in inquiries_of(table, columns)))
    settled: Counter[str] = Counter()
    review: Counter[str] = Counter()
    rows = 0
    with open_writer(target, [*table.columns, *added.values()], like=table) as writer:
        for row, suggestion in scored_rows(table, columns, scorer):
            values = cells(suggestion, scorer.taxonomy)
            writer.write({**row.values, **{added[name]: value for name, value in values.items()}})
            settled[str(values["settled"])] += 1
            review.update(suggestion.review)
            rows += 1
            on_rows(1)
    return Summary(rows, columns, added, settled, review)


def scored_rows(
    table: Table, columns: Columns, scorer: Scorer, *, with_evidence: bool = False
) -> Iterator[tuple[Row, Suggestion]]:
    """Yield each row with its suggestion, in the order of the table."""
    pairs = inquiries_of(table, columns)
    while block := list(islice(pairs, ROWS_AT_ONCE)):
        suggestions = scorer.suggest([inquiry for _, inquiry in block], with_evidence=with_evidence)
        yield from zip((row for row, _ in block), suggestions, strict=True)


def inquiries_of(table: Table, columns: Columns) -> Iterator[tuple[Row, Inquiry]]:
    """Yield each row with the inquiry in it.

    Raises
    ------
    RowError : where a row has no text field.
    """
    for row in table.rows():
        yield row, _inquiry(row, columns, table)


def _inquiry(row: Row, columns: Columns, table: Table) -> Inquiry:
    if columns.text not in row.values:
        raise RowError(
            table.path,
            f"feltet «{columns.text}» mangler",
            "Gi det en tom streng der det ikke er tekst.",
            row=row.line,
        )
    text = row.values[columns.text]
    row_id = row.values.get(columns.id) if columns.id is not None else None
    return Inquiry(
        str(row_id) if row_id not in (None, "") else str(row.line),
        str(text) if text is not None else "",
    )
