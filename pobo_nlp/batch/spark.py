"""A batch on Spark: the same job on many machines, each row the same as on one.

Spark reads the table, puts its rows in order and in shares, has Python processes on the executors add the columns
(`spark_scoring`), and keeps the result as Parquet beside the output. From there come the summary, the list of errors,
and the output: a folder of part files, which gets its name when all of it is there.
"""

import secrets
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pobo_nlp.batch.engine import Progress
from pobo_nlp.batch.job import Job
from pobo_nlp.batch.output import ERRORS_ENDING
from pobo_nlp.batch.plan import Options, Plan, planned
from pobo_nlp.batch.spark_jobs import done
from pobo_nlp.batch.spark_output import (
    CSV,
    added_for_spark,
    publish,
    refuse_other_formats,
    repeated_ids,
    survey,
    workplace,
    write,
)
from pobo_nlp.batch.spark_scoring import TOLD, Task, scored, told_versions, versions
from pobo_nlp.batch.spark_session import quiet_about_pandas, session
from pobo_nlp.batch.spark_source import Source, ending_of, names_for_spark, open_source
from pobo_nlp.batch.spark_storage import Storage, for_reader
from pobo_nlp.batch.summary import Summary
from pobo_nlp.errors import OutputExistsError, SparkError
from pobo_nlp.model.artefact import LoadedArtefact
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.location import default_model
from pobo_nlp.model.manifest import MANIFEST, NEEDED_FILES, OPTIONAL_FILES, REPORT_FILES
from pobo_nlp.model.signature import SIGNATURE
from pobo_nlp.scratch import scratch_folder
from pobo_nlp.tables import Place, Table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from pyspark.sql.types import StructType

# A task is what is done again when an executor is lost: some seconds of work.
ROWS_OF_TASK = 20_000
MIN_ROWS_OF_TASK = 256
TASKS_OF_CORE = 2
# How long the first task may wait for a cluster that has to start machines.
ROOM_S = 120.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where Spark runs.

    Attributes
    ----------
    master : as Spark names it, such as `spark://host:7077`; None for this machine.
    settings : Spark's own, by name.
    room_s : how long to wait for executors.
    """

    master: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    room_s: float = ROOM_S


def run_on_spark(
    source: Place,
    target: str,
    model: Path | None,
    *,
    job_of: Callable[[Table], Job],
    options: Options | None = None,
    cluster: Cluster | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write a folder of part files with what a job adds to each row of a table.

    Rows are in the order of the input: that of the file; of a folder of Parquet, the order of its files' names; of a
    database, that of the key.

    Parameters
    ----------
    options : `rows_at_once` is the number of rows in a task.
    target : a name that ends in `.parquet` or `.csv`, here or in the storage of the cluster.

    Raises
    ------
    MissingExtraError, MissingJavaError : where something is not installed.
    OutputExistsError : where the output is there; it is never replaced.
    SparkError : where the cluster does not do what it is asked; no output is written then.
    TableError : where the table cannot be read.
    """
    started = time.perf_counter()
    options, cluster, progress = options or Options(), cluster or Cluster(), progress or Progress()
    refuse_other_formats(target)
    loaded = load(model or default_model())
    with quiet_about_pandas(), session(cluster.master, cluster.settings) as spark:
        storage = Storage(spark)
        if storage.exists(target):
            raise OutputExistsError(target, "Oppgi et annet navn, eller fjern det som er der.")
        _refuse_other_versions(spark, cluster)
        table = open_source(spark, source)
        progress.on_total(table.rows)
        plan = planned(table.table, job_of(table.table), options, loaded.artefact.taxonomy)
        with _shipped(spark, loaded) as shipped, workplace(storage, target) as work:
            columns = _columns_of(table, plan)
            _score(spark, table, plan, columns, shipped, work.scored, progress, options.rows_at_once)
            progress.on_writing()
            kept = spark.read.schema(columns).parquet(for_reader(work.scored))
            found = done(spark, lambda: survey(kept, table, plan), place=target)
            _refuse_other_count(table, found.rows)
            is_csv = ending_of(target) == CSV
            done(spark, lambda: write(kept, table, plan, work.output, is_csv=is_csv), place=target)
            summary = Summary(
                rows=table.rows,
                target=target,
                model=loaded.id,
                taxonomy=loaded.artefact.taxonomy,
                id_column=plan.id_column,
                text_column=plan.job.reads[0],
                columns=tuple(plan.output.names),
                added=plan.names,
                counts=found.counts,
                repeated_ids=done(spark, lambda: repeated_ids(kept, plan), place=target),
                resumed_rows=0,
                errors_file=f"{target.rstrip('/')}{ERRORS_ENDING}" if found.errors else None,
                texts_with_nul=0,
                seconds=time.perf_counter() - started,
            )
            publish(storage, work, target, summary, found.errors)
    return summary


def _refuse_other_versions(spark: "SparkSession", cluster: Cluster) -> None:
    """Have the first task tell what it runs with; it also finds out whether the cluster has room for any."""
    place = cluster.master or "Spark"
    first = spark.range(1, numPartitions=1).mapInArrow(versions, f"{TOLD} string")
    ((told,),) = done(spark, first.collect, place=place, timeout_s=cluster.room_s)
    if told != told_versions():
        problem = f"arbeiderne har {told}, men her er {told_versions()}"
        raise SparkError(place, problem, "Installer det samme på alle maskiner (docs/spark.md).")


def _refuse_other_count(source: Source, scored_rows: int) -> None:
    """Refuse to write a table that has not the rows of the input."""
    if scored_rows != source.rows:
        problem = f"Spark leste {scored_rows} rader, men tabellen har {source.rows}"
        raise SparkError(source.table.name, problem, "Prøv igjen; hjelper ikke det, kjør uten --engine spark.")


@contextmanager
def _shipped(spark: "SparkSession", loaded: LoadedArtefact) -> Iterator[str]:
    """Send the files of the model to the executors, and yield the name of the folder they get there."""
    name = f"pobo-model-{secrets.token_hex(8)}"
    with scratch_folder() as folder:
        archive = folder / f"{name}.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            for file in (MANIFEST, SIGNATURE, *NEEDED_FILES, *REPORT_FILES, *OPTIONAL_FILES):
                if (loaded.folder / file).is_file():
                    packed.write(loaded.folder / file, file)
        spark.sparkContext.addArchive(f"{archive}#{name}")
        yield name


def _score(
    spark: "SparkSession",
    source: Source,
    plan: Plan,
    columns: "StructType",
    shipped: str,
    folder: str,
    progress: Progress,
    rows_of_task: int | None,
) -> None:
    """Score the rows and keep them, with the columns that tell their order."""
    n_tasks = _tasks(source.rows, rows_of_task, spark.sparkContext.defaultParallelism)
    table = source.table.schema
    task = Task(plan.job, shipped, len(source.order), table, source.lines, tuple(columns.names))
    rows = source.frame.repartitionByRange(n_tasks, *source.order).sortWithinPartitions(*source.order)
    rows = rows.mapInArrow(partial(scored, task), columns)
    told = 0

    def tell(finished: int, tasks: int) -> None:
        nonlocal told
        now = source.rows * finished // tasks if tasks == n_tasks else told
        if now > told:
            progress.on_rows(now - told)
            told = now

    done(spark, lambda: rows.write.parquet(folder), place=source.table.name, on_tasks=tell)
    progress.on_rows(source.rows - told)


def _tasks(rows: int, rows_of_task: int | None, cores: int) -> int:
    """Return how many tasks share the rows: no more than are worth one, and enough for all cores."""
    if rows_of_task is not None:
        return max(1, ceil(rows / rows_of_task))
    wanted = max(ceil(rows / ROWS_OF_TASK), TASKS_OF_CORE * cores)
    return max(1, min(wanted, rows // MIN_ROWS_OF_TASK))


def _columns_of(source: Source, plan: Plan) -> "StructType":
    from pyspark.sql.pandas.types import from_arrow_type
    from pyspark.sql.types import StructField, StructType

    def fields(schema: pa.Schema, names: Iterable[str]) -> list[StructField]:
        return [StructField(name, from_arrow_type(one.type)) for name, one in zip(names, schema, strict=True)]

    before, own = source.frame.schema.fields[: len(source.order)], source.frame.schema.fields[len(source.order) :]
    if source.lines:
        own = fields(source.table.schema, names_for_spark(len(source.table.schema)))
    return StructType([*before, *own, *fields(plan.added, added_for_spark(plan))])
