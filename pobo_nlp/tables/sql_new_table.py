"""The table that is made in a database: what its columns are called there, and how values are put down."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import types

from pobo_nlp.errors import DatabaseError
from pobo_nlp.tables.sql_source import DatabaseColumnError

MAX_COLUMNS = {"postgresql": 1600, "sqlite": 2000}
MAX_NAME_BYTES = {"postgresql": 63}
# SQLite keeps a decimal number as a float, which tells fifteen digits apart.
_EXACT_DIGITS = 15
_SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
_OTHER_NAME = "Gi kolonnen et annet navn i det som leses, eller skriv til en fil."

Put = Callable[[pa.Array], list[Any]]


class _Named(types.UserDefinedType[Any]):
    """A type of SQLite, by name alone: SQLAlchemy leaves its values as they are."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column to make.

    Attributes
    ----------
    put : from Arrow to the values that are handed to the driver.
    """

    name: str
    type: types.TypeEngine[Any]
    put: Put


def new_columns(dialect: str, name: str, schema: pa.Schema) -> tuple[NewColumn, ...]:
    """Return the columns that hold a schema.

    PostgreSQL has no NUL in a text: see `without_nul`. SQLite has no NaN: it becomes NULL, as "no number" does.

    Raises
    ------
    DatabaseError : where the database cannot hold so many columns, or one of such a name or type.
    """
    limit = MAX_COLUMNS.get(dialect)
    if limit is not None and len(schema) > limit:
        raise DatabaseError(
            name,
            f"{len(schema)} kolonner, men databasen tar høyst {limit}",
            "Velg færre kolonner, eller skriv til en fil.",
        )
    _check_names(dialect, name, schema.names)
    make = _in_sqlite if dialect == "sqlite" else _in_server
    columns = []
    for field in schema:
        made = make(_plain(field.type))
        if made is None:
            raise DatabaseColumnError(
                name, f"kolonnen {field.name} har typen {field.type}", "Gjør den om til tekst først."
            )
        columns.append(NewColumn(field.name, made[0], _put(field.type, made[1])))
    return tuple(columns)


def check_name(dialect: str, place: str, what: str, name: str) -> None:
    """Refuse a name that the database would cut short or not take.

    Raises
    ------
    DatabaseColumnError
    """
    limit = MAX_NAME_BYTES.get(dialect)
    if not name or "\0" in name:
        raise DatabaseColumnError(place, f"{what} har ikke et navn som databasen tar", _OTHER_NAME)
    if limit is not None and len(name.encode()) > limit:
        problem = f"navnet {name} er på {len(name.encode())} byte, men databasen tar høyst {limit}"
        raise DatabaseColumnError(place, problem, _OTHER_NAME)


def _check_names(dialect: str, place: str, names: Sequence[str]) -> None:
    for at, name in enumerate(names, start=1):
        check_name(dialect, place, f"kolonne {at}", name)
        if dialect == "postgresql" and name in _SYSTEM_COLUMNS:
            raise DatabaseColumnError(place, f"navnet {name} har PostgreSQL tatt i bruk selv", _OTHER_NAME)
    # SQLite tells names apart as people do: not by capitals.
    known = [name.casefold() if dialect == "sqlite" else name for name in names]
    for at, name in enumerate(known):
        if known.index(name) < at:
            problem = f"kolonnene {names[known.index(name)]} og {names[at]} har samme navn i databasen"
            raise DatabaseColumnError(place, problem, _OTHER_NAME)


def _plain(kind: pa.DataType) -> pa.DataType:
    return _plain(kind.value_type) if pa.types.is_dictionary(kind) else kind


def _is_text(kind: pa.DataType) -> bool:
    return any(fits(kind) for fits in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def _is_binary(kind: pa.DataType) -> bool:
    fitting = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(fits(kind) for fits in fitting)


def _in_server(kind: pa.DataType) -> tuple[types.TypeEngine[Any], pa.DataType] | None:
    """Return the type of a column, and the Arrow type that its values go through; None where there is none."""
    if pa.types.is_boolean(kind):
        return types.Boolean(), kind
    if pa.types.is_integer(kind):
        return _integer(kind), kind
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        return types.REAL(), pa.float32()
    if pa.types.is_float64(kind):
        return types.Double(), kind
    if pa.types.is_decimal(kind):
        return types.Numeric(kind.precision, kind.scale), kind
    if pa.types.is_date(kind):
        return types.Date(), pa.date32()
    if pa.types.is_timestamp(kind):
        return types.DateTime(timezone=kind.tz is not None), _moment(kind)
    if pa.types.is_time(kind):
        return types.Time(), pa.time64("us")
    if _is_binary(kind):
        return types.LargeBinary(), pa.large_binary()
    return (types.Text(), kind) if _is_text(kind) or pa.types.is_null(kind) or pa.types.is_nested(kind) else None


def _integer(kind: pa.DataType) -> types.TypeEngine[Any]:
    bits = kind.bit_width + (1 if pa.types.is_unsigned_integer(kind) else 0)
    if bits <= 16:
        return types.SmallInteger()
    if bits <= 32:
        return types.Integer()
    return types.BigInteger() if bits <= 64 else types.Numeric(20, 0)


def _moment(kind: pa.DataType) -> pa.DataType:
    return pa.timestamp("us", tz=None if kind.tz is None else "UTC")


def _in_sqlite(kind: pa.DataType) -> tuple[types.TypeEngine[Any], pa.DataType] | None:
    made = _in_server(kind)
    if made is None:
        return None
    through = made[1]
    if pa.types.is_uint64(kind):
        return _Named("DECIMAL_TEXT(20, 0)"), pa.decimal128(20, 0)
    if pa.types.is_decimal(kind):
        word = "NUMERIC" if kind.precision <= _EXACT_DIGITS else "DECIMAL_TEXT"
        return _Named(f"{word}({kind.precision}, {kind.scale})"), kind
    names = (
        (pa.types.is_boolean, "BOOLEAN"),
        (pa.types.is_integer, "INTEGER"),
        (pa.types.is_floating, "REAL"),
        (pa.types.is_date, "DATE"),
        (pa.types.is_time, "TIME"),
        (_is_binary, "BLOB"),
    )
    if pa.types.is_timestamp(kind):
        return _Named("TIMESTAMP WITH TIME ZONE" if kind.tz is not None else "TIMESTAMP"), through
    return _Named(next((name for fits, name in names if fits(kind)), "TEXT")), through


def _put(kind: pa.DataType, through: pa.DataType) -> Put:
    if pa.types.is_nested(_plain(kind)):
        return _json_text
    return lambda values: (values if values.type == through else pc.cast(values, through)).to_pylist()


def _json_text(values: pa.Array) -> list[Any]:
    return [
        None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in values.to_pylist()
    ]


def for_sqlite(values: list[Any]) -> list[Any]:
    """Return values as SQLite stores them: its driver knows no dates, times and decimal numbers."""
    kind = next((type(value) for value in values if value is not None), None)
    if kind is None or kind in (str, int, float, bytes, bool):
        return values
    spell = _SPELLED.get(kind.__name__, str)
    return [None if value is None else spell(value) for value in values]


# `str` spells a day, a time of day, and a moment with a space between day and time, as SQLite's own functions do.
_SPELLED: dict[str, Callable[[Any], str]] = {"Decimal": lambda number: f"{number:f}"}


def without_nul(values: list[Any]) -> tuple[list[Any], int]:
    """Return texts with U+FFFD in place of each NUL, which PostgreSQL cannot store, and how many texts had any."""
    if not any(isinstance(value, str) and "\0" in value for value in values):
        return values, 0
    count = sum(isinstance(value, str) and "\0" in value for value in values)
    return [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values], count
