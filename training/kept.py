"""What a model said of texts that it had not seen: by the ids of the texts, without a word of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.folds import Predictions

Array = NDArray[Any]
Labels = Mapping[str, tuple[str, ...]]
# Names of the part that a run judges its model on: by cross-validation, or on dev files where there are any.
CROSS_VALIDATION, DEV = "cross_validation", "dev"
PROBABILITY, ACCEPTED, IN_SET = "probability", "accepted", "in_set"
# The sum that is a parent's probability may pass 1 by a rounding.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Part:
    """Texts that a model was judged on, in one order throughout.

    Attributes
    ----------
    ids : of the texts, each once.
    groups : shape (n_texts,).
    targets : dimension to 0 or 1, parents included: shape (n_texts, n_labels).
    description : name of a slice to which texts belong to it: shape (n_texts,).
    """

    ids: tuple[str, ...]
    groups: NDArray[np.int64]
    targets: Mapping[str, NDArray[np.int8]]
    predictions: Predictions
    description: Mapping[str, NDArray[np.bool_]]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, places: NDArray[np.int64]) -> "Part":
        """Return the texts at some places."""
        return Part(
            tuple(self.ids[place] for place in places.tolist()),
            self.groups[places],
            {name: values[places] for name, values in self.targets.items()},
            self.predictions.take(places),
            {name: values[places] for name, values in self.description.items()},
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of what a model said.

    Attributes
    ----------
    digests : name of a part to the SHA-256 of the files that its texts come from.
    labels : dimension to the ids of its labels, in the order of the arrays.
    parts : `cross_validation` (or `dev`), and the test files that a report has read.
    """

    model_id: str
    digests: Mapping[str, str]
    labels: Labels
    parts: Mapping[str, Part]


def check(part: Part, labels: Labels) -> None:
    """Raise `ValueError` where arrays do not fit the ids and the labels, or what is no probability stands for one."""
    said = arrays_of(part.predictions)
    whole = [part.targets, said[PROBABILITY], said[ACCEPTED]]
    if any(set(arrays) != set(labels) for arrays in whole) or not set(said[IN_SET]) <= set(labels):
        raise ValueError("dimensions")
    if len(set(part.ids)) < len(part.ids) or not all(isinstance(one, str) for one in part.ids):
        raise ValueError("ids")
    if any(values.shape != (len(part),) for values in (part.groups, *part.description.values())):
        raise ValueError("groups and slices")
    for arrays in (*whole, said[IN_SET]):
        if any(values.shape != (len(part), len(labels[name])) for name, values in arrays.items()):
            raise ValueError("shapes")
    if not all(((values >= 0) & (values <= 1 + ROUNDING)).all() for values in said[PROBABILITY].values()):
        raise ValueError("probabilities")


def arrays_of(predictions: Predictions) -> dict[str, Mapping[str, Array]]:
    """Return kind of answer to dimension to array."""
    return {
        PROBABILITY: predictions.probability,
        ACCEPTED: predictions.accepted,
        IN_SET: predictions.in_set,
    }
