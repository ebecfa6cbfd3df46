"""What labels are called in the report."""

from collections.abc import Mapping

from pobo_nlp.batch.difference.cells import NO_YEAR
from pobo_nlp.batch.difference.counting import NONE
from pobo_nlp.batch.difference.words import ADDED, NOTHING, REMOVED, UNDATED
from pobo_nlp.taxonomy import Dimension, Taxonomy

# How a retagged table writes an old code that may be any of several labels.
OR = " / "


class Names:
    """Names of a dimension's labels; what the scheme does not know is called what it is called in the table."""

    def __init__(self, dimension: Dimension, taxonomy: Taxonomy) -> None:
        names: dict[str, str] = {}
        for one in reversed(taxonomy.path(dimension)):
            names |= {label.id: label.name for label in one.labels}
        self._names: Mapping[str, str] = names
        self._is_multi = dimension.kind == "multi"

    def __call__(self, label: str) -> str:
        """Return the name of a label."""
        if label == NONE:
            return NOTHING
        return " eller ".join(self._names.get(part, part) for part in label.split(OR))

    def moved_from(self, label: str) -> str:
        """Return the name of the label that another took the place of."""
        return ADDED if self._is_multi and label == NONE else self(label)

    def moved_to(self, label: str) -> str:
        """Return the name of the label that took another's place."""
        return REMOVED if self._is_multi and label == NONE else self(label)


def year_name(year: int) -> str:
    """Return how a year is written."""
    return UNDATED if year == NO_YEAR else str(year)
