"""Where candidates are looked for: at each site, in each municipality, and at each kind of site in several."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.windows import Scan, Window

Ints = NDArray[np.int64]
# A candidate of several places is not one place's in disguise.
MAX_SHARE_OF_ONE = 0.5
# Two would be a coincidence.
MIN_MUNICIPALITIES = 3
# Two candidates are one where this share of the days of the shorter one are days of the other.
MIN_COMMON_DAYS = 0.5
NO_KIND = "annet"


class Kinds:
    """What kind of site each case is of."""

    def __init__(self, cases: Cases, kind_of: Callable[[str], str]) -> None:
        of_sites = [kind_of(name) for name in cases.site_names]
        self.names = sorted(set(of_sites))
        self.of_site: Ints = np.array([self.names.index(kind) for kind in of_sites], np.int64)
        # The last one is for cases without a site, whose number is -1.
        self.of_case: Ints = np.append(self.of_site, -1)[cases.site]


@dataclass(frozen=True)
class Scope:
    """A sort of place.

    Attributes
    ----------
    parts : shape (n_cases,), what there has to be several of; None where one is enough.
    """

    name: str
    scan: Scan
    parts: Ints | None
    min_parts: int = 2

    def is_of_several(self, cases: Cases, window: Window) -> bool:
        """Return whether the cases of a window are not mostly of one part, or of one site."""
        if self.parts is None:
            return True
        parts = self.parts[window.rows]
        sites = cases.site[window.rows]
        sites = sites[sites >= 0]
        most = MAX_SHARE_OF_ONE * len(window.rows)
        return len(np.unique(parts[parts >= 0])) >= self.min_parts and np.bincount(sites).max(initial=0) <= most


@dataclass(frozen=True)
class Found:
    """Cases that come close together at a place of some sort."""

    scope: Scope
    window: Window

    def is_same_as(self, other: "Found", cases: Cases) -> bool:
        """Return whether another one is of the same place and about the same days."""
        if (self.scope.name, self.window.place) != (other.scope.name, other.window.place):
            return False
        spans = [(days[0], days[-1]) for days in (cases.dates[one.window.rows] for one in (self, other))]
        shorter = min(last - first for first, last in spans) + np.timedelta64(1, "D")
        common = min(last for _, last in spans) - max(first for first, _ in spans) + np.timedelta64(1, "D")
        return bool(common >= MIN_COMMON_DAYS * shorter)


def scopes(cases: Cases, kinds: Kinds, window_days: int, min_cell: int) -> Iterator[Scope]:
    """Yield the sorts of places that a table tells of."""

    def scan(place: NDArray[np.integer], peers: Ints) -> Scan:
        return Scan(cases, place.astype(np.int64), peers, window_days=window_days, min_cell=min_cell)

    if (cases.site >= 0).any():
        yield Scope("site", scan(cases.site, kinds.of_site), None)
    if (cases.region >= 0).any():
        sites = cases.site.astype(np.int64)
        of_all = np.zeros(len(cases.region_names), np.int64)
        yield Scope("municipality", scan(cases.region, of_all), sites if (sites >= 0).any() else None)
    if (cases.region >= 0).any() and (cases.site >= 0).any():
        is_kind = np.array([name != NO_KIND for name in kinds.names] + [False])
        place = np.where(is_kind[kinds.of_case] & (cases.region >= 0), kinds.of_case, -1)
        alone = np.full(len(kinds.names), -1)
        yield Scope("site_kind", scan(place, alone), cases.region.astype(np.int64), MIN_MUNICIPALITIES)


def kind_of_this_site(name: str) -> str:
    """Return what kind of site a Norwegian name tells of."""
    from pobo_nlp.patterns.sites import kind_of_site

    return kind_of_site(name)
