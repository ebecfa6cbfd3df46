"""Near-identical stories: cases whose texts say the same in nearly the same words."""

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.vectors import CaseVectors


@dataclass(frozen=True)
class Group:
    """Cases with nearly the same text.

    Attributes
    ----------
    id : follows from the id of the earliest case alone, so that a group that gains cases keeps it.
    rows : places in `Cases`, the earliest case first.
    similarity : cosine of each case with the earliest, which is 1 with itself.
    first, last : days of the earliest and the latest case; None where no case has a date.
    sites : names of the sites that cases have, in alphabetical order.
    """

    id: str
    rows: NDArray[np.int64]
    similarity: NDArray[np.float32]
    first: datetime.date | None
    last: datetime.date | None
    sites: tuple[str, ...]


def find_groups(cases: Cases, vectors: CaseVectors, *, min_cell: int = 5) -> list[Group]:
    """Return the groups of at least `min_cell` cases, the largest first."""
    return []
