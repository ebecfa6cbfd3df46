"""What became of each row in a dimension: its status, and the label that it has afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.difference.cells import Vocabulary
from pobo_nlp.batch.difference.columns import Compared
from pobo_nlp.batch.difference.matching import Match
from pobo_nlp.batch.difference.side import Side
from pobo_nlp.batch.difference.words import PROPOSED, STATUSES
from pobo_nlp.errors import DifferenceError
from pobo_nlp.taxonomy import Dimension

ORDER = tuple(STATUSES)
# What a column of statuses is read for; no dimension is called so.
STATUS = "*status"


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A dimension's columns for the rows of a match, in its order.

    Attributes
    ----------
    before, after : numbers in the vocabulary.
    suggested : what stands in the list to review; of a row that needs a person, the most probable label.
    status : places in `ORDER`.
    """

    compared: Compared
    vocabulary: Vocabulary
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    suggested: NDArray[np.int32]
    status: NDArray[np.int8]
    probability: NDArray[np.float32] | None
    old_probability: NDArray[np.float32] | None


def outcome(compared: Compared, vocabulary: Vocabulary, statuses: Vocabulary, sides: tuple[Side, Side],
            match: Match, doubts: NDArray[np.bool_]) -> Outcome:  # fmt: skip
    """Return what became of the matched rows.

    Parameters
    ----------
    statuses : numbers the cells of the status columns.
    doubts : whether a person should look, for each row of the new table.
    """
    old, new = sides
    name = compared.dimension.id
    after = new.codes[(name, compared.after)][match.new]
    probability = _of(new, compared.probability, match)
    if compared.status is None or compared.proposed is None:
        before = old.codes[(name, compared.before)][match.old]
        status = derived(compared.dimension, vocabulary, before, after, doubts[match.new])
        return Outcome(compared, vocabulary, before, after, after, status, probability, None)
    before = new.codes[(name, compared.before)][match.new]
    status = _told(new, statuses, new.codes[(STATUS, compared.status)][match.new])
    is_proposed = np.isin(status, [ORDER.index(name) for name in PROPOSED])
    proposed = new.codes[(name, compared.proposed)][match.new]
    return Outcome(
        compared,
        vocabulary,
        before,
        np.where(is_proposed, proposed, before),
        np.where(is_proposed, proposed, after),
        status,
        probability,
        _of(new, compared.old_probability, match),
    )


def _of(side: Side, column: str | None, match: Match) -> NDArray[np.float32] | None:
    return None if column is None else side.probabilities[column][match.new]


def _told(new: Side, statuses: Vocabulary, codes: NDArray[np.int32]) -> NDArray[np.int8]:
    """Return the statuses that a retagged table tells."""
    if any(statuses.values[code] not in ORDER for code in np.unique(codes)):
        known = ", ".join(ORDER)
        raise DifferenceError(new.table.name, "ukjent status i en kolonne fra retag", f"Kjente er {known}.")
    places = [ORDER.index(value) if value in ORDER else -1 for value in statuses.values]
    return np.array(places, np.int8)[codes]


def derived(
    dimension: Dimension,
    vocabulary: Vocabulary,
    before: NDArray[np.int32],
    after: NDArray[np.int32],
    doubts: NDArray[np.bool_],
) -> NDArray[np.int8]:
    """Return the status of each row by comparing its labels, each different pair once."""
    size = len(vocabulary.values)
    keys = (before.astype(np.int64) * size + after) * 2 + doubts
    pairs, row_to_pair = np.unique(keys, return_inverse=True)
    of_pairs = [
        ORDER.index(
            status_of(
                dimension,
                vocabulary.labels_in(vocabulary.values[int(key) // 2 // size]),
                vocabulary.labels_in(vocabulary.values[int(key) // 2 % size]),
                is_doubtful=bool(key % 2),
            )
        )
        for key in pairs
    ]
    return np.array(of_pairs, np.int8)[row_to_pair]


def status_of(dimension: Dimension, before: Sequence[str], after: Sequence[str], *, is_doubtful: bool) -> str:
    """Return what became of a row, from its labels before and after.

    Parameters
    ----------
    is_doubtful : whether the new table says that a person should look.
    """
    if set(before) == set(after):
        return "unchanged"
    if is_doubtful or (dimension.kind == "single" and not after):
        return "needs_person"
    if not before:
        return "new"
    return "refined" if _is_within(dimension, before, after) else "changed"


def _is_within(dimension: Dimension, before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether the new labels say more than the old ones without contradicting them."""
    if dimension.kind == "multi":
        return set(before) < set(after)
    parents = {label.id: label.parent for label in dimension.labels}
    return parents.get(after[0]) == before[0]
