"""What is shown of counts that add up, and what a reader can find out by subtracting."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pobo_nlp.batch.difference.suppression import LEAST_POSSIBLE, LEAST_SHOWN, Sum, possible, rounded, shown


@pytest.mark.parametrize(("count", "expected"), [(0, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_counts_are_rounded_to_five_and_small_ones_hidden(count, expected):
    assert rounded(count) == expected


@given(st.integers(5, 10**9))
def test_a_shown_count_is_within_two(count):
    assert abs(rounded(count) - count) <= 2


def values_of(count):
    """Return all that a shown count may be."""
    return range(max(count - 2, LEAST_SHOWN), count + 3)


@given(st.lists(st.integers(0, 14), min_size=2, max_size=3))
def test_no_small_count_is_told_by_its_sum(counts):
    """Every combination of counts that looks the same is tried: the hidden one takes several values among them."""
    exact = dict(enumerate(counts)) | {"sum": sum(counts)}
    told = shown(exact, [Sum("sum", list(range(len(counts))))])
    if told["sum"] is None:
        return
    small = [place for place, count in enumerate(counts) if 0 < count < LEAST_SHOWN]
    # One that is withheld for another's sake may be anything, as far as the reader knows.
    is_withheld = any(told[place] is None and count >= LEAST_SHOWN for place, count in enumerate(counts))
    hidden = range(60) if is_withheld else range(LEAST_SHOWN)
    ranges = [hidden if told[place] is None else values_of(told[place]) for place in range(len(counts))]
    fitting = [guess for guess in product(*ranges) if sum(guess) in values_of(told["sum"])]

    for place in small:
        assert len({guess[place] for guess in fitting}) >= LEAST_POSSIBLE


@given(st.lists(st.integers(0, 12), min_size=2, max_size=8))
def test_nor_by_a_sum_that_is_known_exactly(counts):
    exact = dict(enumerate(counts))
    one = Sum(None, list(exact), known=sum(counts))
    told = shown(exact, [one])
    withheld = any(told[place] is None and count >= LEAST_SHOWN for place, count in enumerate(counts))
    low, high = possible(one, told)

    assert withheld or high <= 0 or high - low + 1 >= LEAST_POSSIBLE or all(told[place] is None for place in exact)


def test_where_no_part_is_shown_the_sum_is_withheld():
    # 4 + 4 = 8 would be shown as 10, which two counts under five make in one way only.
    assert shown({"a": 4, "b": 4, "sum": 8}, [Sum("sum", ["a", "b"])]) == {"a": None, "b": None, "sum": None}


def test_a_sum_whose_error_is_at_its_most_hides_its_smallest_part():
    # Exactly 58 rows, 27 and 27 of them are shown as 25: the third is between 4 and 4.
    counts = {"a": 4, "b": 27, "c": 27}
    one = Sum(None, ["a", "b", "c"], known=58)

    assert possible(one, {"a": None, "b": 25, "c": 25}) == (4, 4)
    assert shown(counts, [one]) == {"a": None, "b": None, "c": 25}
