"""Texts side by side as one array of characters, each with its kind, and the words in them.

What is done character by character in many texts takes a few passes over arrays here, and no string a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.text.keys import Keys, StretchKeys, codes_of
from pobo_nlp.text.normalise import INVISIBLE, has_control_characters

Longs = NDArray[np.int64]
Kinds = NDArray[np.uint8]
# Beyond Latin letters and the punctuation of books, characters are uncommon here.
N_COMMON = 0x2100
# Between texts, before the first and after the last, so that every character has neighbours.
GAP = "\n" * 8


class Kind(IntFlag):
    """What a character is; one may be several things."""

    WORD = 1
    LOWER = 2
    UPPER = 4
    DIGIT = 8
    CONTROL = 16
    AT = 32
    # Such a text is read by the rules for one text.
    UNCOMMON = 64


@dataclass(frozen=True, slots=True)
class Characters:
    """Several texts, and the stretches of letters and digits in them.

    Attributes
    ----------
    joined : the texts with gaps between them.
    codes, kinds : of each character of `joined`.
    starts : where each text begins in `joined`.
    marked : places of characters that are more than letters of a word, or blanks.
    word_starts, word_ends : first and one past the last character of each word, text after text.
    """

    joined: str
    codes: NDArray[np.uint32]
    kinds: Kinds
    starts: Longs
    marked: Longs
    word_starts: Longs
    word_ends: Longs

    def texts_at(self, places: Longs) -> Longs:
        """Return which text each place of `joined` is in."""
        return np.searchsorted(self.starts, places, side="right") - 1

    def n_words(self) -> Longs:
        """Return the number of words of each text."""
        firsts: Longs = np.searchsorted(self.word_starts, self.starts)
        return np.diff(firsts, append=len(self.word_starts))

    def where(self, kind: Kind) -> Longs:
        """Return the places of characters of a kind other than `WORD` and `LOWER`."""
        is_kind: NDArray[np.bool_] = np.not_equal(self.kinds[self.marked] & np.uint8(kind), 0)
        return self.marked[is_kind]

    def word_keys(self) -> Keys:
        """Return a number for each word that no other spelling has."""
        return StretchKeys(self.codes).of(self.word_starts, self.word_ends)


def characters(texts: Sequence[str]) -> Characters:
    """Return texts as characters."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    joined = GAP + GAP.join(texts) + GAP
    codes = codes_of(joined)
    kinds = _kinds().take(codes, mode="clip")
    edges = np.flatnonzero(np.diff(kinds & np.uint8(Kind.WORD))) + 1
    starts = np.cumsum(lengths + len(GAP)) - lengths
    marked = np.flatnonzero(kinds > Kind.WORD | Kind.LOWER)
    return Characters(joined, codes, kinds, starts, marked, edges[::2], edges[1::2])


@cache
def _kinds() -> Kinds:
    """Return the kind of each common character, and that of all others at the end."""
    return np.array([*map(_kind, map(chr, range(N_COMMON))), Kind.UNCOMMON], np.uint8)


def _kind(character: str) -> Kind:
    if "\u0300" <= character <= "\u036f" or character in INVISIBLE:
        return Kind.UNCOMMON
    flags = {
        Kind.WORD: character.isalnum(),
        Kind.UPPER: character.isupper(),
        Kind.LOWER: character.islower(),
        Kind.DIGIT: character in "0123456789",
        Kind.CONTROL: has_control_characters(character),
        Kind.AT: character == "@",
    }
    return Kind(sum(flag for flag, holds in flags.items() if holds))
