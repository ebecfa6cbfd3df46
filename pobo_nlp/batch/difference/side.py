"""One of the two tables, read once, chunk by chunk: of each row no more than numbers and an id are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pobo_nlp.batch.difference.cells import Vocabulary, as_text, probabilities, years
from pobo_nlp.errors import DifferenceError
from pobo_nlp.tables import Table

# What a column is read for (a dimension, say), and its name.
Coded = tuple[str, str]
Number = TypeVar("Number", bound=np.generic)

ROWS_AT_ONCE = 5_000
# A column with more different labels, or one longer than this, holds no labels; what it holds is then not quoted.
MAX_LABELS = 500
MAX_LABEL_CHARS = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which columns are read.

    Attributes
    ----------
    coded : what it is for and the column, to the vocabulary that numbers its cells.
    probabilities : columns of numbers.
    filled : columns of which it is only kept whether a cell holds anything.
    """

    id: str | None
    date: str | None
    coded: Mapping[Coded, Vocabulary]
    probabilities: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What is kept of a table, row by row.

    Attributes
    ----------
    places : where a person finds each row.
    ids : as text; None without an id column.
    years : None without a date column.
    """

    table: Table
    places: NDArray[np.int64]
    ids: pa.Array | None
    years: NDArray[np.int16] | None
    codes: Mapping[Coded, NDArray[np.int32]] = field(default_factory=dict)
    probabilities: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    filled: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.places)


def read_side(table: Table, wanted: Wanted, *, on_rows: Callable[[int], None]) -> Side:
    """Read a table.

    Parameters
    ----------
    on_rows : told the number of rows after each chunk.

    Raises
    ------
    TableError : where the table cannot be read.
    DifferenceError : where a column of labels holds something else.
    """
    places: list[NDArray[np.int64]] = []
    ids: list[pa.Array] = []
    dates: list[NDArray[np.int16]] = []
    codes: dict[Coded, list[NDArray[np.int32]]] = {key: [] for key in wanted.coded}
    numbers: dict[str, list[NDArray[np.float32]]] = {name: [] for name in wanted.probabilities}
    filled: dict[str, list[NDArray[np.bool_]]] = {name: [] for name in wanted.filled}
    for chunk in table.chunks(ROWS_AT_ONCE, 0):
        rows = chunk.rows
        places.append(np.asarray(chunk.places, np.int64))
        if wanted.id is not None:
            ids.append(as_text(rows.column(wanted.id)))
        if wanted.date is not None:
            dates.append(years(rows.column(wanted.date)))
        for key, vocabulary in wanted.coded.items():
            codes[key].append(vocabulary.codes(rows.column(key[1])))
            _refuse_text(table, key[1], vocabulary)
        for name in wanted.probabilities:
            numbers[name].append(probabilities(rows.column(name)))
        for name in wanted.filled:
            cells = pc.not_equal(as_text(rows.column(name)), "")
            filled[name].append(cells.to_numpy(zero_copy_only=False))
        on_rows(rows.num_rows)
    return Side(
        table,
        _joined(places, np.int64),
        pa.chunked_array(ids, pa.large_string()).combine_chunks() if wanted.id is not None else None,
        _joined(dates, np.int16) if wanted.date is not None else None,
        {key: _joined(parts, np.int32) for key, parts in codes.items()},
        {name: _joined(parts, np.float32) for name, parts in numbers.items()},
        {name: _joined(parts, np.bool_) for name, parts in filled.items()},
    )


def _joined(parts: list[NDArray[Number]], kind: type[Number]) -> NDArray[Number]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _refuse_text(table: Table, column: str, vocabulary: Vocabulary) -> None:
    if len(vocabulary.labels) > MAX_LABELS or vocabulary.longest_label > MAX_LABEL_CHARS:
        problem = f"kolonnen «{column}» har svært lange eller over {MAX_LABELS} ulike verdier, og er neppe etiketter"
        raise DifferenceError(table.name, problem, "Oppgi den riktige kolonnen med --labels eller --new-labels.")
