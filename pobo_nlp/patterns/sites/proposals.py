"""Sites are proposed for the rows whose own cell is empty."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.sites.book import SiteBook
from pobo_nlp.patterns.sites.mentions import propose
from pobo_nlp.patterns.sites.site import Site


class Proposal(NamedTuple):
    """A site that the text of a row tells of: the row's place in `Cases`, and the site."""

    place: int
    site: Site


class SiteProposals:
    """Collects proposals while `texts.read_texts` reads; hand it over as one of the readers.

    Attributes
    ----------
    found : one for each row that has none of its own and whose text tells of one, in the order of the rows.
    n_empty : rows without a site of their own.
    """

    def __init__(self, cases: Cases, book: SiteBook) -> None:
        self._is_empty, self._book = cases.site < 0, book
        self.n_empty = int(self._is_empty.sum())
        self.found: list[Proposal] = []

    def __call__(self, places: NDArray[np.int64], texts: Sequence[str]) -> None:
        """Read the texts of some rows; none is kept."""
        for at in np.flatnonzero(self._is_empty[places]).tolist():
            site = propose(texts[at], self._book)
            if site is not None:
                self.found.append(Proposal(int(places[at]), site))

    def filled(self, cases: Cases) -> Cases:
        """Return the cases with the proposed sites where they have none; what a table says itself stays."""
        names = sorted({*cases.site_names, *(proposal.site.name for proposal in self.found)})
        code_of = {name: code for code, name in enumerate(names)}
        # The last one is for -1, the rows without a site.
        new = np.array([*(code_of[name] for name in cases.site_names), -1], np.int32)
        site = new[cases.site]
        for proposal in self.found:
            site[proposal.place] = code_of[proposal.site.name]
        return replace(cases, site=site, site_names=tuple(names))

    def counts(self) -> list[tuple[str, int]]:
        """Return the rows for which each site is proposed, the most frequent first; small numbers are not hidden."""
        counted = Counter(proposal.site.name for proposal in self.found)
        return sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
