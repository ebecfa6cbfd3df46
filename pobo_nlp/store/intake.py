"""Inquiries of a table, for the queue."""

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa

from pobo_nlp.batch.columns import chosen_columns
from pobo_nlp.batch.difference.cells import as_text
from pobo_nlp.errors import RowError
from pobo_nlp.patterns.case_columns import DATE_NAMES, REGION_NAMES, SITE_NAMES, recognised
from pobo_nlp.patterns.case_dates import DateReader
from pobo_nlp.store.queue import Arrival
from pobo_nlp.tables import Table

_ROWS_AT_ONCE = 1_000


def inquiries_of(table: Table, *, id_column: str | None = None, text_column: str | None = None) -> Iterator[Arrival]:
    """Yield the inquiries of a table; without a column of ids, a row's place is its id. Rows without text are left out.

    Day, site and region come along where the table has columns that `pobo-nlp patterns` would recognise.

    Raises
    ------
    ColumnError : where a named column is missing, or none is recognised as the text.
    RowError : for a text without an id.
    """
    columns = chosen_columns(table, id_column=id_column, text_column=text_column)
    used = {columns.id, columns.text}
    day, site, region = (
        found if (found := recognised(table, names)) not in used else None
        for names in (DATE_NAMES, SITE_NAMES, REGION_NAMES)
    )
    for chunk in table.chunks(_ROWS_AT_ONCE, 0):
        texts = chunk.rows.column(columns.text).cast(pa.large_string()).to_pylist()
        ids = as_text(chunk.rows.column(columns.id)).to_pylist() if columns.id else list(map(str, chunk.places))
        told = (_days(chunk.rows, chunk.places, day), _names(chunk.rows, site), _names(chunk.rows, region))
        for place, inquiry_id, text, *of_row in zip(chunk.places, ids, texts, *told, strict=True):
            if not text or not text.strip():
                continue
            if not inquiry_id or not inquiry_id.strip():
                raise RowError(
                    table.name, "raden har ingen id", "Gi den en id, eller velg en annen --id-column.", row=place
                )
            yield Arrival(inquiry_id.strip(), text, *of_row)


def _days(rows: pa.RecordBatch, places: Sequence[int], name: str | None) -> Sequence[date | None]:
    if name is None:
        return [None] * rows.num_rows
    found: list[date | None] = DateReader().read(rows.column(name), places).tolist()
    return found


def _names(rows: pa.RecordBatch, name: str | None) -> Sequence[str | None]:
    if name is None:
        return [None] * rows.num_rows
    return [(cell or "").strip() or None for cell in as_text(rows.column(name)).to_pylist()]
