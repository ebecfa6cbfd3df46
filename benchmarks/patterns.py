"""`pobo-nlp patterns` on simulated tables with texts, as a process of its own.

`python -m benchmarks.patterns [ROWS...]` writes `docs/patterns-cost.json`: seconds, processor time, the most memory,
and the size of what is written. `python -m training simulate --cases ROWS` makes the tables. Each library has one
thread.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.__main__ import machine

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).parent / "pobo-nlp"
RESULTS = ROOT / "docs" / "patterns-cost.json"
ROWS = (36_000, 300_000)


def measure(n_rows: int) -> dict[str, object]:
    """Return the figures of a table of so many rows."""
    with tempfile.TemporaryDirectory() as name:
        table, out = Path(name) / "table", Path(name) / "report"
        _run([sys.executable, "-m", "training", "simulate", "--cases", str(n_rows), "--out", str(table)])
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        _run([str(PROGRAM), "patterns", str(table / "saker.parquet"), "--out", str(out)])
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "rows": n_rows,
            "seconds": round(seconds),
            "processor_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime),
            "peak_mb": round(after.ru_maxrss / 1000),
            "page_mb": round((out / "index.html").stat().st_size / 1e6, 1),
            "json_mb": round((out / "rapport.json").stat().st_size / 1e6, 1),
        }


def _run(command: Sequence[str]) -> None:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    subprocess.run(command, cwd=ROOT, env=os.environ | threads, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def main(rows: Sequence[int] = ROWS) -> None:
    """Measure, and write the figures."""
    runs = [measure(n_rows) for n_rows in rows]
    RESULTS.write_text(json.dumps({"machine": machine(), "runs": runs}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or ROWS)
