"""The lists of cases of a report, as what is suppressed together with its tables."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.candidates import Candidate
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.groups import Group
from pobo_nlp.patterns.series import REGION, SITE
from pobo_nlp.patterns.suppression import Key, Listed
from pobo_nlp.patterns.surges import Surge
from pobo_nlp.patterns.themes import Theme

Ints = NDArray[np.int64]


def surge_name(surge: Surge) -> str:
    """Return a name for a surge's list."""
    return f"surge {surge.series.key}"


def candidate_name(candidate: Candidate) -> str:
    """Return a name for a candidate's list."""
    place = (candidate.site, candidate.site_kind, candidate.municipalities if candidate.site is None else None)
    return f"candidate {candidate.labels} {place} {candidate.first}"


def listed(
    cases: Cases,
    surges: Iterable[Surge],
    candidates: Iterable[Candidate],
    alike: Iterable[Group | Theme],
) -> list[Listed]:
    """Return all lists of a report."""
    return [*map(_of_surge, surges), *_of_candidates(cases, candidates), *_of_texts(cases, alike)]


def _of_surge(one: Surge) -> Listed:
    periods, within = one.series.periods, slice(one.first, one.last + 1)
    human = int(one.series.human[within].sum())
    days = periods[one.first].start, periods[one.last].end
    return Listed(surge_name(one), one.series.key, *days, one.observed, human)


def _of_candidates(cases: Cases, candidates: Iterable[Candidate]) -> Iterator[Listed]:
    for one in candidates:
        key = _in_order(cases, one.labels)
        if one.site is not None:
            key += ((SITE, one.site),)
        elif len(one.municipalities) == 1 and (cases.region[one.rows] >= 0).all():
            key += ((REGION, one.municipalities[0]),)
        yield Listed(candidate_name(one), key, one.first, one.last, one.n, one.n_human)


def _in_order(cases: Cases, labels: Sequence[tuple[str, str]]) -> Key:
    """Return labels as they stand in the keys of series: in the order of the scheme's dimensions."""
    order = [one.id for one in cases.taxonomy.dimensions]
    return tuple(sorted(labels, key=lambda label: order.index(label[0])))


def _of_texts(cases: Cases, alike: Iterable[Group | Theme]) -> Iterator[Listed]:
    for one in alike:
        days = cases.dates[one.rows]
        # What has no date is in no series.
        n = int((~np.isnat(days)).sum())
        if n:
            first, last = np.nanmin(days).astype(object), np.nanmax(days).astype(object)
            yield Listed(f"alike {one.id}", (), first, last, n, n)
