"""Many whole numbers are looked up at once, in an open hash table of arrays.

Source: Knuth 1998, *The Art of Computer Programming*, volume 3, section 6.4, algorithm L (linear probing).
"""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int32]
MISSING = -1
# At most one slot in four is taken, so that most keys are found, or missed, at the first look.
SLOTS_A_KEY = 4
MIN_BITS = 8
# 2**64 divided by the golden ratio spreads keys that follow each other.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Numbering:
    """Keys and the number that each stands for.

    Parameters
    ----------
    keys : distinct.
    numbers : not negative, one a key.
    """

    def __init__(self, keys: Keys, numbers: Numbers) -> None:
        self._make_room(len(keys))
        self.add(keys, numbers)

    def __len__(self) -> int:
        """Return the number of keys."""
        return self._n_keys

    def find(self, keys: Keys) -> Numbers:
        """Return the number of each key, and `MISSING` for one that has none."""
        slots = self._slots(keys)
        found = self._numbers[slots]
        elsewhere = np.flatnonzero((self._keys[slots] != keys) & (found != MISSING))
        while len(elsewhere):
            slots[elsewhere] = (slots[elsewhere] + 1) & self._last
            here = slots[elsewhere]
            found[elsewhere] = self._numbers[here]
            elsewhere = elsewhere[(self._keys[here] != keys[elsewhere]) & (found[elsewhere] != MISSING)]
        return found

    def add(self, keys: Keys, numbers: Numbers) -> None:
        """Take up keys that are distinct and not there yet."""
        if SLOTS_A_KEY * (self._n_keys + len(keys)) > len(self._keys):
            is_taken = self._numbers != MISSING
            keys = np.concatenate([self._keys[is_taken], keys])
            numbers = np.concatenate([self._numbers[is_taken], numbers])
            self._make_room(2 * len(keys))
        self._n_keys += len(keys)
        slots = self._slots(keys)
        while len(keys):
            # Of the keys that come to the same free slot, the first takes it; the others go on to the next.
            is_free = self._numbers[slots] == MISSING
            _, first = np.unique(slots, return_index=True)
            is_settled = np.zeros(len(keys), bool)
            is_settled[first] = is_free[first]
            self._keys[slots[is_settled]], self._numbers[slots[is_settled]] = keys[is_settled], numbers[is_settled]
            keys, numbers = keys[~is_settled], numbers[~is_settled]
            slots = (slots[~is_settled] + 1) & self._last

    def _make_room(self, n_keys: int) -> None:
        bits = max(MIN_BITS, (SLOTS_A_KEY * n_keys).bit_length())
        self._shift = np.uint64(64 - bits)
        self._last = 2**bits - 1
        self._keys = np.zeros(2**bits, np.uint64)
        self._numbers = np.full(2**bits, MISSING, np.int32)
        self._n_keys = 0

    def _slots(self, keys: Keys) -> NDArray[np.int64]:
        return ((keys * _SPREAD) >> self._shift).astype(np.int64)
