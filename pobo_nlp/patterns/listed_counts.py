"""How many cases truly stand behind a surge or a candidate, corrected for the model's errors as all counts are.

The cases of a list are those with some labels, at a place, within some days. They are corrected beside all others: at
this place and elsewhere, in these days and on others, so that a small list leans on what is known of the rest.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.candidates import Candidate
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.correction import FEW_SAMPLES, Floats, correct
from pobo_nlp.patterns.error_rates import ErrorRates
from pobo_nlp.patterns.lists import candidate_name, surge_name
from pobo_nlp.patterns.scopes import kind_of_this_site
from pobo_nlp.patterns.series import REGION, SITE
from pobo_nlp.patterns.surges import Surge
from pobo_nlp.patterns.tallies import Factor, tallied

Key = tuple[tuple[str, str], ...]
Bools = NDArray[np.bool_]
# A corrected count, and the ends of its 95 % interval.
Interval = tuple[float, float, float]


def corrected_lists(
    cases: Cases, surges: Iterable[Surge], candidates: Iterable[Candidate], rates: ErrorRates | None
) -> Mapping[str, Interval]:
    """Return the corrected count of each list by its name; those that need none, or can have none, are left out."""
    if rates is None:
        return {}
    found: dict[str, Interval | None] = {}
    for surge in surges:
        periods = surge.series.periods
        days = _within(cases, periods[surge.first].start, periods[surge.last].end)
        labels = tuple(one for one in surge.series.key if one[0] not in (SITE, REGION))
        found[surge_name(surge)] = corrected_in(cases, labels, _at(cases, dict(surge.series.key)), days, rates)
    for one in candidates:
        days = _within(cases, one.first, one.last)
        found[candidate_name(one)] = corrected_in(cases, one.labels, _around(cases, one), days, rates)
    return {name: count for name, count in found.items() if count is not None}


def corrected_in(cases: Cases, labels: Key, is_here: Bools, is_then: Bools, rates: ErrorRates) -> Interval | None:
    """Return how many cases truly have some labels, at a place in some days; None where nothing is to be corrected.

    Parameters
    ----------
    labels : one, or two of different dimensions.
    is_here, is_then : of each case, shape (n_cases,).
    """
    names = tuple(name for name, _ in labels)
    if not rates.knows(*names):
        return None
    factors = [Factor.of(cases, name) for name in names]
    places = [one.dimension.label_ids.index(label) for one, (_, label) in zip(factors, labels, strict=True)]
    n_places = 1 if is_here.all() else 2
    at = np.where(is_here, 0, n_places - 1)
    period = np.where(np.isnat(cases.dates), -1, is_then.astype(np.int64))
    if len(factors) == 1 and not factors[0].is_multi:
        tally = tallied(factors, at, n_places, period, 2)
        given, human, batch, state = tally.by_model, tally.by_human, 0, places[0]
    else:
        given, human = _given_or_not(factors, places, at * 2 + period, period >= 0, n_places)
        batch, state = places[0] if len(places) == 1 else places[0] * len(factors[1].dimension.labels) + places[1], 1
    if not given[0, 0, 1, state]:
        return None
    mix = rates.mix(*names)
    found = correct(
        given,
        lambda random: rates.rates(*names, random=random)[batch][None],
        None if mix is None else mix[batch][None],
        samples=FEW_SAMPLES,
    )
    by_person = float(human[0, 0, 1, state])
    count, low, high = (float(one[0, 0, 1, state]) + by_person for one in (found.count, found.low, found.high))
    return count, low, high


def _given_or_not(
    factors: list[Factor], labels: list[int], cell: NDArray[np.int64], counts: Bools, n_places: int
) -> tuple[Floats, Floats]:
    """Return cases without and with all of the labels, the model's and persons': shape (1, n_places, 2, 2)."""
    has = np.logical_and.reduce([one.is_given[:, label] for one, label in zip(factors, labels, strict=True)])
    is_human = np.logical_and.reduce([one.is_human for one in factors])
    counts = np.logical_and.reduce([counts, *(one.is_labelled for one in factors)])
    found = []
    for rows in (counts & ~is_human, counts & is_human):
        by_cell = [np.bincount(cell[rows & is_so], minlength=2 * n_places) for is_so in (~has, has)]
        found.append(np.stack(by_cell, axis=-1).astype(np.float64).reshape(1, n_places, 2, 2))
    return found[0], found[1]


def _within(cases: Cases, first: object, last: object) -> Bools:
    return np.asarray((cases.dates >= np.datetime64(str(first))) & (cases.dates <= np.datetime64(str(last))))


def _at(cases: Cases, key: Mapping[str, str]) -> Bools:
    """Return which cases are at the place of a series."""
    if SITE in key:
        return np.asarray(cases.site == cases.site_names.index(key[SITE]))
    if REGION in key:
        return np.asarray(cases.region == cases.region_names.index(key[REGION]))
    return np.ones(len(cases), np.bool_)


def _around(cases: Cases, candidate: Candidate) -> Bools:
    """Return which cases are where a candidate's are: at its site, in its municipality, or at sites of its kind."""
    if candidate.site is not None:
        return _at(cases, {SITE: candidate.site})
    if len(candidate.municipalities) == 1:
        return _at(cases, {REGION: candidate.municipalities[0]})
    is_kind = [kind_of_this_site(name) == candidate.site_kind for name in cases.site_names]
    return np.append(np.array(is_kind, np.bool_), False)[cases.site] & (cases.region >= 0)
