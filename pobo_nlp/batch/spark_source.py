"""Tables as Spark's own readers read them, so that the rows are those of our reader."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructField, StructType

from pobo_nlp.batch.spark_csv import looked_through
from pobo_nlp.batch.spark_jobs import done
from pobo_nlp.batch.spark_storage import for_reader, is_local
from pobo_nlp.errors import InputNotFoundError, SparkError, UnknownFormatError
from pobo_nlp.tables import Place, Table, open_table
from pobo_nlp.tables.compression import ZSTD, compression_of
from pobo_nlp.tables.formats import CSV_ENDINGS, EXCEL, JSONL_ENDINGS, PARQUET
from pobo_nlp.tables.formulas import APOSTROPHE_OF_FORMULA
from pobo_nlp.tables.table import EXCEL_STYLE

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_DATABASE = re.compile(r"(?i)(?:jdbc:)?(postgresql|postgres|mysql|mariadb|mssql|sqlserver|oracle|sqlite)\b[^:]*:")
_KINDS = "CSV, JSON Lines, Parquet og PostgreSQL"
# Columns beside those of the table: what tells the order of rows, and a line of JSON.
ORDER, ORDER_WITHIN, _LINE = "o0", "o1", "line"


@dataclass(frozen=True)
class Source:
    """A table that Spark reads.

    Attributes
    ----------
    table : its name and columns; its rows are read by Spark alone.
    frame : the columns of `order`, then those of the table by `names_for_spark`, or a single one of JSON lines.
    order : names of columns by which rows are in the order of the table.
    rows : how many there are.
    first : what the last column of `order` is in the first row; None where it is no number of a row.
    """

    table: Table
    frame: "DataFrame"
    order: tuple[str, ...]
    rows: int
    lines: bool = False
    first: int | None = None


def is_sql(address: str) -> bool:
    """Return whether an address is that of a database, rather than of a file in some storage."""
    return _DATABASE.match(address) is not None


def ending_of(address: str) -> str:
    """Return the ending that tells the format, without that of a compression."""
    path = Path(address.rstrip("/"))
    return (Path(path.stem) if compression_of(path) else path).suffix.lower()


def open_source(spark: "SparkSession", place: Place) -> Source:
    """Open a table.

    Raises
    ------
    UnknownFormatError : for a format that Spark does not read the same way.
    TableError : where the table cannot be read.
    """
    if is_sql(place.address):
        from pobo_nlp.batch.spark_sql import open_sql_source

        return open_sql_source(spark, place)
    ending = ending_of(place.address)
    if ending == PARQUET or (is_local(place.address) and Path(place.address).is_dir()):
        return _parquet(spark, place.address)
    if ending not in CSV_ENDINGS | JSONL_ENDINGS:
        cure = "Spark leser ikke Excel; lagre som CSV." if ending == EXCEL else f"Spark leser {_KINDS}."
        raise UnknownFormatError(Path(place.address), f"endelsen «{ending}» leses ikke av Spark", cure)
    if not is_local(place.address):
        cure = "Legg filen der denne maskinen ser den, eller lagre den som Parquet."
        raise SparkError(place.address, "av tekstfiler kjennes koding og skilletegn igjen på denne maskinen", cure)
    path = Path(place.address)
    if compression_of(path) == ZSTD:
        raise SparkError(place.address, "Spark leser ikke .zst", "Pakk ut filen, eller bruk .gz.")
    return (_csv if ending in CSV_ENDINGS else _jsonl)(spark, path)


def names_for_spark(n_columns: int) -> list[str]:
    """Return names of a table's columns while Spark has them: theirs may hold dots, and signs that quote."""
    return [f"c{place}" for place in range(n_columns)]


def column(name: str) -> "Column":
    """Return a column by its name, whatever signs it has."""
    return f.col("`" + name.replace("`", "``") + "`")


def _csv(spark: "SparkSession", path: Path) -> Source:
    table = open_table(path)
    look = looked_through(path, table)
    names = names_for_spark(len(table.schema))
    style = {"sep": table.style.delimiter, "encoding": _java_name(table.style.encoding), "quote": '"', "escape": '"'}
    read = spark.read.schema(StructType([StructField(name, StringType()) for name in names]))
    # The heading is a row like others, which our reader has read; so Spark has nothing to say about it.
    read = read.options(**style, header=False, multiLine=True, lineSep=look.line_end, maxColumns=len(names) + 1)
    frame = read.csv(for_reader(str(path))).withColumn(ORDER, f.monotonically_increasing_id())
    # Spark reads an empty cell as none; our reader as an empty text.
    cells = [_restored(f.coalesce(f.col(name), f.lit(""))).alias(name) for name in names]
    frame = frame.filter(f.col(ORDER) >= look.heading).select(ORDER, *cells)
    return Source(table, frame, (ORDER,), look.rows, first=look.heading)


def _restored(cell: "Column") -> "Column":
    """Return a cell as our reader gives it: without the apostrophe before what could be a formula."""
    return f.regexp_replace(cell, APOSTROPHE_OF_FORMULA, "")


def _java_name(encoding: str) -> str:
    return "windows-1252" if encoding == "cp1252" else "UTF-8"


def _jsonl(spark: "SparkSession", path: Path) -> Source:
    table = open_table(path)
    frame = spark.read.text(for_reader(str(path)), lineSep="\n").toDF(_LINE)
    frame = frame.select(f.monotonically_increasing_id().alias(ORDER), _LINE)
    is_row = f.col(_LINE).rlike(r"(?U)\S")
    return Source(table, frame, (ORDER,), _count(spark, frame.filter(is_row), table.name), lines=True)


def _parquet(spark: "SparkSession", address: str) -> Source:
    if is_local(address) and not Path(address).exists():
        raise InputNotFoundError(Path(address))
    frame = done(spark, lambda: spark.read.parquet(for_reader(address)), place=address)
    table = described(address, frame)
    place = frame.metadataColumn("_metadata")
    order = place["file_path"].alias(ORDER), place["row_index"].alias(ORDER_WITHIN)
    ordered = frame.select(*order, *renamed(table))
    return Source(table, ordered, (ORDER, ORDER_WITHIN), _count(spark, ordered, address), first=0)


def renamed(table: Table) -> list["Column"]:
    """Return the columns of a table under the names that they have while Spark has them."""
    names = table.schema.names
    return [column(name).alias(ours) for name, ours in zip(names, names_for_spark(len(names)), strict=True)]


def described(name: str, frame: "DataFrame") -> Table:
    """Return what Spark tells of a table's columns, as tables have it here."""
    from pyspark.sql.pandas.types import to_arrow_schema

    schema: pa.Schema = to_arrow_schema(frame.schema, timezone="UTC")

    def unread(*_: object) -> None:
        raise NotImplementedError(name)

    return Table(name, schema, unread, unread, style=EXCEL_STYLE)  # type: ignore[arg-type]


def _count(spark: "SparkSession", frame: "DataFrame", name: str) -> int:
    return done(spark, frame.count, place=name)
