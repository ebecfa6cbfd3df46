"""The database of a store: opened, brought to the newest form, asked in transactions that may be repeated."""

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import sqlalchemy
from sqlalchemy import URL, Connection, func, select, text

from pobo_nlp.errors import DatabaseError, MissingExtraError, StoreError, UnreadableFileError
from pobo_nlp.store.privacy import digest
from pobo_nlp.store.schema import HEAD, VERSION_TABLE, setting
from pobo_nlp.tables import is_database
from pobo_nlp.tables.sql_database import Database, Patience, parsed_address, public_name

Answer = TypeVar("Answer")

KEY_VARIABLE = "POBO_NLP_STORE_KEY"
# A person waits: some seconds, not a minute.
PATIENCE = Patience(attempts=3, first_wait_s=0.25)
_BUSY_S = 3
_KEY, _KEY_CHECK = "key", "key_check"
_DIALECTS = ("sqlite", "postgresql")
_MIGRATION = "migration"


class StoreDatabase:
    """A database with the tables of a store; every question gets a connection of its own.

    Parameters
    ----------
    address : path of a file of SQLite, or an address that SQLAlchemy reads.
    must_exist : whether a store that is not there is an error rather than made.
    """

    def __init__(self, address: str | Path, *, must_exist: bool = False, patience: Patience = PATIENCE) -> None:
        url = _url(address)
        self.name, self._is_open = public_name(url), False
        if url.get_backend_name() not in _DIALECTS:
            raise StoreError(self.name, "et lager ligger i SQLite eller PostgreSQL", "Oppgi en slik adresse.")
        self.path = Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
        if self.path is not None:
            if str(self.path) in ("", ".", "None", ":memory:") or str(self.path).startswith("file:"):
                raise StoreError(self.name, "et lager må være en fil", "Oppgi stien, for eksempel avgjorelser.db.")
            if must_exist and not self.path.is_file():
                raise StoreError(self.name, "lageret finnes ikke", "Sjekk navn og mappe.")
            if not self.path.parent.is_dir():
                raise StoreError(self.name, "mappen finnes ikke", "Lag mappen, eller velg en annen.")
            url = url.update_query_dict({} if "timeout" in url.query else {"timeout": str(_BUSY_S)})
        self._database = Database(url, self.name, is_read_only=False, patience=patience)
        with self._database:
            # From now on we know that it answers: where it does not, it may come back.
            self._database.ask(lambda connection: connection.execute(select(1)).scalar())
        if self.is_sqlite:
            self._ask(_use_wal)
        self.is_new = self._bring_up_to_date(must_exist=must_exist)
        self.key = self.write(self._settled_key)
        self._is_open = True

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite."""
        return self.path is not None

    def write(self, question: Callable[[Connection], Answer]) -> Answer:
        """Return the answer to a question that writes, in one transaction.

        It is asked again where the connection drops or the database is locked, so it must find out by itself whether
        it has been done.

        Raises
        ------
        DatabaseError : where the database refuses, is locked for longer than a person waits, or does not come back.
        """
        return self._ask(question, "BEGIN IMMEDIATE")

    def read(self, question: Callable[[Connection], Answer]) -> Answer:
        """Return the answer to a question that only reads.

        Raises
        ------
        DatabaseError : where the database does not answer.
        """
        return self._ask(question, "BEGIN")

    def forget_freed(self) -> bool:
        """Let nothing that was deleted stay on unused pages; return whether that could be done now.

        In SQLite the write-ahead log is emptied into the file, which has to wait for the next call while another reads.
        """
        return not self.is_sqlite or self._ask(_empty_log)

    def compact(self) -> bool:
        """Write the tables anew without what was deleted; return whether that could be done now."""
        try:
            if self.is_sqlite:
                return self._ask(_rewrite_file)
            return self._ask_outside_transaction(_rewrite_tables)
        except DatabaseError:
            return False

    def _ask(self, question: Callable[[Connection], Answer], begin: str | None = None) -> Answer:
        def asked(connection: Connection) -> Answer:
            with connection.begin():
                if self.is_sqlite:
                    connection.exec_driver_sql("PRAGMA secure_delete = ON")
                    connection.exec_driver_sql("PRAGMA foreign_keys = ON")
                    if begin is not None:
                        connection.exec_driver_sql(begin)
                else:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_BUSY_S}s'")
                return question(connection)

        before = self._file_in_use()
        with self._database.anew() as database:
            answer = database.ask(asked)
        if self._file_in_use() != before:
            # What was written went into a file that is no longer the store.
            raise DatabaseError(self.name, "filen ble byttet ut i mellomtiden", "Legg den tilbake, og lagre på nytt.")
        return answer

    def _file_in_use(self) -> tuple[int, int] | None:
        """Return which file the store is, as the system numbers files; None for a database, or while it is opened.

        Raises
        ------
        DatabaseError : where the file is gone. SQLite would make an empty one.
        """
        if not self._is_open or self.path is None:
            return None
        try:
            found = self.path.stat()
        except OSError as error:
            cure = "Legg den tilbake, og lagre på nytt."
            raise DatabaseError(self.name, "filen finnes ikke lenger", cure) from error
        return found.st_dev, found.st_ino

    def _ask_outside_transaction(self, question: Callable[[Connection], Answer]) -> Answer:
        with self._database.anew() as database:
            return database.ask(lambda connection: question(connection.execution_options(isolation_level="AUTOCOMMIT")))

    def _bring_up_to_date(self, *, must_exist: bool) -> bool:
        """Run the migrations that are missing, all in one transaction; return whether there was no store before."""
        form = self.read(_form)
        if form is None and must_exist:
            raise StoreError(self.name, "her er det ikke noe lager", "Sjekk adressen.")
        if form != HEAD:
            self.write(self._migrate)
        return form is None

    def _migrate(self, connection: Connection) -> None:
        lock(connection, _MIGRATION)
        form = _form(connection)
        if form == HEAD:
            return
        try:
            from alembic import command
            from alembic.config import Config
            from alembic.util import CommandError
        except ImportError as error:
            raise MissingExtraError("Alembic", "web") from error
        config = Config()
        config.set_main_option("script_location", "pobo_nlp.store:migrations")
        config.attributes["connection"] = connection
        is_newer = False
        try:
            command.upgrade(config, "head")
        except CommandError:
            is_newer = True
        if is_newer:
            cure = "Oppgrader pobo-nlp, og prøv igjen."
            raise StoreError(self.name, f"lageret har en form ({form}) som denne versjonen ikke kjenner", cure)

    def _settled_key(self, connection: Connection) -> bytes:
        """Return the key of the hashes, which is made with the store.

        It lies in a file beside a file of SQLite, so that who gets hold of one has not got the other. Servers that
        share a PostgreSQL have no folder in common: there it lies in a table, unless a variable names a file.
        """
        found = _settings(connection)
        path = self.key_path
        if _KEY_CHECK not in found:
            lock(connection, _MIGRATION)
            found = _settings(connection)
        if _KEY_CHECK in found:
            key = found.get(_KEY) if path is None else _read_key(path)
            if key is None or digest(key.encode(), _KEY_CHECK) != found[_KEY_CHECK]:
                where = f"nøkkelen {path}" if path is not None else "nøkkelen"
                problem = f"{where} mangler eller hører til et annet lager"
                cure = "Hent den fra en sikkerhetskopi. Er den tapt, lager «pobo-nlp store new-key» en ny."
                raise StoreError(self.name, problem, cure)
            return key.encode()
        return self._put_key(connection)

    @property
    def key_path(self) -> Path | None:
        """File of the key; None where it lies in the database."""
        if named := os.environ.get(KEY_VARIABLE):
            return Path(named)
        return self.path.with_name(f"{self.path.name}.key") if self.path is not None else None

    def _put_key(self, connection: Connection) -> bytes:
        path, key = self.key_path, secrets.token_hex(32)
        rows = []
        if path is None:
            rows.append({"name": _KEY, "value": key})
        else:
            key = _read_key(path) or _write_key(path, key)
        rows.append({"name": _KEY_CHECK, "value": digest(key.encode(), _KEY_CHECK)})
        connection.execute(sqlalchemy.insert(setting), rows)
        return key.encode()


def renew_key(address: str | Path) -> None:
    """Give a store a new key where the old one is lost; hashes made with that match no text any more.

    Raises
    ------
    DatabaseError : where the database does not answer.
    """
    _KeylessDatabase(address, must_exist=True)


class _KeylessDatabase(StoreDatabase):
    """A store whose key is put anew when it is opened."""

    def _settled_key(self, connection: Connection) -> bytes:
        connection.execute(setting.delete().where(setting.c.name.in_([_KEY, _KEY_CHECK])))
        return self._put_key(connection)


def lock(connection: Connection, name: str) -> None:
    """Let others who lock the same name wait for the end of this transaction.

    In SQLite, who writes has the whole file for himself already.
    """
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(f"pobo-nlp {name}".encode()).digest()[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def _url(address: str | Path) -> URL:
    if isinstance(address, str) and is_database(address):
        return parsed_address(address)
    return URL.create("sqlite", database=str(address))


def _form(connection: Connection) -> str | None:
    """Return the newest migration that has been run; None where there is no store."""
    if not sqlalchemy.inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608


def _use_wal(connection: Connection) -> None:
    """Let readers and a writer go on side by side."""
    if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _empty_log(connection: Connection) -> bool:
    return connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar() == 0


def _rewrite_file(connection: Connection) -> bool:
    connection.exec_driver_sql("VACUUM")
    return _empty_log(connection)


def _rewrite_tables(connection: Connection) -> bool:
    connection.exec_driver_sql(f"SET lock_timeout = '{_BUSY_S}s'")
    for table in ("pobo_decision", "pobo_label", "pobo_text", "pobo_queue"):
        connection.exec_driver_sql(f"VACUUM FULL {table}")
    return True


def _read_key(path: Path) -> str | None:
    with suppress(FileNotFoundError):
        try:
            return path.read_text("ascii").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise UnreadableFileError(path, reason) from error
    return None


def _write_key(path: Path, key: str) -> str:
    """Write a key that its owner alone may read; safe on disk before a hash is made with it."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error
    return key


def _settings(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(setting))}
