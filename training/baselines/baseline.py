"""What every baseline is given, and what it can do once it is fitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Taxonomy
from training.fit import Inquiries, PriorExamples

Floats = NDArray[np.float64]
Target = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Given:
    """What a baseline may learn from.

    Attributes
    ----------
    prior : phrases and definitions; only the phrase bank looks at them.
    """

    train: Inquiries
    prior: PriorExamples
    taxonomy: Taxonomy
    seed: int


class Baseline(Protocol):
    """A fitted baseline."""

    def answers(self, texts: Sequence[str]) -> dict[str, Target]:
        """Return predicted dimension to 0 or 1: shape (n_texts, n_labels); exactly one label in a single dimension."""

    def size_bytes(self) -> int:
        """Return the size of what would have to be kept to answer."""


def one_label(scores: Floats) -> Target:
    """Return the label of the highest score in each text, the first where several are highest."""
    return np.asarray(np.eye(scores.shape[1], dtype=np.int8)[scores.argmax(axis=1)])
