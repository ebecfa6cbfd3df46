"""What is read of a database: a table or a query, as something that can be selected from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnClause,
    Connection,
    FromClause,
    Select,
    column,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.engine import CursorResult

from pobo_nlp.errors import ColumnError, DatabaseError
from pobo_nlp.tables.formats import Place
from pobo_nlp.tables.sql_database import Database


@dataclass(frozen=True, slots=True)
class Source:
    """A table or a query.

    Attributes
    ----------
    table : its name; None for a query.
    query : without a semicolon at the end; None for a table.
    """

    table: str | None = None
    schema: str | None = None
    query: str | None = None

    @property
    def description(self) -> str:
        """What messages call it; a query may hold what is nobody's business."""
        if self.table is None:
            return "spørringen"
        return f"tabellen {self.schema}.{self.table}" if self.schema else f"tabellen {self.table}"

    def all(self) -> Select[tuple[object]]:
        """Return the selection of all its columns."""
        everything: Select[tuple[object]] = select(literal_column("q.*"))
        if self.table is not None:
            return everything.select_from(table(self.table, schema=self.schema).alias("q"))
        return everything.select_from(text(f"({_escaped(self.query or '')}) AS q"))

    def clause(self, names: Sequence[str]) -> FromClause:
        """Return what its columns are selected from; `clause.c` has them in the order of `names`."""
        columns: list[ColumnClause[Any]] = [column(name) for name in names]
        if self.table is not None:
            return table(self.table, *columns, schema=self.schema).alias("q")
        return text(_escaped(self.query or "")).columns(*columns).subquery("q")


def _escaped(query: str) -> str:
    """Return a query as SQLAlchemy wants a text: a colon is a colon, and a last comment ends with its line."""
    return "\n" + query.replace(":", "\\:") + "\n"


def open_source(database: Database, place: Place) -> Source:
    """Return the source that a place names, once the database has been asked for it.

    Raises
    ------
    DatabaseError : where none is named, or two, or the table is not there.
    """
    if (place.table is None) == (place.query is None):
        problem = "tabell mangler" if place.table is None else "både tabell og spørring er oppgitt"
        raise DatabaseError(database.name, problem, "Oppgi enten --table eller --query.")
    if place.query is not None:
        query = place.query.strip().rstrip(";").rstrip()
        if not query:
            raise DatabaseError(database.name, "spørringen er tom", "Oppgi en spørring som begynner med SELECT.")
        return Source(query=query)
    found = database.ask(lambda connection: find_table(connection, str(place.table)))
    if found is None:
        raise DatabaseError(
            database.name,
            f"tabellen {place.table} finnes ikke",
            "Sjekk navnet; en annen mappe av tabeller: skjema.tabell.",
        )
    return found


def find_table(connection: Connection, name: str) -> Source | None:
    """Return the table or view of a name, which may begin with that of a schema."""
    inspector = inspect(connection)
    if inspector.has_table(name):
        return Source(table=name)
    schema, _, rest = name.partition(".")
    if rest and schema in inspector.get_schema_names() and inspector.has_table(rest, schema=schema):
        return Source(table=rest, schema=schema)
    return None


def description_of(connection: Connection, source: Source) -> Sequence[Sequence[object]]:
    """Return what the driver tells of the columns: a sequence for each, of which the first is the name."""
    result: CursorResult[tuple[object]] = connection.execute(source.all().limit(0))
    described = result.cursor.description if result.cursor is not None else None
    result.close()
    return tuple(described or ())


def check_names(name: str, names: Sequence[str]) -> None:
    """Refuse columns without a name of their own.

    Raises
    ------
    ColumnError : naming them.
    """
    twice = sorted({column for column in names if names.count(column) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise DatabaseColumnError(
            name, f"flere kolonner heter {', '.join(twice)}", "Gi dem ulike navn i spørringen med AS."
        )


class DatabaseColumnError(DatabaseError, ColumnError):
    """A column of a database that is not there, or not alone."""
