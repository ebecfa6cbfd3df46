"""What the report tells of a dimension: counts that were rounded, and from which small ones are gone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pobo_nlp.batch.difference.cells import NO_YEAR
from pobo_nlp.batch.difference.counting import NONE, Tally
from pobo_nlp.batch.difference.statuses import ORDER
from pobo_nlp.batch.difference.suppression import Sum, shown
from pobo_nlp.batch.difference.words import PROPOSED
from pobo_nlp.taxonomy import Dimension

Shown = int | None
Key = tuple[str | int, ...]
UNCHANGED = "unchanged"
# How many rows are in the list to review: all that are not unchanged.
LISTED: Key = ("listed",)


@dataclass(frozen=True)
class Figures:
    """The shown counts of a dimension.

    Attributes
    ----------
    rows : matched rows, exactly.
    labels : all that occur, in the order of the scheme, unknown ones after, `NONE` last.
    years : in order, `NO_YEAR` last where some rows have no date; empty without a date column.
    """

    dimension: Dimension
    rows: int
    labels: tuple[str, ...]
    years: tuple[int, ...]
    counts: Mapping[Key, Shown]

    def of(self, *key: str | int) -> Shown:
        """Return a count: `status`, `before`, `after`, `move`, `rows_in`, `before_in` or `after_in`, and of what."""
        return self.counts.get(key)

    @property
    def listed(self) -> Shown:
        """Return how many rows are in the list to review."""
        return self.counts.get(LISTED)

    def difference(self, label: str) -> Shown:
        """Return how many more rows have a label than before; None where either count is not shown."""
        before, after = self.of("before", label), self.of("after", label)
        return None if before is None or after is None else after - before

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The labels with a shown count before or after."""
        return tuple(label for label in self.labels if self.of("before", label) or self.of("after", label))


def figures(tally: Tally) -> Figures:
    """Return what is shown of exact counts."""
    labels = _ordered(tally)
    years = tuple(sorted(tally.rows_in, key=lambda year: (year == NO_YEAR, year)))
    exact: dict[Key, int] = {("status", name): tally.statuses[name] for name in ORDER}
    exact[LISTED] = tally.rows - tally.statuses[UNCHANGED]
    for label in labels:
        exact[("before", label)] = tally.before[label]
        exact[("after", label)] = tally.after[label]
        for other in labels:
            exact[("move", label, other)] = tally.moves[(label, other)]
        for year in years:
            exact[("before_in", year, label)] = tally.before_in[(year, label)]
            exact[("after_in", year, label)] = tally.after_in[(year, label)]
    for year in years:
        exact[("rows_in", year)] = tally.rows_in[year]
    return Figures(tally.dimension, tally.rows, labels, years, shown(exact, list(_sums(tally, labels, years))))


def _ordered(tally: Tally) -> tuple[str, ...]:
    place_of = {label: place for place, label in enumerate(tally.dimension.label_ids)}
    unknown = len(place_of)
    occurring = {*tally.before, *tally.after}
    return tuple(sorted(occurring, key=lambda label: (label == NONE, place_of.get(label, unknown), label)))


def _sums(tally: Tally, labels: Sequence[str], years: Sequence[int]) -> Iterator[Sum[Key]]:
    """Yield which counts add up to which."""
    rows = tally.rows
    yield Sum(None, [("status", name) for name in ORDER], rows)
    yield Sum(LISTED, [("status", name) for name in ORDER if name != UNCHANGED])
    yield Sum(None, [("status", UNCHANGED), LISTED], rows)
    if years:
        yield Sum(None, [("rows_in", year) for year in years], rows)
        for side in ("before", "after"):
            yield from (Sum((side, label), [(f"{side}_in", year, label) for year in years]) for label in labels)
    if tally.dimension.kind == "multi":
        # A row may have several labels: nothing else adds up.
        return
    kept: list[Key] = [("move", label, label) for label in labels]
    if tally.is_retagged:
        yield Sum(None, [*kept, *(("status", name) for name in PROPOSED)], rows)
    else:
        yield Sum(("status", UNCHANGED), kept)
    for label in labels:
        yield Sum(("before", label), [("move", label, other) for other in labels])
        yield Sum(("after", label), [("move", other, label) for other in labels])
    for side in ("before", "after"):
        yield Sum(None, [(side, label) for label in labels], rows)
        yield from (Sum(("rows_in", year), [(f"{side}_in", year, label) for label in labels]) for year in years)
