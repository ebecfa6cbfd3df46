"""How many inquiries have a label, at a place, in each period: as tagged, and corrected for the model's errors."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from pobo_nlp.errors import PatternsError
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.correction import Corrected, correct
from pobo_nlp.patterns.error_rates import ErrorRates
from pobo_nlp.patterns.periods import Kind, Timeline, timeline
from pobo_nlp.patterns.series import REGION, SITE, Estimate, Ints, RowsByPeriod, Series
from pobo_nlp.patterns.tallies import Factor, Tally, tallied

# Fewer cases than this over all periods are no series.
MIN_CASES = 5


def families(cases: Cases) -> list[tuple[str, ...]]:
    """Return what can be counted by: each dimension that has labels, each place that is named, and their pairs.

    A dimension is not paired with its own parent, which follows from it.
    """
    single = [(name,) for name in cases.labels if cases.labels[name].any()]
    single += [(name,) for name, codes in ((SITE, cases.site), (REGION, cases.region)) if (codes >= 0).any()]
    pairs = [(*first, *second) for first, second in combinations(single, 2)]
    return [(), *single, *(pair for pair in pairs if not _is_kin(cases, *pair))]


def _is_kin(cases: Cases, first: str, second: str) -> bool:
    if {first, second} & {SITE, REGION}:
        return False
    scheme = cases.taxonomy
    one, other = scheme.dimension(first), scheme.dimension(second)
    return one in scheme.path(other) or other in scheme.path(one)


def count_series(
    cases: Cases,
    by: Sequence[str] = (),
    period: Kind | Timeline = "month",
    *,
    rates: ErrorRates | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    min_cases: int = MIN_CASES,
    samples: int | None = None,
    seed: int = 0,
) -> list[Series]:
    """Return a series for each label, place or pair of them, in the order of the scheme and of the names.

    Parameters
    ----------
    by : none, one or two of the dimensions, `site` and `region`; labels of a model stand before places.
    rates : of the model that set the labels, see `usable_rates`; None where they are not known.
    since, until : the first and the last day that count.
    min_cases : a series with fewer observed cases over all periods is left out.

    Raises
    ------
    PatternsError : for more than two, or for two places and a label.
    UnknownLabelError : for a dimension that is not in the scheme.
    """
    # Places stand last, so that the key of a pair reads the same however it was asked for.
    by = sorted(by, key=(SITE, REGION).__contains__)
    if len(by) > 2 or len(set(by)) < len(by):
        raise PatternsError("det telles etter høyst to ulike ting om gangen", "Velg to av dem.")
    time = period if isinstance(period, Timeline) else timeline(cases.dates, period, since=since, until=until)
    if not time.periods:
        return []
    factors = [Factor.of(cases, name) for name in by if name not in (SITE, REGION)]
    places = [name for name in by if name in (SITE, REGION)]
    if len(places) == 2:
        return list(_of_places(cases, places, time, min_cases))
    return list(_of_labels(cases, factors, places, time, rates, min_cases, samples, seed))


def _of_places(cases: Cases, places: Sequence[str], time: Timeline, min_cases: int) -> Iterator[Series]:
    """Count by two places: nothing there is a model's."""
    (first, names), (second, other_names) = (_place(cases, name) for name in places)
    code = np.where((first >= 0) & (second >= 0), first * len(other_names) + second, -1)
    for number, series in _observed(code, np.flatnonzero(code >= 0), time, min_cases):
        key = ((places[0], names[number // len(other_names)]), (places[1], other_names[number % len(other_names)]))
        yield _exact(key, time, *series)


def _of_labels(
    cases: Cases,
    factors: Sequence[Factor],
    places: Sequence[str],
    time: Timeline,
    rates: ErrorRates | None,
    min_cases: int,
    samples: int | None,
    seed: int,
) -> Iterator[Series]:
    place, place_names = _place(cases, places[0]) if places else (np.zeros(len(cases), np.int64), ("",))
    n_labels = [len(factor.dimension.labels) for factor in factors]
    code, rows = _codes(factors, n_labels, place, len(place_names))
    found = dict(_observed(code, rows, time, min_cases))
    if not factors:
        for number, series in found.items():
            yield _exact(((places[0], place_names[number]),) if places else (), time, *series)
        return
    if not found:
        return
    # Only places with a series are corrected: the others would cost as much, and nobody asks for them.
    shown = np.unique(np.array([number % len(place_names) for number in found], np.int64))
    renumbered = np.full(len(place_names) + 1, -1, np.int64)
    renumbered[shown] = np.arange(len(shown))
    tally = tallied(factors, renumbered[place], len(shown), time.codes.astype(np.int64), len(time.periods))
    corrected = _corrected(tally, factors, rates, samples, seed)
    for number, (observed, of_periods) in found.items():
        label, at = divmod(number, len(place_names))
        labels = (label,) if len(factors) == 1 else divmod(label, n_labels[1])
        key = tuple((one.dimension.id, one.dimension.label_ids[two]) for one, two in zip(factors, labels, strict=True))
        key += ((places[0], place_names[at]),) if places else ()
        is_state = len(factors) == 1 and not factors[0].is_multi
        batch, state = (0, label) if is_state else (label, 1)
        yield _series(key, time, observed, of_periods, tally, corrected, (batch, int(renumbered[at])), state)


def _place(cases: Cases, name: str) -> tuple[Ints, tuple[str, ...]]:
    codes, names = (cases.site, cases.site_names) if name == SITE else (cases.region, cases.region_names)
    return codes.astype(np.int64), names


def _codes(factors: Sequence[Factor], n_labels: Sequence[int], place: Ints, n_places: int) -> tuple[Ints, Ints]:
    """Return, for each label or pair of labels of each case, the number of its series, and the case's place."""
    rows = np.flatnonzero(place >= 0)
    if not factors:
        return place[rows], rows
    row, label = np.nonzero(factors[0].is_given)
    if len(factors) == 2:
        row, label = _joined(row, label, factors[1], n_labels[1])
    counts = place[row] >= 0
    return label[counts] * n_places + place[row[counts]], row[counts]


def _joined(row: Ints, label: Ints, other: Factor, n_labels: int) -> tuple[Ints, Ints]:
    """Return every pair of a label and one of the other dimension's in the same case."""
    found = [
        (row[has], label[has] * n_labels + place)
        for place in range(n_labels)
        if (has := other.is_given[row, place]).any()
    ]
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])


def _observed(
    code: Ints, rows: Ints, time: Timeline, min_cases: int
) -> Iterator[tuple[int, tuple[Ints, RowsByPeriod]]]:
    """Return number, counts and cases of each series with enough cases."""
    if len(code) != len(rows):
        code = code[rows]
    period = time.codes[rows].astype(np.int64)
    counts = period >= 0
    code, rows, period = code[counts], rows[counts], period[counts]
    n_periods = len(time.periods)
    order = np.lexsort((rows, period, code))
    code, rows, period = code[order], rows[order], period[order]
    numbers, starts, sizes = np.unique(code, return_index=True, return_counts=True)
    for number, start, size in zip(numbers.tolist(), starts.tolist(), sizes.tolist(), strict=True):
        if size >= max(min_cases, 1):
            observed = np.bincount(period[start : start + size], minlength=n_periods)
            ends = np.concatenate([[0], observed.cumsum()])
            yield number, (observed, RowsByPeriod(rows[start : start + size], ends))


def _corrected(
    tally: Tally, factors: Sequence[Factor], rates: ErrorRates | None, samples: int | None, seed: int
) -> Corrected | None:
    names = [factor.dimension.id for factor in factors]
    if not tally.by_model.any():
        return None
    if rates is None or not rates.knows(*names):
        return None
    return correct(
        tally.by_model,
        lambda random: rates.rates(*names, random=random),
        rates.mix(*names),
        samples=samples,
        seed=seed,
    )


def _exact(key: tuple[tuple[str, str], ...], time: Timeline, observed: Ints, rows: RowsByPeriod) -> Series:
    """Return a series of what no model has a part in."""
    count, n_cases = observed.astype(float), int(observed.sum())
    total = Estimate(n_cases, n_cases, n_cases, n_cases, n_cases)
    return Series(key, time.periods, observed, observed, count, count, count, rows, total)


def _series(
    key: tuple[tuple[str, str], ...],
    time: Timeline,
    observed: Ints,
    rows: RowsByPeriod,
    tally: Tally,
    corrected: Corrected | None,
    where: tuple[int, int],
    state: int,
) -> Series:
    human = tally.by_human[where][:, state].astype(np.int64)
    n_cases, n_human = int(observed.sum()), int(human.sum())
    is_bounded = False
    if corrected is not None:
        of_periods = [values[where][:, state] + human for values in (corrected.count, corrected.low, corrected.high)]
        of_total = [
            float(values[where][state]) + n_human
            for values in (corrected.total, corrected.total_low, corrected.total_high)
        ]
        is_bounded = bool(corrected.is_bounded[where][state])
    else:
        # A person is right here; of a model whose errors are not known, nothing can be said.
        value = float(n_cases) if not tally.by_model.any() else np.nan
        of_periods = [observed.astype(float) if np.isfinite(value) else np.full(len(observed), np.nan)] * 3
        of_total = [value] * 3
    total = Estimate(n_cases, n_human, *of_total)
    count, low, high = of_periods
    return Series(key, time.periods, observed, human, count, low, high, rows, total, is_bounded)


def usable_rates(cases: Cases, rates: ErrorRates | None) -> tuple[ErrorRates | None, str]:
    """Return the error rates that may be used on cases, and what a reader is to know of it (in Norwegian)."""
    by_model = any((cases.labels[name].any(axis=1) & ~human).any() for name, human in cases.is_human.items())
    if not by_model:
        return None, "Alle etiketter er satt av mennesker og telles som de er."
    how = (
        "Tall fra modellen er rettet for feilene den gjør (Saerens mfl. 2002, holdt nær den vanlige fordelingen av "
        "etiketter, og bare så langt som feilratene er kjent), med 95 % intervall fra bootstrap. Etiketter satt av "
        "mennesker telles som de er."
    )
    if rates is None:
        return None, "Modellens feilrater er ikke kjent, så tallene er talt slik modellen ga dem, uten retting."
    others = sorted(set(cases.models) - {rates.model})
    if not cases.models:
        return rates, f"{how} Tabellen sier ikke hvilken modell som er brukt; feilratene er de til {rates.model}."
    if rates.model not in cases.models:
        said = f"Tabellen er merket av {_listed(others)}, og feilratene gjelder {rates.model}"
        return None, f"{said}; tallene er derfor ikke rettet."
    if others:
        return rates, f"{how} Noen rader er merket av {_listed(others)}, og er rettet med feilratene til {rates.model}."
    return rates, how


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" og {len(names) - 3} andre modeller" if len(names) > 3 else "")
