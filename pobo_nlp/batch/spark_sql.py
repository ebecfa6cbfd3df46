"""Tables of PostgreSQL, read by the executors through JDBC."""

from typing import TYPE_CHECKING

from pyspark.sql import functions as f
from pyspark.sql.types import IntegralType
from sqlalchemy import URL

from pobo_nlp.batch.spark_jobs import done
from pobo_nlp.batch.spark_source import ORDER, Source, column, described, renamed
from pobo_nlp.errors import ColumnError, SparkError
from pobo_nlp.tables import Place
from pobo_nlp.tables.sql_database import parsed_address, public_name

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_ROWS_AT_ONCE = "10000"
_READERS = 8


def open_sql_source(spark: "SparkSession", place: Place) -> Source:
    """Open a table or a query of PostgreSQL, in the order of its key.

    Raises
    ------
    SparkError : for another database, or where it does not do what it is asked.
    """
    address: URL = parsed_address(place.address)
    name = public_name(address)
    if address.get_backend_name() != "postgresql":
        cure = "Kjør uten --engine spark, eller skriv tabellen som Parquet først."
        raise SparkError(name, "av databaser leser Spark bare PostgreSQL her", cure)
    if place.key is None:
        cure = "Oppgi en entydig kolonne med --key: rader som leses på nytt, må komme i samme rekkefølge."
        raise SparkError(name, "nøkkelen mangler", cure)
    if (place.table is None) == (place.query is None):
        raise SparkError(name, "tabell mangler", "Oppgi enten --table eller --query.")
    options = {
        "url": f"jdbc:postgresql://{address.host or 'localhost'}:{address.port or 5432}/{address.database or ''}",
        "driver": "org.postgresql.Driver",
        "fetchsize": _ROWS_AT_ONCE,
        "dbtable": place.table or f"({(place.query or '').strip().rstrip(';')}\n) q",
    }
    if address.username:
        options["user"] = address.username
    if address.password:
        options["password"] = str(address.password)
    key = place.key
    frame = done(spark, lambda: spark.read.format("jdbc").options(**options).load(), place=name)
    table = described(name, frame)
    if key not in table.schema.names:
        raise ColumnError(name, f"kolonnen «{key}» finnes ikke", "Sjekk --key.")
    n_rows, shares = done(spark, lambda: _shares(frame, key), place=name)
    if shares:
        frame = done(spark, lambda: spark.read.format("jdbc").options(**options, **shares).load(), place=name)
    return Source(table, frame.select(column(key).alias(ORDER), *renamed(table)), (ORDER,), n_rows)


def _shares(frame: "DataFrame", key: str) -> tuple[int, dict[str, str]]:
    """Return the number of rows, and how a key of whole numbers is shared out between several readers."""
    is_whole = isinstance(frame.schema[key].dataType, IntegralType)
    ends = (f.min(column(key)), f.max(column(key))) if is_whole else (f.lit(None), f.lit(None))
    n_rows, least, greatest = frame.agg(f.count(f.lit(1)), *ends).collect()[0]
    if least is None:
        return n_rows, {}
    ends_of_key = {"lowerBound": str(least), "upperBound": str(greatest)}
    return n_rows, {"partitionColumn": key, **ends_of_key, "numPartitions": str(_READERS)}
