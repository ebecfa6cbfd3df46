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

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pobo_nlp.patterns.hiding import Bools
from pobo_nlp.patterns.periods import Kind
from pobo_nlp.patterns.series import REGION, SITE, Series
from pobo_nlp.patterns.sums import Cells, Key, Listed, Relation, Sums, at_all_times, of_lists, of_time
from pobo_nlp.taxonomy import Taxonomy

__all__ = ["MIN_CELL", "Key", "Listed", "Shown", "Suppressor"]

MIN_CELL = 5


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
        cells = Cells(series, lists)
        sums = Sums(cells, [*self._relations(cells, series), *of_lists(cells, lists)])
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

    def _relations(self, cells: "Cells", series: Sequence[Series]) -> Iterator[Relation]:
        yield from of_time(cells, series)
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
                yield from at_all_times(cells, whole, parts)

    def _is_multi(self, name: str) -> bool:
        return name not in (SITE, REGION) and self.taxonomy.dimension(name).kind == "multi"

    def _parent(self, name: str, label: str) -> tuple[str, str] | None:
        if name in (SITE, REGION):
            return None
        dimension = self.taxonomy.dimension(name)
        return (dimension.parent, str(dimension.label(label).parent)) if dimension.parent is not None else None
