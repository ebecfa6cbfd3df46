"""What runs on the executors: one scorer for each of their Python processes, and the columns that a job adds."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import pyarrow as pa

from pobo_nlp.batch.error_codes import error_codes
from pobo_nlp.batch.job import Job
from pobo_nlp.batch.summary import counts_of
from pobo_nlp.errors import PoboError
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.tables.cells import csv_cells, strings
from pobo_nlp.tables.jsonl_files import rows_of_lines

TOLD = "told"


class ExecutorError(PoboError, RuntimeError):
    """A task that failed. It tells the kind of the error only: whatever is raised here, Spark writes to its log."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is sent to the executors.

    Attributes
    ----------
    model : name under which the archive with the model's files was unpacked.
    n_order : how many columns tell the order of rows; they stand first and are kept.
    table : the columns of the table, which follow.
    lines : whether a single column of JSON lines stands in their place.
    names : of all columns of the result, while Spark has them.
    """

    job: Job
    model: str
    n_order: int
    table: pa.Schema
    lines: bool
    names: tuple[str, ...]


def scored(task: Task, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield rows with what the job adds."""
    kind = None
    try:
        scorer = _scorer(task.model)
        for rows in batches:
            yield _joined(*_parted(task, rows), task, scorer)
    except Exception as error:
        kind = type(error).__name__
    # Raised outside of the clause, so that nothing of the first error goes along.
    if kind is not None:
        raise ExecutorError(f"{kind} while scoring")


def _joined(order: list[pa.Array], table: pa.RecordBatch, task: Task, scorer: Scorer) -> pa.RecordBatch:
    added = task.job.columns(scorer, table)
    return pa.RecordBatch.from_arrays([*order, *table.columns, *added.columns], list(task.names))


@lru_cache(maxsize=1)
def _scorer(model: str) -> Scorer:
    """Return the scorer of this process; its files are held against their hashes."""
    from pyspark import SparkFiles

    return Scorer.load(Path(SparkFiles.get(model)))


def _parted(task: Task, rows: pa.RecordBatch) -> tuple[list[pa.Array], pa.RecordBatch]:
    """Return the columns that tell the order, and the table under its own names."""
    order, columns = rows.columns[: task.n_order], rows.columns[task.n_order :]
    if not task.lines:
        return order, pa.RecordBatch.from_arrays(columns, task.table.names)
    kept, table = rows_of_lines(Path(), columns[0].to_pylist(), task.table)
    return [column.take(pa.array(kept, pa.int64())) for column in order], table


@dataclass(frozen=True, slots=True)
class Question:
    """What the summary wants to know of rows that are scored.

    Attributes
    ----------
    counted : plain name of each column whose values are counted, to its name in the rows.
    review : column that holds error codes.
    id : column for the list of errors; None where there is none.
    """

    counted: Mapping[str, str]
    order: tuple[str, ...]
    review: str
    id: str | None


def surveyed(question: Question, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield what the summary tells of some rows, as JSON: their number, counts, and those that could not be scored."""
    for rows in batches:
        counts = counts_of({name: rows.column(column) for name, column in question.counted.items()})
        codes = error_codes(rows.column(question.review).to_pylist())
        ids = rows.column(question.id) if question.id is not None else None
        order = [rows.column(name) for name in question.order]
        errors = [
            ([values[row].as_py() for values in order], "" if ids is None else str(ids[row].as_py() or ""), code)
            for row, code in codes.items()
        ]
        told = {"rows": rows.num_rows, "counts": counts, "errors": errors}
        yield pa.record_batch({TOLD: pa.array([json.dumps(told, default=str)])})


def as_texts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield rows whose cells are text, as our own CSV has them: Spark writes numbers and dates another way."""
    for rows in batches:
        cells = [csv_cells(column, field) for column, field in zip(rows.columns, rows.schema, strict=True)]
        yield pa.RecordBatch.from_arrays([strings(column) for column in cells], rows.schema.names)


def versions(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield what is installed where this runs."""
    for _ in batches:
        yield pa.record_batch({TOLD: pa.array([told_versions()])})


def told_versions() -> str:
    """Return the versions that must be the same on all machines."""
    return f"pobo-nlp {version('pobo-nlp')}, Python {'.'.join(python_version().split('.')[:2])}"
