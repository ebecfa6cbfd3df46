"""What several tests need: the shipped model, the repository, all that an error says, PostgreSQL, Java, a browser."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pobo_nlp.batch.columns import text_column_of
from pobo_nlp.batch.engine import Options, run_batch
from pobo_nlp.batch.job import SuggestJob
from pobo_nlp.batch.summary import Summary
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.tables import Place, open_table


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    return Scorer.load()


@pytest.fixture(scope="session")
def all_words_of() -> Callable[[BaseException], str]:
    """Return everything that an error and the errors behind it say, suppressed ones too."""

    def chain(error: BaseException | None) -> Iterator[str]:
        if error is not None:
            yield f"{error} {error!r}"
            yield from chain(error.__cause__)
            yield from chain(error.__context__)

    return lambda error: "\n".join(chain(error))


def skip_without(found: str | Path | None, what: str, package: str) -> None:
    """Skip a test where a program is not installed; on the build server it fails, since all have to be there."""
    if found is None:
        reason = f"{what} mangler: installer Debian-pakken {package}"
        (pytest.fail if "CI" in os.environ else pytest.skip)(reason)


@pytest.fixture(scope="session")
def java() -> str:
    """Return Java, which Spark runs on."""
    found = shutil.which("java")
    skip_without(found, "Java", "openjdk-17-jre-headless")
    return str(found)


@pytest.fixture(scope="session")
def jdbc_driver() -> Path:
    """Return the driver by which Java asks PostgreSQL."""
    from pobo_nlp.batch.spark_session import JDBC_DRIVER

    skip_without(JDBC_DRIVER if JDBC_DRIVER.is_file() else None, "Driveren", "libpostgresql-jdbc-java")
    return JDBC_DRIVER


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return a browser."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    skip_without(found, "Chromium", "chromium")
    return str(found)


@pytest.fixture(scope="session")
def on_one_machine() -> Callable[..., Summary]:
    """Return what scores a table without Spark."""

    def run(source: Place | Path, target: Path, **options: object) -> Summary:
        return run_batch(
            source if isinstance(source, Place) else Place(str(source)),
            Place(str(target)),
            None,
            job_of=lambda table: SuggestJob(text_column_of(table, None)),
            options=Options(**options),
        )

    return run


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Path], list[dict[str, object]]]:
    """Return what reads the rows of a file, or of all part files of a folder in the order of their names."""

    def read(path: Path) -> list[dict[str, object]]:
        files = sorted(path.glob("part-*")) if path.is_dir() else [path]
        return [row for file in files for chunk in open_table(file).chunks(5000, 0) for row in chunk.rows.to_pylist()]

    return read


_USER, _PASSWORD = "pobo", "hemlig"
# Debian keeps these out of the path.
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _binary(name: str) -> str:
    found = shutil.which(name)
    return found or str(_BINARIES[-1].with_name(name))


class PostgresqlServer:
    """A PostgreSQL of the tests' own on loopback, which they may stop and start; it refuses to be run by root."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._as_user = {"user": "nobody"} if os.getuid() == 0 else {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        if self._as_user:
            shutil.chown(folder, "nobody")
        password = Path(folder) / "password"
        password.write_text(_PASSWORD)
        options = [
            "-U",
            _USER,
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]
        command = [_binary("initdb"), "-D", f"{folder}/data", *options]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, **self._as_user)
        self._databases = 0
        self.start()

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://{_USER}:{_PASSWORD}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Return the address of an empty database."""
        self._databases += 1
        name = f"test_{self._databases}"
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def start(self) -> None:
        options = ["-D", f"{self._folder}/data", "-h", "127.0.0.1", "-p", str(self.port), "-k", "", "-F"]
        self._process = subprocess.Popen(
            [_binary("postgres"), *options], cwd=self._folder, stderr=subprocess.DEVNULL, **self._as_user
        )
        while self._process.poll() is None:
            try:
                psycopg.connect(self.address()).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not start")

    def stop(self) -> None:
        """Stop at once; connections are cut."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait()

    def cut(self, *, database: str | None = None) -> int:
        """Cut all other connections, or those to one database; return how many there were."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' "
                "AND pid <> pg_backend_pid() AND (%(name)s::text IS NULL OR datname = %(name)s)",
                {"name": database},
            )
            return len(rows.fetchall())


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    skip_without(shutil.which("initdb") or next(iter(_BINARIES), None), "PostgreSQL", "postgresql")
    with tempfile.TemporaryDirectory() as folder:
        server = PostgresqlServer(folder)
        yield server
        server.stop()


@pytest.fixture
def postgresql(postgresql_server: PostgresqlServer) -> str:
    """Return the address of an empty database, with user and password."""
    return postgresql_server.new_database()
