"""JSON Lines: one object a line."""

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pobo_nlp.errors import EmptyTableError, EncodingError, RowError
from pobo_nlp.tables.cells import is_text, json_cells, strings
from pobo_nlp.tables.compression import ByteSink, file_fingerprint, opened
from pobo_nlp.tables.encoding import recognised_encoding
from pobo_nlp.tables.table import CHUNK_CHARS, JSON_TEXT, MAX_COLUMNS, Chunk, Table, check_names, rows_of_chunk

_CURE = 'Hver linje skal være ett JSON-objekt, for eksempel {"id": "1", "text": "..."}.'
_SCALARS: Mapping[type, pa.DataType] = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}
_BIG_INTEGER = "big integer"
_INT64 = 2**63


def open_jsonl(path: Path) -> Table:
    """Open a JSON Lines file, after reading it through once: its columns are the keys of all objects.

    A column whose values are all of one scalar type has that type. Any other holds JSON text, and says so in the
    metadata of its field. A key that is missing counts as null.

    Raises
    ------
    TableError : where the file holds no object, or a line is none.
    """
    encoding = recognised_encoding(path)
    kinds: dict[str, set[object]] = {}
    for line, row, _ in _objects(path, encoding):
        for name, value in row.items():
            kinds.setdefault(name, set()).add(_kind(value))
        if len(kinds) > MAX_COLUMNS:
            check_names(path, list(kinds), row=line)
    if not kinds:
        raise EmptyTableError(path, "filen er tom", "Sjekk at eksporten fikk med radene.")
    schema = pa.schema([_field(name, of_column) for name, of_column in kinds.items()])
    check_names(path, schema.names)
    keys = tuple(kinds)
    return Table(
        str(path),
        schema,
        lambda rows_at_once, skip: _chunks(path, encoding, keys, schema, rows_at_once, skip),
        lambda: file_fingerprint(path),
        path,
    )


def _kind(value: object) -> object:
    if type(value) is int and not -_INT64 <= value < _INT64:
        return _BIG_INTEGER
    return type(value)


def _field(name: str, kinds: set[object]) -> pa.Field:
    found = kinds - {type(None)}
    if not found:
        return pa.field(_whole(name), pa.string())
    only = next(iter(found)) if len(found) == 1 else None
    if isinstance(only, type) and only in _SCALARS:
        return pa.field(_whole(name), _SCALARS[only])
    return pa.field(_whole(name), pa.string(), metadata=JSON_TEXT)


def _whole(text: str) -> str:
    """Return a text with a mark for each half of a surrogate pair, which JSON can write and no encoding has."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, object], int]]:
    """Yield the objects of a file, each with its line and the number of characters there."""
    problem: EncodingError | None = None
    with opened(path) as unpacked, io.TextIOWrapper(unpacked, encoding, newline="\n") as file:
        line = 0
        try:
            for line, content in enumerate(file, start=1):
                if content.strip():
                    yield line, _object(path, content, line), len(content)
        except UnicodeDecodeError:
            problem = EncodingError(path, "filen er endret mens den ble lest", "Prøv igjen.", row=line + 1)
        if problem is not None:
            raise problem


def _object(path: Path, content: str, line: int) -> dict[str, object]:
    problem = "linjen er ikke gyldig JSON"
    value: object = None
    try:
        value = _DECODER.decode(content)
    except _DoubledKeyError:
        problem = "samme navn står to ganger i objektet"
    except (ValueError, RecursionError):
        pass
    else:
        problem = "" if isinstance(value, dict) else "linjen er ikke et JSON-objekt"
    # Raised outside of the clause: the module's own exception holds the whole line.
    if problem or not isinstance(value, dict):
        raise RowError(path, problem, _CURE, row=line)
    return value


class _DoubledKeyError(ValueError):
    pass


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _DoubledKeyError
    return found


def _refuse_constant(name: str) -> None:
    """Refuse NaN and infinity, which Python reads but JSON has not."""
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_without_doubles, parse_constant=_refuse_constant, parse_float=_finite)


def _chunks(
    path: Path, encoding: str, keys: Sequence[str], schema: pa.Schema, rows_at_once: int, skip: int
) -> Iterator[Chunk]:
    most_rows = rows_of_chunk(rows_at_once, len(schema))
    places: list[int] = []
    rows: list[Mapping[str, object]] = []
    n_chars = 0
    for line, row, length in _objects(path, encoding):
        if skip:
            skip -= 1
            continue
        places.append(line)
        rows.append(row)
        n_chars += length
        if len(rows) == most_rows or n_chars > CHUNK_CHARS:
            yield _chunk(path, places, rows, keys, schema)
            places, rows, n_chars = [], [], 0
    if rows:
        yield _chunk(path, places, rows, keys, schema)


def _chunk(
    path: Path,
    places: Sequence[int],
    rows: Sequence[Mapping[str, object]],
    keys: Sequence[str],
    schema: pa.Schema,
) -> Chunk:
    columns = []
    for key, field in zip(keys, schema, strict=True):
        values: list[Any] = [row.get(key) for row in rows]
        if field.metadata:
            values = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
        columns.append(_array(path, values, field, places[0]))
    return Chunk(places, pa.RecordBatch.from_arrays(columns, schema=schema))


def _array(path: Path, values: list[Any], field: pa.Field, line: int) -> pa.Array:
    try:
        return strings(values) if is_text(field.type) else pa.array(values, field.type)
    except UnicodeEncodeError:
        pass
    except (pa.ArrowException, OverflowError, TypeError):
        raise RowError(path, "filen er endret mens den ble lest", "Prøv igjen.", row=line) from None
    return pa.array([_whole(value) if isinstance(value, str) else value for value in values], field.type)


def rows_of_lines(path: Path, lines: Sequence[str], schema: pa.Schema) -> tuple[list[int], pa.RecordBatch]:
    """Return the rows of some lines of a file, and which of the lines (counted from 0) each stands in.

    Parameters
    ----------
    path : for messages.
    schema : of the whole file, as `open_jsonl` tells it.

    Raises
    ------
    RowError : where a line holds no object.
    """
    kept = [place for place, line in enumerate(lines) if line.strip()]
    rows = [_object(path, lines[place], place + 1) for place in kept]
    return kept, _chunk(path, [place + 1 for place in kept] or [0], rows, schema.names, schema).rows


class JsonlWriter:
    """Writes rows to an open file, one object a line; a missing value is null.

    Parameters
    ----------
    schema : of the table.
    """

    def __init__(self, file: ByteSink, schema: pa.Schema) -> None:
        self._file = file
        self._keys = [json.dumps(name, ensure_ascii=False) + ": " for name in schema.names]

    def write(self, rows: pa.RecordBatch) -> None:
        """Write rows."""
        columns = [json_cells(column, field) for column, field in zip(rows.columns, rows.schema, strict=True)]
        lines = [
            "{" + ", ".join([key + (cell or "null") for key, cell in zip(self._keys, cells, strict=True)]) + "}\n"
            for cells in zip(*columns, strict=True)
        ]
        self._file.write("".join(lines).encode("utf-8"))
