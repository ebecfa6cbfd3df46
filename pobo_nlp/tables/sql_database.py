"""One database: its address, the way to it, and what happens when the connection drops."""

import logging
import os
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import sqlalchemy
import sqlalchemy.exc
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.pool import NullPool

from pobo_nlp.errors import DatabaseError, InputNotFoundError, PoboError
from pobo_nlp.tables.sql_faults import code_of, fault, lost_connection, may_pass, no_connection

Answer = TypeVar("Answer")

_ADDRESS = "Adressen"
ADDRESS_CURE = "Eksempler: sqlite:///saker.db og postgresql+psycopg://bruker@tjener/base."
_TIMEOUT_S = 30
# A dead line is noticed within a minute, not within the two hours of the operating system.
_KEEP_ALIVE = {"connect_timeout": 15, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a question is asked again where a connection drops, and how long to wait.

    Attributes
    ----------
    attempts : at reaching the database again.
    first_wait_s : before the first of them; twice as long before each that follows.
    """

    attempts: int = 8
    first_wait_s: float = 0.25


PATIENCE = Patience()


def parsed_address(address: str) -> URL:
    """Return an address in its parts; `postgresql://` means the driver that the extra brings.

    Raises
    ------
    DatabaseError : where it cannot be read. The address is not quoted, since it may hold a password.
    """
    url = None
    with suppress(sqlalchemy.exc.ArgumentError, ValueError):
        url = sqlalchemy.make_url(address)
    if url is None:
        raise DatabaseError(_ADDRESS, "kan ikke leses som en databaseadresse", ADDRESS_CURE)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def public_name(url: URL) -> str:
    """Return an address without user, password and options."""
    return URL.create(url.drivername, host=url.host, port=url.port, database=url.database).render_as_string()


def is_missing_file(url: URL) -> bool:
    """Return whether an address is that of a file of SQLite which is not there."""
    is_path = url.get_backend_name() == "sqlite" and not str(url.database).startswith("file:")
    return is_path and not Path(str(url.database)).exists()


class Database:
    """A database with one connection, made when it is first asked, and made anew when it drops.

    Parameters
    ----------
    name : for messages.
    is_read_only : nothing that is asked may change anything.

    Raises
    ------
    PoboError : where the driver is missing, or the file of SQLite.
    """

    def __init__(self, url: URL, name: str, *, is_read_only: bool, patience: Patience) -> None:
        self.name = name
        self._patience = patience
        self._connection: Connection | None = None
        self._has_answered = False
        self._engine = _engine(url, name, is_read_only=is_read_only)

    @property
    def dialect(self) -> str:
        """`sqlite`, `postgresql`, or another."""
        return self._engine.dialect.name

    def anew(self) -> Self:
        """Return the same database with a connection of its own, for another reading or another thread."""
        other = copy(self)
        other._connection = None
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def ask(self, question: Callable[[Connection], Answer]) -> Answer:
        """Return the answer to a question, which is asked again where the connection drops.

        It must be safe to ask twice: what it wrote before it failed may or may not be there.

        Raises
        ------
        DatabaseError : where the database refuses, or stays away for longer than our patience.
        """
        wait_s = self._patience.first_wait_s
        for attempt in range(self._patience.attempts + 1):
            try:
                with warnings.catch_warnings():
                    # Its warnings are for programmers: types that it does not know, say.
                    warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)
                    return question(self._connected())
            except (sqlalchemy.exc.SQLAlchemyError, *self._driver_errors, UnicodeDecodeError) as error:
                told, may_come_back = self._judge(error)
            # Raised outside of the clause, so that no error carries the driver's words along.
            self.close(is_broken=True)
            if not may_come_back or attempt == self._patience.attempts:
                raise told
            time.sleep(wait_s)
            wait_s *= 2
        raise lost_connection(self.name)

    def close(self, *, is_broken: bool = False) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(sqlalchemy.exc.SQLAlchemyError, *self._driver_errors):
            if is_broken:
                connection.invalidate()
            connection.close()

    @property
    def _driver_errors(self) -> tuple[type[Exception], type[Exception]]:
        driver = self._engine.dialect.loaded_dbapi
        # SQLite's warning is what Python 3.11 raises for two orders in one.
        return driver.Error, driver.Warning

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._has_answered = True
        return self._connection

    def _judge(self, error: Exception) -> tuple[PoboError, bool]:
        """Return what is told of an error, and whether it may pass."""
        if self._is_dropped(error):
            return (lost_connection(self.name), True) if self._has_answered else (no_connection(self.name), False)
        return fault(self.name, error), may_pass(error)

    def _is_dropped(self, error: Exception) -> bool:
        cause = getattr(error, "orig", None) or error
        if self.dialect == "sqlite" or not isinstance(cause, self._driver_errors):
            return False
        if self._connection is None:
            return code_of(error) is None
        if getattr(error, "connection_invalidated", False):
            return True
        with suppress(sqlalchemy.exc.SQLAlchemyError):
            driver = self._connection.connection.driver_connection
            return bool(self._engine.dialect.is_disconnect(cause, driver, None))  # type: ignore[arg-type]
        return True


def _engine(url: URL, name: str, *, is_read_only: bool) -> Engine:
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if is_read_only else {}
    if url.get_backend_name() == "sqlite":
        if is_read_only:
            url = _read_only_sqlite(url)
        else:
            _make_private(url)
        options["connect_args"] = {} if "timeout" in url.query else {"timeout": _TIMEOUT_S}
    if url.drivername == "postgresql+psycopg":
        given = {"client_encoding": "utf8", **_KEEP_ALIVE}
        options["connect_args"] = {key: value for key, value in given.items() if key not in url.query}
    problem: PoboError | None = None
    # At a talkative level it would log the values of every row that it reads.
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    try:
        # A pool would tell the log, with the driver's words, of connections that dropped.
        engine = sqlalchemy.create_engine(
            url, poolclass=NullPool, pool_reset_on_return=None, hide_parameters=True, **options
        )
    except sqlalchemy.exc.NoSuchModuleError:
        problem = DatabaseError(name, "databasetypen er ukjent", ADDRESS_CURE)
    except ImportError:
        problem = _missing_driver(url, name)
    except (sqlalchemy.exc.ArgumentError, TypeError, ValueError):
        problem = DatabaseError(_ADDRESS, "kan ikke leses som en databaseadresse", ADDRESS_CURE)
    if problem is not None:
        raise problem
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _read_only_session if is_read_only else _writing_session)
    return engine


def _missing_driver(url: URL, name: str) -> PoboError:
    if url.get_backend_name() == "postgresql":
        return PoboError(
            f"{name}: driveren for PostgreSQL mangler. Installer den med: pip install 'pobo-nlp[postgresql]'"
        )
    return PoboError(f"{name}: driveren for {url.drivername} mangler. Installer Python-pakken som den kommer med.")


def _read_only_sqlite(url: URL) -> URL:
    """Return the address of a file that must be there, and that nothing can change."""
    if url.database in (None, "", ":memory:"):
        raise DatabaseError(public_name(url), "en database i minnet er tom", ADDRESS_CURE)
    if str(url.database).startswith("file:"):
        return url
    path = Path(str(url.database))
    if not path.is_file():
        raise InputNotFoundError(path)
    return url.set(database=f"{path.resolve().as_uri()}", query={**url.query, "mode": "ro", "uri": "true"})


def _make_private(url: URL) -> None:
    """Make the file of a new database, which will hold people's texts, readable to its owner alone."""
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        with suppress(OSError):
            os.close(os.open(url.database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _read_only_session(connection: Any, _record: object) -> None:
    _tell(connection, "SET TIME ZONE 'UTC'", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")


def _writing_session(connection: Any, _record: object) -> None:
    _tell(connection, "SET TIME ZONE 'UTC'", f"SET lock_timeout = '{_TIMEOUT_S}s'")


def _tell(connection: Any, *orders: str) -> None:
    with connection.cursor() as cursor:
        for order in orders:
            cursor.execute(order)
    connection.commit()
