"""Which of many texts may hold a number or an address of a person: the others are spared the search for it.

Every text in which `masking.identifier_spans` finds what is taken out before reading is found here, and few others (a
test).
"""

from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.text import name_words
from pobo_nlp.text.addresses import URL_SIGNS, may_end_as_street
from pobo_nlp.text.characters import Characters, Kind
from pobo_nlp.text.masking import Sought
from pobo_nlp.text.number_cues import BIRTH
from pobo_nlp.text.tokens import MAX_WORD_CHARS

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Signs = NDArray[np.uint8]
_BLANKS = np.array([ord(" "), ord("\u00a0")], np.uint32)
# With three characters between two digits.
MAX_APART = 4
_CENTURY = (np.array([ord("1"), ord("2")], np.uint32), np.array([ord("9"), ord("0")], np.uint32))


class Sign(IntFlag):
    """What a folded word tells of identifiers in its text; the first three as in `name_words.Sign`."""

    ANY_CASE = 1
    CAPITAL = 2
    UNKNOWN = 4
    BIRTH = 8
    STREET = 16


def suspects(texts: Characters, signs: Signs) -> dict[int, int]:
    """Return the texts that may hold an identifier, in order, and the sum of `Sought` for each.

    Parameters
    ----------
    signs : of each word, as the function `signs` tells.
    """
    digits = texts.where(Kind.DIGIT)
    places = {
        Sought.NUMBERS: _numbers(texts, digits),
        Sought.ADDRESSES: _addresses(texts, digits, signs),
        Sought.EMAILS: texts.where(Kind.AT),
        Sought.URLS: _urls(texts.joined),
    }
    sought = np.zeros(len(texts.starts), np.uint8)
    for group, found in places.items():
        sought[texts.texts_at(found)] |= np.uint8(group)
    with_digits = texts.texts_at(digits)
    of_birth = texts.texts_at(texts.word_starts[_has(signs, Sign.BIRTH)])
    sought[np.intersect1d(of_birth, with_digits)] |= np.uint8(Sought.NUMBERS)
    suspected = np.flatnonzero(sought)
    return dict(zip(suspected.tolist(), sought[suspected].tolist(), strict=True))


def signs(form: str) -> int:
    """Return a sum of `Sign` for a folded word; all of them for one that was cut."""
    if len(form) == MAX_WORD_CHARS:
        return int(sum(Sign))
    told = {
        Sign.BIRTH: BIRTH.are_in([form]),
        Sign.STREET: may_end_as_street(form),
    }
    return name_words.name_signs(form) | sum(sign for sign, holds in told.items() if holds)


def _urls(joined: str) -> Longs:
    found = []
    for sign in URL_SIGNS:
        place = joined.find(sign)
        while place >= 0:
            found.append(place)
            place = joined.find(sign, place + 1)
    return np.array(found, np.int64)


def _numbers(texts: Characters, digits: Longs) -> Longs:
    """Return places of digits that stand as close together as in a number of a person, other than a year."""
    apart = np.diff(digits)
    is_near = (apart == 1) | ((apart <= MAX_APART) & ~_is(texts.kinds[digits[1:] - 1], Kind.WORD))
    four = is_near[:-2] & is_near[1:-1] & is_near[2:]
    five = four[:-1] & is_near[3:]
    first = digits[:-3]
    codes = texts.codes
    is_year = (digits[3:] - first == 3) & np.isin(codes[first], _CENTURY[0]) & np.isin(codes[first + 1], _CENTURY[1])
    return np.concatenate([digits[:-4][five], first[four & ~is_year]])


def _addresses(texts: Characters, digits: Longs, signs: Signs) -> Longs:
    """Return places of digits behind a word that has a capital, or ends as streets do."""
    behind = digits[np.isin(texts.codes[digits - 1], _BLANKS)]
    word = np.searchsorted(texts.word_starts, behind) - 1
    behind, word = behind[word >= 0], word[word >= 0]
    is_street = _has(signs, Sign.STREET)
    is_street |= _is_unknown(texts, signs)
    is_street |= _is(texts.kinds[texts.word_starts], Kind.UPPER) & (
        _has(signs, Sign.CAPITAL) | _has(signs, Sign.ANY_CASE)
    )
    return behind[is_street[word]]


def _is_unknown(texts: Characters, signs: Signs) -> Bools:
    """Return whether each word begins with a capital and is in no list."""
    starts, kinds = texts.word_starts, texts.kinds
    found: Bools = _is(kinds[starts], Kind.UPPER) & _has(signs, Sign.UNKNOWN) & _is(kinds[starts + 1], Kind.LOWER)
    return found


def _has(signs: Signs, sign: Sign) -> Bools:
    found: Bools = np.not_equal(signs & np.uint8(sign), 0)
    return found


def _is(kinds: NDArray[np.uint8], kind: Kind) -> Bools:
    found: Bools = np.not_equal(kinds & np.uint8(kind), 0)
    return found
