"""A table goes in, the same table with added columns comes out; a run that is stopped goes on where it was.

Chunks are scored in their order and kept as parts beside the journal; when all are done, the output is written from the
parts in one go. So it is the same, byte for byte, whether the run was stopped or not, and however many processes there
were.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pobo_nlp.batch.error_codes import error_codes
from pobo_nlp.batch.job import REVIEW, Job, named
from pobo_nlp.batch.journal import Journal, open_journal
from pobo_nlp.batch.output import Target
from pobo_nlp.batch.plan import Options, Plan, planned
from pobo_nlp.batch.summary import Summary, counts_of, total
from pobo_nlp.batch.survey import Survey, Surveyor
from pobo_nlp.batch.workers import Scoring, scoring
from pobo_nlp.errors import OutputExistsError, PoboError, RowError, StoppedRunError, TableError
from pobo_nlp.tables import Chunk, Place, Table, open_table

__all__ = ["Options", "Progress", "run_batch"]

FIRST_ROWS = 64


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
    out = Target(target, journal)
    out.refuse(source)
    table = open_table(source)
    job = job_of(table)
    with ThreadPoolExecutor(1) as beside:
        fingerprint = beside.submit(table.fingerprint)
        with scoring(model, workers) as scorers:
            plan = planned(table, job, options, scorers.taxonomy)
            out.refuse_columns(plan.output)
            header = plan.header(fingerprint.result(), scorers.model_id)
            with open_journal(out.journal, header, restart=restart) as kept:
                out.refuse_existing(is_ours=kept.is_writing, restart=restart)
                resumed = kept.rows
                progress.on_resumed(resumed)
                with _told_with_what_is_done(kept):
                    survey = _score_all(plan, scorers, kept, progress)
                    progress.on_writing()
                    written = out.write(kept, plan.output, like=table)
                    summary = Summary(
                        rows=kept.rows,
                        target=out.name,
                        model=scorers.model_id,
                        taxonomy=scorers.taxonomy,
                        id_column=plan.id_column,
                        text_column=job.reads[0],
                        columns=tuple(plan.output.names),
                        added=plan.names,
                        counts=total(kept.in_order(), plan.counted),
                        repeated_ids=survey.repeated_ids,
                        resumed_rows=resumed,
                        errors_file=str(written.errors_file) if written.errors_file else None,
                        texts_with_nul=written.texts_with_nul,
                        seconds=time.perf_counter() - started,
                    )
                    out.write_summary(summary.to_dict())
                kept.remove()
    return summary


def _score_all(plan: Plan, scorers: Scoring, kept: Journal, progress: Progress) -> Survey:
    """Score what is not done while the whole table is looked through."""
    try:
        with Surveyor(plan.table, plan.id_column, plan.rows_at_once, progress.on_total) as surveyor:
            _score(plan, scorers, kept, surveyor, progress)
            survey = surveyor.result()
    except RowError:
        # Such a table can only be mended, and then it is another one: what is done of it is of no use.
        kept.forget()
        raise
    if survey.rows != kept.rows:
        raise TableError(plan.table.name, "ble endret mens den ble lest", "Kjør på nytt med --restart.")
    return survey


def _score(plan: Plan, scorers: Scoring, kept: Journal, surveyor: Surveyor, progress: Progress) -> None:
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


def _pieces(plan: Plan, done: int) -> Iterator[tuple[int, Chunk]]:
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


def _keep(plan: Plan, kept: Journal, start: int, chunk: Chunk, added: pa.RecordBatch) -> None:
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
    except OutputExistsError:
        raise
    except OSError as error:
        reason = str(error) if isinstance(error, PoboError) else f"{kept.folder}: {error.strerror}"
        raise StoppedRunError(kept.rows, reason) from error
