"""Which of many texts may hold an identifier of a person: the others are spared the search for it.

Every text in which `masking.identifier_spans` finds something is found here, and few others (a test).
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.text.characters import Characters, Kind
from pobo_nlp.text.masking import CUES, END_OF_STREETS, URL_SIGNS, Sought
from pobo_nlp.text.normalise import fold
from pobo_nlp.text.tokens import MAX_WORD_CHARS

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
SPACE, STOP = ord(" "), ord(".")
_ENDS_OF_SENTENCE = np.array([ord(sign) for sign in ".!?"], np.uint32)
_BITS = 21


def suspects(texts: Characters, may_be_cue: Bools) -> dict[int, int]:
    """Return the texts that may hold an identifier, in order, and the sum of `Sought` for each.

    Parameters
    ----------
    may_be_cue : whether a name may follow each word, as `may_end_in_cue` tells.
    """
    places = {
        Sought.NAMES: _names(texts, may_be_cue),
        Sought.NUMBERS: _numbers(texts),
        Sought.ADDRESSES: _addresses(texts),
        Sought.EMAILS: texts.where(Kind.AT),
        Sought.URLS: _urls(texts.joined),
    }
    sought = np.zeros(len(texts.starts), np.uint8)
    for group, found in places.items():
        sought[texts.texts_at(found)] |= np.uint8(group)
    suspected = np.flatnonzero(sought)
    return dict(zip(suspected.tolist(), sought[suspected].tolist(), strict=True))


def may_end_in_cue(form: str) -> bool:
    """Return whether a folded word may end in one that a name follows; a word that was cut may."""
    return form.endswith(_CUE_ENDS) or len(form) == MAX_WORD_CHARS


_CUE_ENDS = tuple(map(fold, CUES))


def _urls(joined: str) -> Longs:
    found = []
    for sign in URL_SIGNS:
        place = joined.find(sign)
        while place >= 0:
            found.append(place)
            place = joined.find(sign, place + 1)
    return np.array(found, np.int64)


def _numbers(texts: Characters) -> Longs:
    """Return places of digits that stand as close together as in a number of a person."""
    digits = texts.where(Kind.DIGIT)
    # Two blanks or signs at most among the first five digits; a short date has four, and two signs between.
    five = digits[:-4][digits[4:] - digits[:-4] <= 6]
    date = digits[:-3][digits[3:] - digits[:-3] == 5]
    return np.concatenate([five, date])


def _addresses(texts: Characters) -> Longs:
    """Return places of digits behind a word that ends as streets do."""
    digits, codes = texts.where(Kind.DIGIT), texts.codes
    behind: Longs = digits[codes[digits - 1] == SPACE]
    is_street: Bools = np.isin(_ending(codes, behind - 1), _streets())
    return behind[is_street]


def _ending(codes: NDArray[np.uint32], ends: Longs) -> NDArray[np.uint64]:
    """Return the three characters before each place as one number."""
    one, two, three = (codes[ends - distance].astype(np.uint64) for distance in (3, 2, 1))
    return (one << np.uint64(2 * _BITS)) | (two << np.uint64(_BITS)) | three


@cache
def _streets() -> NDArray[np.uint64]:
    codes = np.array([[ord(letter) for letter in end[-3:]] for end in END_OF_STREETS], np.uint32)
    return _ending(codes.ravel(), np.arange(3, codes.size + 1, 3))


def _names(texts: Characters, may_be_cue: Bools) -> Longs:
    """Return places of capitalised words behind a cue, and of those behind another capitalised word."""
    kinds, codes = texts.kinds, texts.codes
    upper = texts.where(Kind.UPPER)
    names = upper[_is(kinds[upper + 1], Kind.LOWER)]
    names = names[~_begin_sentence(texts, names)]
    before = np.searchsorted(texts.word_starts, names) - 1
    behind_cue = names[may_be_cue[before] | _is(kinds[names - 1], Kind.WORD)]
    is_next = (codes[upper - 1] == SPACE) & _is(kinds[upper - 2], Kind.LOWER)
    is_next &= _is(kinds[upper + 1], Kind.LOWER) | (codes[upper + 1] == STOP)
    upper = upper[is_next]
    # The last capital before, if it is in the word before.
    capital = np.searchsorted(names, upper) - 1
    word = np.searchsorted(texts.word_starts, upper) - 1
    in_a_row = upper[(capital >= 0) & (names[capital] >= texts.word_starts[word])] if len(names) else names
    return np.concatenate([behind_cue, in_a_row])


def _begin_sentence(texts: Characters, places: Longs) -> Bools:
    is_sentence: Bools = np.equal(texts.codes[places - 1], SPACE)
    is_sentence &= np.isin(texts.codes[places - 2], _ENDS_OF_SENTENCE)
    for distance in (3, 4, 5):
        is_sentence &= _is(texts.kinds[places - distance], Kind.LOWER)
    return is_sentence


def _is(kinds: NDArray[np.uint8], kind: Kind) -> Bools:
    found: Bools = np.not_equal(kinds & np.uint8(kind), 0)
    return found
