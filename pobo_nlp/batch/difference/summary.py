"""What a comparison found, in words and for programs; counts of labels are those that the report shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pobo_nlp.batch.difference.figures import Figures
from pobo_nlp.batch.difference.names import Names
from pobo_nlp.batch.difference.statuses import ORDER
from pobo_nlp.batch.difference.words import count, listed, share, signed

MOST_TOLD = 3
BECOMES = {"refined": "blir mer presise", "changed": "får en annen etikett", "new": "får en etikett de ikke hadde"}


@dataclass(frozen=True, slots=True)
class Found:
    """A dimension in the report.

    Attributes
    ----------
    is_retagged : whether the new table says itself what became of each old label.
    list_name : of the list to review.
    """

    figures: Figures
    names: Names
    is_retagged: bool
    list_name: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a comparison found.

    Attributes
    ----------
    old, new : names of the tables.
    matched_by : `id` or `row`; with `reason` where it is `row`.
    unmatched : rows of the old and of the new table without a counterpart.
    has_undated : whether some matched rows have no year, though there is a date column.
    """

    old: str
    new: str
    old_rows: int
    new_rows: int
    matched: int
    matched_by: str
    reason: str
    unmatched: tuple[int, int]
    date_column: str | None
    has_undated: bool
    models: tuple[tuple[str, ...], tuple[str, ...]]
    dimensions: tuple[Found, ...]
    out: Path

    def to_dict(self) -> dict[str, object]:
        """Return it as JSON for programs; null is a count that is not shown."""
        return {
            "old": self.old,
            "new": self.new,
            "rows": {"old": self.old_rows, "new": self.new_rows, "matched": self.matched},
            "matched_by": self.matched_by,
            "matched_by_row_because": self.reason or None,
            "unmatched": {"old": self.unmatched[0], "new": self.unmatched[1]},
            "date_column": self.date_column,
            "dimensions": {found.figures.dimension.id: _dimension(found) for found in self.dimensions},
            "out": str(self.out),
        }


def _dimension(found: Found) -> dict[str, object]:
    figures = found.figures
    labels: Mapping[str, object] = {
        label: {"before": figures.of("before", label), "after": figures.of("after", label)} for label in figures.told
    }
    return {
        "statuses": {status: figures.of("status", status) for status in ORDER},
        "labels": labels,
        "review_list": found.list_name,
        "listed": figures.listed,
    }


def sentences(found: Found) -> Iterator[str]:
    """Yield what is to be told of a dimension first."""
    figures, rows = found.figures, found.figures.rows
    kept = figures.of("status", "unchanged")
    yield f"{share(kept, rows)} av radene er uendret." if kept else "Under fem rader er uendret."
    told = [f"{count(value)} {words}" for status, words in BECOMES.items() if (value := figures.of("status", status))]
    yield f"{listed(told)}." if told else "Under fem rader av hvert slag får noe nytt."
    persons = figures.of("status", "needs_person")
    if persons:
        yield f"{count(persons)} rader ({share(persons, rows)}) trenger et menneske."
    largest = largest_changes(figures)[:MOST_TOLD]
    if largest:
        yield (
            "Størst endring: "
            + listed([f"{found.names(label)} ({signed(figures.difference(label))})" for label in largest])
            + "."
        )


def largest_changes(figures: Figures) -> list[str]:
    """Return the labels with a shown difference other than none, the largest first."""
    changes = {label: figures.difference(label) or 0 for label in figures.told}
    return sorted((label for label in changes if changes[label]), key=lambda label: -abs(changes[label]))
