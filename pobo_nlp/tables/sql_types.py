"""The columns of a database table, with the Arrow types that hold their values whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, FromClause, String, cast, inspect, type_coerce, types

from pobo_nlp.errors import DatabaseError
from pobo_nlp.tables.sql_source import Source

MAX_DECIMAL_DIGITS = 38
_WRONG = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, ValueError, TypeError, OverflowError)


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A column that is read.

    Attributes
    ----------
    declared : its type in the database's own words.
    expression : what is selected.
    value : from a value of the driver to one that Arrow takes; raises ValueError where it does not fit.
    """

    name: str
    type: pa.DataType
    declared: str
    expression: ColumnElement[Any]
    value: Callable[[Any], object] | None = None
    is_json: bool = False

    @property
    def field(self) -> pa.Field:
        """What the schema of the table tells of it."""
        return pa.field(self.name, self.type, metadata={b"json": b"1"} if self.is_json else None)

    def array(self, values: Sequence[object], place: str, first_row: int) -> pa.Array:
        """Return values as a column.

        Raises
        ------
        DatabaseError : naming the first row whose value does not fit the type.
        """
        try:
            return self._array(values)
        except _WRONG:
            row = first_row + next((at for at, value in enumerate(values) if not self._fits(value)), 0)
        raise DatabaseError(
            place,
            f"verdien i kolonnen {self.name} passer ikke i typen {self.declared or self.type}",
            "Rett verdien i databasen, eller gjør kolonnen om til tekst med --query og CAST(... AS TEXT).",
            row=row,
        )

    def _array(self, values: Sequence[object]) -> pa.Array:
        if self.value is not None:
            values = [None if value is None else self.value(value) for value in values]
        return pa.array(values, type=self.type)

    def _fits(self, value: object) -> bool:
        try:
            self._array([value])
        except _WRONG:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected from, and which columns of it."""

    clause: FromClause
    columns: tuple[SqlColumn, ...]

    @property
    def names(self) -> list[str]:
        """Of the columns, in order."""
        return [column.name for column in self.columns]


def selection_of_another(connection: Connection, source: Source) -> Selection:
    """Return the columns of a table as SQLAlchemy describes those of any database."""
    described = inspect(connection).get_columns(str(source.table), schema=source.schema)
    clause = source.clause([known["name"] for known in described])
    columns = tuple(
        _column(known["name"], known["type"], selected) for known, selected in zip(described, clause.c, strict=True)
    )
    return Selection(clause, columns)


def _column(name: str, kind: types.TypeEngine[Any], selected: ColumnElement[Any]) -> SqlColumn:
    found = _arrow_type(kind)
    declared = kind.__visit_name__
    if found is None:
        return SqlColumn(name, pa.string(), declared, cast(selected, String))
    return SqlColumn(name, found, declared, type_coerce(selected, kind))


def _arrow_type(kind: types.TypeEngine[Any]) -> pa.DataType | None:
    """Return the Arrow type of a column; None where it is read as text."""
    simple: tuple[tuple[type, pa.DataType], ...] = (
        (types.Boolean, pa.bool_()),
        (types.Integer, pa.int64()),
        (types.Float, pa.float64()),
        (types.Date, pa.date32()),
        (types.Time, pa.time64("us")),
        (types.LargeBinary, pa.binary()),
    )
    if isinstance(kind, types.DateTime):
        return pa.timestamp("us", tz="UTC" if kind.timezone else None)
    if isinstance(kind, types.Enum | types.JSON | types.ARRAY):
        return None
    if isinstance(kind, types.String):
        return pa.string()
    found = next((arrow for sort, arrow in simple if isinstance(kind, sort)), None)
    if found is None and isinstance(kind, types.Numeric):
        return decimal_type(kind.precision, kind.scale)
    return found


def decimal_type(precision: int | None, scale: int | None) -> pa.DataType | None:
    """Return the type of decimal numbers; None where Arrow has none that holds them."""
    if precision is None or scale is None or not 0 <= scale <= precision <= MAX_DECIMAL_DIGITS:
        return None
    return pa.decimal128(precision, scale)
