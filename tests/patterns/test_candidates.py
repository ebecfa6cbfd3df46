"""What was planted is found among chance, and is told right."""

from collections import Counter

import numpy as np
import pytest
from scipy.sparse import csr_array

from pobo_nlp.patterns.candidates import QUESTION, find_candidates
from pobo_nlp.patterns.cases import Cases, Faults
from pobo_nlp.patterns.vectors import CaseVectors
from pobo_nlp.taxonomy import Taxonomy

SCHEME = Taxonomy.default()
START = np.datetime64("2024-01-01")
SITES = tuple(
    f"{name} {kind}" for kind in ("legesenter", "sykehjem", "sykehus") for name in (f"S{n:02}" for n in range(20))
)
REGIONS = tuple(f"K{n:02}" for n in range(10))
AREAS = {"legesenter": "fastlege", "sykehjem": "sykehjem_langtid", "sykehus": "ortopedi"}
FLAG, OTHER_FLAG = "ulovlige_restriksjoner", "tomt_vedtak"


class Office:
    """Cases of chance over two years; patterns are planted by changing some."""

    def __init__(self, n: int = 6000, seed: int = 0) -> None:
        self.random = np.random.default_rng(seed)
        share = 1 / np.arange(1, 21)
        within = self.random.choice(20, n, p=share / share.sum())
        self.site = self.random.integers(0, 3, n) * 20 + within
        self.days = START + self.random.integers(0, 730, n)
        self.labels = {one.id: np.zeros((n, len(one.labels)), np.bool_) for one in SCHEME.dimensions}
        self.human = {one.id: np.zeros(n, np.bool_) for one in SCHEME.dimensions}
        areas = SCHEME.dimension("tjenesteomrade").label_ids
        for row, site in enumerate(self.site):
            self.labels["tjenesteomrade"][row, areas.index(AREAS[SITES[site].split()[1]])] = True
        self.labels["arsak"][np.arange(n), self.random.integers(0, 21, n)] = True
        self.labels["systemflagg"] |= self.random.random((n, 12)) < 0.02
        self.region = self.site % 10

    def plant(self, n, flag, *, site=None, site_of=None, first="2025-03-01", days=85):
        """Return the rows of cases that get a flag at a site, or at sites that a function gives, within some days."""
        rows = self.random.choice(len(self.site), n, replace=False)
        self.labels["systemflagg"][rows] = False
        self.labels["systemflagg"][rows, _place("systemflagg", flag)] = True
        self.site[rows] = site if site_of is None else [site_of(number) for number in range(n)]
        self.region = self.site % 10
        self.days[rows] = np.datetime64(first) + self.random.integers(0, days, n)
        return set(rows.tolist())

    def cases(self, *, has_sites=True, has_regions=True, dates=None):
        n = len(self.site)
        nowhere = np.full(n, -1, np.int32)
        return Cases(
            [str(row + 1) for row in range(n)], np.arange(1, n + 1), self.days if dates is None else dates,
            self.site.astype(np.int32) if has_sites else nowhere, SITES if has_sites else (),
            self.region.astype(np.int32) if has_regions else nowhere, REGIONS if has_regions else (),
            self.labels, self.human, np.zeros(n, np.bool_), np.full(n, "nb"), Counter(), SCHEME, Faults(),
        )  # fmt: skip


def _place(dimension, label):
    return SCHEME.dimension(dimension).label_ids.index(label)


def _flag(candidate):
    return candidate.labels[0][1]


def _rank(candidates, rows, label=FLAG):
    """Return the rank of the first candidate that has most of some rows and is of the flag, or tells of it as well."""
    for rank, one in enumerate(candidates, start=1):
        told = {one.labels, *one.also}
        if len(rows & set(one.rows.tolist())) >= 0.6 * len(rows) and (("systemflagg", label),) in told:
            return rank
    return None


class TestRank:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("site", [pytest.param(39, id="small site"), pytest.param(20, id="largest site")])
    def test_twelve_cases_of_a_flag_at_a_site_are_among_the_first_ten(self, seed, site):
        office = Office(seed=seed)
        rows = office.plant(12, FLAG, site=site)

        assert _rank(find_candidates(office.cases(), None), rows) <= 10

    def test_several_patterns_at_once_are_all_among_the_first_ten(self):
        office = Office(seed=7)
        planted = [office.plant(12, FLAG, site=21), office.plant(14, "gruppeavslutning", site=41)]
        planted.append(office.plant(12, "klage_ikke_fulgt_opp", site=5, first="2024-08-01"))

        candidates = find_candidates(office.cases(), None)

        labels = (FLAG, "gruppeavslutning", "klage_ikke_fulgt_opp")
        assert max(_rank(candidates, rows, label) for rows, label in zip(planted, labels, strict=True)) <= 10

    def test_a_number_that_follows_from_the_size_of_a_site_is_no_surprise(self):
        office = Office(seed=3)
        rows = office.plant(12, FLAG, site=39)

        first = find_candidates(office.cases(), None)[0]

        # The largest site has more cases with any flag than were planted at the small one.
        assert first.site == SITES[39]
        assert len(rows & set(first.rows.tolist())) == 12

    def test_the_same_kind_of_site_in_several_municipalities(self):
        office = Office(seed=1)
        # One case at each of twenty nursing homes: no site and no municipality stands out by itself.
        rows = office.plant(40, FLAG, site_of=lambda number: 20 + number % 20)

        found = next(one for one in find_candidates(office.cases(), None) if one.site is None and one.site_kind)

        assert (found.site_kind, _flag(found)) == ("sykehjem", FLAG)
        assert len(found.municipalities) >= 9
        assert len(rows & set(found.rows.tolist())) >= 30

    def test_a_municipality_with_several_sites(self):
        office = Office(seed=2)
        rows = office.plant(16, OTHER_FLAG, site_of=lambda number: (3, 13, 23, 33)[number % 4])

        found = next(
            one for one in find_candidates(office.cases(), None) if one.site is None and one.municipalities == ("K03",)
        )

        assert _flag(found) == OTHER_FLAG
        assert rows <= set(found.rows.tolist())
        assert "i K03, ved flere steder" in found.why

    def test_a_cause_in_an_area_at_a_site_without_any_flag(self):
        office = Office(seed=4)
        rows = office.random.choice(np.flatnonzero(office.site == 22), 14, replace=False)
        office.labels["arsak"][rows] = False
        office.labels["arsak"][rows, _place("arsak", "okonomi")] = True
        office.days[rows] = np.datetime64("2025-02-01") + office.random.integers(0, 80, 14)

        first = find_candidates(office.cases(), None)[0]

        assert first.kind == "cause_area"
        assert first.labels == (("arsak", "okonomi"), ("tjenesteomrade", "sykehjem_langtid"))
        assert first.question == QUESTION
        assert set(rows.tolist()) <= set(first.rows.tolist())


@pytest.fixture(scope="module")
def planted():
    office = Office(seed=9)
    rows = office.plant(12, FLAG, site=39)
    office.human["systemflagg"][list(rows)[:7]] = True
    return office, rows, find_candidates(office.cases(), None)[0]


class TestCandidate:
    def test_it_says_what_where_and_how_long(self, planted):
        first = planted[2]

        days = (first.last - first.first).days + 1
        assert first.why == (
            f"12 henvendelser om «Besøks- eller husregler uten hjemmel» ved S19 sykehjem på {days} dager; med samme "
            "andel som andre steder av samme slag ville det vært færre enn én."
        )
        assert first.question == SCHEME.dimension("systemflagg").label(FLAG).question
        assert (first.n, first.n_human, first.trend, first.site_kind) == (12, 7, "nytt", "sykehjem")
        assert first.municipalities == ("K09",)

    def test_its_cases_stand_by_date_and_lie_within_the_window(self, planted):
        office, _, first = planted

        days = office.days[first.rows]
        assert (np.diff(days) >= np.timedelta64(0)).all()
        assert (days[0], days[-1]) == (np.datetime64(first.first), np.datetime64(first.last))
        assert days[-1] - days[0] < np.timedelta64(92, "D")

    def test_what_overlaps_at_the_same_site_is_one(self):
        office = Office(seed=6)
        rows = list(office.plant(14, FLAG, site=39))
        office.labels["systemflagg"][rows, _place("systemflagg", OTHER_FLAG)] = True

        at_site = [one for one in find_candidates(office.cases(), None) if one.site == SITES[39]]
        of_rows = [one for one in at_site if set(rows) & set(one.rows.tolist())]

        assert len(of_rows) == 1
        assert {label for labels in (of_rows[0].labels, *of_rows[0].also) for _, label in labels} >= {FLAG, OTHER_FLAG}

    @pytest.mark.parametrize(("before", "within", "trend"), [(0, 12, "nytt"), (6, 18, "økende"), (12, 12, "jevnt")])
    def test_the_trend_is_against_as_many_days_before(self, before, within, trend):
        office = Office(seed=8)
        office.labels["systemflagg"][:, _place("systemflagg", FLAG)] = False
        office.plant(before, FLAG, site=39, first="2024-12-01", days=1)
        office.plant(within, FLAG, site=39, first="2025-03-01", days=2)

        assert find_candidates(office.cases(), None, window_days=90)[0].trend == trend

    def test_none_has_fewer_cases_than_the_smallest_cell(self):
        office = Office(seed=5)
        rows = office.plant(12, FLAG, site=39)

        candidates = find_candidates(office.cases(), None, min_cell=13)

        assert min(one.n for one in candidates) >= 13
        assert _rank(candidates, rows) is None

    def test_the_order_of_the_rows_does_not_matter(self):
        office = Office(seed=5, n=2000)
        office.plant(12, FLAG, site=39)
        cases = office.cases()
        order = np.random.default_rng(0).permutation(len(cases))
        mixed = cases.take(order)

        one, other = find_candidates(cases, None), find_candidates(mixed, None)

        assert [(a.why, round(a.score, 6), a.also) for a in one] == [(a.why, round(a.score, 6), a.also) for a in other]


class TestPoorTables:
    def test_without_dates_there_is_nothing_to_tell(self):
        office = Office(n=200)

        assert find_candidates(office.cases(dates=np.full(200, np.datetime64("NaT", "D"))), None) == []

    def test_without_sites_municipalities_are_left(self):
        office = Office(seed=2)
        office.plant(16, OTHER_FLAG, site_of=lambda number: (3, 13, 23, 33)[number % 4])

        candidates = find_candidates(office.cases(has_sites=False), None)

        assert candidates[0].municipalities == ("K03",)
        assert "i K03 på" in candidates[0].why
        assert {one.site for one in candidates} == {None}

    def test_without_sites_and_regions_there_is_nothing_to_tell(self):
        assert find_candidates(Office(n=500).cases(has_sites=False, has_regions=False), None) == []

    def test_one_site_only_is_compared_with_its_own_past(self):
        office = Office(n=600, seed=1)
        office.site[:] = 20
        rows = office.plant(20, FLAG, site=20)

        assert _rank(find_candidates(office.cases(has_regions=False), None), rows) <= 10

    def test_no_labels_at_all_are_no_candidates(self):
        office = Office(n=300)
        for values in office.labels.values():
            values[:] = False

        assert find_candidates(office.cases(), None) == []


class TestLookAlso:
    def test_cases_without_a_flag_and_with_such_a_text_at_the_same_site_are_told(self):
        office = Office(seed=3)
        rows = office.plant(12, FLAG, site=39)
        free = np.flatnonzero((office.site == 39) & ~office.labels["systemflagg"].any(axis=1))[:4]
        office.days[free] = np.datetime64("2025-04-01")
        elsewhere = np.flatnonzero((office.site == 20) & ~office.labels["systemflagg"].any(axis=1))[:4]
        near = [*rows, *free[:2], *elsewhere]
        cases = office.cases()

        first = find_candidates(cases, _vectors(len(cases), near))[0]

        assert first.look_also.tolist() == sorted(free[:2].tolist())

    def test_without_texts_there_are_none(self):
        office = Office(seed=3, n=2000)
        office.plant(12, FLAG, site=39)

        assert not any(len(one.look_also) for one in find_candidates(office.cases(), None))


def _vectors(n, near):
    """Return vectors of which some are the same, and all others are nothing like each other or them."""
    random = np.random.default_rng(0)
    column = random.integers(1, 400, n)
    column[near] = 0
    matrix = csr_array((np.ones(n, np.float32), column, np.arange(n + 1)), shape=(n, 400))
    return CaseVectors(matrix, np.zeros(n, np.float32), tuple(map(str, range(400))), np.ones(400))
