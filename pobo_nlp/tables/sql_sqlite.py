"""Columns of SQLite, where any value may stand in any column: the type is the declared one, if all values fit it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection

from pobo_nlp.tables.sql_source import Source, check_names
from pobo_nlp.tables.sql_types import Selection, SqlColumn, decimal_type

T = TypeVar("T")

_CLASSES = ("integer", "real", "text", "blob", "long")
_COLUMNS_AT_ONCE = 100
_EXACT = 2**53
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?")
_MOMENT_IN_ZONE = re.compile(_MOMENT.pattern + r"(Z|[+-]\d\d:\d\d)")
_PRECISION = re.compile(r"\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")


@dataclass(frozen=True, slots=True)
class _Kind:
    """An Arrow type that is more than SQLite's own five, and how its values are read."""

    type: pa.DataType
    value: Callable[[Any], object]


def selection_of_sqlite(connection: Connection, source: Source, name: str) -> Selection:
    """Return the columns, after looking once at the class of every value.

    A column is of its declared type where all values fit it; else of the type of its values; text where these are
    mixed. Bytes among other values fit no type: reading such a row is an error.
    """
    declared = _declared(connection, source, name)
    names = [column for column, _ in declared]
    clause = source.clause(names)
    columns: list[SqlColumn] = []
    for start in range(0, len(declared), _COLUMNS_AT_ONCE):
        some = slice(start, start + _COLUMNS_AT_ONCE)
        columns += _surveyed(connection, source, declared[some], list(clause.c)[some])
    return Selection(clause, tuple(columns))


def _declared(connection: Connection, source: Source, name: str) -> list[tuple[str, str]]:
    """Return names and declared types; those of a query come from a view that only this connection sees."""
    if source.table is not None:
        return _table_info(connection, source.table)
    described = connection.exec_driver_sql(str(source.query))
    names = list(described.keys())
    described.close()
    check_names(name, names)
    connection.exec_driver_sql(f"CREATE TEMP VIEW pobo_nlp_query AS\n{source.query}\n")
    try:
        return _table_info(connection, "pobo_nlp_query")
    finally:
        connection.exec_driver_sql("DROP VIEW temp.pobo_nlp_query")


def _table_info(connection: Connection, table: str) -> list[tuple[str, str]]:
    quoted = connection.dialect.identifier_preparer.quote_identifier(table)
    rows = connection.exec_driver_sql(f"PRAGMA table_xinfo({quoted})")
    return [(str(row[1]), str(row[2]).upper()) for row in rows]


def _surveyed(
    connection: Connection,
    source: Source,
    declared: Sequence[tuple[str, str]],
    selected: Sequence[ColumnElement[Any]],
) -> list[SqlColumn]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    driver: Any = connection.connection.driver_connection
    kinds = [_kind(words) for _, words in declared]
    asked = [question for name, _ in declared for question in _questions(f"q.{quote(name)}")]
    for at, ((name, _), kind) in enumerate(zip(declared, kinds, strict=True)):
        if kind is not None:
            driver.create_function(f"pobo_nlp_fits_{at}", 1, _fits(kind), deterministic=True)
            asked.append(f"min(pobo_nlp_fits_{at}(q.{quote(name)}))")
    whole = quote(source.table) if source.table is not None else f"(\n{source.query}\n)"
    found = list(connection.exec_driver_sql(f"SELECT {', '.join(asked)} FROM {whole} AS q").one())  # noqa: S608
    fits = found[len(declared) * len(_CLASSES) :]
    columns = []
    for at, ((name, words), column, kind) in enumerate(zip(declared, selected, kinds, strict=True)):
        classes = found[at * len(_CLASSES) : (at + 1) * len(_CLASSES)]
        if kind is not None and fits.pop(0) != 0:
            columns.append(SqlColumn(name, kind.type, words, column, kind.value))
        else:
            columns.append(_by_class(name, words, column, dict(zip(_CLASSES, classes, strict=True))))
    return columns


def _questions(column: str) -> list[str]:
    """Return one question for each class of values: does the column have any."""
    kept = [f"max(typeof({column}) = '{sort}')" for sort in _CLASSES[:-1]]
    return [*kept, f"max(typeof({column}) = 'integer' AND ({column} > {_EXACT} OR {column} < -{_EXACT}))"]


def _fits(kind: _Kind) -> Callable[[object], int | None]:
    def fits(value: object) -> int | None:
        if value is None:
            return None
        try:
            kind.value(value)
        except (ValueError, TypeError, InvalidOperation):
            return 0
        return 1

    return fits


def _by_class(name: str, words: str, column: ColumnElement[Any], has: Mapping[str, object]) -> SqlColumn:
    classes = {sort for sort in ("integer", "real", "text", "blob") if has[sort]}
    if not classes:
        classes = {_affinity(words)}
    if classes == {"integer"}:
        return SqlColumn(name, pa.int64(), words, column, _integer)
    if classes <= {"integer", "real"} and not has["long"]:
        return SqlColumn(name, pa.float64(), words, column, _real)
    if classes == {"blob"}:
        return SqlColumn(name, pa.binary(), words, column, _bytes)
    return SqlColumn(name, pa.string(), words, column, _text)


def _affinity(words: str) -> str:
    """Return the class of values that a declared type prefers (https://www.sqlite.org/datatype3.html, 3.1)."""
    if "INT" in words:
        return "integer"
    if "BLOB" in words:
        return "blob"
    return "real" if any(part in words for part in ("REAL", "FLOA", "DOUB")) else "text"


def _kind(words: str) -> _Kind | None:
    """Return the type of a declaration that SQLite itself has no class for."""
    first = words.split("(")[0].split(" ")[0]
    if first in ("BOOLEAN", "BOOL"):
        return _Kind(pa.bool_(), _boolean)
    if first == "DATE":
        return _Kind(pa.date32(), _date)
    if first == "TIME":
        return _Kind(pa.time64("us"), _time)
    if first == "TIMESTAMPTZ" or "WITH TIME ZONE" in words:
        return _Kind(pa.timestamp("us", tz="UTC"), _moment_in_zone)
    if first in ("DATETIME", "TIMESTAMP"):
        return _Kind(pa.timestamp("us"), _moment)
    if first in ("DECIMAL", "NUMERIC", "DECIMAL_TEXT") and (found := _PRECISION.search(words)):
        kind = decimal_type(int(found[1]), int(found[2] or 0))
        return _Kind(kind, partial(_decimal, kind)) if kind is not None else None
    return None


def _integer(value: object) -> int:
    return _of(int, value)


def _real(value: object) -> float:
    number = _of((int, float), value)
    if isinstance(number, int) and abs(number) > _EXACT:
        raise ValueError
    return float(number)


def _bytes(value: object) -> bytes:
    return _of(bytes, value)


def _text(value: object) -> str:
    return str(_of((str, int, float), value))


def _boolean(value: object) -> bool:
    if _of(int, value) not in (0, 1):
        raise ValueError
    return bool(value)


def _date(value: object) -> date:
    return date.fromisoformat(_matching(_DAY, value))


def _time(value: object) -> time:
    return time.fromisoformat(_matching(_TIME, value))


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(_matching(_MOMENT, value))


def _moment_in_zone(value: object) -> datetime:
    return datetime.fromisoformat(_matching(_MOMENT_IN_ZONE, value))


def _decimal(kind: pa.Decimal128Type, value: object) -> Decimal:
    number = Decimal(_text(value))
    pa.scalar(number, kind)  # raises where digits would be lost
    return number


def _of(sort: type[T] | tuple[type[T], ...], value: object) -> T:
    if not isinstance(value, sort):
        raise TypeError
    return value


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value
