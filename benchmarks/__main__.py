"""`python -m benchmarks [NAME...]` measures, and writes the figures into `benchmarks/results.json` (`make bench`).

The soak of the server, ten minutes, is measured only by its name.
"""

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

# Every side has one thread: what more threads would bring is no matter of the code that is compared.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

RESULTS = Path(__file__).parent / "results.json"
LIBRARIES = ("fasttext-numpy2", "numpy", "pyarrow", "scikit-learn", "scipy")


def measure_scoring() -> Mapping[str, object]:
    from benchmarks.scoring import measure

    return measure()


def measure_batch() -> Mapping[str, object]:
    from benchmarks.batch import measure

    return measure()


def measure_masking() -> Mapping[str, object]:
    from benchmarks.masking import measure

    return measure()


def measure_serving() -> Mapping[str, object]:
    from benchmarks.serving import measure

    return measure()


def measure_soak() -> Mapping[str, object]:
    from benchmarks.serving import SOAK_S, soak

    return soak(SOAK_S)


MEASURES: Mapping[str, Callable[[], Mapping[str, object]]] = {
    "scoring": measure_scoring,
    "batch": measure_batch,
    "masking": measure_masking,
    "serving": measure_serving,
    "soak": measure_soak,
}
# Ten minutes long: measured where it is named.
NOT_BY_THEMSELVES = {"soak"}


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    cpu = Path("/proc/cpuinfo").read_text("utf-8").partition("model name\t: ")[2].partition("\n")[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cpu": cpu or platform.machine(), "cores": os.cpu_count(), "memory_gb": round(memory / 2**30)}


def main(names: list[str]) -> None:
    unknown = set(names) - set(MEASURES)
    if unknown:
        raise SystemExit(f"No benchmark of this name: {', '.join(sorted(unknown))}. There are: {', '.join(MEASURES)}.")
    for name in names or [name for name in MEASURES if name not in NOT_BY_THEMSELVES]:
        print(f"Measuring {name} ...", flush=True)
        measured = MEASURES[name]()
        print(json.dumps(measured, indent=1, ensure_ascii=False))
        versions = {"python": platform.python_version(), **{library: version(library) for library in LIBRARIES}}
        results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
        results[name] = {**measured, "machine": machine(), "versions": versions}
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
