"""A table as the rest of the program sees it: column names, and rows one after another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

Value = str | int | float | bool | None | list[object] | dict[str, object]


class Row(NamedTuple):
    """A row: the line of the file where it begins, counted from 1, and its values by column."""

    line: int
    values: Mapping[str, Value]


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
    columns : names, in the order of the file.
    rows : begins reading anew at every call; rows are read as they are asked for.
    style : of a CSV file.
    """

    path: Path
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    style: CsvStyle = EXCEL_STYLE
