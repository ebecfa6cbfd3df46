"""Cases counted by label, place and period, apart by who set the labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.taxonomy import Dimension

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Factor:
    """A dimension whose labels are counted.

    Attributes
    ----------
    is_given : shape (n_cases, n_labels).
    is_human : shape (n_cases,).
    """

    dimension: Dimension
    is_given: Bools
    is_human: Bools

    @classmethod
    def of(cls, cases: Cases, dimension: str) -> "Factor":
        """Return a dimension of the cases."""
        return cls(cases.taxonomy.dimension(dimension), cases.labels[dimension], cases.is_human[dimension])

    @property
    def is_multi(self) -> bool:
        """Whether each label is given or not by itself."""
        return self.dimension.kind == "multi"

    @property
    def is_labelled(self) -> Bools:
        """Which cases can be counted."""
        return np.asarray(np.ones(len(self.is_given), np.bool_) if self.is_multi else self.is_given.any(axis=1))


@dataclass(frozen=True)
class Tally:
    """Cases by what was given, shape (n_batches, n_places, n_periods, n_states).

    The labels of a single dimension are the states of one batch. Each label of a multi dimension, and each pair of
    labels of two dimensions, is a batch by itself with two states: not given, given.

    Attributes
    ----------
    by_model : a model had a part in the labels.
    by_human : persons set them.
    """

    by_model: Floats
    by_human: Floats


def tallied(factors: Sequence[Factor], place: Ints, n_places: int, period: Ints, n_periods: int) -> Tally:
    """Count cases.

    Parameters
    ----------
    factors : one or two.
    place, period : shape (n_cases,), -1 for cases that do not count.
    """
    counts = (place >= 0) & (period >= 0)
    is_human = np.ones(len(place), np.bool_)
    for factor in factors:
        counts &= factor.is_labelled
        is_human &= factor.is_human
    n_cells = n_places * n_periods
    cell = place.astype(np.int64) * n_periods + period
    found = []
    for rows in (np.flatnonzero(counts & ~is_human), np.flatnonzero(counts & is_human)):
        if len(factors) == 1 and not factors[0].is_multi:
            states = _by_label(factors[0], rows, cell[rows], n_cells).T[None]
        else:
            given = _together(factors, rows, cell[rows], n_cells)
            of_cell = np.bincount(cell[rows], minlength=n_cells)
            states = np.stack([of_cell - given, given], axis=-1)
        found.append(states.astype(np.float64).reshape(len(states), n_places, n_periods, -1))
    return Tally(*found)


def _together(factors: Sequence[Factor], rows: Ints, cell: Ints, n_cells: int) -> Ints:
    """Return the cases with each label, or each pair of labels: shape (n_pairs, n_cells)."""
    if len(factors) == 1:
        return _by_label(factors[0], rows, cell, n_cells)
    first, second = factors
    if first.is_multi and not second.is_multi:
        n_first, n_second = len(first.dimension.labels), len(second.dimension.labels)
        flipped = _together((second, first), rows, cell, n_cells).reshape(n_second, n_first, n_cells)
        return flipped.swapaxes(0, 1).reshape(-1, n_cells)
    found = []
    for label in range(len(second.dimension.labels)):
        with_label = np.flatnonzero(second.is_given[rows, label])
        found.append(_by_label(first, rows[with_label], cell[with_label], n_cells))
    return np.stack(found, axis=1).reshape(-1, n_cells)


def _by_label(factor: Factor, rows: Ints, cell: Ints, n_cells: int) -> Ints:
    """Return the cases with each label: shape (n_labels, n_cells)."""
    n_labels = len(factor.dimension.labels)
    if not factor.is_multi:
        code = factor.is_given[rows].argmax(axis=1) * n_cells + cell
        return np.bincount(code, minlength=n_labels * n_cells).reshape(n_labels, n_cells)
    given = factor.is_given[rows]
    return np.array([np.bincount(cell[given[:, label]], minlength=n_cells) for label in range(n_labels)])
