"""Scoring in this process, or in several: chunks go out and come back in their order, few at a time."""

import json
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from pobo_nlp.batch.arrow import without_pandas
from pobo_nlp.errors import PoboError, WorkerError

if TYPE_CHECKING:
    from pobo_nlp.batch.job import Job
    from pobo_nlp.model.scorer import Scorer
    from pobo_nlp.taxonomy import Taxonomy

# How often a chunk is handed out when the process that had it dies.
ATTEMPTS = 3
# Chunks on their way for each process: one is scored while the next is read.
AHEAD = 2
STOP_SECONDS = 5
_OK, _FAULT = b"k", b"f"
# One process a core: threads inside linear algebra would only take turns with the other processes.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Added = Callable[[pa.RecordBatch], pa.RecordBatch]


class Scoring(Protocol):
    """One or more scorers of the same model."""

    @property
    def taxonomy(self) -> "Taxonomy":
        """The label scheme of the model."""

    @property
    def model_id(self) -> str:
        """`name@hash8`."""

    def added(self, job: "Job", chunks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield what a job adds to each chunk, in their order."""


@contextmanager
def scoring(model: Path | None, count: int) -> Iterator[Scoring]:
    """Score in this process, or in as many as are wanted beside it."""
    from pobo_nlp.model.scorer import Scorer

    scorer = Scorer.load(model)
    if count == 1:
        yield Alone(scorer)
        return
    workers = Workers(scorer, model, count)
    try:
        yield workers
    finally:
        workers.stop()


class Alone:
    """Scores in this process."""

    def __init__(self, scorer: "Scorer") -> None:
        self._scorer = scorer
        self.taxonomy, self.model_id = scorer.taxonomy, scorer.model_id

    def added(self, job: "Job", chunks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield what a job adds to each chunk, in their order."""
        return (job.columns(self._scorer, rows) for rows in chunks)


class Workers(Alone):
    """Scores in processes that each hold the model once, and its coefficients together.

    They are started when the first chunk has been scored here, so that it does not wait for them.

    Parameters
    ----------
    model : the folder that `scorer` was loaded from; None for the shipped one.
    """

    def __init__(self, scorer: "Scorer", model: Path | None, count: int) -> None:
        super().__init__(scorer)
        self._model, self._count = model, count
        self._all: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")
        self._is_stopping = threading.Event()
        self._kept = ExitStack()

    def added(self, job: "Job", chunks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield what a job adds to each chunk, in their order."""
        rest = iter(chunks)
        yield from super().added(job, islice(rest, 1))
        waiting: deque[Future[pa.RecordBatch]] = deque()
        for rows in rest:
            self._start()
            waiting.append(self._threads.submit(self._ask, job, rows))
            if len(waiting) >= AHEAD * self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _start(self) -> None:
        if not self._all:
            from pobo_nlp.model.sharing import shared_coefficients

            self._coefficients = self._kept.enter_context(shared_coefficients(self._scorer.artefact))
        while len(self._all) < self._count:
            worker = _Worker(self._model, self._coefficients)
            self._all.append(worker)
            self._idle.put(worker)

    def _ask(self, job: "Job", rows: pa.RecordBatch) -> pa.RecordBatch:
        """Have a process score some rows; where it dies (no memory left, killed), another one does them."""
        worker = self._idle.get()
        try:
            for _ in range(ATTEMPTS):
                with suppress(EOFError, OSError):
                    return worker.ask(job, rows)
                worker.stop()
                if self._is_stopping.is_set():
                    break
                worker.start()
            raise WorkerError(f"ble avsluttet {ATTEMPTS} ganger på de samme radene (er det nok minne?)")
        finally:
            self._idle.put(worker)

    def stop(self) -> None:
        """End all processes; what they are doing is lost."""
        self._is_stopping.set()
        for worker in self._all:
            worker.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._all:
            worker.stop()
        self._kept.close()


class _Worker:
    def __init__(self, model: Path | None, coefficients: Path | None) -> None:
        self._model, self._coefficients = model, coefficients
        self._job: Job | None = None
        self.start()

    def start(self) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self._model, self._coefficients), daemon=True)
        self._job = None
        with _undisturbed():
            self._process.start()
        # The process holds the other end alone, so that its death is noticed here, and ours there.
        theirs.close()

    def ask(self, job: "Job", rows: pa.RecordBatch) -> pa.RecordBatch:
        if self._job is not job:
            self._connection.send(job)
            self._job = job
        self._connection.send_bytes(_as_bytes(rows))
        answer = self._connection.recv_bytes()
        if answer[:1] == _FAULT:
            raise WorkerError(json.loads(answer[1:]))
        return _from_bytes(answer[1:])

    def stop(self) -> None:
        self._process.kill()
        self._process.join(STOP_SECONDS)
        with suppress(OSError):
            self._connection.close()


def serve(connection: Connection, model: Path | None, coefficients: Path | None) -> None:
    """Score what comes in until nobody is there any more: the main function of a worker process."""
    without_pandas()
    # Ctrl-C goes to every process of the terminal; the one that was started by hand decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        try:
            added = _prepared(connection, model, coefficients)
            while True:
                rows = _from_bytes(connection.recv_bytes())
                connection.send_bytes(_OK + _as_bytes(added(rows)))
        except (EOFError, OSError):
            raise
        except PoboError as error:
            connection.send_bytes(_FAULT + json.dumps(f"ga opp: {error}").encode())
        except Exception as error:
            # Its words may hold a person's text, so only its kind is told.
            connection.send_bytes(_FAULT + json.dumps(f"feilet ({type(error).__name__})").encode())


def _prepared(connection: Connection, model: Path | None, coefficients: Path | None) -> Added:
    from pobo_nlp.model.scorer import Scorer

    scorer: Scorer = Scorer.load(model, coefficients=coefficients)
    job: Job = connection.recv()
    return lambda rows: job.columns(scorer, rows)


def _as_bytes(rows: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_batch(rows)
    return bytes(sink.getvalue())


def _from_bytes(content: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(content) as reader:
        return reader.read_next_batch()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start a process so that Ctrl-C does not reach it, and its linear algebra keeps to one thread."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        if blocked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
