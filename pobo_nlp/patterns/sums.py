"""The figures of all tables and lists in one row, and the sums that hold between them."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, pairwise
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from pobo_nlp.patterns.hiding import MOST_ROUNDS, Bools, Floats, Ints, Search
from pobo_nlp.patterns.periods import MONTHS, Kind, Period
from pobo_nlp.patterns.series import Series

Key = tuple[tuple[str, str], ...]
# The smallest part is hidden first; a whole is what readers look for.
_WHOLE = 1e6
# The ids of a list are shown, so that figures around it are hidden, and never the list.
_NEVER = np.inf
# So many rounds are tried without hiding the number of all.
_ROUNDS_WITH_ALL = 40


class Relation(NamedTuple):
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


class Cells:
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


def of_time(cells: Cells, series: Sequence[Series]) -> Iterator[Relation]:
    """Return that a total is the sum of its periods, and a longer period of the shorter ones in it."""
    by_key: dict[Key, list[Series]] = defaultdict(list)
    for one in series:
        by_key[one.key].append(one)
    for key, kinds in by_key.items():
        kinds.sort(key=lambda one: MONTHS[one.periods[0].kind])
        for one in kinds:
            places = cells.of_periods[key, one.periods[0].kind]
            yield Relation(
                np.array([cells.of_total[key]]), [places[place : place + 1] for place in range(len(places))], False
            )
        for shorter, longer in pairwise(kinds):
            short_places = cells.of_periods[key, shorter.periods[0].kind]
            long_places = cells.of_periods[key, longer.periods[0].kind]
            months = MONTHS[longer.periods[0].kind] // MONTHS[shorter.periods[0].kind]
            for place, period in enumerate(longer.periods):
                within = [at for at, one in enumerate(shorter.periods) if one.number // max(months, 1) == period.number]
                parts = [short_places[at : at + 1] for at in within]
                yield Relation(long_places[place : place + 1], parts, False)


def at_all_times(cells: Cells, whole: Key, parts: Sequence[Key]) -> Iterator[Relation]:
    """Return that a series has its parts and what is left over, over all periods and in each."""
    yield Relation(np.array([cells.of_total[whole]]), [np.array([cells.of_total[part]]) for part in parts], True)
    for kind in MONTHS:
        if (whole, kind) in cells.of_periods:
            found = [cells.of_periods[part, kind] for part in parts if (part, kind) in cells.of_periods]
            if found:
                yield Relation(cells.of_periods[whole, kind], found, True)


def of_lists(cells: Cells, lists: Sequence[Listed]) -> Iterator[Relation]:
    """Return that a list is part of every series that its cases belong to, and of the periods that it lies within."""
    for one in lists:
        part = [np.array([cells.of_list[one.name]])]
        for key in chain.from_iterable(combinations(one.key, size) for size in range(len(one.key) + 1)):
            if key in cells.of_total:
                yield Relation(np.array([cells.of_total[key]]), part, True)
            for kind, begin in cells.first.items():
                if one.first is None or one.last is None or (key, kind) not in cells.of_periods:
                    continue
                places = cells.of_periods[key, kind]
                first, last = (Period.of(day, kind).number - begin for day in (one.first, one.last))
                if 0 <= first <= last < len(places):
                    yield Relation(
                        places[first : first + 1],
                        part,
                        True,
                        [places[at : at + 1] for at in range(first + 1, last + 1)],
                    )


class Sums:
    """Sums that hold between figures: each says that a whole less its parts is none.

    Where parts are left out, there is one more: what is left over. It is in no table, so that it counts as hidden.
    """

    def __init__(self, cells: Cells, relations: Sequence[Relation]) -> None:
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
            self._is_whole[place] = _NEVER
        self._is_of_all = np.zeros(n_columns, np.bool_)
        for places in (cells.of_total.get(()), *(cells.of_periods.get(((), kind)) for kind in MONTHS)):
            if places is not None:
                self._is_of_all[places] = True

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
        # The number of all is hidden last of all.
        for kept, rounds in ((self._is_of_all, _ROUNDS_WITH_ALL), (np.zeros(len(cost), np.bool_), MOST_ROUNDS)):
            search = Search(self._matrix[holds], values, np.where(kept, _NEVER, cost), is_secret, min_cell)
            found = search.hidden(is_hidden, np.random.default_rng(seed), rounds)
            if not found.all():
                break
        is_hidden = found
        return np.asarray(~is_hidden[: self._n_cells] & (size[: self._n_cells] >= min_cell))
