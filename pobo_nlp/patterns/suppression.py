"""What of a set of tables may be shown, so that no count under five can be found, not even by subtraction.

A count under `min_cell` is hidden (zero looks the same as four). What can be worked out from the other figures is
hidden with it, in all tables that are shown together: those of each label and place, of their pairs, of each period and
over all periods. These figures hang together by sums: a series over all periods is the sum of its periods, and the
inquiries with a label are those with it at each place, and those at none that is shown. Two rules hold of the result:

1. In each such sum, none is hidden, or at least two are, and together they are at least `min_cell`.
2. No linear combination of shown figures gives a hidden one. For each hidden figure there is a certificate: a change of
   the hidden figures that alters this one and leaves every shown figure and every sum as it is, found by projecting
   random numbers upon the null space of the sums. Where there is none, one more figure is hidden, until there is.

Zeros are taken to be known: they tell of nobody, and often follow. That inquiries are no fewer than none bounds what is
hidden, as it does in any suppressed table; that is no exact recovery.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, pairwise
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from pobo_nlp.patterns.counting import REGION, SITE, Series
from pobo_nlp.patterns.hiding import Bools, Floats, Ints, Search
from pobo_nlp.patterns.periods import MONTHS, Kind, Period
from pobo_nlp.taxonomy import Taxonomy

MIN_CELL = 5
Key = tuple[tuple[str, str], ...]
_ROUNDS = 200
# The smallest part is hidden first; a whole is what readers look for.
_WHOLE = 1e6
# The ids of a list are shown, so that figures around it are hidden, and never the list.
_LISTED = np.inf


class _Relation(NamedTuple):
    """A whole, its parts, and whether parts may be left over: for some times at once; more wholes are added to it."""

    whole: Ints
    parts: list[Ints]
    is_open: bool
    more: Sequence[Ints] = ()


class Listed(NamedTuple):
    """A list of cases that a report shows beside its tables.

    Attributes
    ----------
    key : what all cases of the list have, as in a series.
    first, last : days that all cases lie within; None where they are from any time.
    """

    name: str
    key: Key
    first: datetime.date | None
    last: datetime.date | None
    n: int
    n_human: int


@dataclass(frozen=True)
class Shown:
    """What may be shown.

    Attributes
    ----------
    min_cell : counts under it are hidden.
    """

    min_cell: int
    _cells: Mapping[tuple[Key, Kind], Bools]
    _totals: Mapping[Key, bool]
    _human: Mapping[tuple[Key, Kind], Bools]
    _human_totals: Mapping[Key, bool]
    _lists: Mapping[str, bool] = field(default_factory=dict)
    _human_lists: Mapping[str, bool] = field(default_factory=dict)

    def periods(self, series: Series) -> Bools:
        """Return which periods of a series may be shown, with their corrected counts."""
        return self._cells[series.key, series.periods[0].kind]

    def total(self, series: Series) -> bool:
        """Return whether the total of a series may be shown, with its corrected count."""
        return self._totals[series.key]

    def human(self, series: Series) -> Bools:
        """Return for which periods it may be shown how many labels persons set."""
        return self._human[series.key, series.periods[0].kind] & self.periods(series)

    def human_total(self, series: Series) -> bool:
        """Return whether it may be shown how many labels of a series persons set."""
        return self._human_totals[series.key] and self.total(series)

    def lists(self, n_cases: int) -> bool:
        """Return whether a list of so many inquiries may be shown."""
        return n_cases >= self.min_cell

    def listed(self, name: str) -> bool:
        """Return whether a list that was told of may be shown, with its count."""
        return self._lists[name]

    def human_listed(self, name: str) -> bool:
        """Return whether it may be shown how many labels of a list persons set."""
        return self._human_lists[name] and self._lists[name]


@dataclass(frozen=True)
class Suppressor:
    """Decides what may be shown.

    Attributes
    ----------
    taxonomy : tells which labels make up a parent's.
    seed : of the random numbers.
    """

    taxonomy: Taxonomy
    min_cell: int = MIN_CELL
    seed: int = 0

    def shown(self, series: Sequence[Series], lists: Sequence[Listed] = ()) -> Shown:
        """Return what may be shown of series.

        Parameters
        ----------
        series : all that are shown together, in any table: what is left out cannot be protected against. A pair needs
            the series of its parts, and all of them the one of all inquiries, where those are shown anywhere.
        lists : of cases that are shown beside them. What a table has besides a list is protected, too.
        """
        cells = _Cells(series, lists)
        sums = _Sums(cells, [*self._relations(cells, series), *_of_lists(cells, lists)])
        is_shown = sums.shown([cells.observed], self.min_cell, self.seed)
        if lists and not is_shown.any():
            # Nothing that could be hidden would protect what is around the lists: they are left out.
            alone = self.shown(series)
            none = dict.fromkeys(cells.of_list, False)
            return replace(alone, _lists=none, _human_lists=none)
        by_person = [cells.human, cells.observed - cells.human]
        is_shown_human = sums.shown(by_person, self.min_cell, self.seed, hidden=~is_shown)
        return Shown(
            self.min_cell,
            {one: is_shown[places] for one, places in cells.of_periods.items()},
            {key: bool(is_shown[place]) for key, place in cells.of_total.items()},
            {one: is_shown_human[places] for one, places in cells.of_periods.items()},
            {key: bool(is_shown_human[place]) for key, place in cells.of_total.items()},
            {name: bool(is_shown[place]) for name, place in cells.of_list.items()},
            {name: bool(is_shown_human[place]) for name, place in cells.of_list.items()},
        )

    def _relations(self, cells: "_Cells", series: Sequence[Series]) -> Iterator[_Relation]:
        yield from _of_time(cells, series)
        groups: dict[tuple[Key, str, str], list[Key]] = defaultdict(list)
        for key in cells.of_total:
            for place, (name, label) in enumerate(key):
                rest = (*key[:place], *key[place + 1 :])
                if not self._is_multi(name):
                    groups[rest, "", name].append(key)
                parent = self._parent(name, label)
                if parent is not None:
                    groups[(*key[:place], parent, *key[place + 1 :]), parent[0], name].append(key)
        for (whole, _, _), parts in groups.items():
            if whole in cells.of_total:
                yield from _at_all_times(cells, whole, parts)

    def _is_multi(self, name: str) -> bool:
        return name not in (SITE, REGION) and self.taxonomy.dimension(name).kind == "multi"

    def _parent(self, name: str, label: str) -> tuple[str, str] | None:
        if name in (SITE, REGION):
            return None
        dimension = self.taxonomy.dimension(name)
        return (dimension.parent, str(dimension.label(label).parent)) if dimension.parent is not None else None


class _Cells:
    """Every figure of the tables has a place in one row."""

    def __init__(self, series: Sequence[Series], lists: Sequence[Listed] = ()) -> None:
        self.of_total: dict[Key, int] = {}
        self.of_periods: dict[tuple[Key, Kind], Ints] = {}
        self.first: dict[Kind, int] = {}
        observed, human = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        n_cells = 0
        for one in series:
            if one.key not in self.of_total:
                self.of_total[one.key] = n_cells
                observed.append(np.array([one.total.observed]))
                human.append(np.array([one.total.human]))
                n_cells += 1
            name = (one.key, one.periods[0].kind)
            if name not in self.of_periods:
                self.of_periods[name] = np.arange(n_cells, n_cells + len(one.periods))
                self.first[one.periods[0].kind] = one.periods[0].number
                observed.append(one.observed)
                human.append(one.human)
                n_cells += len(one.periods)
        self.of_list = {one.name: n_cells + place for place, one in enumerate(lists)}
        observed.append(np.array([one.n for one in lists], np.int64))
        human.append(np.array([one.n_human for one in lists], np.int64))
        self.observed: Ints = np.concatenate(observed).astype(np.int64)
        self.human: Ints = np.concatenate(human).astype(np.int64)


def _of_time(cells: _Cells, series: Sequence[Series]) -> Iterator[_Relation]:
    """Return that a total is the sum of its periods, and a longer period of the shorter ones in it."""
    by_key: dict[Key, list[Series]] = defaultdict(list)
    for one in series:
        by_key[one.key].append(one)
    for key, kinds in by_key.items():
        kinds.sort(key=lambda one: MONTHS[one.periods[0].kind])
        for one in kinds:
            places = cells.of_periods[key, one.periods[0].kind]
            yield _Relation(
                np.array([cells.of_total[key]]), [places[place : place + 1] for place in range(len(places))], False
            )
        for shorter, longer in pairwise(kinds):
            short_places = cells.of_periods[key, shorter.periods[0].kind]
            long_places = cells.of_periods[key, longer.periods[0].kind]
            months = MONTHS[longer.periods[0].kind] // MONTHS[shorter.periods[0].kind]
            for place, period in enumerate(longer.periods):
                within = [at for at, one in enumerate(shorter.periods) if one.number // max(months, 1) == period.number]
                parts = [short_places[at : at + 1] for at in within]
                yield _Relation(long_places[place : place + 1], parts, False)


def _at_all_times(cells: _Cells, whole: Key, parts: Sequence[Key]) -> Iterator[_Relation]:
    yield _Relation(np.array([cells.of_total[whole]]), [np.array([cells.of_total[part]]) for part in parts], True)
    for kind in MONTHS:
        if (whole, kind) in cells.of_periods:
            found = [cells.of_periods[part, kind] for part in parts if (part, kind) in cells.of_periods]
            if found:
                yield _Relation(cells.of_periods[whole, kind], found, True)


def _of_lists(cells: _Cells, lists: Sequence[Listed]) -> Iterator[_Relation]:
    """Return that a list is part of every series that its cases belong to, and of the periods that it lies within."""
    for one in lists:
        part = [np.array([cells.of_list[one.name]])]
        for key in chain.from_iterable(combinations(one.key, size) for size in range(len(one.key) + 1)):
            if key in cells.of_total:
                yield _Relation(np.array([cells.of_total[key]]), part, True)
            for kind, begin in cells.first.items():
                if one.first is None or one.last is None or (key, kind) not in cells.of_periods:
                    continue
                places = cells.of_periods[key, kind]
                first, last = (Period.of(day, kind).number - begin for day in (one.first, one.last))
                if 0 <= first <= last < len(places):
                    yield _Relation(
                        places[first : first + 1],
                        part,
                        True,
                        [places[at : at + 1] for at in range(first + 1, last + 1)],
                    )


class _Sums:
    """Sums that hold between figures: each says that a whole less its parts is none.

    Where parts are left out, there is one more: what is left over. It is in no table, so that it counts as hidden.
    """

    def __init__(self, cells: _Cells, relations: Sequence[_Relation]) -> None:
        self._n_cells = len(cells.observed)
        rows, columns, signs = [], [], []
        n_rows, n_columns = 0, self._n_cells
        for whole, parts, is_open, more in relations:
            count = len(whole)
            members = [whole, *more, *parts]
            if is_open:
                members.append(np.arange(n_columns, n_columns + count))
                n_columns += count
            rows.append(np.tile(np.arange(n_rows, n_rows + count), len(members)))
            columns.append(np.concatenate(members))
            n_wholes = 1 + len(more)
            signs.append(np.repeat([*[1.0] * n_wholes, *[-1.0] * (len(members) - n_wholes)], count))
            n_rows += count
        self._matrix = csr_matrix(
            (
                np.concatenate(signs) if signs else np.zeros(0),
                (
                    np.concatenate(rows) if rows else np.zeros(0, np.int64),
                    np.concatenate(columns) if columns else np.zeros(0, np.int64),
                ),
            ),
            shape=(n_rows, n_columns),
        )
        self._is_whole = np.zeros(n_columns)
        for relation in relations:
            self._is_whole[relation.whole] += 1
        for place in cells.of_list.values():
            self._is_whole[place] = _LISTED

    def _with_rest(self, values: Ints) -> Floats:
        """Return the values of all figures, those that are left over included."""
        found = np.zeros(self._matrix.shape[1])
        found[: self._n_cells] = values
        over = self._matrix @ found
        is_rest = np.arange(len(found)) >= self._n_cells
        of_rest = self._matrix[:, is_rest].tocoo()
        found[self._n_cells + of_rest.col] = over[of_rest.row]
        return found

    def shown(self, measures: Sequence[Ints], min_cell: int, seed: int, *, hidden: Bools | None = None) -> Bools:
        """Return which figures may be shown, of measures that are hidden together."""
        values = np.array([self._with_rest(measure) for measure in measures])
        # Where labels were not derived from each other, the parts do not make up the whole, and nothing follows.
        holds = np.ones(self._matrix.shape[0], np.bool_)
        negative = (values < 0).any(axis=0)
        holds[np.unique(self._matrix[:, negative].nonzero()[0])] = False
        size = values.sum(axis=0)
        is_secret: Bools = np.any((values > 0) & (values < min_cell), axis=0) & ~negative
        is_hidden = is_secret | (np.arange(len(size)) >= self._n_cells)
        if hidden is not None:
            is_hidden[: self._n_cells] |= hidden
        cost = size + _WHOLE * self._is_whole
        search = Search(self._matrix[holds], values, cost, is_secret, min_cell)
        random = np.random.default_rng(seed)
        for _ in range(_ROUNDS):
            is_hidden = search.closed(is_hidden)
            secret, fixed = search.determined(is_hidden, random)
            if not len(secret):
                break
            # Where all in its own sums is hidden, something has to be that it follows from: the nearest there is.
            found, more = secret, search.with_more(is_hidden, secret)
            while more.sum() == is_hidden.sum():
                found, before = search.near(found, fixed), len(found)
                if len(found) == before:
                    more[:] = True
                    break
                more = search.with_more(is_hidden, found)
            is_hidden = more
        else:
            is_hidden[:] = True
        return np.asarray(~is_hidden[: self._n_cells] & (size[: self._n_cells] >= min_cell))
