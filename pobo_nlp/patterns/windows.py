"""Where and when the cases of a label come close together, and how surprising that is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Kind = Literal["flag", "cause_area"]
# A rate weighs as much as the one behind it when it rests on so many cases.
PRIOR_CASES = 50.0
# Rates differ from place to place by more than chance; no less than this, and no more than no difference.
MIN_SIZE, MAX_SIZE = 2.0, 1e6
MAX_SCORE = 300.0


@dataclass(frozen=True)
class Item:
    """What cases may have in common.

    Attributes
    ----------
    labels : (dimension, label) that all have.
    rows : places in `Cases`.
    is_human : shape as `rows`, whether persons set these labels.
    """

    kind: Kind
    labels: tuple[tuple[str, str], ...]
    rows: Ints
    is_human: Bools


@dataclass(frozen=True)
class Window:
    """Cases of an item at one place within some days.

    Attributes
    ----------
    place : number of the site, the region or the kind of site.
    rows : places in `Cases`, by date.
    n_before : cases in as many days before.
    expected : cases that would be there.
    score : minus the decimal logarithm of the probability of so many cases or more.
    """

    item: Item
    place: int
    rows: Ints
    n_human: int
    n_before: int
    expected: float
    score: float


def items(cases: Cases) -> Iterator[Item]:
    """Yield each flag, then each cause in each area.

    Flags are the labels that have a question. Causes are those of the other dimensions with several labels a case,
    areas those of dimensions with one label that decides another's.
    """
    taxonomy = cases.taxonomy
    multi = [one for one in taxonomy.dimensions if one.kind == "multi"]
    flags = [one for one in multi if any(label.question for label in one.labels)]
    areas = [one for one in taxonomy.predicted if one.kind == "single" and one.parent is not None]
    for flag in flags:
        for place, label in enumerate(flag.label_ids):
            rows = np.flatnonzero(cases.labels[flag.id][:, place])
            yield Item("flag", ((flag.id, label),), rows, cases.is_human[flag.id][rows])
    for cause in (one for one in multi if one not in flags):
        for area in areas:
            is_human = cases.is_human[cause.id] & cases.is_human[area.id]
            for of_area, area_label in enumerate(area.label_ids):
                within = np.flatnonzero(cases.labels[area.id][:, of_area])
                of_causes = cases.labels[cause.id][within]
                for of_cause, cause_label in enumerate(cause.label_ids):
                    rows = within[of_causes[:, of_cause]]
                    yield Item("cause_area", ((cause.id, cause_label), (area.id, area_label)), rows, is_human[rows])


class Scan:
    """Looks for windows at places of one sort.

    Parameters
    ----------
    place : shape (n_cases,), number of each case's place; -1 where it has none.
    peers : shape (n_places,), number of those that each place is compared with; -1 throughout to compare each place
        with its own past and future alone.
    """

    def __init__(self, cases: Cases, place: Ints, peers: Ints, *, window_days: int, min_cell: int) -> None:
        self.place, self.window_days, self._min_cell = place, window_days, min_cell
        self._peers, n_places = peers + 1, len(peers)
        self._has_date = ~np.isnat(cases.dates)
        self._counts = self._has_date & (place >= 0)
        self._days = np.where(self._has_date, cases.dates, np.datetime64(0, "D")).astype(np.int64)
        self._first = int(self._days[self._has_date].min(initial=0))
        self._days -= self._first
        # Days of one place are farther from those of the next than any window is long.
        self._stride = int(self._days.max(initial=0)) + 2 * window_days + 2
        self._all_days = np.sort(self._days[self._has_date])
        self._all_keys = np.sort(self._keys(np.flatnonzero(self._counts)))
        self._n_of_place = np.bincount(place[self._counts], minlength=n_places).astype(np.float64)

    def best(self, every: list[Item]) -> Iterator[Window]:
        """Yield for each item and place the most surprising window, where one has enough cases."""
        every = [self._counted(item) for item in every]
        size = {kind: self._size([item for item in every if item.kind == kind]) for kind in ("flag", "cause_area")}
        for item in every:
            if len(item.rows) >= self._min_cell:
                yield from self._windows(item, size[item.kind])

    def _counted(self, item: Item) -> Item:
        """Return an item with the cases that have date and place, by place and then by date."""
        is_counted = self._counts[item.rows]
        rows, is_human = item.rows[is_counted], item.is_human[is_counted]
        order = np.argsort(self._keys(rows), kind="stable")
        return Item(item.kind, item.labels, rows[order], is_human[order])

    def _keys(self, rows: Ints) -> Ints:
        return np.asarray(self.place[rows].astype(np.int64) * self._stride + self._days[rows])

    def _windows(self, item: Item, size: float) -> Iterator[Window]:
        from scipy.stats import nbinom

        keys = self._keys(item.rows)
        ends = np.searchsorted(keys, keys + self.window_days)
        starts = np.flatnonzero(ends - np.arange(len(keys)) >= self._min_cell)
        if not len(starts):
            return
        count = ends[starts] - starts
        place = self.place[item.rows[starts]].astype(np.int64)
        expected = self._expected(item, place, keys[starts], count)
        chance = np.log10(np.maximum(nbinom.sf(count - 1, size, size / (size + expected)), 10.0**-MAX_SCORE))
        before = starts - np.searchsorted(keys, keys[starts] - self.window_days)
        # The most surprising of each place; of several such, the one with the most cases, and then the earliest.
        order = np.lexsort((starts, -count, chance, place))
        for at in order[np.flatnonzero(np.diff(place[order], prepend=-1))].tolist():
            stretch = slice(int(starts[at]), int(ends[starts[at]]))
            yield Window(
                item,
                int(place[at]),
                item.rows[stretch],
                int(item.is_human[stretch].sum()),
                int(before[at]),
                float(expected[at]),
                float(-chance[at]),
            )

    def _expected(self, item: Item, place: Ints, keys: Ints, count: Ints) -> Floats:
        """Return how many cases windows would hold if place, time and label had nothing to do with each other."""
        day = keys - place * self._stride
        in_time = np.searchsorted(self._all_days, day + self.window_days) - np.searchsorted(self._all_days, day)
        share_of_time = in_time / len(self._all_days)
        rate = self._rate_of_peers(item)[place]
        is_alone = (self._peers == 0) | (self._n_of_place == self._n_of_place.sum())
        if item.kind == "cause_area" or is_alone.all():
            # What a place is for is no pattern; and who has no peers is only compared with what it is like else.
            at_place = np.searchsorted(self._all_keys, keys + self.window_days) - np.searchsorted(self._all_keys, keys)
            k_of_place = np.bincount(self.place[item.rows], minlength=len(self._peers))[place]
            others = np.maximum(self._n_of_place[place] - at_place, 0)
            rate = (np.maximum(k_of_place - count, 0) + PRIOR_CASES * rate) / (others + PRIOR_CASES)
        return np.asarray(self._n_of_place[place] * share_of_time * rate)

    def _rate_of_peers(self, item: Item) -> Floats:
        """Return the share of cases with the label at the other places of the same sort: shape (n_places,)."""
        k = np.bincount(self.place[item.rows], minlength=len(self._peers)).astype(np.float64)
        n = self._n_of_place
        # A place that has all cases has nothing but itself.
        is_all = n == n.sum()
        of_all = np.where(is_all, k + 0.5, k.sum() - k + 0.5) / np.where(is_all, n + 1.0, n.sum() - n + 1.0)
        k_peers = np.bincount(self._peers, k)[self._peers] - k
        n_peers = np.bincount(self._peers, n)[self._peers] - n
        return np.asarray((k_peers + PRIOR_CASES * of_all) / (n_peers + PRIOR_CASES))

    def _size(self, every: list[Item]) -> float:
        """Return the size of the negative binomial distribution, by how much more than chance places differ."""
        squares = excess = 0.0
        for item in every:
            k = np.bincount(self.place[item.rows], minlength=len(self._peers))
            expected = self._n_of_place * self._rate_of_peers(item)
            squares += float(np.square(expected).sum())
            excess += float((np.square(k - expected) - expected).sum())
        return float(np.clip(squares / excess if excess > 0 else MAX_SIZE, MIN_SIZE, MAX_SIZE))
