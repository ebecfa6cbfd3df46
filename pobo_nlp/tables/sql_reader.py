"""A table or a query of a database, read page by page in the order of its key."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, literal, or_, select, tuple_
from sqlalchemy.types import NullType

from pobo_nlp.errors import DatabaseError
from pobo_nlp.tables.formats import Place
from pobo_nlp.tables.sql_database import PATIENCE, Database, Patience, parsed_address, public_name
from pobo_nlp.tables.sql_key import key_places
from pobo_nlp.tables.sql_postgresql import selection_of_postgresql
from pobo_nlp.tables.sql_source import Source, open_source
from pobo_nlp.tables.sql_sqlite import selection_of_sqlite
from pobo_nlp.tables.sql_types import Selection, selection_of_another
from pobo_nlp.tables.table import CHUNK_CHARS, Chunk, Table, rows_of_chunk

Key = tuple[Any, ...]
# A key without an index costs a look at the whole table for each page.
_ROWS_OF_PAGE = 20_000
# Before it is known how large rows are.
_ROWS_OF_FIRST_PAGE = 100
_ROWS_TO_HASH = 1000
_HASH_BYTES = 8


def open_sql(place: Place, *, patience: Patience = PATIENCE) -> Table:
    """Open a table or a query of a database.

    Rows come in the order of the key: the primary key, or the columns of `place.key`. Nothing is locked; a table that
    loses or gets rows before the last one read is told at the end.

    Raises
    ------
    DatabaseError : where the database does not answer, or the table has no key that tells its rows apart; while
        reading, where the connection does not come back or a value does not fit its column.
    """
    reader = _opened(place, patience)
    return Table(
        name=reader.database.name,
        schema=reader.schema,
        chunks=reader.chunks,
        fingerprint=reader.fingerprint,
        path=None,
    )


def key_of(place: Place, *, patience: Patience = PATIENCE) -> str:
    """Return the key that a table is read by, as `Place.key` names it: a copy without a primary key is read by it too.

    Raises
    ------
    DatabaseError : as `open_sql` does.
    """
    reader = _opened(place, patience)
    return ",".join(reader.schema.names[at] for at in reader.key)


def _opened(place: Place, patience: Patience) -> "_Reader":
    url = parsed_address(place.address)
    name = public_name(url)
    with Database(url, name, is_read_only=True, patience=patience) as database:
        source = open_source(database, place)
        database.name = name = f"{name}, {source.description}"
        selection = database.ask(lambda connection: _selection(connection, source, name))
        key = key_places(database, source, selection, place.key)
    return _Reader(database, source, selection, key)


def _selection(connection: Connection, source: Source, name: str) -> Selection:
    if connection.dialect.name == "sqlite":
        return selection_of_sqlite(connection, source, name)
    if connection.dialect.name == "postgresql" and connection.dialect.driver == "psycopg":
        return selection_of_postgresql(connection, source, name)
    if source.table is None:
        raise DatabaseError(
            name, "spørringer leses fra SQLite og PostgreSQL", "Lag et view av spørringen, og oppgi det med --table."
        )
    return selection_of_another(connection, source)


@dataclass(frozen=True)
class _Reader:
    database: Database
    source: Source
    selection: Selection
    key: tuple[int, ...]

    @property
    def schema(self) -> pa.Schema:
        """Columns, with their types."""
        return pa.schema([column.field for column in self.selection.columns])

    def chunks(self, rows_at_once: int, skip: int) -> Iterator[Chunk]:
        """Yield the rows after the first `skip` in the order of the key, over a connection of their own."""
        with self.database.anew() as database:
            yield from replace(self, database=database)._chunks(rows_at_once, skip)

    def _chunks(self, rows_at_once: int, skip: int) -> Iterator[Chunk]:
        last = self._key_of_row(skip) if skip else None
        row = skip + 1
        n_columns = len(self.selection.columns)
        limit = rows_of_chunk(_ROWS_OF_FIRST_PAGE, n_columns)
        while rows := self._page(last, limit):
            last = self._next_key(rows, last)
            for start in range(0, len(rows), rows_at_once):
                chunk = self._chunk(rows[start : start + rows_at_once], row)
                row += chunk.rows.num_rows
                yield chunk
            limit = min(rows_of_chunk(_ROWS_OF_PAGE, n_columns), _rows_of_a_chunk(chunk.rows))
        self._check_count(last, row - 1)

    def fingerprint(self) -> str:
        """Return a hash of schema, key, number of rows, and everything that stands in them."""
        with self.database:
            count, content = self._count(), self._content()
        key = [self.selection.columns[at].name for at in self.key]
        schema = [[column.name, str(column.type)] for column in self.selection.columns]
        told = json.dumps([self.source.table, self.source.schema, self.source.query, schema, key, count, content])
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def _keys(self) -> list[ColumnElement[Any]]:
        columns = list(self.selection.clause.c)
        return [columns[at] for at in self.key]

    def _page(self, last: Key | None, limit: int) -> Sequence[Sequence[object]]:
        expressions = [column.expression for column in self.selection.columns]
        statement = select(*expressions).select_from(self.selection.clause).order_by(*self._keys).limit(limit)
        if last is not None:
            statement = statement.where(self._after(last))
        return self.database.ask(lambda connection: connection.execute(statement).fetchall())

    def _key_of_row(self, number: int) -> Key:
        expressions = [self.selection.columns[at].expression for at in self.key]
        statement = select(*expressions).select_from(self.selection.clause).order_by(*self._keys)
        statement = statement.limit(1).offset(number - 1)
        found = self.database.ask(lambda connection: connection.execute(statement).fetchone())
        if found is None:
            raise self._changed()
        return tuple(found)

    def _next_key(self, rows: Sequence[Sequence[object]], last: Key | None) -> Key:
        first, new_last = (tuple(row[at] for at in self.key) for row in (rows[0], rows[-1]))
        if first == last:
            problem = "nøkkelen kan ikke skille radene"
            raise DatabaseError(self.database.name, problem, "Velg en nøkkel av heltall eller tekst med --key.")
        return new_last

    def _after(self, last: Key) -> ColumnElement[bool]:
        """Return the condition of the rows after a key."""
        keys, values = self._keys, [literal(value, NullType()) for value in last]
        if len(keys) > 1 and self.database.dialect in ("sqlite", "postgresql"):
            return tuple_(*keys) > tuple_(*values)
        return after(keys, values)

    def _chunk(self, rows: Sequence[Sequence[object]], first_row: int) -> Chunk:
        name = self.database.name
        by_column = zip(self.selection.columns, zip(*rows, strict=True), strict=True)
        arrays = [column.array(values, name, first_row) for column, values in by_column]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        return Chunk(range(first_row, first_row + len(rows)), batch)

    def _count(self, upto: Key | None = None) -> int:
        statement = select(func.count()).select_from(self.selection.clause)
        if upto is not None:
            statement = statement.where(~self._after(upto))
        return self.database.ask(lambda connection: int(connection.execute(statement).scalar_one()))

    def _check_count(self, last: Key | None, seen: int) -> None:
        """Refuse a table that changed among the rows that were read: some may be missing, or twice."""
        if last is not None and self._count(last) != seen:
            raise self._changed()

    def _changed(self) -> DatabaseError:
        return DatabaseError(
            self.database.name,
            "tabellen fikk eller mistet rader mens den ble lest",
            "Kjør på nytt med --restart når ingen skriver i den, eller les en kopi.",
        )

    def _content(self) -> str:
        clause = self.selection.clause
        if self.database.dialect == "postgresql":
            whole = cast(func.row(*clause.c), Text)
            statement = select(func.sum(func.hashtextextended(whole, 0))).select_from(clause)
            return str(self.database.ask(lambda connection: connection.execute(statement).scalar_one()))
        return str(self.database.ask(self._hashed))

    def _hashed(self, connection: Connection) -> int:
        """Return the sum of the hashes of all rows, which come in no order: the key may lack an index."""
        statement = select(*self.selection.clause.c).select_from(self.selection.clause)
        found = 0
        for row in connection.execute(statement.execution_options(yield_per=_ROWS_TO_HASH)):
            content = repr(tuple(row)).encode("utf-8", "surrogatepass")
            found += int.from_bytes(hashlib.blake2b(content, digest_size=_HASH_BYTES).digest())
        return found


def _rows_of_a_chunk(rows: pa.RecordBatch) -> int:
    """Return how many rows as large as these make a chunk."""
    return max(1, int(CHUNK_CHARS * rows.num_rows / max(1, rows.nbytes)))


def after(keys: Sequence[ColumnElement[Any]], values: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """Return the condition of the rows after a key, for databases that cannot compare several columns at once."""
    first, value = keys[0], values[0]
    if len(keys) == 1:
        return first > value
    return and_(first >= value, or_(first > value, after(keys[1:], values[1:])))
