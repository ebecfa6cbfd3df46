import numpy as np
import pytest
from hypothesis import given as given_that
from hypothesis import settings
from hypothesis import strategies as st

from pobo_nlp.patterns.correction import adapted, correct, shares

# A label that is found four times of five, and given by mistake to one of ten.
BINARY = np.array([[[0.9, 0.1], [0.2, 0.8]]])
THREE = np.array([[[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.05, 0.15, 0.8]]])


def always(rates, n_texts=2000):
    """Return rates as they were measured on some texts."""

    def rates_of(random):
        if random is None:
            return rates
        drawn = random.standard_gamma(rates * n_texts + 1e-3)
        return drawn / drawn.sum(axis=-1, keepdims=True)

    return rates_of


def one_cell(*counts):
    return np.array(counts, float)[None, None, None]


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
def test_a_share_inside_what_is_possible_is_the_adjusted_count(share):
    given = one_cell(*(1000 * np.array([1 - share, share]) @ BINARY[0]))
    rate = given[0, 0, 0, 1] / 1000
    adjusted = (rate - 0.1) / (0.8 - 0.1)

    assert shares(given, BINARY)[0, 0, 0, 1] == pytest.approx(adjusted, abs=1e-3)
    assert adjusted == pytest.approx(share)


def test_three_labels_are_the_inversion_of_the_confusion_matrix():
    true = np.array([600.0, 300.0, 100.0])

    found = shares(one_cell(*(true @ THREE[0])), THREE)[0, 0, 0]

    assert found == pytest.approx(true / 1000, abs=1e-3)


def test_less_than_the_model_errs_by_is_none_and_is_told():
    result = correct(one_cell(950, 50), always(BINARY))

    assert 0 <= result.total[0, 0, 1] < 50
    assert result.is_bounded[0, 0].all()


def test_a_model_without_errors_is_left_as_it_is():
    result = correct(one_cell(70, 30), always(np.eye(2)[None], 10**6))

    assert result.total[0, 0] == pytest.approx([70, 30], abs=0.2)
    assert result.low[0, 0, 0] == pytest.approx([70, 30], abs=1)
    assert not result.is_bounded.any()


def test_no_cases_are_corrected_to_none():
    result = correct(np.zeros((1, 2, 3, 2)), always(BINARY))

    assert result.count.tolist() == np.zeros((1, 2, 3, 2)).tolist()
    assert result.high.max() == 0


@settings(max_examples=15, deadline=None)
@given_that(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=6, max_size=6))
def test_counts_lie_within_their_interval_and_what_is_possible_and_add_up_over_time(counts):
    given = np.array(counts, float).reshape(1, 2, 3, 2)
    result = correct(given, always(BINARY), samples=20)

    n_cases = given.sum(axis=-1)
    assert result.count.sum(axis=2) == pytest.approx(result.total, abs=1e-6)
    assert (result.count >= -1e-9).all()
    assert (result.count <= n_cases[..., None] + 1e-9).all()
    assert (result.low >= 0).all()
    assert (result.high <= n_cases[..., None] + 0.5).all()
    # Ends are whole cases.
    assert (result.low <= result.count + 0.5).all()
    assert (result.count <= result.high + 0.5).all()


def test_an_interval_holds_its_count_where_hardly_anything_is_known():
    given = np.array([[0, 0], [0, 0], [0, 0], [0, 0], [1, 39], [5, 15]], float).reshape(1, 2, 3, 2)
    result = correct(given, always(BINARY), samples=20)

    assert (result.low <= result.count + 0.5).all()


def test_a_small_period_leans_on_all():
    given = np.stack([np.full(12, 70.0), np.full(12, 30.0)], axis=-1)[None, None]
    given[0, 0, 5] = [0, 2]

    found = shares(given, BINARY)[0, 0, :, 1]

    assert found[5] < 0.9
    assert found[5] > found[0]


def test_the_same_seed_gives_the_same_intervals():
    one, same, other = (correct(one_cell(700, 300), always(BINARY), seed=seed) for seed in (1, 1, 2))

    assert one.low.tolist() == same.low.tolist()
    assert one.count == pytest.approx(other.count, rel=0.05)


def test_poorly_known_rates_give_wide_intervals():
    well, poorly = (correct(one_cell(700, 300), always(BINARY, n)) for n in (5000, 60))

    width, wide = ((one.total_high - one.total_low)[0, 0, 1] for one in (well, poorly))
    assert wide > 1.5 * width


def test_intervals_hold_the_truth_nineteen_times_of_twenty():
    random = np.random.default_rng(0)
    n_worlds, n_cases = 200, 800
    is_true = random.random((n_worlds, n_cases)) < random.uniform(0.05, 0.5, (n_worlds, 1))
    is_given = np.where(is_true, random.random(is_true.shape) < 0.8, random.random(is_true.shape) < 0.1)
    count = is_given.sum(axis=1).astype(float)
    truth = is_true.sum(axis=1)
    # The rates, too, are known from texts only.
    measured = np.stack([random.dirichlet(row * 1500, n_worlds) for row in BINARY[0]], axis=1)
    result = correct(np.stack([n_cases - count, count], axis=-1)[:, None, None], always(measured, 1500))

    inside = (result.total_low[:, 0, 1] <= truth) & (truth <= result.total_high[:, 0, 1])
    closer = np.abs(result.total[:, 0, 1] - truth) <= np.abs(count - truth)
    assert 0.9 <= inside.mean() <= 0.99
    assert closer.mean() >= 0.75


MIX = np.array([[0.8, 0.2]])


def test_what_rates_and_mix_foretell_changes_neither():
    rates, mix = adapted(one_cell(*(1000 * MIX[0] @ BINARY[0])), BINARY, MIX)

    assert rates == pytest.approx(BINARY)
    assert mix == pytest.approx(MIX)


@pytest.mark.parametrize(
    "given", [one_cell(500, 500), one_cell(900, 100), one_cell(1000, 0)], ids=["many", "few", "none"]
)
def test_adapted_rates_and_mix_give_what_was_given(given):
    rates, mix = adapted(given, BINARY, MIX)

    assert mix[0] @ rates[0] == pytest.approx(given[0, 0, 0] / 1000)
    assert rates.sum(axis=-1) == pytest.approx(np.ones((1, 2)))
    assert mix.sum() == pytest.approx(1.0)


def test_a_surprise_is_laid_on_both_the_mix_and_the_rates():
    given = one_cell(620, 380)
    inverted = shares(given, BINARY)[0, 0, 0, 1]

    _, mix = adapted(given, BINARY, MIX)

    assert 0.2 < mix[0, 1] < inverted


def test_without_a_case_rates_and_mix_stay():
    rates, mix = adapted(one_cell(0, 0), BINARY, MIX)

    assert (rates == BINARY).all()
    assert (mix == MIX).all()


def test_a_period_with_more_cases_keeps_them():
    given = np.stack([np.full(12, 740.0), np.full(12, 260.0)], axis=-1)[None, None]
    given[0, 0, 5] = [1400, 600]
    result = correct(given, always(BINARY), MIX, samples=20)

    others = np.delete(result.count[0, 0, :, 1], 5)
    assert result.count[0, 0, 5, 1] > 2 * others.mean()
    assert result.count.sum(axis=2) == pytest.approx(result.total)


def test_an_expected_mix_makes_up_for_rates_of_few_texts():
    random = np.random.default_rng(3)
    n_worlds, n_cases, n_texts = 400, 20_000, 100
    share = 0.1 * np.exp(random.normal(0, 0.1, n_worlds))
    measured = np.stack(
        [random.dirichlet(row * n, n_worlds) for row, n in ((BINARY[0, 0], 900), (BINARY[0, 1], n_texts))], 1
    )
    count = n_cases * (share * 0.8 + (1 - share) * 0.1)
    given = np.stack([n_cases - count, count], axis=-1)[:, None, None]
    mix = np.tile([0.9, 0.1], (n_worlds, 1))
    with_mix, without = (
        np.abs(correct(given, always(measured, 500), known, samples=20).total[:, 0, 1] - n_cases * share)
        for known in (mix, None)
    )

    assert with_mix.mean() < 0.8 * without.mean()
