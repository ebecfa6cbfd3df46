"""Near-identical stories: cases whose texts say the same in nearly the same words."""

import datetime
import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.leaders import leaders
from pobo_nlp.patterns.vectors import CaseVectors

# Of texts of the corpus that two persons wrote, one pair in a million is as close; a text with a sixth of its words
# changed is. Told anew in other words, a story is no closer to its first telling than to others.
MIN_COSINE = 0.6
# A text in another language is only as long as the few words that the model knows by chance.
MAX_UNKNOWN = 0.5


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
    """Return the groups of at least `min_cell` cases, the largest first.

    Cases that come later than all others join groups or found new ones; those that are there stay as they are.
    """
    # Cases without a date come last.
    order = np.lexsort((cases.rows, np.array(cases.ids, np.str_), cases.dates))
    order = order[~(vectors.unknown[order] > MAX_UNKNOWN)]
    leader, cosine = leaders(vectors.matrix[order], vectors.idf, MIN_COSINE)
    by_leader = np.lexsort((np.arange(len(order)), leader))
    starts = np.flatnonzero(np.diff(leader[by_leader], prepend=-1))
    groups = [
        _group(cases, order[members], cosine[members])
        for members in np.split(by_leader, starts[1:])
        if len(members) >= min_cell
    ]
    return sorted(groups, key=lambda group: (-len(group.rows), group.id))


def _group(cases: Cases, rows: NDArray[np.int64], cosine: NDArray[np.float32]) -> Group:
    days = cases.dates[rows]
    days = days[~np.isnat(days)]
    sites = np.unique(cases.site[rows])
    return Group(
        id=hashlib.sha256(cases.ids[rows[0]].encode()).hexdigest()[:8],
        rows=rows,
        similarity=cosine,
        first=days.min().astype(object) if len(days) else None,
        last=days.max().astype(object) if len(days) else None,
        sites=tuple(cases.site_names[site] for site in sites[sites >= 0]),
    )
