"""A new table in a database, written in one transaction a chunk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pyarrow as pa
import sqlalchemy
from sqlalchemy import BindParameter, Connection, bindparam, func, insert, inspect, select
from sqlalchemy.schema import CreateTable, DropTable

from pobo_nlp.errors import DatabaseError, OutputExistsError
from pobo_nlp.tables.formats import Place
from pobo_nlp.tables.sql_database import PATIENCE, Database, Patience, is_missing_file, parsed_address, public_name
from pobo_nlp.tables.sql_new_table import NewColumn, check_name, for_sqlite, new_columns, without_nul
from pobo_nlp.tables.sql_postgresql import copy_in, lock
from pobo_nlp.tables.sql_source import Source, find_table
from pobo_nlp.tables.table import Table

_NEW_NAME = "Oppgi en tabell som ikke finnes med --out-table."


class SqlWriter:
    """Writes rows to a table: each call is one transaction, which is there whole or not at all.

    Attributes
    ----------
    rows_written : that stand in the table; where it was there before, the caller goes on after these.
    texts_with_nul : how many texts had a NUL, which PostgreSQL cannot store: U+FFFD stands in its place.
    """

    def __init__(self, database: Database, table: sqlalchemy.Table, columns: Sequence[NewColumn]) -> None:
        self._database, self._table, self._columns = database, table, columns
        self._is_unsure = False
        self.rows_written = 0
        self.texts_with_nul = 0

    def write(self, rows: pa.RecordBatch) -> None:
        """Write rows; where the connection drops, they are written again unless they had arrived.

        Raises
        ------
        DatabaseError : where the database refuses, or the connection does not come back. No row is there twice.
        """
        if rows.num_rows == 0:
            return
        values = [self._values(column, array) for column, array in zip(self._columns, rows.columns, strict=True)]
        self._database.ask(partial(self._store, values=values))
        self.rows_written += rows.num_rows

    def make(self) -> None:
        """Make the table.

        Raises
        ------
        OutputExistsError : where it is there.
        """
        self._database.ask(self._made)

    def _made(self, connection: Connection) -> None:
        with connection.begin():
            if _find(connection, self._table) and not (self._is_unsure and self._count(connection) == 0):
                raise OutputExistsError(self._database.name, _NEW_NAME)
            self._is_unsure = True
            connection.execute(CreateTable(self._table, if_not_exists=True))
        self._is_unsure = False

    def go_on(self) -> None:
        """Count the rows that are there from before."""
        self.rows_written = self._database.ask(self._counted)

    def drop(self) -> None:
        """Take away a table that got no row."""
        self._database.ask(self._dropped)

    def _counted(self, connection: Connection) -> int:
        with connection.begin():
            return self._count(connection)

    def _dropped(self, connection: Connection) -> None:
        with connection.begin():
            connection.execute(DropTable(self._table, if_exists=True))

    def _count(self, connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(self._table)).scalar_one()

    def _values(self, column: NewColumn, array: pa.Array) -> list[Any]:
        try:
            values = column.put(array)
        except (pa.ArrowInvalid, ValueError, OverflowError):
            values = None
        if values is None:
            at = f"radene {self.rows_written + 1}-{self.rows_written + len(array)}"
            problem = f"{at} har i kolonnen {column.name} en verdi som databasen ikke kan lagre helt"
            raise DatabaseError(self._database.name, problem, "Gjør kolonnen om til tekst, eller skriv til en fil.")
        if self._database.dialect == "sqlite":
            return for_sqlite(values)
        if self._database.dialect == "postgresql":
            values, count = without_nul(values)
            self.texts_with_nul += count
        return values

    def _store(self, connection: Connection, values: Sequence[list[Any]]) -> None:
        with connection.begin():
            if connection.dialect.driver == "psycopg":
                lock(connection, self._table)
            if self._is_unsure and self._has_arrived(connection, len(values[0])):
                self._is_unsure = False
                return
            self._is_unsure = True
            self._insert(connection, values)
        self._is_unsure = False

    def _has_arrived(self, connection: Connection, count: int) -> bool:
        found = self._count(connection)
        if found not in (self.rows_written, self.rows_written + count):
            problem = f"{found} rader i tabellen, men {self.rows_written} er skrevet herfra"
            raise DatabaseError(self._database.name, problem, "Noen andre skriver i den. Oppgi en ny tabell.")
        return found > self.rows_written

    def _insert(self, connection: Connection, values: Sequence[list[Any]]) -> None:
        rows = zip(*values, strict=True)
        if connection.dialect.driver == "psycopg":
            copy_in(connection, self._table, rows)
            return
        # Names of columns may hold anything; these do not.
        keys = [f"v{at}" for at in range(len(self._columns))]
        marks: dict[str, BindParameter[Any]] = {
            column.name: bindparam(key) for column, key in zip(self._columns, keys, strict=True)
        }
        connection.execute(insert(self._table).values(marks), [dict(zip(keys, row, strict=True)) for row in rows])


@contextmanager
def open_sql_writer(
    place: Place, schema: pa.Schema, *, like: Table, resume: bool = False, patience: Patience = PATIENCE
) -> Iterator[SqlWriter]:
    """Make a table and open it for writing.

    What is written stays when an error ends the writing, so that it can be gone on with; only a table that got no row
    is taken away.

    Parameters
    ----------
    resume : go on with a table that is there; `rows_written` tells how many rows the caller passes over.

    Raises
    ------
    OutputExistsError : where the table is there, and is not to be gone on with.
    DatabaseError : where the database does not answer, or cannot hold such a table.
    """
    del like
    columns = columns_of_new_table(place, schema)
    url = parsed_address(place.address)
    name = f"{public_name(url)}, tabellen {place.table}"
    with Database(url, name, is_read_only=False, patience=patience) as database:
        writer, is_new = _opened(database, place.table or "", columns, resume=resume)
        try:
            yield writer
        except BaseException:
            if is_new and writer.rows_written == 0:
                with suppress(DatabaseError):
                    writer.drop()
            raise


def columns_of_new_table(place: Place, schema: pa.Schema) -> tuple[NewColumn, ...]:
    """Return the columns of a table that is to be made, before anything is done for it.

    Raises
    ------
    DatabaseError : without the name of the table, or where such a database cannot hold such a table.
    """
    url = parsed_address(place.address)
    if not place.table:
        raise DatabaseError(public_name(url), "navnet på den nye tabellen mangler", _NEW_NAME)
    name = f"{public_name(url)}, tabellen {place.table}"
    dialect = url.get_backend_name()
    columns = new_columns(dialect, name, schema)
    check_name(dialect, name, "tabellen", place.table)
    return columns


def table_exists(place: Place, *, patience: Patience = PATIENCE) -> bool:
    """Return whether a table is there; a file of SQLite that is not there holds none.

    Raises
    ------
    DatabaseError : where the database does not answer.
    """
    url = parsed_address(place.address)
    if is_missing_file(url):
        return False
    with Database(url, public_name(url), is_read_only=True, patience=patience) as database:
        return database.ask(lambda connection: find_table(connection, place.table or "")) is not None


def _opened(database: Database, name: str, columns: Sequence[NewColumn], *, resume: bool) -> tuple[SqlWriter, bool]:
    """Return the writer, and whether it made the table."""
    found = database.ask(lambda connection: _found_or_new(connection, name))
    made = [sqlalchemy.Column(column.name, column.type) for column in columns]
    table = sqlalchemy.Table(str(found.table), sqlalchemy.MetaData(), *made, schema=found.schema)
    writer = SqlWriter(database, table, columns)
    there = database.ask(lambda connection: _names(connection, table)) if resume else None
    if there is None:
        writer.make()
        return writer, True
    if there != [column.name for column in columns]:
        raise DatabaseError(database.name, "tabellen har andre kolonner enn det som skal skrives", _NEW_NAME)
    writer.go_on()
    return writer, False


def _found_or_new(connection: Connection, name: str) -> Source:
    """Return the table of a name, or where it would be made: in a schema, if the name begins with that of one."""
    with connection.begin():
        found = find_table(connection, name)
        schema, _, rest = name.partition(".")
        if found is not None or not rest or schema not in inspect(connection).get_schema_names():
            return found or Source(table=name)
        return Source(table=rest, schema=schema)


def _find(connection: Connection, table: sqlalchemy.Table) -> bool:
    return inspect(connection).has_table(table.name, schema=table.schema)


def _names(connection: Connection, table: sqlalchemy.Table) -> list[str] | None:
    """Return the columns of a table that is there; None where it is not."""
    with connection.begin():
        if not _find(connection, table):
            return None
        return [column["name"] for column in inspect(connection).get_columns(table.name, schema=table.schema)]
