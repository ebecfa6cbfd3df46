"""A session on Spark, begun and ended: on this machine, on a cluster, or the one that is there already."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pobo_nlp.errors import MissingExtraError, MissingJavaError, SparkError

if TYPE_CHECKING:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

HERE = "local[*]"
MIN_JAVA = 17
JAVA_PACKAGE = "openjdk-17-jre-headless"
# Where Debian lays the driver of its package libpostgresql-jdbc-java.
JDBC_DRIVER = Path("/usr/share/java/postgresql.jar")
REACH_S = 5
_DATABRICKS = "DATABRICKS_RUNTIME_VERSION"
PYTHON = "PYSPARK_PYTHON"
_STANDALONE = re.compile(r"spark://(.+)")
_MASTER = re.compile(r"local(\[[\w*, ]+\])?|spark://[^\s/@]+:\d+|yarn|k8s://\S+")
_LOOPBACK = re.compile(r"local\b|spark://(127\.|localhost\b|\[::1\])")
# What decides the rows that are read and written; set also where the session is not ours.
_OF_QUERIES = {
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    # Not the old kind, which has no time zone.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.legacy.javaCharsets": "true",
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1024",
    # For counts alone; rows are shared out by their number.
    "spark.sql.shuffle.partitions": "16",
}
_OF_SESSION = {
    "spark.app.name": "pobo-nlp",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Spark's log may quote what a task stumbled over: it tells nothing at all, here and on the executors.
    "spark.log.level": "OFF",
    # What is sorted lies on the disks of the executors in between.
    "spark.io.encryption.enabled": "true",
}


@contextmanager
def session(master: str | None, settings: Mapping[str, str]) -> Iterator["SparkSession"]:
    """Begin a session, and end it with all its processes; where there is one (a notebook, Databricks), use that.

    Parameters
    ----------
    master : as Spark names it, such as `spark://host:7077`; None for this machine.
    settings : Spark's own, as in `spark-defaults.conf`; they go before ours.

    Raises
    ------
    MissingExtraError, MissingJavaError : where something is not installed.
    SparkError : where the cluster does not answer.
    """
    require_pyspark()
    existing = _existing()
    if existing is not None:
        yield _of_our_own(existing)
        return
    _require_java()
    with ExitStack() as stack:
        spark = _begun(stack, _checked(master or HERE), settings)
        yield spark


def require_pyspark() -> None:
    """Refuse to go on where the extra `spark` is not installed.

    Raises
    ------
    MissingExtraError
    """
    # Spark asks for pandas, though nothing here does.
    if any(find_spec(package) is None for package in ("pyspark", "pandas")):
        raise MissingExtraError("Spark", "spark")


def _existing() -> "SparkSession | None":
    from pyspark.sql import SparkSession

    if _DATABRICKS in os.environ:
        return SparkSession.builder.getOrCreate()
    return SparkSession.getActiveSession()


def _of_our_own(existing: "SparkSession") -> "SparkSession":
    """Return a session with settings of its own on a cluster that somebody else has begun to use."""
    spark = existing.newSession()
    for name, value in _OF_QUERIES.items():
        with suppress(Exception):  # some are fixed on some clusters
            spark.conf.set(name, value)
    return spark


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        raise MissingJavaError("Java mangler", JAVA_PACKAGE)
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r'version "(\d+)', told.stderr)
    if version is None or int(version[1]) < MIN_JAVA:
        raise MissingJavaError(f"Java er eldre enn {MIN_JAVA}", JAVA_PACKAGE)


def _checked(master: str) -> str:
    """Return the address of a cluster that can be reached: Spark itself would try for a minute."""
    if not _MASTER.fullmatch(master):
        raise SparkError(
            "--master", "adressen er ikke en som Spark har", "Eksempler: local[4], spark://tjener:7077, yarn."
        )
    standalone = _STANDALONE.fullmatch(master)
    if standalone is not None and not any(_is_open(host) for host in standalone[1].split(",")):
        raise no_answer(master)
    return master


def _is_open(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=REACH_S).close()
    except (OSError, ValueError):
        return False
    return True


def no_answer(master: str) -> SparkError:
    """Return the error of a cluster that is not there."""
    return SparkError(master, "klyngen svarer ikke", "Sjekk adressen, og at Spark kjører der.")


def _begun(stack: ExitStack, master: str, settings: Mapping[str, str]) -> "SparkSession":
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    conf = SparkConf(loadDefaults=False)
    for name, value in _settings(master, settings).items():
        conf.set(name, value)
    gateway = stack.enter_context(_java(conf))
    stack.enter_context(_variable(PYTHON, sys.executable))
    context = None
    with suppress(Exception):
        context = SparkContext(gateway=gateway, conf=conf)
    if context is None:
        raise no_answer(master)
    spark = SparkSession(context)
    stack.callback(_stopped, spark)
    return spark


def _settings(master: str, given: Mapping[str, str]) -> dict[str, str]:
    chosen = {"spark.master": master, **_OF_SESSION, **_OF_QUERIES}
    if _LOOPBACK.match(master):
        chosen |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    if JDBC_DRIVER.is_file():
        chosen["spark.jars"] = str(JDBC_DRIVER)
    return {**chosen, **given}


@contextmanager
def _java(conf: "SparkConf") -> Iterator[Any]:
    """Start Java, whose own words are kept from the terminal."""
    from pyspark import SparkContext
    from pyspark.java_gateway import launch_gateway

    gateway = None
    with tempfile.TemporaryFile() as words:
        with suppress(Exception):
            gateway = launch_gateway(conf, {"stdout": words, "stderr": words})  # type: ignore[no-untyped-call]
        if gateway is None:
            raise SparkError("Java", "startet ikke", "Sjekk innstillingene til Spark, og at det er minne nok.")
        process = gateway.proc
        try:
            yield gateway
        finally:
            gateway.shutdown()
            # It ends when nobody is there to read from.
            process.stdin.close()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # Spark remembers the Java of its first session, for the rest of the process.
            SparkContext._gateway = SparkContext._jvm = None


def _stopped(spark: "SparkSession") -> None:
    with suppress(Exception):  # it may be gone
        spark.stop()


@contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    """Set an environment variable that is not set, for a while."""
    if name in os.environ:
        yield
        return
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


@contextmanager
def quiet_about_pandas() -> Iterator[None]:
    """Let Spark not warn of pandas, with which nothing here has to do."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield
