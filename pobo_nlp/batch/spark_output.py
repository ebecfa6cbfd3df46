"""What a batch on Spark leaves behind: a folder of part files, the list of errors, and the summary."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructField, StructType

from pobo_nlp.batch.error_codes import ERRORS
from pobo_nlp.batch.job import REVIEW
from pobo_nlp.batch.output import ERRORS_ENDING, SUMMARY_ENDING, as_csv
from pobo_nlp.batch.plan import Plan
from pobo_nlp.batch.spark_scoring import COUNTS, as_texts, counted
from pobo_nlp.batch.spark_source import Source, ending_of, is_sql, names_for_spark
from pobo_nlp.batch.spark_storage import Storage, location
from pobo_nlp.errors import UnknownFormatError
from pobo_nlp.tables.formats import PARQUET

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from pobo_nlp.batch.summary import Summary

CSV = ".csv"
# Of a file in the output.
ROWS_OF_PART = 100_000
Errors = Sequence[Sequence[object]]


def refuse_other_formats(target: str) -> None:
    """Refuse an output that Spark does not write here.

    Raises
    ------
    UnknownFormatError
    """
    if is_sql(target):
        problem = "en database skrives ikke av Spark: der en arbeider faller ut, kan rader bli skrevet to ganger"
        raise UnknownFormatError(Path("UT"), problem, "Skriv Parquet, og hent det inn i databasen derfra.")
    if ending_of(target) not in (PARQUET, CSV) or Path(target).suffix.lower() not in (PARQUET, CSV):
        problem = "Spark skriver mapper av Parquet eller CSV"
        raise UnknownFormatError(Path(target), problem, f"Oppgi et navn som ender på {PARQUET} eller {CSV}.")


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a run keeps what is not finished: folders of rows that are scored, and of the output."""

    scored: str
    output: str


@contextmanager
def workplace(storage: Storage, target: str) -> Iterator[Workplace]:
    """Keep a folder beside the output while it is made; that of a run that was killed goes first."""
    folder, _, name = location(target).rstrip("/").rpartition("/")
    work = f"{folder}/.{name}.spark"
    storage.remove(work)
    try:
        yield Workplace(f"{work}/scored", f"{work}/output")
    finally:
        with suppress(Exception):  # Java may be gone, and what stopped the run is what is told
            storage.remove(work)


def added_for_spark(plan: Plan) -> list[str]:
    """Return names of the added columns while Spark has them."""
    return [f"a{place}" for place in range(len(plan.added))]


def for_spark(plan: Plan) -> dict[str, str]:
    """Return the name that each column of the output has while Spark has it."""
    table = plan.table.schema.names
    return {
        **dict(zip(table, names_for_spark(len(table)), strict=True)),
        **dict(zip(plan.added.names, added_for_spark(plan), strict=True)),
    }


def write(kept: "DataFrame", source: Source, plan: Plan, folder: str, *, is_csv: bool) -> None:
    """Write the columns of the output, in the order of the input; so are the names of the files."""
    n_files = max(1, ceil(source.rows / ROWS_OF_PART))
    rows = kept.repartitionByRange(n_files, *source.order).sortWithinPartitions(*source.order)
    ours = for_spark(plan)
    rows = rows.select([ours[name] for name in plan.output.names])
    if not is_csv:
        rows.toDF(*plan.output.names).write.parquet(folder)
        return
    # Always UTF-8, which holds every sign; between the cells stands what stood there in the input.
    style = {"sep": source.table.style.delimiter, "quote": '"', "escape": '"', "encoding": "UTF-8"}
    exact: dict[str, str | bool] = {"emptyValue": "", "nullValue": ""}
    exact |= {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False}
    texts = StructType([StructField(name, StringType()) for name in rows.columns])
    written = rows.mapInArrow(as_texts, texts).toDF(*plan.output.names).write
    written.options(header=True, **style, **exact).csv(folder)


def counts(kept: "DataFrame", plan: Plan) -> dict[str, dict[str, int]]:
    """Return how many rows have each value of the columns that are counted, the most frequent first."""
    ours = for_spark(plan)
    of_plain = {name: ours[plan.names[name]] for name in plan.counted}
    columns = kept.select(list(of_plain.values()))
    sums: dict[str, Counter[str]] = {name: Counter() for name in plan.counted}
    for (found,) in columns.mapInArrow(partial(counted, of_plain), f"{COUNTS} string").collect():
        for name, of_rows in json.loads(found).items():
            sums[name].update(of_rows)
    return {name: dict(sorted(of.items(), key=lambda item: (-item[1], item[0]))) for name, of in sums.items()}


def repeated_ids(kept: "DataFrame", plan: Plan) -> int:
    """Return how many rows have an id that another row has, but for one of each."""
    if plan.id_column is None:
        return 0
    ids = f.col(for_spark(plan)[plan.id_column])
    rows, different = kept.agg(f.count(ids), f.count_distinct(ids)).collect()[0]
    return int(rows - different)


def errors(kept: "DataFrame", source: Source, plan: Plan) -> Errors:
    """Return number, id and error code of the rows that could not be scored; no number where rows have none."""
    ours = for_spark(plan)
    review = f.col(ours[plan.names[REVIEW]])
    id_ = f.col(ours[plan.id_column]).cast("string") if plan.id_column is not None else f.lit("")
    rows = kept.filter(review.isin(list(ERRORS))).orderBy(*source.order)
    found = rows.select(source.order[-1], id_, review).collect()
    first = source.first
    return [("" if first is None else number - first + 1, text or "", code) for number, text, code in found]


def publish(storage: Storage, work: Workplace, target: str, summary: "Summary", found: Errors) -> None:
    """Give the output its name, and lay summary and list of errors beside it."""
    name = target.rstrip("/")
    storage.remove(name + ERRORS_ENDING)
    if found:
        storage.write(name + ERRORS_ENDING, as_csv(found))
    storage.rename(work.output, target)
    told = json.dumps(summary.to_dict(), ensure_ascii=False, indent=2)
    storage.write(name + SUMMARY_ENDING, told.encode() + b"\n")
