"""The cases of a list are corrected for the model's errors, for just their place and days."""

import numpy as np
import pytest

from pobo_nlp.patterns.error_rates import ErrorRates
from pobo_nlp.patterns.listed_counts import corrected_in, corrected_lists
from tests.patterns.tables_of_cases import SMALL_SCHEME, cases_of

N = 4000
# Of five texts that got cause x, one lacks it; hardly any text that has it did not get it.
GIVEN_TOO_OFTEN = np.array([[[3700.0, 60.0], [2.0, 238.0]], [[3000.0, 1.0], [1.0, 998.0]]])


def rates_of(texts=GIVEN_TOO_OFTEN):
    share = texts[:, 1].sum(axis=-1) / texts.sum(axis=(1, 2))
    return ErrorRates("m@1", int(texts[0].sum()), {"arsak": texts}, {}, {"arsak": share})


@pytest.fixture
def cases():
    """Return cases of which 300 have cause x, 60 of them at one site in the last ten days."""
    given = np.zeros((N, 2), np.bool_)
    given[:240, 0] = given[-60:, 0] = True
    days = np.datetime64("2025-01-01") + (np.arange(N) * 100 // N)
    site = np.where(np.arange(N) >= N - 200, 1, 0)
    return cases_of({"arsak": given}, taxonomy=SMALL_SCHEME, days=days, site=site)


def last_ten(cases):
    return cases.dates >= np.datetime64("2025-04-01")


def test_a_label_that_is_given_too_often_stands_behind_fewer_cases_of_a_list(cases):
    count, low, high = corrected_in(cases, (("arsak", "x"),), cases.site == 1, last_ten(cases), rates_of())

    assert low <= count <= high
    assert 30 < count < 60


def test_what_persons_set_counts_as_it_is(cases):
    is_human = {"arsak": np.ones(N, np.bool_)}
    by_persons = cases_of(cases.labels, taxonomy=SMALL_SCHEME, days=cases.dates, human=is_human)
    everywhere = np.ones(N, np.bool_)

    assert corrected_in(by_persons, (("arsak", "x"),), everywhere, last_ten(by_persons), rates_of()) is None


def test_without_known_error_rates_nothing_is_corrected(cases):
    everywhere = np.ones(N, np.bool_)

    assert corrected_lists(cases, (), (), None) == {}
    assert corrected_in(cases, (("omrade", "a1"),), everywhere, everywhere, rates_of()) is None
