"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from pobo_nlp.errors import EmptyTableError, RowError
from pobo_nlp.tables.encoding import recognised_encoding
from pobo_nlp.tables.table import Row, Table, Value


def open_jsonl(path: Path) -> Table:
    """Open a JSON Lines file, after reading it through once: its columns are the keys of all objects.

    Raises
    ------
    TableError : where the file holds no object, or a line is none.
    """
    encoding = recognised_encoding(path)
    columns: dict[str, None] = {}
    for row in _rows(path, encoding):
        columns.update(dict.fromkeys(row.values))
    if not columns:
        raise EmptyTableError(path, "filen er tom", "Sjekk at eksporten fikk med radene.")
    return Table(path, tuple(columns), lambda: _rows(path, encoding))


def _rows(path: Path, encoding: str) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="\n") as file:
        for line, content in enumerate(file, start=1):
            if content.strip():
                yield Row(line, _object(path, content, line))


def _object(path: Path, content: str, line: int) -> dict[str, Value]:
    cure = 'Hver linje skal være ett JSON-objekt, for eksempel {"id": "1", "text": "..."}.'
    try:
        value = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # The exception holds the whole line, so it goes no further.
        raise RowError(path, "linjen er ikke gyldig JSON", cure, row=line) from None
    if not isinstance(value, dict):
        raise RowError(path, "linjen er ikke et JSON-objekt", cure, row=line)
    return value


def _refuse_constant(name: str) -> None:
    """Refuse NaN and infinity, which Python reads but JSON has not."""
    raise ValueError(name)


class JsonlWriter:
    """Writes rows to an open file."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, values: Mapping[str, Value]) -> None:
        """Write a row as one line."""
        self._file.write(json.dumps(dict(values), ensure_ascii=False) + "\n")
