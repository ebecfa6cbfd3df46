"""`pobo-nlp batch` end to end: CSV to Parquet with two workers, as a process that nothing else is done in.

What counts: rows a second from the start of the process to its end; the most memory that any of its processes ever
held, for few rows and for many; and the time from the start to the first rows that are scored and safe on disk.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from benchmarks.texts import joined_texts

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).parent / "pobo-nlp"
ROWS = (30_000, 300_000)
DISTINCT_TEXTS = 100_000
WORKERS = 2
POLL_S = 0.005
SEED = 5


def measure(rows: Sequence[int] = ROWS) -> dict[str, object]:
    """Return the figures, for `benchmarks/results.json`."""
    texts = joined_texts(ROOT / "data" / "annotated", min(DISTINCT_TEXTS, max(rows)), seed=SEED)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as name:
        folder = Path(name)
        runs = [_run(folder, texts, n_rows) for n_rows in rows]
    peaks = [max(run["peak_mb_by_process"]) for run in runs]
    return {
        "workers": WORKERS,
        "runs": runs,
        "rows_per_second": runs[-1]["rows_per_second"],
        "peak_mb": max(peaks),
        "peak_mb_most_rows_by_fewest": round(peaks[-1] / peaks[0], 3),
        "seconds_to_first_rows": runs[-1]["seconds_to_first_rows"],
    }


def _run(folder: Path, texts: Sequence[str], n_rows: int) -> dict[str, object]:
    source, target = folder / f"{n_rows}.csv", folder / f"{n_rows}.parquet"
    _write(source, texts, n_rows)
    arguments = [PROGRAM, "batch", source, target, "--workers", WORKERS, "--json"]
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        [str(argument) for argument in arguments], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    first, peaks = _watched(process, target, start)
    seconds = time.perf_counter() - start
    summary = json.loads(process.communicate()[0])
    assert (process.returncode, summary["rows"], summary["errors"]) == (0, n_rows, 0)
    for path in folder.iterdir():
        path.unlink()
    return {
        "rows": n_rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(n_rows / seconds),
        "peak_mb_by_process": sorted((round(kb / 1024) for kb in peaks.values()), reverse=True),
        "seconds_to_first_rows": round(first, 3),
    }


def _write(path: Path, texts: Sequence[str], n_rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("saksnr", "dato", "henvendelse"))
        for number, text in enumerate(islice(cycle(texts), n_rows)):
            writer.writerow((f"{number:07d}", f"{2003 + number % 23}-01-02", text))


def _watched(process: subprocess.Popen[str], target: Path, start: float) -> tuple[float, dict[int, int]]:
    """Return the seconds to the first part on disk, and the most memory of every process in kB, when all has ended."""
    journal = target.parent / f".{target.name}.batch"
    first = None
    peaks: dict[int, int] = {}
    while process.poll() is None:
        if first is None and any(journal.glob("*.arrow")):
            first = time.perf_counter() - start
        if first is not None:
            peaks |= dict(_peaks(process.pid))
        time.sleep(POLL_S if first is None else 10 * POLL_S)
    assert first is not None
    return first, peaks


def _peaks(group: int) -> Iterator[tuple[int, int]]:
    """Yield the processes of a group, each with the most memory that it has held so far (`VmHWM`), in kB."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[2]) != group:
                continue
            status = (stat.parent / "status").read_text()
        except OSError:  # it has just ended
            continue
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                yield int(stat.parent.name), int(line.split()[1])


def main() -> None:
    rows = [int(argument) for argument in sys.argv[1:]] or ROWS
    print(json.dumps(measure(rows), indent=2))


if __name__ == "__main__":
    main()
