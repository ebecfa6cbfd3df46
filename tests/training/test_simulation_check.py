"""The check of patterns tells what was found of what was planted, and what was not planted."""

import datetime
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from pobo_nlp.errors import InputNotFoundError, UnreadableFileError
from pobo_nlp.patterns.error_rates import find_error_rates
from training.config import load_config
from training.simulation.cases import simulated
from training.simulation.counted import LabelCount, by_dimension, by_label, label_counts, summary
from training.simulation.findings import findings
from training.simulation.judged import read_judged
from training.simulation.pool import held_out, measured_anew, read_pool
from training.simulation.tables import KEY, TRUTH, write

N_CASES = 6000


@pytest.fixture(scope="module")
def pool():
    return read_pool(load_config())


@pytest.fixture(scope="module")
def folder(pool, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checked")
    cases = simulated(pool, years=2, n_cases=N_CASES, seed=3)
    write(cases, folder, years=2, seed=3, with_texts=False)
    return folder


@pytest.fixture(scope="module")
def judged(folder, pool):
    return read_judged(folder, pool.taxonomy)


def test_the_truth_stands_beside_the_cases(judged):
    flags = judged.cases.taxonomy.dimension("systemflagg").label_ids
    visits = judged.planted_for == "besoksregel"

    assert len(judged.cases) == len(judged.planted_for) == N_CASES
    assert judged.true["systemflagg"][visits, flags.index("ulovlige_restriksjoner")].all()
    assert {one.id: one.n for one in judged.planted}["besoksregel"] == visits.sum() == 16
    assert all(one.first <= one.last <= datetime.date(2025, 12, 31) for one in judged.planted)


def test_labels_of_persons_are_never_held_to_be_the_models(judged):
    is_human = judged.cases.is_human["tjenesteomrade"]
    given, true = judged.cases.labels["tjenesteomrade"], judged.true["tjenesteomrade"]

    assert (given[is_human] == true[is_human]).all()
    assert 0.4 < (given[~is_human] == true[~is_human]).all(axis=1).mean() < 0.95


def test_large_patterns_are_among_the_first_candidates(judged):
    ranks = {one.id: one for one in findings(judged).ranks}

    assert {"besoksregel", "smerteklinikk", "klager", "prosvar", "boregler"} == set(ranks)
    assert all(one.rank is not None and one.rank <= 10 for one in ranks.values() if one.n >= 12)


def test_noise_has_no_planted_pattern_to_find(pool, tmp_path):
    noise = simulated(pool, years=2, n_cases=N_CASES, seed=3, with_events=False)
    write(noise, tmp_path, years=2, seed=3, with_texts=False)
    judged = read_judged(tmp_path, pool.taxonomy)
    found = findings(judged)

    assert found.ranks == []
    assert found.surges.planted == []
    assert len(found.surges.false_alarms) == found.surges.n_found


def test_a_doubled_series_is_judged_by_its_own_series(judged):
    found = findings(judged).surges

    assert {one.id for one in found.planted} == {one.id for one in judged.planted if one.kind == "surge"}
    assert all(one.factor > 1.1 for one in found.planted)
    assert found.n_found <= found.n_tested


def test_counts_are_held_against_the_truth(judged, root):
    rates = find_error_rates(root / "models" / "default", judged.cases.taxonomy)
    counts = {one.label: one for one in label_counts(judged, rates)}
    labels = judged.cases.taxonomy.dimension("arsak").label_ids

    assert counts["ventetid"].true == judged.true["arsak"][:, labels.index("ventetid")].sum()
    assert counts["ventetid"].raw == judged.cases.labels["arsak"][:, labels.index("ventetid")].sum()
    assert counts["ventetid"].n_quarters == 8


def test_the_summary_is_of_all_labels():
    closer = LabelCount("arsak", "a", 10, 14, 11.0, True, 2.0, 1.0, 4, 4)
    farther = LabelCount("arsak", "b", 10, 10, 13.0, False, 1.0, 2.0, 2, 4)
    found = summary([closer, farther])

    assert (found["closer"], found["closer_by_quarter"]) == (0.5, 0.5)
    assert (found["coverage_of_totals"], found["coverage_of_quarters"]) == (0.5, 0.75)
    assert (found["mean_raw_error_of_quarters"], found["mean_corrected_error_of_quarters"]) == (1.5, 1.5)


def test_as_near_is_not_nearer():
    assert not LabelCount("arsak", "a", 10, 14, 14.0, True, 2.0, 2.0, 4, 4).is_closer
    assert not LabelCount("arsak", "a", 10, 14, 14.0, True, 2.0, 2.0, 4, 4).is_closer_by_quarter


def test_figures_are_told_by_dimension_and_by_label():
    counts = [
        LabelCount("arsak", "a", 10, 14, 11.0, True, 2.0, 1.0, 4, 4),
        LabelCount("arsak", "a", 10, 12, 15.0, True, 2.0, 1.0, 4, 4),
        LabelCount("flagg", "b", 10, 14, 11.0, True, 2.0, 1.0, 4, 4),
    ]

    assert {name: found["closer"] for name, found in by_dimension(counts).items()} == {"arsak": 0.5, "flagg": 1.0}
    first, second = by_label(counts)
    assert (first["label"], first["tables"], first["closer"]) == ("a", 2, 1)
    assert (first["raw_off_by"], first["corrected_off_by"]) == (0.3, 0.3)
    assert (second["label"], second["tables"], second["closer"]) == ("b", 1, 1)


def test_rates_measured_anew_are_other_ones_of_as_many_texts(root):
    known = json.loads((root / "models" / "default" / "error_rates.json").read_text("utf-8"))
    one, other = measured_anew(load_config(), 1), measured_anew(load_config(), 2)

    assert one["dimensions"] != other["dimensions"] != known["dimensions"]
    assert one["n_texts"] == pytest.approx(known["n_texts"], rel=0.05)


def test_held_out_rates_are_of_other_texts(pool):
    half, rates = held_out(load_config(), 1)

    assert len(half) + rates["n_texts"] < len(pool)
    assert np.isclose(half.weights.sum(), 1.0)


@pytest.mark.parametrize("name", [TRUTH, KEY])
def test_a_folder_that_lacks_a_file_is_refused(folder, pool, tmp_path, name):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / name).unlink()

    with pytest.raises(InputNotFoundError, match=name):
        read_judged(copy, pool.taxonomy)


def test_a_damaged_key_is_refused(folder, pool, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / KEY).write_text('{"plantet": [{}], "aar": 2, "seed": 1}', "utf-8")

    with pytest.raises(UnreadableFileError, match="KeyError"):
        read_judged(copy, pool.taxonomy)


def test_the_commands_simulate_and_check(root, tmp_path):
    python = [sys.executable, "-m", "training"]
    made = [*python, "simulate", "--out", str(tmp_path / "sim"), "--cases", "1500", "--seed", "5"]
    checked = [*python, "patterns-check", str(tmp_path / "sim"), "--runs", "1", "--out", str(tmp_path / "check.json")]
    first = subprocess.run(made, cwd=root, capture_output=True, text=True, check=True).stdout
    second = subprocess.run(checked, cwd=root, capture_output=True, text=True, check=True).stdout
    figures = json.loads((tmp_path / "check.json").read_text("utf-8"))

    assert first.startswith("1500 saker over 2 år")
    assert set(figures["demands"]) == {line.split()[1] for line in second.splitlines()[:-1]}
    assert figures["groups"]["equal_in_two_runs"]
    assert figures["cases"] == 1500
    assert figures["repeats"]["runs"] == 1
