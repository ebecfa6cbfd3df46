"""The lists that a person goes through: one a dimension, the most certain first."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.batch.difference.matching import Match
from pobo_nlp.batch.difference.side import Side
from pobo_nlp.batch.difference.statuses import ORDER, Outcome
from pobo_nlp.batch.review_list import ReviewRow, write_review_list

UNCHANGED = ORDER.index("unchanged")


def list_name(dimension: str) -> str:
    """Return the name of a dimension's list; an id may hold letters that a file name may not."""
    return f"review-{dimension.translate(dict.fromkeys(map(ord, '/:*?<>' + chr(92)), '_'))}.csv"


def write_list(folder: Path, found: Outcome, old: Side, match: Match, *, fingerprint: str) -> None:
    """Write the rows of a dimension that are not unchanged.

    Parameters
    ----------
    fingerprint : of the old table, whose rows are listed.
    """
    path = folder / list_name(found.compared.dimension.id)
    write_review_list(path, _rows(found, old, match), fingerprint=fingerprint)


def _rows(found: Outcome, old: Side, match: Match) -> Iterator[ReviewRow]:
    values = found.vocabulary.values
    for place in _most_certain_first(found):
        row = int(match.old[place])
        yield ReviewRow(
            row=int(old.places[row]),
            id=old.ids[row].as_py() if old.ids is not None else "",
            dimension=found.compared.dimension.id,
            old=values[found.before[place]],
            suggested=values[found.suggested[place]],
            probability=_number(found.probability, place),
            old_probability=_number(found.old_probability, place),
            status=ORDER[found.status[place]],
        )


def _most_certain_first(found: Outcome) -> NDArray[np.intp]:
    places = np.flatnonzero(found.status != UNCHANGED)
    if found.probability is None:
        return places
    # Without a probability last; rows that are equally certain stay in the order of the table.
    return places[np.argsort(-np.nan_to_num(found.probability[places], nan=-1), kind="stable")]


def _number(values: NDArray[np.float32] | None, place: int) -> float | None:
    return None if values is None or np.isnan(values[place]) else round(float(values[place]), 4)
