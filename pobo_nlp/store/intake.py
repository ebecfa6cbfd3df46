"""Inquiries of a table, for the queue."""

from collections.abc import Iterator

import pyarrow as pa

from pobo_nlp.batch.columns import chosen_columns
from pobo_nlp.batch.difference.cells import as_text
from pobo_nlp.errors import RowError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.tables import Table

_ROWS_AT_ONCE = 1_000


def inquiries_of(table: Table, *, id_column: str | None = None, text_column: str | None = None) -> Iterator[Inquiry]:
    """Yield the inquiries of a table; without a column of ids, a row's place is its id. Rows without text are left out.

    Raises
    ------
    ColumnError : where a named column is missing, or none is recognised as the text.
    RowError : for a text without an id.
    """
    columns = chosen_columns(table, id_column=id_column, text_column=text_column)
    for chunk in table.chunks(_ROWS_AT_ONCE, 0):
        texts = chunk.rows.column(columns.text).cast(pa.large_string()).to_pylist()
        ids = as_text(chunk.rows.column(columns.id)).to_pylist() if columns.id else list(map(str, chunk.places))
        for place, inquiry_id, text in zip(chunk.places, ids, texts, strict=True):
            if not text or not text.strip():
                continue
            if not inquiry_id or not inquiry_id.strip():
                raise RowError(
                    table.name, "raden har ingen id", "Gi den en id, eller velg en annen --id-column.", row=place
                )
            yield Inquiry(inquiry_id.strip(), text)
