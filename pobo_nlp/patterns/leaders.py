"""Each text is given to the earliest ones that are nearly the same.

Texts come in the order of time. A text joins the leader that it is closest to, or becomes a leader itself where none is
close enough. What comes later changes nothing for those before, and no chain of small steps joins two texts that have
little in common.

Not every pair is measured: of each text only its rarest features are looked up, and a pair that shares too little of
them is left out. Those that are left are measured on all features. Sources: Hartigan 1975, *Clustering Algorithms*,
chapter 3 (leaders); Bayardo, Ma & Srikant 2007, "Scaling up all pairs similarity search" (rare features first). What is
lost, and what an exact search would cost, stands in docs/adr/0018.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
ROWS_AT_ONCE = 512
PAIRS_AT_ONCE = 50_000
ROWS_SORTED_AT_ONCE = 20_000
# How many features of each text are looked up, and what two texts need to share of them; see docs/adr/0018.
MOST_FEATURES, LEAST_SHARED = 16, 0.08
# Sums of single precision, in whatever order.
ROUNDING = 1e-4
# The leaders are put together anew when so many of them have come, as a share of those before.
GROWTH = 0.25


def leaders(
    matrix: csr_array,
    rarity: NDArray[np.floating],
    threshold: float,
    *,
    most_features: int = MOST_FEATURES,
    least_shared: float = LEAST_SHARED,
) -> tuple[Ints, Floats]:
    """Return the leader of each text, and the cosine with it.

    Parameters
    ----------
    matrix : shape (n_texts, n_features), rows of length one or zero, the earliest text first.
    rarity : shape (n_features,), more for a feature that fewer texts have; the same from run to run, so that a text has
        the same leader whatever comes after it.
    threshold : the least cosine.
    most_features, least_shared : all features, and a little less than the threshold, make the search exact and slow.

    Returns
    -------
    A leader leads itself, with cosine 1; a text without features does, too, with cosine 0.
    """
    n_texts = matrix.shape[0]
    leader, cosine = np.arange(n_texts), np.asarray(np.diff(matrix.indptr) > 0, np.float32)
    rarest, found = _rarest(matrix, rarity, most_features), _Leaders(matrix.shape[1], least_shared)
    for start in range(0, n_texts, ROWS_AT_ONCE):
        rows = np.arange(start, min(start + ROWS_AT_ONCE, n_texts))
        rows = rows[cosine[rows] > 0]
        new = np.sort(_joined(matrix, found.near(rarest[rows], rows), leader, cosine, threshold, rows))
        found.add(new, rarest)
    return leader, cosine


def _joined(
    matrix: csr_array, near: tuple[Ints, Ints], leader: Ints, cosine: Floats, threshold: float, rows: Ints
) -> Ints:
    """Let rows join leaders, those before and those among themselves; return the rows that become leaders."""
    for row, other, value in _pairs(matrix, *near, threshold):
        if leader[row] == row or value > cosine[row]:
            leader[row], cosine[row] = other, value
    free = rows[leader[rows] == rows]
    if not len(free):
        return np.zeros(0, np.int64)
    own = matrix[free]
    among = (own @ own.T).tocoo()
    is_pair = (among.data >= threshold - ROUNDING) & (among.col < among.row)
    best: dict[int, tuple[float, int]] = {}
    joined: set[int] = set()
    for row, other, value in _pairs(matrix, free[among.row[is_pair]], free[among.col[is_pair]], threshold):
        # By row, so that it is settled before whether the other is a leader.
        if other not in joined and (row not in best or value > best[row][0]):
            best[row] = (value, other)
            joined.add(row)
    for row, (value, other) in best.items():
        leader[row], cosine[row] = other, value
    return np.asarray(free[leader[free] == free])


def _pairs(matrix: csr_array, rows: Ints, others: Ints, threshold: float) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs that are close, by row and then by the other, with their cosine."""
    order = np.lexsort((others, rows))
    for start in range(0, len(order), PAIRS_AT_ONCE):
        some = order[start : start + PAIRS_AT_ONCE]
        one, other = rows[some], others[some]
        values = np.asarray(matrix[one].multiply(matrix[other]).sum(axis=1), np.float32).ravel()
        is_close = values >= threshold
        yield from zip(one[is_close].tolist(), other[is_close].tolist(), values[is_close].tolist(), strict=True)


def _rarest(matrix: csr_array, rarity: NDArray[np.floating], most_features: int) -> csr_array:
    """Return the matrix with the rarest features of each row alone, in another order of columns."""
    rank = np.empty(len(rarity), np.int32)
    rank[np.argsort(-rarity, kind="stable")] = np.arange(len(rarity), dtype=np.int32)
    # Some rows at a time: what is in between takes several times the memory of what comes out.
    starts = range(0, max(matrix.shape[0], 1), ROWS_SORTED_AT_ONCE)
    return csr_array(
        vstack([_first(matrix[start : start + ROWS_SORTED_AT_ONCE], rank, most_features) for start in starts], "csr")
    )


def _first(matrix: csr_array, rank: NDArray[np.int32], most_features: int) -> csr_array:
    ordered = csr_array((matrix.data.copy(), rank[matrix.indices], matrix.indptr), shape=matrix.shape)
    ordered.sort_indices()
    is_kept = np.arange(ordered.nnz) - np.repeat(ordered.indptr[:-1], np.diff(ordered.indptr)) < most_features
    ends = np.concatenate([[0], np.cumsum(is_kept, dtype=np.int32)])[ordered.indptr]
    return csr_array((ordered.data[is_kept], ordered.indices[is_kept], ends), shape=matrix.shape)


class _Leaders:
    """Rarest features of leaders, by feature, in an old part and a new one, so that little is put together anew."""

    def __init__(self, n_features: int, least_shared: float) -> None:
        self._least_shared = least_shared
        empty = csr_array((n_features, 0), dtype=np.float32)
        self._parts: list[tuple[Ints, csr_array]] = [(np.zeros(0, np.int64), empty)] * 2

    def add(self, rows: Ints, rarest: csr_array) -> None:
        """Add rows that have become leaders."""
        if not len(rows):
            return
        (old, _), (new, _) = self._parts
        new = np.concatenate([new, rows])
        if len(new) > max(GROWTH * len(old), ROWS_AT_ONCE):
            old, new = np.concatenate([old, new]), new[:0]
            self._parts[0] = (old, _by_feature(rarest, old))
        self._parts[1] = (new, _by_feature(rarest, new))

    def near(self, rarest: csr_array, rows: Ints) -> tuple[Ints, Ints]:
        """Return pairs of a row and a leader that may be close."""
        of_rows, of_leaders = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for leader, by_feature in self._parts:
            if len(leader):
                products = (rarest @ by_feature).tocoo()
                may_be = np.flatnonzero(products.data >= self._least_shared)
                of_rows.append(rows[products.row[may_be]])
                of_leaders.append(leader[products.col[may_be]])
        return np.concatenate(of_rows), np.concatenate(of_leaders)


def _by_feature(rarest: csr_array, rows: Ints) -> csr_array:
    return csr_array(rarest[rows].T.tocsr())
