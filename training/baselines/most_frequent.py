"""The answer that most training texts have, whatever a text says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.baselines.baseline import Given, Target


@dataclass(frozen=True, slots=True)
class MostFrequent:
    """Always the same answer.

    Attributes
    ----------
    labels : predicted dimension to 0 or 1: shape (n_labels,).
    """

    labels: Mapping[str, Target]

    def answers(self, texts: Sequence[str]) -> dict[str, Target]:
        """Return the same labels for every text."""
        return {name: np.tile(labels, (len(texts), 1)) for name, labels in self.labels.items()}

    def size_bytes(self) -> int:
        """Return the size of the labels."""
        return sum(labels.nbytes for labels in self.labels.values())


def most_frequent(given: Given) -> MostFrequent:
    """Take the label, or for a multi dimension the set of labels, that is most frequent in training."""
    return MostFrequent({d.id: frequent_labels(given.train.targets[d.id]) for d in given.taxonomy.predicted})


def frequent_labels(target: Target) -> Target:
    """Return the row that most texts have: shape (n_labels,)."""
    sets, counts = np.unique(target, axis=0, return_counts=True)
    return np.asarray(sets[counts.argmax()])
