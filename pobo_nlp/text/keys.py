"""Stretches of characters get a number that no other has, for many at once and without making strings of them."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Longs = NDArray[np.int64]
Keys = NDArray[np.uint64]
# Odd, so that it can be divided by in whole numbers of 64 bits.
_BASE = 0x9E3779B97F4A7C15


class StretchKeys:
    """Keys of stretches of a row of characters: polynomials of the characters, modulo 2**64.

    Equal stretches have equal keys, wherever they stand. That two of a million different ones share a key is as likely
    as one in ten million; the base is no secret, so nothing may depend on it that someone could want to break.
    Source: Karp & Rabin 1987, "Efficient randomized pattern-matching algorithms".

    Parameters
    ----------
    codes : of the characters; none is zero.
    """

    def __init__(self, codes: Codes) -> None:
        power, self._inverse = _powers(1 << len(codes).bit_length())
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * power[: len(codes)], out=self._sums[1:])

    def of(self, starts: Longs, ends: Longs) -> Keys:
        """Return the key of each stretch, from its first character to one past its last."""
        return (self._sums[ends] - self._sums[starts]) * self._inverse[starts]


def codes_of(text: str) -> Codes:
    """Return the code of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def keys_of(words: Sequence[str]) -> Keys:
    """Return the keys of some words."""
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    ends = np.cumsum(lengths)
    return StretchKeys(codes_of("".join(words))).of(ends - lengths, ends)


@cache
def _powers(n: int) -> tuple[Keys, Keys]:
    """Return the powers of the base from 0 on, and of its inverse, modulo 2**64."""
    found = []
    for base in (_BASE, pow(_BASE, -1, 2**64)):
        powers = np.full(n, base, np.uint64)
        powers[0] = 1
        found.append(np.cumprod(powers))
    return found[0], found[1]
