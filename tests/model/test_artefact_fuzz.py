"""The reader of models against files that were changed: some here, 20 000 by `python -m benchmarks.fuzz_artefact`."""

import json
import subprocess
import sys

N_MUTATIONS = 1500


def test_a_changed_model_is_refused_or_right(root, tmp_path):
    command = [sys.executable, "-m", "benchmarks.fuzz_artefact", "--mutations", str(N_MUTATIONS), "--seed", "8"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "found.json")], cwd=root, capture_output=True, text=True, timeout=300
    )

    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert (found["faults"], found["first_faults"], done.returncode) == (0, [], 0), done.stderr
    assert sum(found["outcomes"].values()) == N_MUTATIONS
    assert min(found["outcomes"][outcome] for outcome in ("refused", "unchanged", "another model")) > 50


def test_the_full_run_found_no_fault(root):
    found = json.loads((root / "benchmarks" / "fuzz_artefact.json").read_text("utf-8"))

    assert (found["faults"], found["crashes"]) == (0, 0)
    assert sum(found["outcomes"].values()) >= 20_000
