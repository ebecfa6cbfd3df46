"""The columns by which rows are put in order and told apart."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, inspect, or_, select

from pobo_nlp.tables.sql_database import Database
from pobo_nlp.tables.sql_source import DatabaseColumnError, Source
from pobo_nlp.tables.sql_types import Selection

_WITHOUT_KEY = "Oppgi med --key en kolonne som er ulik i alle rader; flere skilles med komma."
_OTHER_KEY = "Velg en annen nøkkel med --key, eller flere kolonner med komma mellom."


def key_places(database: Database, source: Source, selection: Selection, key: str | None) -> tuple[int, ...]:
    """Return where the columns of the key stand: those the user names, else the primary key.

    Raises
    ------
    DatabaseError : where there is no key, or it has empty values or the same one twice.
    """
    names = selection.names
    primary = database.ask(lambda connection: _primary_key(connection, source))
    chosen = _chosen(database.name, names, key) if key is not None else primary
    if not chosen:
        problem = "en spørring trenger en nøkkel" if source.table is None else "tabellen har ingen primærnøkkel"
        raise DatabaseColumnError(database.name, problem, _WITHOUT_KEY)
    places = tuple(names.index(name) for name in chosen)
    is_unique = bool(primary) and set(primary) <= set(chosen)
    empty, twice = database.ask(lambda one: _faults(one, selection, places, is_unique=is_unique))
    told = " + ".join(chosen)
    if empty:
        raise DatabaseColumnError(database.name, f"nøkkelen {told} er tom i {empty} rader", _OTHER_KEY)
    if twice:
        raise DatabaseColumnError(database.name, f"{twice} verdier av nøkkelen {told} finnes flere ganger", _OTHER_KEY)
    return places


def _primary_key(connection: Connection, source: Source) -> tuple[str, ...]:
    if source.table is None or source.table in inspect(connection).get_view_names(schema=source.schema):
        return ()
    return tuple(inspect(connection).get_pk_constraint(source.table, schema=source.schema)["constrained_columns"])


def _chosen(name: str, names: Sequence[str], key: str) -> tuple[str, ...]:
    chosen = (key,) if key in names else tuple(part.strip() for part in key.split(","))
    unknown = [part for part in chosen if part not in names]
    if unknown:
        raise DatabaseColumnError(name, f"nøkkelkolonnen {unknown[0]} finnes ikke", f"Kolonner: {', '.join(names)}.")
    return tuple(dict.fromkeys(chosen))


def _faults(connection: Connection, selection: Selection, places: Sequence[int], *, is_unique: bool) -> tuple[int, int]:
    """Return how many rows have an empty key, and how many keys more than one row has."""
    clause = selection.clause
    keys = [list(clause.c)[at] for at in places]
    empty = connection.execute(
        select(func.count()).select_from(clause).where(or_(*[key.is_(None) for key in keys]))
    ).scalar_one()
    if is_unique:
        return empty, 0
    groups = select(keys[0]).select_from(clause).group_by(*keys).having(func.count() > 1).subquery()
    return empty, connection.execute(select(func.count()).select_from(groups)).scalar_one()
