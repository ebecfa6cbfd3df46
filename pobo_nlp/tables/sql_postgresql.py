"""What is PostgreSQL's own: columns by the types that the server tells, and rows that are copied in at once.

A look at the values tells where Arrow's type would not hold them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Table, Text, cast, func, literal_column, or_, select

from pobo_nlp.tables.sql_source import Source, check_names, description_of
from pobo_nlp.tables.sql_types import MAX_DECIMAL_DIGITS, Selection, SqlColumn, decimal_type

if TYPE_CHECKING:
    import psycopg
    import psycopg.sql

# By the numbers that PostgreSQL gives its own types; they never change.
_TYPES: dict[int, tuple[str, pa.DataType]] = {
    16: ("boolean", pa.bool_()),
    17: ("bytea", pa.binary()),
    20: ("bigint", pa.int64()),
    21: ("smallint", pa.int16()),
    23: ("integer", pa.int32()),
    25: ("text", pa.string()),
    700: ("real", pa.float32()),
    701: ("double precision", pa.float64()),
    1042: ("character", pa.string()),
    1043: ("character varying", pa.string()),
    1082: ("date", pa.date32()),
    1083: ("time", pa.time64("us")),
    1114: ("timestamp", pa.timestamp("us")),
    1184: ("timestamp with time zone", pa.timestamp("us", tz="UTC")),
}
_NUMERIC = 1700
_JSON = frozenset({114, 3802})
_HALF_OPEN = {1082, 1083, 1114, 1184}
_FIRST_DAY: ColumnElement[Any] = literal_column("'0001-01-02'")
_LAST_DAY: ColumnElement[Any] = literal_column("'9999-12-31'")
_MIDNIGHT = "24:00"


def selection_of_postgresql(connection: Connection, source: Source, name: str) -> Selection:
    """Return the columns; one with values that its type cannot hold here (infinity, 38 digits) is read as text."""
    described: Sequence[Any] = description_of(connection, source)
    names = [str(known[0]) for known in described]
    check_names(name, names)
    clause = source.clause(names)
    selected = list(clause.c)
    odd = [list(_oddities(known, column)) for known, column in zip(described, selected, strict=True)]
    found: list[object] = []
    if any(odd):
        asked = [question for questions in odd for question in questions]
        found = list(connection.execute(select(*asked).select_from(clause)).one())
    columns = []
    for known, column, questions in zip(described, selected, odd, strict=True):
        answers, found = found[: len(questions)], found[len(questions) :]
        columns.append(_column(known, column, answers))
    return Selection(clause, tuple(columns))


def _oddities(known: Any, column: ColumnElement[Any]) -> Iterator[ColumnElement[Any]]:
    """Yield what must be known of a column's values before its Arrow type can be told."""
    if known.type_code in _HALF_OPEN:
        as_text = cast(column, Text)
        if known.type_code == 1083:
            yield func.bool_or(as_text.startswith(_MIDNIGHT))
        else:
            yield func.bool_or(or_(column < _FIRST_DAY, column > _LAST_DAY))
    elif known.type_code == _NUMERIC and decimal_type(known.precision, known.scale) is None:
        yield func.max(func.scale(column))
        yield func.max(func.length(cast(func.trunc(func.abs(column)), Text)))
        yield func.bool_or(cast(column, Text).in_(["NaN", "Infinity", "-Infinity"]))


def _column(known: Any, column: ColumnElement[Any], answers: Sequence[Any]) -> SqlColumn:
    name, code = str(known.name), known.type_code
    if code in _JSON:
        return SqlColumn(name, pa.string(), "json", cast(column, Text), is_json=True)
    if code == _NUMERIC:
        found = _decimal(known, answers)
        if found is not None:
            return SqlColumn(name, found, "numeric", column)
    elif code in _TYPES and not any(answers):
        declared, kind = _TYPES[code]
        return SqlColumn(name, kind, declared, column)
    if str(known.type_display).endswith("[]"):
        return SqlColumn(name, pa.string(), "array", cast(func.to_json(column), Text), is_json=True)
    return SqlColumn(name, pa.string(), "text", cast(column, Text))


def _decimal(known: Any, answers: Sequence[Any]) -> pa.DataType | None:
    if not answers:
        return decimal_type(known.precision, known.scale)
    scale, digits, is_odd = answers
    if is_odd or (scale or 0) + (digits or 0) > MAX_DECIMAL_DIGITS:
        return None
    return pa.decimal128(MAX_DECIMAL_DIGITS, scale or 0)


def lock(connection: Connection, table: Table) -> None:
    """Keep other writers out until the transaction ends.

    One whose end was not heard of, when its connection dropped, may still be on its way: this waits for it.
    """
    from psycopg import sql

    with _driver(connection).cursor() as cursor:
        cursor.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(_identifier(table)))


def copy_in(connection: Connection, table: Table, rows: Iterable[Sequence[object]]) -> None:
    """Write rows."""
    from psycopg import sql

    names = sql.SQL(", ").join([sql.Identifier(column.name) for column in table.columns])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_identifier(table), names)
    with _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _driver(connection: Connection) -> "psycopg.Connection[tuple[object, ...]]":
    driver: Any = connection.connection.driver_connection
    return driver  # type: ignore[no-any-return]


def _identifier(table: Table) -> "psycopg.sql.Identifier":
    from psycopg import sql

    return sql.Identifier(*[part for part in (table.schema, table.name) if part is not None])
