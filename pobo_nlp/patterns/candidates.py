"""Candidates for a system case: what recurs at one site, in one municipality, or at one kind of site in several."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.scopes import NO_KIND, Found, Kinds, Scope, kind_of_this_site, scopes
from pobo_nlp.patterns.vectors import CaseVectors
from pobo_nlp.patterns.windows import Item, Kind, items

__all__ = ["Candidate", "Kind", "find_candidates"]

Ints = NDArray[np.int64]
# Less surprising than one in a hundred is no news, and a list that nobody reads to its end is none either.
MIN_SCORE = 2.0
MOST = 50
# A flag asks a question of its own, and goes before what is more surprising where this share of the cases is the same.
MIN_COMMON_CASES = 0.5
MOST_ALSO = 5
MOST_TO_LOOK_AT = 10
QUESTION = "Skyldes dette noe ved stedet eller tjenesten, slik at det rammer flere?"


@dataclass(frozen=True)
class Candidate:
    """Cases that together may be more than single cases.

    Attributes
    ----------
    kind : the same flag, or the same cause in the same area.
    labels : (dimension, label) that all cases have.
    also : what else stands out at the same place and time and would be a candidate by itself, flags first,
        then the most surprising; each as in `labels`.
    site : None where the cases are of several sites.
    site_kind : what kind of site all cases are of; None where they are of any kind.
    municipalities : names of the regions of the cases, in alphabetical order.
    first, last : days of the first and the last case.
    n, n_human : cases, and those of them whose label a person set.
    expected : cases that would be there if the label were as frequent as elsewhere, or as it is at the site else.
    score : how surprising the number is: minus the decimal logarithm of the probability of so many cases or more.
    trend : `nytt`, `økende`, `jevnt` or `avtakende`, against as many days before.
    why : one sentence.
    question : what an adviser should ask.
    rows : places in `Cases`, by date.
    look_also : places in `Cases` of cases that have no flag, or not the cause, and whose text is as close to the others
        as these are to each other, the closest first.
    """

    kind: Kind
    labels: tuple[tuple[str, str], ...]
    also: tuple[tuple[tuple[str, str], ...], ...]
    site: str | None
    site_kind: str | None
    municipalities: tuple[str, ...]
    first: datetime.date
    last: datetime.date
    n: int
    n_human: int
    expected: float
    score: float
    trend: str
    why: str
    question: str
    rows: Ints
    look_also: Ints


def find_candidates(
    cases: Cases,
    vectors: CaseVectors | None,
    *,
    window_days: int = 92,
    min_cell: int = 5,
    kind_of: Callable[[str], str] | None = None,
) -> list[Candidate]:
    """Return the candidates, the most surprising first.

    Parameters
    ----------
    vectors : None where there is no text; nothing is then listed to look at as well.
    window_days : days that the cases of a candidate lie within.
    kind_of : tells the kind of a site by its name; None for what names of Norwegian sites say.
    """
    if np.isnat(cases.dates).all():
        return []
    kinds = Kinds(cases, kind_of or kind_of_this_site)
    every = list(items(cases))
    found = [
        Found(scope, window)
        for scope in scopes(cases, kinds, window_days, min_cell)
        for window in scope.scan.best(every)
        if window.score >= MIN_SCORE and scope.is_of_several(cases, window)
    ]
    folded = _folded(cases, found)[:MOST]
    return [_candidate(cases, vectors, kinds, one, also, window_days) for one, also in folded]


def _folded(cases: Cases, found: Sequence[Found]) -> list[tuple[Found, list[Found]]]:
    """Return one of those at the same place and time, with the others; the most surprising first."""
    ranked = sorted(
        found,
        key=lambda one: (-one.window.score, -len(one.window.rows), one.scope.name, one.window.place, _labels(one)),
    )
    folded: list[list[Found]] = []
    by_place: dict[tuple[str, int], list[list[Found]]] = {}
    for one in ranked:
        at_place = by_place.setdefault((one.scope.name, one.window.place), [])
        same = next((group for group in at_place if group[0].is_same_as(one, cases)), None)
        if same is None:
            at_place.append([one])
            folded.append(at_place[-1])
        else:
            same.append(one)
    return [_head(group) for group in folded]


def _head(group: Sequence[Found]) -> tuple[Found, list[Found]]:
    """Return the first of candidates that are one, and the others."""
    rows = group[0].window.rows
    flags = (
        one
        for one in group
        if one.window.item.kind == "flag"
        and len(np.intersect1d(rows, one.window.rows)) >= MIN_COMMON_CASES * max(len(rows), len(one.window.rows))
    )
    head = next(flags, group[0])
    window = replace(head.window, score=group[0].window.score)
    return Found(head.scope, window), [one for one in group if one is not head]


def _labels(found: Found) -> tuple[tuple[str, str], ...]:
    return found.window.item.labels


def _candidate(
    cases: Cases,
    vectors: CaseVectors | None,
    kinds: Kinds,
    found: Found,
    also: Sequence[Found],
    window_days: int,
) -> Candidate:
    window, item = found.window, found.window.item
    days = cases.dates[window.rows]
    regions = np.unique(cases.region[window.rows])
    of_kinds = np.unique(kinds.of_case[window.rows])
    kind = kinds.names[of_kinds[0]] if len(of_kinds) == 1 and of_kinds[0] >= 0 else None
    candidate = Candidate(
        kind=item.kind,
        labels=item.labels,
        also=tuple(_labels(one) for one in sorted(also, key=lambda one: one.window.item.kind != "flag")[:MOST_ALSO]),
        site=cases.site_names[window.place] if found.scope.name == "site" else None,
        site_kind=kind if kind != NO_KIND else None,
        municipalities=tuple(cases.region_names[region] for region in regions[regions >= 0]),
        first=days[0].astype(object),
        last=days[-1].astype(object),
        n=len(window.rows),
        n_human=window.n_human,
        expected=window.expected,
        score=window.score,
        trend=_trend(len(window.rows), window.n_before),
        why="",
        question=_question(cases, item),
        rows=window.rows,
        look_also=_look_also(cases, vectors, found, window_days),
    )
    return replace(candidate, why=_why(cases, candidate, found.scope))


def _trend(n: int, n_before: int) -> str:
    if n_before == 0:
        return "nytt"
    if n >= 1.5 * n_before:
        return "økende"
    return "avtakende" if n <= n_before / 1.5 else "jevnt"


def _question(cases: Cases, item: Item) -> str:
    dimension, label = item.labels[0]
    return cases.taxonomy.dimension(dimension).label(label).question or QUESTION


def _why(cases: Cases, candidate: Candidate, scope: Scope) -> str:
    names = [cases.taxonomy.dimension(dimension).label(label).name for dimension, label in candidate.labels]
    what = f"«{names[0]}»" if len(names) == 1 else f"«{names[0]}» i «{names[1]}»"
    days = (candidate.last - candidate.first).days + 1
    time = "på én dag" if days == 1 else f"på {days} dager"
    where = {
        "site": f"ved {candidate.site}",
        "municipality": f"i {', '.join(candidate.municipalities)}, ved flere steder",
        "site_kind": f"ved steder av samme slag ({candidate.site_kind}) i {len(candidate.municipalities)} kommuner",
    }[scope.name]
    if scope.parts is None and scope.name == "municipality":
        where = f"i {', '.join(candidate.municipalities)}"
    expected = "færre enn én" if candidate.expected < 1 else f"om lag {candidate.expected:.0f}"
    return f"{candidate.n} henvendelser om {what} {where} {time}; {_BASIS[scope.name, candidate.kind]} {expected}."


_BASIS = {
    ("site", "flag"): "med samme andel som andre steder av samme slag ville det vært",
    ("site", "cause_area"): "med samme andel som stedet har ellers, ville det vært",
    ("municipality", "flag"): "med samme andel som i andre kommuner ville det vært",
    ("municipality", "cause_area"): "med samme andel som kommunen har ellers, ville det vært",
    ("site_kind", "flag"): "med samme andel som slike steder har ellers, ville det vært",
    ("site_kind", "cause_area"): "med samme andel som slike steder har ellers, ville det vært",
}


def _look_also(cases: Cases, vectors: CaseVectors | None, found: Found, window_days: int) -> Ints:
    """Return cases of the same place and about the same time, whose text is near but whose labels are not."""
    none = np.zeros(0, np.int64)
    rows = found.window.rows
    if vectors is None or len(rows) < 2:
        return none
    days, slack = cases.dates[rows], np.timedelta64(window_days, "D")
    is_near = (found.scope.scan.place == found.window.place) & ~_has_labels(cases, found.window.item)
    is_near &= (cases.dates >= days[0] - slack) & (cases.dates <= days[-1] + slack)
    is_near[rows] = False
    others = np.flatnonzero(is_near)
    own = vectors.matrix[rows]
    total = np.asarray(own.sum(axis=0)).ravel()
    to_total = np.asarray(own @ total).ravel()
    length = float(np.sqrt(total @ total))
    if not len(others) or length == 0:
        return none
    # Each against the sum of the others: its own part is taken out.
    squares = np.asarray(own.multiply(own).sum(axis=1)).ravel()
    rest = np.sqrt(np.maximum(length**2 - 2 * to_total + squares, 1e-12))
    as_close = np.percentile((to_total - squares) / rest, 25)
    closeness = np.asarray(vectors.matrix[others] @ total).ravel() / length
    order = np.argsort(-closeness, kind="stable")[:MOST_TO_LOOK_AT]
    return np.asarray(others[order[closeness[order] >= max(as_close, 1e-6)]], np.int64)


def _has_labels(cases: Cases, item: Item) -> NDArray[np.bool_]:
    """Return which cases have any flag, or the cause."""
    dimension, label = item.labels[0]
    labels = cases.labels[dimension]
    if item.kind == "flag":
        return np.asarray(labels.any(axis=1))
    return labels[:, cases.taxonomy.dimension(dimension).label_ids.index(label)].copy()
