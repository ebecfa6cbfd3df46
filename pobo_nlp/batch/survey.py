"""A first look through the whole table while the first rows are scored: how many rows, and which ids stand twice."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pobo_nlp.tables import Table

Hashes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a table holds.

    Attributes
    ----------
    repeated_ids : how many rows have an id that an earlier row has.
    """

    rows: int
    repeated_ids: int


class Surveyor:
    """Reads a table in a thread of its own, so that a row that does not fit is told before an hour is spent.

    Parameters
    ----------
    rows_at_once : few where the rows are wide.
    on_rows : called with the number of rows when they have been counted.
    """

    def __init__(self, table: Table, id_column: str | None, rows_at_once: int, on_rows: Callable[[int], None]) -> None:
        self._table, self._id_column, self._rows_at_once, self._on_rows = table, id_column, rows_at_once, on_rows
        self._survey: Survey | None = None
        self._error: Exception | None = None
        self._is_stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """End the reading."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()

    def start(self) -> None:
        """Begin to read, unless that has been done."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="survey", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._survey = self._look_through()
        except Exception as error:
            self._error = error

    def _look_through(self) -> Survey:
        rows = 0
        hashes: list[Hashes] = []
        for chunk in self._table.chunks(self._rows_at_once, 0):
            if self._is_stopping.is_set():
                break
            rows += chunk.rows.num_rows
            if self._id_column is not None:
                hashes.append(_hashes(chunk.rows.column(self._id_column)))
        self._on_rows(rows)
        return Survey(rows, _repeated(hashes))

    def check(self) -> None:
        """Raise the error that was met, if one was."""
        if self._error is not None:
            raise self._error

    def result(self) -> Survey:
        """Return what the table holds, when it has been read."""
        if self._thread is not None:
            self._thread.join()
        self.check()
        return self._survey or self._look_through()


def _hashes(ids: pa.Array) -> Hashes:
    """Return eight bytes an id: a million ids take eight megabytes, whatever their length."""
    return np.fromiter((hash(value) for value in ids.drop_null().to_pylist()), np.int64)


def _repeated(hashes: list[Hashes]) -> int:
    if not hashes:
        return 0
    together = np.sort(np.concatenate(hashes))
    return int(np.count_nonzero(together[1:] == together[:-1]))
