"""What a batch on Spark leaves behind: a folder of part files, the list of errors, and the summary."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructField, StructType

from pobo_nlp.batch.job import REVIEW
from pobo_nlp.batch.output import ERRORS_ENDING, SUMMARY_ENDING, as_csv
from pobo_nlp.batch.plan import Plan
from pobo_nlp.batch.spark_scoring import TOLD, Question, as_texts, surveyed
from pobo_nlp.batch.spark_source import Source, ending_of, is_sql, names_for_spark
from pobo_nlp.batch.spark_storage import Storage, location
from pobo_nlp.errors import UnknownFormatError
from pobo_nlp.tables.formats import PARQUET
from pobo_nlp.tables.formulas import neutralised

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from pobo_nlp.batch.summary import Summary

CSV = ".csv"
# Of a file in the output.
ROWS_OF_PART = 100_000
Errors = Sequence[tuple[object, str, str]]


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
    written = rows.mapInArrow(as_texts, texts).toDF(*map(neutralised, plan.output.names)).write
    written.options(header=True, **style, **exact).csv(folder)


@dataclass(frozen=True, slots=True)
class Survey:
    """What rows that are scored are like.

    Attributes
    ----------
    counts : rows by value of each column that is counted, the most frequent value first.
    errors : number, id and code of each row that could not be scored; no number where rows have none.
    """

    rows: int
    counts: Mapping[str, Mapping[str, int]]
    errors: Errors


def survey(kept: "DataFrame", source: Source, plan: Plan) -> Survey:
    """Ask the executors what the summary tells."""
    ours = for_spark(plan)
    counted = {name: ours[plan.names[name]] for name in plan.counted}
    id_ = ours[plan.id_column] if plan.id_column is not None else None
    question = Question(counted, source.order, ours[plan.names[REVIEW]], id_)
    wanted = dict.fromkeys([*source.order, *counted.values(), question.review, *([id_] if id_ is not None else ())])
    found = kept.select(list(wanted)).mapInArrow(partial(surveyed, question), f"{TOLD} string").collect()
    told = [json.loads(of_rows) for (of_rows,) in found]
    sums: dict[str, Counter[str]] = {name: Counter() for name in plan.counted}
    for of_rows in told:
        for name, counts in of_rows["counts"].items():
            sums[name].update(counts)
    return Survey(
        sum(of_rows["rows"] for of_rows in told),
        {name: dict(sorted(of.items(), key=lambda item: (-item[1], item[0]))) for name, of in sums.items()},
        _in_order([error for of_rows in told for error in of_rows["errors"]], source.first),
    )


def _in_order(errors: Sequence[Sequence[Any]], first: int | None) -> Errors:
    found = sorted(errors, key=list)
    return [("" if first is None else order[-1] - first + 1, text, code) for order, text, code in found]


def repeated_ids(kept: "DataFrame", plan: Plan) -> int:
    """Return how many rows have an id that another row has, but for one of each."""
    if plan.id_column is None:
        return 0
    ids = f.col(for_spark(plan)[plan.id_column])
    rows, different = kept.agg(f.count(ids), f.count_distinct(ids)).collect()[0]
    return int(rows - different)


def publish(storage: Storage, work: Workplace, target: str, summary: "Summary", found: Errors) -> None:
    """Give the output its name, and lay summary and list of errors beside it."""
    name = target.rstrip("/")
    storage.remove(name + ERRORS_ENDING)
    if found:
        storage.write(name + ERRORS_ENDING, as_csv(found))
    storage.rename(work.output, target)
    told = json.dumps(summary.to_dict(), ensure_ascii=False, indent=2)
    storage.write(name + SUMMARY_ENDING, told.encode() + b"\n")
