"""Fuzzes the reader of models: `python -m benchmarks.fuzz_artefact`.

Each mutation changes a small model's files, or puts links in their place. One half of them is read as it is: no change
may go unnoticed. For the other half the hashes are written anew, as someone would who means harm: the reader must
refuse it, or give another model, of another id, that answers in probabilities. What else happens is a fault: another
exception than `PoboError`, more than ten seconds, more than 4 GiB, code that is run, a file that is written, a crash.
"""

import argparse
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.fuzz.folders import put_link, resealed, write
from benchmarks.fuzz.judge import Judge
from benchmarks.fuzz.mutations import MUTATIONS
from benchmarks.fuzz.small_model import save_small_model

RESULTS = Path(__file__).parent / "fuzz_artefact.json"
MAX_BYTES = 4 * 2**30
MAX_SHOWN = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker, options.mutations, options.seed)
        return
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        progress = Path(folder) / "verdicts.jsonl"
        crashes = run(progress, options.mutations, options.seed)
        verdicts = [json.loads(line) for line in progress.read_text("utf-8").splitlines()]
    found = summary(verdicts, crashes)
    about = {"mutations": options.mutations, "seed": options.seed, "python": platform.python_version()}
    content = {**about, "seconds": round(time.perf_counter() - started), **found}
    options.out.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps({name: content[name] for name in ("mutations", "seconds", "outcomes", "faults")}, indent=1))
    sys.exit(1 if found["faults"] else 0)


def run(progress: Path, mutations: int, seed: int) -> list[dict[str, object]]:
    """Run the mutations in a process of their own, and go on behind one that ends it; return those."""
    crashes: list[dict[str, object]] = []
    progress.touch()
    while True:
        command = [sys.executable, "-m", "benchmarks.fuzz_artefact", "--worker", str(progress)]
        done = subprocess.run(  # noqa: S603
            [*command, "--mutations", str(mutations), "--seed", str(seed)], cwd=RESULTS.parents[1]
        )
        number = _n_lines(progress)
        if done.returncode == 0:
            return crashes
        crashes.append({"number": number, "kind": "crash", "verdict": f"FAULT: exit code {done.returncode}"})
        with progress.open("a", encoding="utf-8") as file:
            file.write(json.dumps(crashes[-1]) + "\n")


def _n_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def work(progress: Path, mutations: int, seed: int) -> None:
    """Judge the mutations that no line of a file tells of yet, a line each."""
    from pobo_nlp.model.scorer import Scorer

    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    with tempfile.TemporaryDirectory() as name, progress.open("a", encoding="utf-8", buffering=1) as file:
        sound, changed = Path(name) / "sound", Path(name) / "changed"
        save_small_model(Scorer.load().artefact, sound)
        judge = Judge(sound)
        files = {path.name: path.read_bytes() for path in sorted(sound.iterdir())}
        for number in range(_n_lines(progress), mutations):
            chance = random.Random(f"{seed}:{number}")  # noqa: S311
            kind = chance.choices(list(MUTATIONS), [share for _, share in MUTATIONS.values()])[0]
            is_sealed = kind != "links" and chance.random() < 0.5
            mutated = dict(files)
            MUTATIONS[kind][0](chance, mutated)
            write(changed, resealed(mutated) if is_sealed else mutated)
            if kind == "links":
                put_link(chance, changed, sound)
            verdict = judge.verdict(changed, is_sealed=is_sealed)
            file.write(json.dumps({"number": number, "kind": kind, "sealed": is_sealed, "verdict": verdict}) + "\n")


def summary(verdicts: list[dict[str, object]], crashes: list[dict[str, object]]) -> dict[str, object]:
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for one in verdicts:
        kind = f"{one['kind']}, hashes written anew" if one.get("sealed") else str(one["kind"])
        outcomes[kind][str(one["verdict"]).partition(":")[0]] += 1
    faults = [one for one in verdicts if str(one["verdict"]).startswith("FAULT")]
    return {
        "outcomes": dict(sum(outcomes.values(), Counter())),
        "crashes": len(crashes),
        "faults": len(faults),
        "of_kind": {kind: dict(counts) for kind, counts in sorted(outcomes.items())},
        "first_faults": faults[:MAX_SHOWN],
    }


if __name__ == "__main__":
    main()
