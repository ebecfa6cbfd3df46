"""CSV as Norwegian Excel and other programs write it: `;`, `,` or tab between, quoted line breaks within."""

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from pobo_nlp.errors import ColumnError, EmptyTableError, RowError
from pobo_nlp.tables.encoding import recognised_encoding
from pobo_nlp.tables.table import CsvStyle, Row, Table, Value

DELIMITERS = (";", ",", "\t")
EXCEL_HINT = re.compile(r"(?i)\"?sep=[;,\t]\"?\r?\n")
MAX_HINT_CHARS = 16


def open_csv(path: Path) -> Table:
    """Open a CSV file; its encoding and delimiter are recognised.

    A column without a name gets one that tells its place, such as `kolonne_3`.

    Raises
    ------
    TableError : where the file is no CSV file with a heading; while reading, where a row does not fit it.
    """
    # A cell may hold a whole journal; the limit of the csv module is 128 kB, for the process.
    csv.field_size_limit(sys.maxsize)
    encoding = recognised_encoding(path)
    style = CsvStyle(_recognised_delimiter(path, encoding), encoding)
    heading = next(_records(path, style), None)
    if heading is None:
        raise EmptyTableError(path, "filen er tom", "Sjekk at eksporten fikk med radene.")
    columns = tuple(name.strip() or f"kolonne_{place}" for place, name in enumerate(heading[1], start=1))
    _check_heading(path, columns, heading[0])
    return Table(path, columns, lambda: _rows(path, style, columns), style)


def _recognised_delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that parts the heading into most columns; `;` where there is but one."""
    found: dict[str, int] = {}
    for delimiter in DELIMITERS:
        try:
            heading = next(_records(path, CsvStyle(delimiter, encoding)), None)
        except RowError:
            heading = None
        found[delimiter] = len(heading[1]) if heading is not None else 0
    return max(DELIMITERS, key=lambda delimiter: found[delimiter])


def _check_heading(path: Path, columns: Sequence[str], line: int) -> None:
    for place, name in enumerate(columns, start=1):
        first = columns.index(name) + 1
        if first < place:
            # The name is not quoted: in a file without a heading, a person's text stands there.
            problem = f"kolonne {first} og {place} har samme navn i overskriften"
            raise ColumnError(path, problem, "Gi kolonnene ulike navn.", row=line)


def _records(path: Path, style: CsvStyle) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a file, each with the line where it begins; empty lines are passed over."""
    with path.open(encoding=style.encoding, newline="") as file:
        # Excel's own hint of the delimiter may stand above the heading.
        skipped = 1 if EXCEL_HINT.fullmatch(file.readline(MAX_HINT_CHARS)) else 0
        if not skipped:
            file.seek(0)
        reader = csv.reader(file, delimiter=style.delimiter, strict=True)
        while True:
            line = reader.line_num + 1 + skipped
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                # The module's own words may quote the field.
                raise RowError(
                    path, "anførselstegn som ikke passer sammen", "Doble anførselstegn inne i et felt.", row=line
                ) from None
            if record:
                yield line, record


def _rows(path: Path, style: CsvStyle, columns: Sequence[str]) -> Iterator[Row]:
    records = _records(path, style)
    next(records)
    for line, record in records:
        if len(record) != len(columns):
            raise RowError(
                path,
                f"{len(record)} felter, men overskriften har {len(columns)}",
                "Sett felt med skilletegn eller linjeskift i anførselstegn.",
                row=line,
            )
        yield Row(line, dict(zip(columns, record, strict=True)))


class CsvWriter:
    """Writes rows to an open file.

    Parameters
    ----------
    columns : of the table, in order.
    """

    def __init__(self, file: TextIO, columns: Sequence[str], style: CsvStyle) -> None:
        self._columns = columns
        self._writer = csv.writer(file, delimiter=style.delimiter, lineterminator="\r\n")
        self._writer.writerow(columns)

    def write(self, values: Mapping[str, Value]) -> None:
        """Write a row; a missing value is an empty field."""
        self._writer.writerow([_cell(values.get(name)) for name in self._columns])


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        import json

        return json.dumps(value, ensure_ascii=False)
    return str(value)
