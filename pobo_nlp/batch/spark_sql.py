"""Tables of PostgreSQL, read by the executors through JDBC."""

from typing import TYPE_CHECKING

from pobo_nlp.batch.spark_session import done
from pobo_nlp.batch.spark_source import Source, described
from pobo_nlp.errors import ColumnError, SparkError
from pobo_nlp.tables import Place

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ROWS_AT_ONCE = "10000"
_READERS = 8


def open_sql_source(spark: "SparkSession", place: Place) -> Source:
    """Open a table or a query of PostgreSQL, in the order of its key.

    Raises
    ------
    SparkError : for another database, or where it does not do what it is asked.
    """
    from sqlalchemy import URL

    from pobo_nlp.tables.sql_database import parsed_address, public_name

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
    frame = done(spark, lambda: _frame(spark, options, str(place.key)), place=name)
    table = described(name, frame)
    if place.key not in table.schema.names:
        raise ColumnError(name, f"kolonnen «{place.key}» finnes ikke", "Sjekk --key.")
    return _ordered(spark, Source(table, frame, (), 0), str(place.key))
