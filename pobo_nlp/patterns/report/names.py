"""What labels, places and series are called in a report."""

from collections.abc import Sequence
from functools import cached_property

from pobo_nlp.patterns.series import REGION, SITE
from pobo_nlp.taxonomy import Taxonomy

PLACES = {SITE: "Sted", REGION: "Region"}


class Names:
    """Names of a label scheme; those of places are their own."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str]:
        return {(one.id, label.id): label.name for one in self._taxonomy.dimensions for label in one.labels}

    def label(self, name: str, label: str) -> str:
        """Return what a label or a place is called."""
        return self._labels.get((name, label), label)

    def of(self, key: Sequence[tuple[str, str]]) -> str:
        """Return what a series is called."""
        if not key:
            return "Alle henvendelser"
        return " · ".join(self.label(name, label) for name, label in key)

    def dimension(self, name: str) -> str:
        """Return what a dimension or a sort of places is called."""
        return PLACES.get(name) or self._taxonomy.dimension(name).name
