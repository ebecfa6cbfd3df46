"""Which figures of sums are hidden, so that no small one can be worked out from those that are shown."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import lsmr

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# How far a change has to be from none, and how near a sum to what it was. Random numbers are of the size of one.
_MOVES, _HOLDS = 1e-5, 1e-8
_UNTOUCHED = 1e5


class Search:
    """Hides more figures until the rules hold.

    Parameters
    ----------
    sums : of figures that are none, shape (n_sums, n_figures).
    values : of figures, by each measure that is hidden together: shape (n_measures, n_figures).
    cost : of hiding each, shape (n_figures,).
    is_secret : which may not be found, shape (n_figures,).
    """

    def __init__(self, sums: csr_matrix, values: Floats, cost: Floats, is_secret: Bools, min_cell: int) -> None:
        self._sums, self._values, self._size, self._is_secret = sums, values, values.sum(axis=0), is_secret
        self._min_cell, self._cost = min_cell, cost
        self._members = abs(sums)

    def closed(self, is_hidden: Bools) -> Bools:
        """Return what is hidden when the first rule holds."""
        is_hidden = is_hidden.copy()
        while True:
            is_open = is_hidden & (self._size > 0)
            count = self._members @ is_open.astype(float)
            secrets = self._members @ (is_open & self._is_secret).astype(float)
            broken = (secrets > 0) & (count == 1)
            for measure in self._values:
                together = self._members @ np.where(is_open, measure, 0.0)
                broken |= (count > 0) & (together > 0) & (together < self._min_cell)
            chosen = self._next(np.flatnonzero(broken), is_hidden)
            if not len(chosen):
                return is_hidden
            is_hidden[chosen] = True

    def determined(self, is_hidden: Bools, random: np.random.Generator) -> tuple[Ints, Ints]:
        """Return the secret figures that follow from those that are shown, and all figures found that do.

        Those that follow one after the other are looked for first; only where none of them is secret, the certificates.
        """
        is_unknown = is_hidden & (self._size > 0)
        is_left = self._peeled(is_unknown)
        fixed = np.flatnonzero(is_unknown & ~is_left)
        if not self._is_secret[fixed].any() and (is_left & self._is_secret).any():
            unknown = np.flatnonzero(is_left)
            sums = self._sums[:, unknown]
            sums = sums[np.diff(sums.indptr) > 0]
            if sums.shape[0]:
                fixed = np.union1d(fixed, unknown[np.abs(_null_vector(sums, random)) < _MOVES])
        return fixed[self._is_secret[fixed]].astype(np.int64), fixed.astype(np.int64)

    def _peeled(self, is_unknown: Bools) -> Bools:
        """Return what is left unknown when each sum with one unknown figure gives it away, and so on."""
        is_unknown = is_unknown.copy()
        while True:
            is_alone = self._members @ is_unknown.astype(float) == 1
            given = is_unknown & (self._members.T @ is_alone.astype(float) > 0)
            if not given.any():
                return is_unknown
            is_unknown &= ~given

    def near(self, some: Ints, fixed: Ints) -> Ints:
        """Return some fixed figures and those that are in a sum with one of them."""
        in_sum = np.asarray(self._members[:, some].sum(axis=1)).ravel() > 0
        is_near = np.asarray(self._members[np.flatnonzero(in_sum)].sum(axis=0)).ravel() > 0
        return np.union1d(some, fixed[is_near[fixed]])

    def with_more(self, is_hidden: Bools, determined: Ints) -> Bools:
        """Return what is hidden when a figure more is, in a sum of each that was found."""
        is_hidden = is_hidden.copy()
        columns = self._members[:, determined].tocsc()
        for place in range(len(determined)):
            rows = columns.indices[columns.indptr[place] : columns.indptr[place + 1]]
            chosen = self._next(rows, is_hidden)
            if len(chosen):
                is_hidden[chosen[np.argmin(self._cost[chosen])]] = True
        return is_hidden

    def _next(self, rows: Ints, is_hidden: Bools) -> Ints:
        """Return the figure of each sum that is best hidden next; none of one where all are.

        That is the one that needs the fewest others hidden for its own sake, and of those the smallest.
        """
        if not len(rows):
            return np.zeros(0, np.int64)
        is_untouched = self._members @ (is_hidden & (self._size > 0)).astype(float) == 0
        all_costs = self._cost + _UNTOUCHED * (self._members.T @ is_untouched.astype(float))
        chosen = self._members[rows]
        filled = np.flatnonzero(np.diff(chosen.indptr))
        can_be = ~is_hidden & (self._size > 0)
        cost = np.where(can_be, all_costs, np.inf)[chosen.indices]
        least = np.minimum.reduceat(cost, chosen.indptr[:-1][filled])
        row_of = np.repeat(np.arange(len(filled)), np.diff(chosen.indptr)[filled])
        is_least = (cost == least[row_of]) & np.isfinite(cost)
        first = np.unique(row_of[is_least], return_index=True)[1]
        return np.unique(chosen.indices[np.flatnonzero(is_least)[first]])


def _null_vector(sums: csr_matrix, random: np.random.Generator) -> Floats:
    """Return a random change of the unknown figures that leaves every sum as it is."""
    moves: Floats = random.normal(size=sums.shape[1])
    # Each pass takes away what the one before left in the sums by rounding.
    for _ in range(8):
        off = sums @ moves
        if np.abs(off).max(initial=0.0) < _HOLDS:
            return moves
        solution = lsmr(sums, off, atol=1e-13, btol=1e-13, conlim=1e14, maxiter=20 * max(sums.shape))[0]
        moves = np.asarray(moves - solution, dtype=np.float64)
    # No certificate: whatever is in a sum that does not hold counts as known.
    loose = np.unique(sums[np.flatnonzero(np.abs(sums @ moves) >= _HOLDS)].indices)
    moves[loose] = 0.0
    return moves
