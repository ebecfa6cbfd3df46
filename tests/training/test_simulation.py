"""Simulated cases look like an office's, and hold what their key says."""

import json
from collections import Counter

import numpy as np
import pyarrow.parquet as pq
import pytest

from pobo_nlp.patterns.cases import read_cases
from pobo_nlp.patterns.sites.kinds import kind_of_words
from pobo_nlp.tables import open_table
from training.config import load_config
from training.simulation.cases import simulated
from training.simulation.events import AT_SITES
from training.simulation.places import INVENTED
from training.simulation.pool import held_out, read_pool
from training.simulation.tables import KEY, TABLE, TRUTH, case_table, truth_table, write

N_CASES = 4000


@pytest.fixture(scope="module")
def pool():
    return read_pool(load_config())


@pytest.fixture(scope="module")
def cases(pool):
    return simulated(pool, years=2, n_cases=N_CASES, seed=7)


@pytest.fixture(scope="module")
def folder(cases, tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    write(cases, folder, years=2, seed=7)
    return folder


def test_there_are_as_many_cases_as_wanted_over_two_whole_years(cases):
    days = cases.dates.astype(object)

    assert len(cases) == N_CASES
    assert (min(days).year, max(days).year) == (2024, 2025)
    assert (np.diff(cases.dates) >= np.timedelta64(0)).all()


def test_the_same_seed_gives_the_same_tables_and_another_does_not(pool, cases):
    again = simulated(pool, years=2, n_cases=N_CASES, seed=7)
    other = simulated(pool, years=2, n_cases=N_CASES, seed=8)

    assert case_table(again).equals(case_table(cases))
    assert truth_table(again).equals(truth_table(cases))
    assert not case_table(other).equals(case_table(cases))


def test_a_pool_with_few_texts_for_an_event_uses_them_again():
    # In this half, each text about closing treatment is one of those that are used first.
    half, _ = held_out(load_config(), 31006)

    cases = simulated(half, years=2, n_cases=N_CASES, seed=7)

    assert len(cases) == N_CASES
    assert [(cases.event == place).sum() for place in range(len(AT_SITES))] == [event.n for event in AT_SITES]


def test_july_and_weekends_are_quiet_and_january_is_not(pool):
    cases = simulated(pool, years=2, n_cases=20_000, seed=7, with_events=False)
    days = cases.dates.astype(object)
    months, weekdays = Counter(day.month for day in days), Counter(day.weekday() for day in days)

    assert min(months, key=months.get) == 7
    assert max(months, key=months.get) == 1
    assert max(weekdays[5], weekdays[6]) < min(weekdays[day] for day in range(5)) / 2


def test_the_planted_cases_have_the_labels_and_places_of_their_event(cases):
    for place, event in enumerate(cases.events):
        rows = np.flatnonzero(cases.event == place)
        days = cases.dates[rows]

        assert len(rows) == event.n
        assert cases.pool.having(event.labels)[cases.text[rows]].all()
        assert days.max() - days.min() <= np.timedelta64(event.n_days, "D")
        if event.sites:
            assert {cases.places.sites[site] for site in cases.site[rows].tolist()} == {site for site, _ in event.sites}


def test_an_event_has_no_text_twice_while_others_are_left(cases):
    for place, event in enumerate(cases.events):
        n_fitting = int(cases.pool.having(event.labels).sum())
        if event.kind != "surge" and event.n <= n_fitting:
            assert len(set(cases.text[cases.event == place].tolist())) == event.n


def test_noise_holds_no_event(pool):
    noise = simulated(pool, years=2, n_cases=N_CASES, seed=7, with_events=False)

    assert len(noise) == N_CASES
    assert (noise.event < 0).all()


def test_failures_are_planted_in_invented_municipalities_only():
    assert {town for event in AT_SITES for _, town in event.sites if town} <= set(INVENTED)


def test_sites_of_one_kind_are_recognised_as_that():
    kinds = {event.id: {kind_of_words(site) for site, _ in event.sites} for event in AT_SITES}

    assert kinds["besoksregel"] == {"sykehjem"}
    assert kinds["legevakter"] == {"legevakt"}
    assert kinds["prosvar"] == {"dps"}


def test_labels_are_as_frequent_as_at_the_office(pool):
    levels = pool.taxonomy.dimension("tjenesteniva")
    drawn = simulated(pool, years=2, n_cases=20_000, seed=7, with_events=False).text
    shares = pool.true[levels.id][drawn].mean(axis=0)

    assert shares == pytest.approx([label.share for label in levels.labels], abs=0.015)


def test_the_table_is_read_with_labels_of_persons_and_of_the_model(folder, pool):
    cases = read_cases(open_table(folder / TABLE), pool.taxonomy)
    share_human = cases.is_human["tjenesteomrade"].mean()

    assert len(cases) == N_CASES
    assert 0.1 < share_human < 0.2
    assert set(cases.models) == {pool.model}
    assert not np.isnat(cases.dates).any()
    assert 0.05 < (cases.site < 0).mean() < 0.4
    assert 0.01 < (cases.region < 0).mean() < 0.08
    assert not cases.faults.unknown_labels


def test_labels_of_persons_are_the_true_ones(folder):
    table, truth = pq.read_table(folder / TABLE).to_pylist(), pq.read_table(folder / TRUTH).to_pylist()

    assert all(
        row["tjenesteomrade"] in ("", true["tjenesteomrade"]) and row["id"] == true["id"]
        for row, true in zip(table, truth, strict=True)
    )


def test_the_key_counts_what_the_truth_marks(folder):
    key = json.loads((folder / KEY).read_text("utf-8"))
    marked = Counter(pq.read_table(folder / TRUTH).column("plantet").to_pylist())

    assert {one["id"]: one["antall"] for one in key["plantet"]} == {name: n for name, n in marked.items() if name}
    assert {"besoksregel", "smerteklinikk", "klager"} <= {one["id"] for one in key["plantet"]}


def test_sites_are_of_very_different_sizes(pool):
    cases = simulated(pool, years=2, n_cases=20_000, seed=7, with_events=False)
    sizes = sorted(Counter(cases.site[cases.site >= 0].tolist()).values())

    assert sizes[-1] > 20 * sizes[len(sizes) // 2]
