"""What two models said of the same texts, row by row and label by label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Label, Taxonomy
from training.folds import Predictions
from training.predictions import Kept, Part

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A part of the texts, with the answers of two models to it in one order of rows and labels.

    Attributes
    ----------
    name : of the part.
    groups : shape (n_texts,).
    targets : dimension to 0 or 1, shape (n_texts, n_labels), as the second model's data have them: both are judged by
        the same truth.
    slices : name of a slice to which texts belong to it, as in the second model's data.
    only_a, only_b : number of texts that one model alone was judged on.
    is_same_data : whether both models' texts come from the same files.
    changed : number of common texts whose labels are others in the first model's data.
    """

    name: str
    groups: NDArray[np.int64]
    targets: Mapping[str, NDArray[np.int8]]
    a: Predictions
    b: Predictions
    slices: Mapping[str, NDArray[np.bool_]]
    only_a: int
    only_b: int
    is_same_data: bool
    changed: int

    def __len__(self) -> int:
        return len(self.groups)


def common_dimensions(a: Kept, b: Kept, taxonomy: Taxonomy) -> tuple[Dimension, ...]:
    """Return the dimensions that both models have, each with the labels of both.

    Parameters
    ----------
    taxonomy : of the second model; labels that it has not come last and are called by their id.
    """
    return tuple(
        replace(dimension, labels=(*dimension.labels, *(Label(one, one) for one in _without(a, b, dimension.id))))
        for dimension in taxonomy.dimensions
        if dimension.id in a.labels and dimension.id in b.labels
    )


def labels_without(a: Kept, b: Kept) -> dict[str, tuple[str, ...]]:
    """Return dimension to the labels that the first model has and the second has not."""
    found = {name: _without(a, b, name) for name in a.labels}
    return {name: labels for name, labels in found.items() if labels}


def pairs(a: Kept, b: Kept, dimensions: Sequence[Dimension]) -> Iterator[Pair]:
    """Yield each part that both models have texts of in common."""
    for name, part_b in b.parts.items():
        if name not in a.parts:
            continue
        pair = _pair(name, (a, a.parts[name]), (b, part_b), dimensions)
        if len(pair):
            yield pair


def _without(a: Kept, b: Kept, dimension: str) -> tuple[str, ...]:
    known = b.labels.get(dimension, ())
    return tuple(label for label in a.labels[dimension] if label not in known)


def _pair(name: str, first: tuple[Kept, Part], second: tuple[Kept, Part], dimensions: Sequence[Dimension]) -> Pair:
    (a, part_a), (b, part_b) = first, second
    place_of = {one: place for place, one in enumerate(part_a.ids)}
    in_b = np.array([place for place, one in enumerate(part_b.ids) if one in place_of], np.int64)
    in_a = np.array([place_of[part_b.ids[place]] for place in in_b.tolist()], np.int64)
    targets = _in_line(part_b.targets, in_b, b, dimensions)
    targets_of_a = _in_line(part_a.targets, in_a, a, dimensions)
    is_changed = [(targets[each.id] != targets_of_a[each.id]).any(axis=1) for each in dimensions]
    return Pair(
        name,
        part_b.groups[in_b],
        targets,
        _said(part_a.predictions, in_a, a, dimensions),
        _said(part_b.predictions, in_b, b, dimensions),
        {key: is_member[in_b] for key, is_member in part_b.description.items()},
        only_a=len(part_a) - len(in_a),
        only_b=len(part_b) - len(in_b),
        is_same_data=a.digests[name] == b.digests[name],
        changed=int(np.any(is_changed, axis=0).sum()),
    )


def _said(predictions: Predictions, rows: Array, kept: Kept, dimensions: Sequence[Dimension]) -> Predictions:
    probability, accepted = (
        _in_line(arrays, rows, kept, dimensions) for arrays in (predictions.probability, predictions.accepted)
    )
    # Prediction sets are not compared.
    return Predictions(probability, accepted, in_set={})


def _in_line(arrays: Mapping[str, Array], rows: Array, kept: Kept, dimensions: Sequence[Dimension]) -> dict[str, Array]:
    """Return rows in a wanted order, with a column for each label of both models: 0 where a model has it not."""
    found = {}
    for dimension in dimensions:
        values = arrays[dimension.id]
        in_line = np.zeros((len(rows), len(dimension.labels)), values.dtype)
        columns = [dimension.label_ids.index(label) for label in kept.labels[dimension.id]]
        in_line[:, columns] = values[rows]
        found[dimension.id] = in_line
    return found
