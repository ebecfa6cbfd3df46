"""A table goes in, the same table with added columns comes out; a run that is stopped goes on where it was.

Chunks are scored in their order and kept as parts beside the journal; when all are done, the output is written from the
parts in one go. So it is the same, byte for byte, whether the run was stopped or not, and however many processes there
were.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pobo_nlp.batch.columns import id_column_of, written_columns
from pobo_nlp.batch.error_codes import error_codes
from pobo_nlp.batch.job import REVIEW, Job, named
from pobo_nlp.batch.journal import Journal, open_journal
from pobo_nlp.batch.output import Target
from pobo_nlp.batch.summary import Summary, counts_of, total
from pobo_nlp.batch.survey import Surveyor
from pobo_nlp.batch.workers import Scoring, scoring
from pobo_nlp.errors import PoboError, StoppedRunError, TableError
from pobo_nlp.tables import Chunk, Place, Table, open_table
from pobo_nlp.taxonomy import Taxonomy

# A chunk is what may be lost at a stop, and what lies in memory: so many rows, fewer where they have many columns.
ROWS_AT_ONCE = 1024
FIRST_ROWS = 64
CELLS_AT_ONCE = 2**20
MIN_ROWS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Options:
    """What decides the output, besides input, model and job.

    Attributes
    ----------
    id_column : for the list of errors.
    columns : to write, of the input and of the added ones; all where there are none.
    rows_at_once : in a chunk; None for what fits the table.
    """

    id_column: str | None = None
    columns: tuple[str, ...] = ()
    rows_at_once: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What is called while rows are done.

    Attributes
    ----------
    on_total : with the number of rows, when they have been counted.
    on_resumed : with the number of rows that an earlier run had done.
    on_rows : with the number of rows done since the last call.
    on_writing : when all are done and the output is being written.
    """

    on_total: Callable[[int], None] = lambda rows: None
    on_resumed: Callable[[int], None] = lambda rows: None
    on_rows: Callable[[int], None] = lambda rows: None
    on_writing: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class _Plan:
    """A run that has been thought through.

    Attributes
    ----------
    plain : the added columns under their plain names; the places are those of `added`.
    output : the columns that are written.
    """

    table: Table
    job: Job
    id_column: str | None
    counted: tuple[str, ...]
    plain: pa.Schema
    added: pa.Schema
    output: pa.Schema
    rows_at_once: int


def run_batch(
    source: Place,
    target: Place,
    model: Path | None,
    *,
    job_of: Callable[[Table], Job],
    options: Options | None = None,
    workers: int = 1,
    restart: bool = False,
    journal: Path | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write a table with what a job adds to each of its rows.

    Parameters
    ----------
    model : folder; None for the shipped one.
    job_of : chooses the job when the table has been opened.
    workers : processes that score; with one, this process does it.
    restart : whether what an earlier run has done or written is thrown away.
    journal : folder where the journal's own folder lies; beside the output where none is named.

    Raises
    ------
    OutputExistsError : where the output is there and is not that of a stopped run.
    ChangedRunError : where a stopped run had other input, model, job or options.
    StoppedRunError : where something cannot be written; the same call goes on.
    TableError : where the table cannot be read.
    """
    started = time.perf_counter()
    options, progress = options or Options(), progress or Progress()
    with scoring(model, workers) as scorers:
        out = Target(target, journal)
        out.refuse(source)
        table = open_table(source)
        plan = _planned(table, job_of(table), options, scorers.taxonomy)
        with open_journal(out.journal, _header(plan, scorers), restart=restart) as kept:
            out.refuse_existing(is_ours=kept.is_writing, restart=restart)
            resumed = kept.rows
            with Surveyor(table, plan.id_column, plan.rows_at_once, progress.on_total) as surveyor:
                with _told_with_what_is_done(kept):
                    progress.on_resumed(resumed)
                    _score(plan, scorers, kept, surveyor, progress)
                survey = surveyor.result()
            if survey.rows != kept.rows:
                raise TableError(table.name, "ble endret mens den ble lest", "Kjør på nytt med --restart.")
            progress.on_writing()
            errors = [error for entry in kept.in_order() for error in entry.errors]
            with _told_with_what_is_done(kept):
                out.write(kept, plan.output, like=table, errors=errors)
                summary = Summary(
                    rows=kept.rows,
                    target=out.name,
                    model=scorers.model_id,
                    taxonomy=scorers.taxonomy,
                    id_column=plan.id_column,
                    text_column=plan.job.reads[0],
                    columns=tuple(plan.output.names),
                    added=dict(zip(plan.plain.names, plan.added.names, strict=True)),
                    counts=total(kept.in_order(), plan.counted),
                    repeated_ids=survey.repeated_ids,
                    resumed_rows=resumed,
                    errors_file=str(out.errors) if errors else None,
                    seconds=time.perf_counter() - started,
                )
                out.write_summary(summary.to_dict())
            kept.remove()
    return summary


def _planned(table: Table, job: Job, options: Options, taxonomy: Taxonomy) -> _Plan:
    added = job.schema(table.schema, taxonomy)
    names = written_columns(table, added, options.columns)
    fields = {one.name: one for one in [*table.schema, *added]}
    wide = max(CELLS_AT_ONCE // max(len(table.schema), 1), MIN_ROWS_AT_ONCE)
    return _Plan(
        table=table,
        job=job,
        id_column=id_column_of(table, options.id_column),
        counted=job.counted(taxonomy),
        plain=job.schema(pa.schema([]), taxonomy),
        added=added,
        output=pa.schema([fields[name] for name in names]),
        rows_at_once=options.rows_at_once or min(ROWS_AT_ONCE, wide),
    )


def _header(plan: _Plan, scorers: Scoring) -> dict[str, object]:
    """Return all that decides the output, as the journal keeps it."""
    return {
        "input": plan.table.fingerprint(),
        "model": scorers.model_id,
        "job": {"kind": type(plan.job).__name__, **asdict(plan.job), "id_column": plan.id_column},  # type: ignore[call-overload]
        "output": [f"{one.name}: {one.type}" for one in plan.output],
        "rows_at_once": plan.rows_at_once,
        "versions": {"pobo-nlp": version("pobo-nlp"), "numpy": np.__version__, "pyarrow": pa.__version__},
    }


def _score(plan: _Plan, scorers: Scoring, kept: Journal, surveyor: Surveyor, progress: Progress) -> None:
    """Score the rows that are not done, chunk by chunk, and keep each."""
    waiting: list[tuple[int, Chunk]] = []

    def chunks() -> Iterator[pa.RecordBatch]:
        for start, chunk in _pieces(plan, kept.rows):
            surveyor.check()
            entry = kept.entries.get(start)
            # The rest of the first chunk may be wanting, and behind a damaged part lie whole ones.
            if entry is None or entry.rows != chunk.rows.num_rows:
                waiting.append((start, chunk))
                yield chunk.rows.select(list(dict.fromkeys(plan.job.reads)))

    for answer in scorers.added(plan.job, chunks()):
        start, chunk = waiting.pop(0)
        _keep(plan, kept, start, chunk, named(answer, plan.added))
        # Not before: the first rows are not to wait for it.
        surveyor.start()
        progress.on_rows(chunk.rows.num_rows)


def _pieces(plan: _Plan, done: int) -> Iterator[tuple[int, Chunk]]:
    """Yield the chunks that are not done, each with the number of its first row; the very first one in two pieces.

    A few rows come first, so that whoever has started a run sees at once that it goes well.
    """
    start = 0 if done <= FIRST_ROWS else done
    for places, rows in plan.table.chunks(plan.rows_at_once, start):
        for piece in (slice(0, FIRST_ROWS), slice(FIRST_ROWS, None)) if start == 0 else (slice(0, None),):
            some = rows.slice(piece.start, None if piece.stop is None else piece.stop - piece.start)
            if some.num_rows:
                yield start, Chunk(places[piece], some)
                start += some.num_rows


def _keep(plan: _Plan, kept: Journal, start: int, chunk: Chunk, added: pa.RecordBatch) -> None:
    columns = {
        **dict(zip(plan.table.schema.names, chunk.rows.columns, strict=True)),
        **dict(zip(added.schema.names, added.columns, strict=True)),
    }
    by_plain_name = dict(zip(plan.plain.names, added.columns, strict=True))
    kept.add(
        start,
        pa.RecordBatch.from_arrays([columns[name] for name in plan.output.names], schema=plan.output),
        counts_of({name: by_plain_name[name] for name in plan.counted}),
        _errors(chunk, plan.id_column, by_plain_name[REVIEW]),
    )


def _errors(chunk: Chunk, id_column: str | None, review: pa.Array) -> Sequence[tuple[int, str, str]]:
    codes = error_codes(review.to_pylist())
    if not codes:
        return ()
    ids = pc.cast(chunk.rows.column(id_column), pa.string()).to_pylist() if id_column is not None else None
    return [(chunk.places[row], (ids[row] or "") if ids else "", code) for row, code in codes.items()]


@contextmanager
def _told_with_what_is_done(kept: Journal) -> Iterator[None]:
    """Tell what is done beside an error of the operating system, such as a full disk."""
    try:
        yield
    except OSError as error:
        reason = str(error) if isinstance(error, PoboError) else f"{kept.folder}: {error.strerror}"
        raise StoppedRunError(kept.rows, reason) from error
