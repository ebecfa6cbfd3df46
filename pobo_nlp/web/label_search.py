"""Labels by what they are called, mean and border on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pobo_nlp.taxonomy import Dimension, Label, Taxonomy
from pobo_nlp.text.normalise import fold
from pobo_nlp.web.view import with_names


@dataclass(frozen=True, slots=True)
class FoundLabel:
    """A label that was found, in the language of the page."""

    dimension: str
    id: str
    name: str
    parent: str
    definition: str
    border: str
    question: str
    sought: str


def search(taxonomy: Taxonomy, query: str, gettext: Callable[[str], str]) -> list[tuple[str, list[FoundLabel]]]:
    """Return the labels that have every word of a query, by the name of their dimension; all for an empty query.

    Labels whose name has the words come before those whose meaning has.
    """
    words = fold(query).split()
    groups = []
    for dimension in taxonomy.dimensions:
        found = [one for one in _labels(dimension, taxonomy, gettext) if all(word in one.sought for word in words)]
        found.sort(key=lambda one: not all(word in fold(one.name) for word in words))
        if found:
            groups.append((gettext(dimension.name), found))
    return groups


def _labels(dimension: Dimension, taxonomy: Taxonomy, gettext: Callable[[str], str]) -> Iterator[FoundLabel]:
    def say(message: str) -> str:
        return gettext(message) if message else ""

    for label in dimension.labels:
        parent = _parent(dimension, label, taxonomy)
        name, of, question = say(label.name), say(parent), say(label.question)
        definition = with_names(say(label.definition), taxonomy, gettext)
        border = with_names(say(label.border), taxonomy, gettext)
        original = [label.id, label.name, label.definition, label.border, label.question]
        sought = fold(" ".join([name, of, definition, border, question, *original]))
        yield FoundLabel(dimension.id, label.id, name, of, definition, border, question, sought)


def _parent(dimension: Dimension, label: Label, taxonomy: Taxonomy) -> str:
    if dimension.parent is None or label.parent is None:
        return ""
    return taxonomy.dimension(dimension.parent).label(label.parent).name
