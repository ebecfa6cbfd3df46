"""What the baselines that learn from texts have in common: documents, and the labels that can be learnt at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pobo_nlp.taxonomy import Kind
from pobo_nlp.text.tokens import word_forms
from training.baselines.baseline import Floats, Target


@dataclass(frozen=True, slots=True)
class Lesson:
    """Documents, and labels that some of them have and some have not.

    Attributes
    ----------
    documents : folded words parted by a blank, identifiers masked.
    targets : dimension to 0 or 1: shape (n_texts, n_labels). At least one label in a multi dimension, two in a single
        one.
    """

    documents: Sequence[str]
    targets: Mapping[str, Target]
    kinds: Mapping[str, Kind]
    seed: int


class Scorer(Protocol):
    """What a learner made of a lesson."""

    def scores(self, documents: Sequence[str]) -> dict[str, Floats]:
        """Return dimension to scores in [0, 1], for the labels of the lesson: shape (n_texts, n_labels)."""

    def size_bytes(self) -> int:
        """Return the size of what would have to be kept to answer."""


Learner = Callable[[Lesson], Scorer]


def documents_of(texts: Sequence[str]) -> list[str]:
    """Return texts as documents; not remembered, so that reading is part of every baseline's speed."""
    return [" ".join(word_forms(text)) for text in texts]
