import numpy as np
import pytest
from scipy import stats

from pobo_nlp.patterns.expectation import USUAL, Expectation, Family, Past, expectation, expectations

NOTHING_ELSE = Family(0.0, 0.0, 0.0)


def past_of(counts, *, totals=None, n_ahead=3, periods_a_year=12, season=0):
    counts = np.asarray(counts)
    totals = np.full(len(counts), 1000) if totals is None else np.asarray(totals)
    return Past(counts, totals, np.full(n_ahead, 1000), periods_a_year, season)


def test_a_short_past_is_expected_to_go_on_by_the_number_of_all_cases():
    past = Past(np.full(10, 20), np.full(10, 1000), np.array([500, 500]), 12, 0)

    one = expectation(past)

    assert one.method == "u_chart"
    assert one.mean == pytest.approx(20, rel=0.01)


def test_the_u_chart_without_spread_is_the_exact_test_of_two_poisson_counts():
    before, seen = [1, 0, 1, 0, 0, 1, 0, 0, 1], 6
    exact = stats.binom.sf(seen - 1, sum(before) + seen, 3 / 12)

    # Without season and spread, and with no less spread than chance has.
    p_value = expectation(past_of(before), NOTHING_ELSE).p_value(seen)

    assert p_value == pytest.approx(exact, rel=1e-6)


def test_a_long_past_gets_a_regression_that_sees_the_season():
    months = np.arange(36)
    counts = np.round(50 * np.exp(0.5 * np.sin(2 * np.pi * months / 12))).astype(int)

    at_top = expectation(past_of(counts, n_ahead=1), Family(0.0, 0.1, 0.0))
    top = expectation(past_of(np.append(counts, counts[:3]), n_ahead=1), Family(0.0, 0.1, 0.0))

    assert at_top.method == "regression"
    assert at_top.mean == pytest.approx(50, rel=0.05)
    assert top.mean == pytest.approx(50 * np.exp(0.5), rel=0.05)


def test_the_season_hangs_on_the_month_that_the_past_begins_in():
    months = np.arange(30)
    counts = np.round(50 * np.exp(0.5 * np.sin(2 * np.pi * (months + 4) / 12))).astype(int)

    assert expectation(past_of(counts, season=4)).mean == pytest.approx(expectation(past_of(counts)).mean)


def test_a_trend_goes_on_where_series_of_the_report_have_trends():
    counts = np.round(20 * np.exp(0.4 * np.arange(36) / 12)).astype(int)
    ahead = 20 * np.exp(0.4 * 3)

    trending = expectation(past_of(counts, n_ahead=1), Family(0.0, 0.0, 0.2))
    level = expectation(past_of(counts, n_ahead=1), NOTHING_ELSE)

    assert trending.mean == pytest.approx(ahead, rel=0.06)
    assert level.mean == pytest.approx(counts.mean(), rel=0.1)


def test_an_outbreak_of_the_past_counts_less_than_it_holds():
    counts = np.full(30, 20)
    counts[1::2] = 22
    with_outbreak = counts.copy()
    with_outbreak[12] = 120

    raised = expectation(past_of(with_outbreak)).mean - expectation(past_of(counts)).mean

    assert 0 <= raised < 0.3 * 3 * 100 / 30


def test_a_series_of_few_cases_gets_a_u_chart_however_long_its_past():
    counts = np.zeros(60, int)
    counts[::10] = 1

    assert expectation(past_of(counts)).method == "u_chart"


def test_a_past_without_a_case_expects_less_than_one():
    one = expectation(past_of(np.zeros(21, int)))

    assert 0 < one.mean < 1
    assert one.p_value(0) == 1
    assert one.p_value(5) < 0.001


def test_no_cases_at_all_are_borne():
    one = expectation(Past(np.zeros(12, int), np.zeros(12, int), np.zeros(3, int), 12, 0))

    assert np.isfinite([one.mean, one.variance, one.p_value(3)]).all()


def test_years_have_no_season():
    one = expectation(past_of(np.full(14, 300), n_ahead=1, periods_a_year=1))

    assert one.method == "regression"
    assert one.mean == pytest.approx(300, rel=0.02)


def test_a_spread_beyond_chance_widens_what_may_come():
    steady, restless = np.tile([19, 21], 12), np.tile([5, 35], 12)

    calm, wild = (expectation(past_of(counts)) for counts in (steady, restless))

    assert wild.mean == pytest.approx(calm.mean, rel=0.05)
    assert wild.variance > 2 * calm.variance
    assert wild.p_value(90) > calm.p_value(90)


def test_series_lean_on_what_the_others_show():
    months = np.arange(24)
    wave = np.exp(0.5 * np.sin(2 * np.pi * months / 12))
    random = np.random.default_rng(0)
    seasonal = [past_of(random.poisson(40 * wave)) for _ in range(30)]
    even = [past_of(random.poisson(40, 24)) for _ in range(30)]

    _, with_season = expectations(seasonal)
    _, without = expectations(even)

    assert with_season.season == pytest.approx(0.5**2 / 2, rel=0.3)
    assert without.season < 0.01
    assert without.trend < 0.01


@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_the_spread_of_a_family_is_what_its_counts_were_made_with(spread):
    random = np.random.default_rng(1)
    means = 30 * (random.gamma(spread**-2, spread**2, (60, 24)) if spread else np.ones((60, 24)))
    _, family = expectations([past_of(counts) for counts in random.poisson(means)])

    assert family.overdispersion == pytest.approx(spread**2, abs=0.012)


def test_an_outbreak_in_one_series_is_not_the_spread_of_all():
    random = np.random.default_rng(3)
    counts = random.poisson(20, (20, 24))
    counts[0, 10] = 500
    _, family = expectations([past_of(one) for one in counts])

    assert family.overdispersion < 0.02


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param([0] * 15 + [8] * 6, id="begins late"),
        pytest.param([0] * 21 + [30, 40, 30], id="begins very late"),
        pytest.param([30] * 4 + [0] * 20, id="ends"),
        pytest.param([0] * 10 + [500] + [0] * 13, id="once"),
        pytest.param([0, 50] * 12, id="every other month"),
        pytest.param([100_000] * 24, id="many"),
    ],
)
def test_odd_pasts_expect_no_more_than_they_held(counts):
    one = expectation(past_of(counts))

    assert 0 < one.mean <= 3.001 * max(counts)
    assert np.isfinite([one.variance, *one.interval()]).all()


def test_no_series_have_what_is_usual():
    assert expectations([]) == ([], USUAL)


def test_the_interval_holds_nineteen_of_twenty():
    one = Expectation(mean=30.0, variance=60.0, method="u_chart")
    low, high = one.interval()

    assert one.p_value(low) - one.p_value(high + 1) >= 0.95
    assert one.p_value(low + 1) - one.p_value(high) < 0.95


def test_p_values_of_noise_are_small_no_more_often_than_they_say():
    random = np.random.default_rng(2)
    counts = random.poisson(12, (1500, 24))
    found, _ = expectations([past_of(one[:-3]) for one in counts])
    p_values = np.array([one.p_value(count) for one, count in zip(found, counts[:, -3:].sum(axis=1), strict=True)])

    assert (p_values < 0.05).mean() < 0.065
    assert (p_values < 0.005).mean() < 0.0105
