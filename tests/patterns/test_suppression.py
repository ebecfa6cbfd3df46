from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.counting import count_series, families
from pobo_nlp.patterns.series import Series
from pobo_nlp.patterns.suppression import Shown, Suppressor
from tests.patterns.tables_of_cases import SMALL_SCHEME, cases_of


def random_cases(seed: int, n_cases: int, *, n_sites: int = 4, derived: bool = True) -> Cases:
    random = np.random.default_rng(seed)
    area = random.choice(4, n_cases, p=[0.5, 0.25, 0.15, 0.1])
    level = area // 2 if derived else random.integers(0, 2, n_cases)
    labels = {
        "niva": np.eye(2, dtype=bool)[level],
        "omrade": np.eye(4, dtype=bool)[area],
        "arsak": random.random((n_cases, 2)) < [0.4, 0.15],
    }
    days = np.datetime64("2024-01-01") + random.integers(0, 182, n_cases)
    human = {name: random.random(n_cases) < 0.3 for name in labels}
    site = random.integers(-1, n_sites, n_cases)
    region = random.integers(-1, 3, n_cases)
    return cases_of(labels, taxonomy=SMALL_SCHEME, days=days, site=site, region=region, human=human)


def all_series(cases: Cases, kinds: Sequence[str] = ("month",)) -> list[Series]:
    return [one for kind in kinds for by in families(cases) for one in count_series(cases, by, kind)]


def cells(cases: Cases, series: Sequence[Series], shown: Shown):
    """Yield every figure of the tables: its count, whether it is shown, and what it is a sum of."""
    for one in series:
        yield one.total.observed, shown.total(one), atoms(cases, one, None)
        for place, is_shown in enumerate(shown.periods(one)):
            yield int(one.observed[place]), bool(is_shown), atoms(cases, one, place)


def atoms(cases: Cases, series: Series, place: int | None) -> np.ndarray:
    """Return which combinations of everything a figure counts: a test of its own of how figures hang together.

    The axes are month, area (or none), site (or none), region (or none), and the causes.
    """
    months = np.arange(6)
    found = np.ones((6, 4, len(cases.site_names) + 1, len(cases.region_names) + 1, 2, 2))
    if place is not None:
        per = 6 // len(series.periods)
        found = found * (months // per == place)[:, None, None, None, None, None]
    for name, label in series.key:
        if name == "omrade":
            axis, where = 1, np.arange(4) == SMALL_SCHEME.dimension("omrade").label_ids.index(label)
        elif name == "niva":
            axis, where = 1, np.arange(4) // 2 == ["a", "b"].index(label)
        elif name == "site":
            axis, where = 2, np.arange(found.shape[2]) == cases.site_names.index(label)
        elif name == "region":
            axis, where = 3, np.arange(found.shape[3]) == cases.region_names.index(label)
        else:
            axis, where = 4 + ["x", "y"].index(label), np.arange(2) == 1
        found = found * where.reshape([-1 if one == axis else 1 for one in range(6)])
    return found.ravel()


def recovered(cases: Cases, series: Sequence[Series], shown: Shown) -> list[int]:
    """Return the small counts that are some linear combination of what is shown."""
    figures = list(cells(cases, series, shown))
    known = np.array([atoms for count, is_shown, atoms in figures if is_shown or count == 0])
    secret = [(count, atoms) for count, is_shown, atoms in figures if not is_shown and 0 < count < shown.min_cell]
    if not secret:
        return []
    _, sizes, basis = np.linalg.svd(known, full_matrices=False)
    basis = basis[sizes > 1e-9 * sizes[0]]
    hidden = np.array([atoms for _, atoms in secret])
    off = hidden - hidden @ basis.T @ basis
    return [count for (count, _), rest in zip(secret, off, strict=True) if np.abs(rest).max() < 1e-7]


def test_a_count_under_five_is_hidden():
    cases = random_cases(1, 120)
    series = all_series(cases)

    shown = Suppressor(SMALL_SCHEME).shown(series)

    figures = list(cells(cases, series, shown))
    assert all(count >= 5 for count, is_shown, _ in figures if is_shown)
    assert any(is_shown for _, is_shown, _ in figures)
    assert any(0 < count < 5 for count, _, _ in figures)


@pytest.mark.parametrize("seed", range(6))
def test_no_combination_of_all_tables_gives_a_hidden_count(seed):
    cases = random_cases(seed, 60 + 50 * seed)
    series = all_series(cases, ("month", "quarter", "year") if seed % 2 else ("month",))

    shown = Suppressor(SMALL_SCHEME).shown(series)

    assert recovered(cases, series, shown) == []


def test_the_attack_succeeds_where_only_small_counts_are_hidden():
    cases = random_cases(2, 160)
    series = all_series(cases)
    shown = Suppressor(SMALL_SCHEME).shown(series)
    naive = Shown(
        5,
        {(one.key, "month"): one.observed >= 5 for one in series},
        {one.key: True for one in series},
        {(one.key, "month"): one.observed >= 5 for one in series},
        {one.key: True for one in series},
    )

    assert len(recovered(cases, series, naive)) > 20
    assert recovered(cases, series, shown) == []


def test_a_total_less_its_shown_parts_is_never_a_small_count():
    cases = random_cases(3, 200)
    series = all_series(cases)
    shown = Suppressor(SMALL_SCHEME).shown(series)

    rests = []
    for one in series:
        if shown.total(one):
            rests.append(one.total.observed - one.observed[shown.periods(one)].sum())
    for name, other in combinations(("omrade", "site", "region", "niva"), 2):
        del other
        for one in series:
            parts = [two for two in series if set(one.key) < set(two.key) and _added(one, two) == name]
            if parts and shown.total(one):
                rests.append(one.total.observed - sum(two.total.observed for two in parts if shown.total(two)))

    assert len(rests) > 20
    assert [rest for rest in rests if 0 < rest < 5] == []


def _added(one: Series, two: Series) -> str | None:
    added = set(two.key) - set(one.key)
    return next(iter(added))[0] if len(added) == 1 else None


def test_how_many_labels_persons_set_is_hidden_where_few_did():
    cases = random_cases(4, 300)
    series = all_series(cases)

    shown = Suppressor(SMALL_SCHEME).shown(series)

    for one in series:
        told = shown.human(one)
        by_model = one.observed - one.human
        assert not (told & (one.human > 0) & (one.human < 5)).any()
        assert not (told & (by_model > 0) & (by_model < 5)).any()
        rest = one.total.human - one.human[told].sum()
        assert not (shown.human_total(one) and 0 < rest < 5)
    assert any(shown.human_total(one) for one in series)


def test_large_counts_are_all_shown():
    cases = random_cases(5, 60_000)
    series = all_series(cases)

    shown = Suppressor(SMALL_SCHEME).shown(series)

    assert all(shown.periods(one).all() and shown.total(one) for one in series)


def test_a_level_that_does_not_follow_from_the_area_hides_nothing_of_it():
    cases = random_cases(6, 4000, derived=False)
    series = all_series(cases)

    shown = Suppressor(SMALL_SCHEME).shown(series)

    assert all(count >= 5 for count, is_shown, _ in cells(cases, series, shown) if is_shown)


def test_the_lowest_count_that_is_shown_can_be_chosen():
    cases = random_cases(7, 300)
    series = all_series(cases)

    shown = Suppressor(SMALL_SCHEME, min_cell=10).shown(series)

    assert min(one.total.observed for one in series if shown.total(one)) >= 10
    assert not shown.lists(9)
    assert shown.lists(10)
    assert recovered(cases, series, shown) == []


def test_without_series_there_is_nothing_to_show():
    shown = Suppressor(SMALL_SCHEME).shown([])

    assert shown.lists(5)
