"""Whether what was planted is found, and what is found that was not planted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pobo_nlp.patterns.candidates import Candidate, find_candidates
from pobo_nlp.patterns.counted import counted_beside
from pobo_nlp.patterns.options import Options
from pobo_nlp.patterns.series import Series
from pobo_nlp.patterns.surges import Surge, SurgeTest
from training.simulation.judged import Judged, Planted

SITE, SURGE = "site", "surge"
# A surge that a planted one explains is no false alarm: so much of what is above the expected was planted.
MIN_SHARE_PLANTED = 0.5


@dataclass(frozen=True, slots=True)
class CandidateRank:
    """The place of a planted pattern on the list of candidates, from 1; None where it is not on it."""

    id: str
    n: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class SurgeFound:
    """A planted doubling, and how it looked.

    Attributes
    ----------
    mean : cases a month before the window, as tagged.
    factor : observed over expected.
    """

    id: str
    mean: float
    factor: float
    is_found: bool


@dataclass(frozen=True)
class SurgesFound:
    """What became of the planted doublings; `false_alarms` are keys of series that nothing was planted in."""

    planted: Sequence[SurgeFound]
    false_alarms: Sequence[str]
    n_tested: int
    n_found: int


@dataclass(frozen=True)
class Findings:
    """What a report on simulated cases lists, held against what was planted.

    Attributes
    ----------
    ranks : place on the list of candidates of each pattern that was planted at one site.
    """

    ranks: Sequence[CandidateRank]
    surges: SurgesFound


def findings(judged: Judged) -> Findings:
    """Return where a report lists what was planted: what it hides for being small is not found."""
    options = Options()
    candidates = find_candidates(judged.cases, None, min_cell=options.min_cell)
    counted, candidates = counted_beside(judged.cases, candidates, (), None, options)
    planted = (one for one in judged.planted if one.kind == SITE)
    ranks = [CandidateRank(one.id, one.n, _rank(one, candidates)) for one in planted]
    return Findings(ranks, _surges_found(judged, counted.surges))


def _rank(planted: Planted, candidates: Sequence[Candidate]) -> int | None:
    return next((rank for rank, one in enumerate(candidates, start=1) if _is_of(one, planted)), None)


def _is_of(candidate: Candidate, planted: Planted) -> bool:
    wanted = {(name, label) for name, labels in planted.labels.items() for label in labels}
    has_labels = any(set(labels) & wanted for labels in (candidate.labels, *candidate.also))
    overlaps = candidate.first <= planted.last and planted.first <= candidate.last
    return candidate.site in planted.sites and overlaps and has_labels


def _surges_found(judged: Judged, test: SurgeTest) -> SurgesFound:
    """Return which doublings are found among all series of a report, and which other series are called surges."""
    by_key = {surge.series.key: surge for surge in test.tested}
    found = {surge.series.key for surge in test.found}
    planted = []
    for one in judged.planted:
        key = tuple((name, label) for name, labels in one.labels.items() for label in labels)
        if one.kind == SURGE and key in by_key:
            surge = by_key[key]
            planted.append(SurgeFound(one.id, _mean_before(surge.series, surge.first), _factor(surge), key in found))
    alarms = [_name(surge.series) for surge in test.found if _share_planted(judged, surge) < MIN_SHARE_PLANTED]
    return SurgesFound(planted, alarms, len(test.tested), len(test.found))


def _mean_before(series: Series, first: int) -> float:
    return float(series.observed[:first].mean())


def _factor(surge: Surge) -> float:
    return surge.observed / surge.expected if surge.expected else float("inf")


def _share_planted(judged: Judged, surge: Surge) -> float:
    n_planted = int(np.count_nonzero(judged.planted_for[surge.rows] != ""))
    return n_planted / max(surge.observed - surge.expected, 1.0)


def _name(series: Series) -> str:
    return " × ".join(label for _, label in series.key)
