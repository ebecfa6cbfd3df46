import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pobo_nlp.model.features import char_ngrams
from pobo_nlp.model.ngrams import NgramFinder
from pobo_nlp.model.numbering import MISSING, Numbering

NONE = np.empty(0, np.uint64), np.empty(0, np.int32)
keys = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 50), unique=True, max_size=80)
words = st.lists(st.text(alphabet="abæø1é\U0001d400", min_size=1, max_size=8), unique=True, max_size=6)


def as_keys(values):
    return np.array(values, np.uint64)


@given(parts=st.lists(keys, max_size=4), asked=keys)
def test_every_key_has_its_number_and_no_other_has_one(parts, asked):
    expected: dict[int, int] = {}
    numbering = Numbering(*NONE)
    for part in parts:
        new = {key: len(expected) + place for place, key in enumerate(key for key in part if key not in expected)}
        numbering.add(as_keys(list(new)), np.array(list(new.values()), np.int32))
        expected |= new

    found = numbering.find(as_keys([*expected, *asked])).tolist()

    assert len(numbering) == len(expected)
    assert found == [*expected.values(), *(expected.get(key, MISSING) for key in asked)]


def test_keys_that_come_to_the_same_place_are_told_apart():
    # The multiplier is odd, so these differ in their last bits alone: all begin their search in one slot.
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)
    same_place = as_keys([inverse * low % 2**64 for low in range(200)])

    numbering = Numbering(same_place, np.arange(200, dtype=np.int32))

    assert numbering.find(same_place).tolist() == list(range(200))
    assert numbering.find(as_keys([inverse * 200 % 2**64])).tolist() == [MISSING]


@given(words=words, shortest=st.integers(1, 5), more=st.integers(0, 3))
def test_ngrams_are_found_as_they_are_made(words, shortest, more):
    longest = shortest + more
    terms = sorted({ngram for word in words[::2] for ngram in char_ngrams(word, shortest, longest)})

    found, lengths = NgramFinder(terms, 10, shortest, longest).find(words)

    assert lengths.sum() == len(found)
    for word, features in zip(words, np.split(found, np.cumsum(lengths)), strict=False):
        expected = [10 + terms.index(ngram) for ngram in char_ngrams(word, shortest, longest) if ngram in terms]
        assert sorted(features.tolist()) == sorted(expected)


@pytest.mark.parametrize("terms", [pytest.param([], id="no term"), pytest.param(["abc"], id="a term")])
def test_no_words_have_no_ngrams(terms):
    found, lengths = NgramFinder(terms, 0, 3, 5).find([])

    assert len(found) == len(lengths) == 0
