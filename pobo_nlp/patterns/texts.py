"""One pass over the texts of a table for all that reads them; no text is kept."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.columns import text_column_of
from pobo_nlp.batch.job import column_of, readable
from pobo_nlp.tables import Table

ROWS_AT_ONCE = 4096
# Gets the places of some rows in `Cases`, and the texts of these rows: a missing or unreadable one is empty.
TextReader = Callable[[NDArray[np.int64], Sequence[str]], None]


def read_texts(
    table: Table, text_column: str | None, readers: Sequence[TextReader], *, rows_at_once: int = ROWS_AT_ONCE
) -> int:
    """Read the texts of a table once, some rows at a time, and hand them to every reader.

    Parameters
    ----------
    text_column : None for the one that is recognised by its name.

    Returns
    -------
    How many rows have no text, or one that cannot be read.

    Raises
    ------
    ColumnError : where a named column is missing, or no column of texts is recognised.
    """
    column = text_column_of(table, text_column)
    start = n_empty = 0
    for chunk in table.chunks(rows_at_once, 0):
        texts, _ = readable(column_of(chunk.rows, column))
        places = np.arange(start, start + len(texts), dtype=np.int64)
        for reader in readers:
            reader(places, texts)
        start += len(texts)
        n_empty += sum(not text.strip() for text in texts)
    return n_empty
