"""Tables as Spark's own readers read them, so that the rows are those of our reader."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructField, StructType

from pobo_nlp.batch.spark_session import done
from pobo_nlp.batch.spark_storage import for_reader, is_local
from pobo_nlp.errors import InputNotFoundError, RowError, SparkError, UnknownFormatError
from pobo_nlp.tables import Place, Table, open_table
from pobo_nlp.tables.compression import ZSTD, compression_of, opened
from pobo_nlp.tables.csv_files import EXCEL_HINT
from pobo_nlp.tables.formats import CSV_ENDINGS, EXCEL, JSONL_ENDINGS, PARQUET
from pobo_nlp.tables.table import EXCEL_STYLE

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_DATABASE = re.compile(r"(?i)(?:jdbc:)?(postgresql|postgres|mysql|mariadb|mssql|sqlserver|oracle|sqlite)\b[^:]*:")
_KINDS = "CSV, JSON Lines, Parquet og PostgreSQL"
# Of all columns of a table, whose names may hold anything.
ORDER, _CORRUPT, _LINE = "pobo_order", "pobo_corrupt", "pobo_line"


@dataclass(frozen=True)
class Source:
    """A table that Spark reads.

    Attributes
    ----------
    table : its name and columns; its rows are read by Spark alone.
    frame : the columns of `order`, then those of the table, or a single one of JSON lines.
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


def free_names(taken: Sequence[str], *wanted: str) -> tuple[str, ...]:
    """Return names that a table does not have."""
    ending = ""
    while any(name + ending in taken for name in wanted):
        ending += "_"
    return tuple(name + ending for name in wanted)


def column(name: str) -> "Column":
    """Return a column by its name, whatever signs it has."""
    return f.col("`" + name.replace("`", "``") + "`")


def _csv(spark: "SparkSession", path: Path) -> Source:
    table = open_table(path)
    names = table.schema.names
    order, corrupt = free_names(names, ORDER, _CORRUPT)
    style = {"sep": table.style.delimiter, "encoding": _java_name(table.style.encoding), "quote": '"', "escape": '"'}
    read = spark.read.schema(StructType([StructField(name, StringType()) for name in (*names, corrupt)])).options(
        **style, multiLine=True, header=False, maxColumns=len(names) + 1, columnNameOfCorruptRecord=corrupt
    )
    # The heading is a row like others, which our reader has read; so Spark has nothing to say about it.
    heading = 1 + _has_hint(path, table.style.encoding)
    frame = read.csv(for_reader(str(path))).withColumn(order, f.monotonically_increasing_id())
    frame = frame.filter(column(order) >= heading)
    # Spark reads an empty cell as none; our reader as an empty text.
    cells = [f.coalesce(column(name), f.lit("")).alias(name) for name in names]
    n_rows, n_corrupt = _counts(spark, frame, table.name, f.count(column(corrupt)), f.count(column(names[0])))
    if n_corrupt:
        raise RowError(
            path,
            f"{n_corrupt} rader har flere eller færre felter enn overskriften",
            "Sett felt med skilletegn eller linjeskift i anførselstegn; uten --engine spark nevnes den første.",
        )
    return Source(table, frame.select(column(order), *cells), (order,), n_rows, first=heading)


def _java_name(encoding: str) -> str:
    return "windows-1252" if encoding == "cp1252" else "UTF-8"


def _has_hint(path: Path, encoding: str) -> bool:
    with opened(path) as file:
        return EXCEL_HINT.fullmatch(file.readline().decode(encoding, "replace")) is not None


def _jsonl(spark: "SparkSession", path: Path) -> Source:
    table = open_table(path)
    order, line = free_names(table.schema.names, ORDER, _LINE)
    frame = spark.read.text(for_reader(str(path)), lineSep="\n").toDF(line)
    frame = frame.withColumn(order, f.monotonically_increasing_id()).select(order, line)
    (n_rows,) = _counts(spark, frame, table.name)
    return Source(table, frame, (order,), n_rows, lines=True)


def _parquet(spark: "SparkSession", address: str) -> Source:
    if is_local(address) and not Path(address).exists():
        raise InputNotFoundError(Path(address))
    frame = done(spark, lambda: spark.read.parquet(for_reader(address)), place=address)
    table = described(address, frame)
    file, row = order = free_names(table.schema.names, f"{ORDER}_file", f"{ORDER}_row")
    place = frame.metadataColumn("_metadata")
    columns = [column(name) for name in table.schema.names]
    ordered = frame.select(place["file_path"].alias(file), place["row_index"].alias(row), *columns)
    (n_rows,) = _counts(spark, ordered, address)
    return Source(table, ordered, order, n_rows, first=0)


def described(name: str, frame: "DataFrame") -> Table:
    """Return what Spark tells of a table's columns, as tables have it here."""
    from pyspark.sql.pandas.types import to_arrow_schema

    schema: pa.Schema = to_arrow_schema(frame.schema, timezone="UTC")

    def unread(*_: object) -> None:
        raise NotImplementedError(name)

    return Table(name, schema, unread, unread, style=EXCEL_STYLE)  # type: ignore[arg-type]


def _counts(spark: "SparkSession", frame: "DataFrame", name: str, *more: "Column") -> list[int]:
    """Return the number of rows, and of what else is to be counted; the last is counted for Spark's sake."""
    found = done(spark, lambda: frame.agg(f.count(f.lit(1)), *more).collect(), place=name)
    return list(found[0])[: max(1, len(more))]
