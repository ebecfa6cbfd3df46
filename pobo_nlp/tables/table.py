"""A table as the rest of the program sees it: typed columns, and rows some thousands at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pobo_nlp.errors import ColumnError

if TYPE_CHECKING:
    import pyarrow as pa

# What Excel holds. A file of more has most likely been cut into columns at the wrong character.
MAX_COLUMNS = 16_384
# A chunk ends early where its rows are large or many columns wide, so that it stays some tens of megabytes.
CHUNK_CHARS = 2**25
CHUNK_CELLS = 2**20
# Metadata of a string column whose values are JSON text: what stood in the file was not of one scalar type.
JSON_TEXT = {b"json": b"1"}


class Chunk(NamedTuple):
    """Some rows that follow one another.

    Attributes
    ----------
    places : where a person finds each row: its line in a text file, its row of an Excel sheet, else its number from 1.
    rows : all columns of the table.
    """

    places: Sequence[int]
    rows: "pa.RecordBatch"


@dataclass(frozen=True)
class CsvStyle:
    """How a CSV file is written down, so that what comes out looks like what came in."""

    delimiter: str
    encoding: str


# What Norwegian Excel opens without asking.
EXCEL_STYLE = CsvStyle(delimiter=";", encoding="utf-8-sig")


@dataclass(frozen=True)
class Table:
    """An open table.

    Attributes
    ----------
    name : for messages: the path, or the address of a database without user and password.
    schema : columns in the order of the table, with their types.
    chunks : ``chunks(rows_at_once, skip)`` reads anew at every call, past the first `skip` rows, with no more rows in
        memory than are asked for. A chunk may be shorter where rows are large.
    fingerprint : returns a hexadecimal SHA-256 that changes when the table does.
    path : None for a database.
    style : of a CSV file.
    """

    name: str
    schema: "pa.Schema"
    chunks: Callable[[int, int], Iterator[Chunk]]
    fingerprint: Callable[[], str]
    path: Path | None = None
    style: CsvStyle = EXCEL_STYLE


def rows_of_chunk(rows_at_once: int, n_columns: int) -> int:
    """Return how many rows a chunk may have where a table has so many columns."""
    return max(1, min(rows_at_once, CHUNK_CELLS // max(n_columns, 1)))


def check_names(name: str | Path, columns: Sequence[str], *, row: int | None = None) -> None:
    """Refuse too many columns, and two of the same name.

    Parameters
    ----------
    name : of the table.
    row : where the heading stands.

    Raises
    ------
    ColumnError : without the name of a column: in a file that lacks a heading, a person's text stands there.
    """
    if len(columns) > MAX_COLUMNS:
        problem = f"{len(columns)} kolonner, men her går det høyst {MAX_COLUMNS}"
        raise ColumnError(name, problem, "Sjekk skilletegnet, eller velg ut færre kolonner.", row=row)
    first: dict[str, int] = {}
    for place, column in enumerate(columns, start=1):
        if column in first:
            problem = f"kolonne {first[column]} og {place} har samme navn i overskriften"
            raise ColumnError(name, problem, "Gi kolonnene ulike navn.", row=row)
        first[column] = place
