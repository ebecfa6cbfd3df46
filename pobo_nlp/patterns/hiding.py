"""Which figures of sums are hidden, so that no small one can be worked out from those that are shown."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import lsmr

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# How far a change has to be from none, and how near a sum to what it was. Random numbers are of the size of one, so
# that one of some hundred thousand figures is seldom taken for fixed by chance.
_MOVES, _HOLDS = 1e-7, 1e-9
MOST_ROUNDS = 200
# After so many rounds that did not help a figure, it is looked for one sum farther away.
_PATIENCE = 3
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

    def hidden(self, is_hidden: Bools, random: np.random.Generator, rounds: int = MOST_ROUNDS) -> Bools:
        """Return what is hidden when both rules hold; everything where that is not reached in so many rounds."""
        age = np.zeros(len(is_hidden), np.int64)
        for _ in range(rounds):
            is_hidden = self.closed(is_hidden)
            secret, fixed = self.determined(is_hidden, random)
            if not len(secret):
                return is_hidden
            is_same = np.isin(np.arange(len(age)), secret)
            age = np.where(is_same, age + 1, 0)
            found = self._wider(secret, fixed, age)
            more = self.with_more(is_hidden, found)
            while more.sum() == is_hidden.sum():
                # Where all in its own sums is hidden, something has to be that it follows from: the nearest there is.
                found, before = self.near(found, fixed), len(found)
                if len(found) == before:
                    # It follows from several sums together, in which others cancel out.
                    found = self.near(found, np.arange(len(is_hidden)))
                if len(found) == before:
                    return np.ones_like(is_hidden)
                more = self.with_more(is_hidden, found)
            is_hidden = more
        return np.ones_like(is_hidden)

    def _wider(self, secret: Ints, fixed: Ints, age: Ints) -> Ints:
        """Return what follows from shown figures, with what is near those that have been found again and again."""
        old = secret[age[secret] > _PATIENCE]
        for _ in range(int(age.max()) // _PATIENCE if len(old) else 0):
            old = self.near(old, fixed)
        return np.union1d(secret, old)

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
    is_left, steps = _stripped(sums)
    moves: Floats = random.normal(size=sums.shape[1])
    core = sums[np.flatnonzero(is_left)]
    in_core = np.flatnonzero(np.asarray(abs(core).sum(axis=0)).ravel())
    moves[in_core] = _projected(csr_matrix(core[:, in_core]), moves[in_core])
    for rows, columns, signs in reversed(steps):
        moves[columns] = 0.0
        moves[columns] = -(sums[rows] @ moves) / signs
    return moves


def _stripped(sums: csr_matrix) -> tuple[Bools, list[tuple[Ints, Ints, Floats]]]:
    """Return which sums bind, and by step the others, each with a figure that is in no sum left and makes it hold.

    What is left over from a sum is most often in no other one, so that few sums bind.
    """
    is_left = np.ones(sums.shape[0], np.bool_)
    steps: list[tuple[Ints, Ints, Floats]] = []
    members, by_figure = abs(sums), sums.tocsc()
    while True:
        degree = members.T @ is_left.astype(float)
        single = np.flatnonzero(degree == 1)
        some = by_figure[:, single].tocoo()
        of_left = is_left[some.row]
        rows, first = np.unique(some.row[of_left], return_index=True)
        if not len(rows):
            return is_left, steps
        steps.append((rows, single[some.col[of_left][first]], some.data[of_left][first]))
        is_left[rows] = False


def _projected(sums: csr_matrix, moves: Floats) -> Floats:
    """Return the change nearest to another one that leaves every sum as it is."""
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
