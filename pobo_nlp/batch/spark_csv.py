"""A first look through a CSV file: what Spark must be told to find the same rows in it as our reader."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pobo_nlp.batch.job import NUL
from pobo_nlp.errors import RowError
from pobo_nlp.tables import Table
from pobo_nlp.tables.compression import opened
from pobo_nlp.tables.csv_files import EXCEL_HINT


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is like.

    Attributes
    ----------
    heading : how many rows Spark finds before the first one: the heading, and perhaps Excel's hint above it.
    line_end : after each row; within cells, others may stand.
    """

    rows: int
    heading: int
    line_end: str


def looked_through(path: Path, table: Table) -> Look:
    """Return what an open table's file is like.

    Raises
    ------
    RowError : where a row does not fit, as our reader tells it; or where our reader would take it, but Spark would
        read something else: it ends in another way than those above, or has NUL.
    """
    with opened(path) as file, io.TextIOWrapper(file, table.style.encoding, newline="") as text:
        lines = _Lines(text)
        rows = csv.reader(lines, delimiter=table.style.delimiter, strict=True)
        heading = 1 if EXCEL_HINT.fullmatch(lines.first()) else 0
        line_end, n_rows = "", -1
        try:
            for row in rows:
                line_end = line_end or lines.end
                if lines.end not in ("", line_end):
                    raise _refused(path, "linjen slutter på en annen måte enn de over", rows.line_num + heading)
                if not row:
                    continue
                if len(row) != len(table.schema):
                    raise csv.Error
                n_rows += 1
                if any(NUL in cell for cell in row):
                    raise _refused(path, "raden har NUL-tegn, som Spark ville ha fjernet", rows.line_num + heading)
        except csv.Error:
            n_rows = -1
    if n_rows < 0:
        _read_by_our_reader(table)
    return Look(n_rows, heading + 1, line_end or "\n")


class _Lines:
    """The lines of a file, of which the first may be passed over, and how the last one ended that was read."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._first = text.readline()
        self._is_passed = False
        self.end = ""

    def first(self) -> str:
        """Return the first line, which is passed over if it is Excel's hint."""
        self._is_passed = EXCEL_HINT.fullmatch(self._first) is not None
        return self._first

    def __iter__(self) -> Iterator[str]:
        if not self._is_passed:
            self.end = _end(self._first)
            yield self._first
        for line in self._text:
            self.end = _end(line)
            yield line


def _end(line: str) -> str:
    return "\r\n" if line.endswith("\r\n") else line[-1:] if line[-1:] in ("\r", "\n") else ""


def _refused(path: Path, problem: str, line: int) -> RowError:
    return RowError(path, problem, "Rett filen, eller kjør uten --engine spark.", row=line)


def _read_by_our_reader(table: Table) -> None:
    """Have our reader tell which row does not fit."""
    for _ in table.chunks(1024, 0):
        pass
    raise RowError(table.path or Path(), "en rad passer ikke", "Kjør uten --engine spark.")
