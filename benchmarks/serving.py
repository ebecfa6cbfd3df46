"""The server over loopback: how long an answer takes at a steady rate, a thousand texts in one call, and a soak.

Requests are sent when they are due, whether the one before is answered or not, and the time counts from then on: a
server that stands still for a moment is not spared those that would have come meanwhile. The client has a process of
its own. `python -m benchmarks serving` measures; `python -m benchmarks soak` lets the server run for ten minutes, and
tells how its memory grows.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from threading import local

import httpx

from benchmarks.texts import joined_texts

ROOT = Path(__file__).resolve().parent.parent
REQUESTS_PER_SECOND = 20
SECONDS = 60
SOAK_S = 600
WARM_UP_S = 5
WORDS = 150
N_TEXTS = 1_000
CALLS = 7
THREADS = 8
SEED = 5
_ADDRESS = re.compile(r"Åpne (\S+) i en nettleser")
_mine = local()


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """Start a server as a user would; yield its address and process number."""
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-c", "from pobo_nlp.cli import main; main()", "serve"]
        options = ["--port", "0", "--rate", "10000", "--store", f"{folder}/avgjorelser.db"]
        with subprocess.Popen([*program, *options], stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:  # noqa: S603
            assert process.stderr is not None
            found = _ADDRESS.search(process.stderr.readline())
            assert found is not None
            with ThreadPoolExecutor(1) as reader:
                # What it notes has to be read, or it stands still.
                reader.submit(lambda: [None for _ in process.stderr or ()])
                httpx.get(f"{found[1]}/v1/health", timeout=60)
                yield found[1], process.pid
                process.terminate()


def texts_of_words(n_texts: int, n_words: int) -> list[str]:
    """Return distinct texts of exactly so many words."""
    words = " ".join(joined_texts(ROOT / "data" / "annotated", 2 * n_texts, seed=SEED)).split()
    return [" ".join(words[start : start + n_words]) for start in range(0, n_texts * n_words, n_words)]


def steady(url: str, texts: Sequence[str], *, seconds: float) -> list[float]:
    """Return milliseconds of each answer from when its request was due."""
    start = time.perf_counter() + 0.1
    due = [start + number / REQUESTS_PER_SECOND for number in range(int(seconds * REQUESTS_PER_SECOND))]

    def ask(at: float, text: str) -> float:
        client = _client(url)
        time.sleep(max(0.0, at - time.perf_counter()))
        client.post("/v1/suggest", json={"texts": [text]}).raise_for_status()
        return 1000 * (time.perf_counter() - at)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(ask, due, islice(cycle(texts), len(due))))


def _client(url: str) -> httpx.Client:
    if not hasattr(_mine, "client"):
        _mine.client = httpx.Client(base_url=url, timeout=60)
    found: httpx.Client = _mine.client
    return found


def one_call(url: str, texts: Sequence[str], *, evidence: bool) -> float:
    """Return the seconds that all texts in one call take."""
    with httpx.Client(base_url=url, timeout=60) as client:
        start = time.perf_counter()
        answer = client.post("/v1/suggest", json={"texts": list(texts), "evidence": evidence})
        seconds = time.perf_counter() - start
    assert len(answer.json()["suggestions"]) == len(texts)
    return seconds


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return median and 99th percentile."""
    return {
        "median_ms": round(statistics.median(milliseconds), 1),
        "p99_ms": round(statistics.quantiles(milliseconds, n=100)[98], 1),
    }


def memory_mb(pid: int) -> float:
    """Return the memory that a process holds for itself, in megabytes."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    kilobytes = [int(row.split()[1]) for row in rows if row.startswith(("Private_Clean", "Private_Dirty"))]
    return sum(kilobytes) / 1024


def measure(seconds: float = SECONDS) -> Mapping[str, object]:
    """Return the figures, for `benchmarks/results.json`."""
    texts = texts_of_words(N_TEXTS, WORDS)
    with serving() as (url, _):
        steady(url, texts, seconds=WARM_UP_S)
        figures = percentiles(steady(url, texts, seconds=seconds))
        without = [one_call(url, texts, evidence=False) for _ in range(CALLS)]
        with_evidence = [one_call(url, texts, evidence=True) for _ in range(3)]
    return {
        "words_a_text": WORDS,
        "requests_per_second": REQUESTS_PER_SECOND,
        "seconds": seconds,
        "one_text": figures,
        "thousand_texts_s": round(statistics.median(without), 3),
        "thousand_texts_with_evidence_s": round(statistics.median(with_evidence), 3),
    }


def soak(seconds: float) -> Mapping[str, object]:
    """Return how memory grows from the first minute's end to the last, at the steady rate.

    Texts are all different, so that what a server keeps of words has to end by itself.
    """
    texts = texts_of_words(int(seconds * REQUESTS_PER_SECOND), WORDS)
    before_s = min(60.0, seconds / 5)
    n_before = int(before_s * REQUESTS_PER_SECOND)
    with serving() as (url, pid):
        steady(url, texts[:n_before], seconds=before_s)
        before = memory_mb(pid)
        times = steady(url, texts[n_before:], seconds=seconds - before_s)
        after = memory_mb(pid)
    return {
        "seconds": seconds,
        "requests_per_second": REQUESTS_PER_SECOND,
        "memory_mb": {"after_first_minute": round(before, 1), "at_the_end": round(after, 1)},
        "growth": round(after / before - 1, 4),
        **percentiles(times),
    }
