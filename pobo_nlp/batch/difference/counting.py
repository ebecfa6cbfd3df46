"""How many rows have which label before and after, in which year, and what became of them. These counts are exact."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.difference.statuses import ORDER, Outcome
from pobo_nlp.taxonomy import Dimension

# The label of a row that has none.
NONE = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact counts of a dimension: never shown as they are.

    Attributes
    ----------
    moves : label before and after. In a multi dimension a kept label goes to itself, a removed one to each that was
        added, or to `NONE`, and an added one comes from `NONE` where none was removed: `NONE` is then no label.
    before_in, after_in : year (`NO_YEAR` where there is no date) and label.
    """

    dimension: Dimension
    is_retagged: bool
    rows: int
    statuses: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    rows_in: Counter[int] = field(default_factory=Counter)
    before_in: Counter[tuple[int, str]] = field(default_factory=Counter)
    after_in: Counter[tuple[int, str]] = field(default_factory=Counter)


def tally(found: Outcome, years: NDArray[np.int16] | None) -> Tally:
    """Count the rows of a dimension.

    Parameters
    ----------
    years : of the matched rows; None without dates.
    """
    result = Tally(found.compared.dimension, found.compared.is_retagged, len(found.before))
    values, labels_in = found.vocabulary.values, found.vocabulary.labels_in
    labels = [tuple(labels_in(value)) or (NONE,) for value in values]
    is_multi = found.compared.dimension.kind == "multi"
    for before, after, status, year, count in _distinct(found, years):
        result.statuses[ORDER[status]] += count
        for label in labels[before]:
            result.before[label] += count
        for label in labels[after]:
            result.after[label] += count
        for move in _moves(labels[before], labels[after]) if is_multi else [(labels[before][0], labels[after][0])]:
            result.moves[move] += count
        if years is not None:
            result.rows_in[year] += count
            result.before_in.update({(year, label): count for label in labels[before]})
            result.after_in.update({(year, label): count for label in labels[after]})
    return result


def _distinct(found: Outcome, years: NDArray[np.int16] | None) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield each different combination of before, after, status and year, and how many rows have it."""
    of_rows = np.zeros(len(found.before), np.int64) if years is None else years.astype(np.int64)
    keys = found.before.astype(np.int64)
    sizes = (len(found.vocabulary.values), len(ORDER), int(of_rows.max(initial=0)) + 1)
    keys = keys * sizes[0] + found.after
    keys = keys * sizes[1] + found.status
    keys = keys * sizes[2] + of_rows
    for key, count in zip(*(part.tolist() for part in np.unique(keys, return_counts=True)), strict=True):
        rest, year = divmod(key, sizes[2])
        rest, status = divmod(rest, sizes[1])
        before, after = divmod(rest, sizes[0])
        yield before, after, status, year, count


def _moves(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield which label of a multi dimension became which.

    Examples
    --------
    >>> list(_moves(("a", "b"), ("a", "c"))), list(_moves(("a",), ("a", "c"))), list(_moves(("a",), ("",)))
    ([('a', 'a'), ('b', 'c')], [('a', 'a'), ('', 'c')], [('a', '')])
    """
    yield from ((label, label) for label in before if label in after and label != NONE)
    removed = [label for label in before if label not in after and label != NONE]
    added = [label for label in after if label not in before and label != NONE]
    if removed or added:
        yield from ((one, other) for one in removed or [NONE] for other in added or [NONE])
