"""Suggestions with evidence for the rows of a table, one after another, for people to look at."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from pobo_nlp.batch.columns import Columns
from pobo_nlp.batch.job import column_of, readable
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.tables import Chunk, Table

ROWS_AT_ONCE = 256


def suggested_rows(table: Table, columns: Columns, scorer: Scorer) -> Iterator[tuple[str, Suggestion]]:
    """Yield the text of each row with its suggestion; a row without a text that can be read counts as empty."""
    for chunk in table.chunks(ROWS_AT_ONCE, 0):
        inquiries = _inquiries(chunk, columns)
        texts = (inquiry.text for inquiry in inquiries)
        yield from zip(texts, scorer.suggest(inquiries), strict=True)


def _inquiries(chunk: Chunk, columns: Columns) -> list[Inquiry]:
    texts, _ = readable(column_of(chunk.rows, columns.text))
    ids = (
        pc.cast(chunk.rows.column(columns.id), pa.string()).to_pylist()
        if columns.id is not None
        else [None] * chunk.rows.num_rows
    )
    return [Inquiry(row_id or str(place), text) for place, row_id, text in zip(chunk.places, ids, texts, strict=True)]
