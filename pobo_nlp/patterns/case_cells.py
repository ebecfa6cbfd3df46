"""Cells of a table as numbers of names and as sets of labels."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pobo_nlp.batch.difference.cells import JOINT, as_text, labels_of
from pobo_nlp.taxonomy import Dimension

Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]


class PlaceNames:
    """Numbers for names, as they come."""

    def __init__(self) -> None:
        self._number_of: dict[str, int] = {}

    def codes(self, column: pa.Array) -> Codes:
        """Return the number of each cell's name; -1 where it is empty."""
        encoded = as_text(column).dictionary_encode()
        numbers = [self._code(" ".join(name.split())) for name in encoded.dictionary.to_pylist()]
        return np.array(numbers, np.int32)[encoded.indices.to_numpy(zero_copy_only=False)] if numbers else no_codes()

    def _code(self, name: str) -> int:
        return self._number_of.setdefault(name, len(self._number_of)) if name else -1

    def in_order(self, codes: Codes) -> tuple[Codes, tuple[str, ...]]:
        """Return codes and names in alphabetical order, so that they do not hang on the order of the rows."""
        names = sorted(self._number_of)
        new = np.full(len(names) + 1, -1, np.int32)
        for place, name in enumerate(names):
            new[self._number_of[name]] = place
        return new[codes], tuple(names)


class LabelCells:
    """Cells of a dimension as codes of label sets."""

    def __init__(self, dimension: Dimension) -> None:
        self.dimension = dimension
        self.place_of = {label: place for place, label in enumerate(dimension.label_ids)}
        self.unknown = self.several = 0

    def read(self, column: pa.Array) -> tuple[Bools, Bools]:
        """Return the labels of each row, and which rows have a known label."""
        encoded = as_text(column).dictionary_encode()
        cells = encoded.dictionary.to_pylist()
        numbers = encoded.indices.to_numpy(zero_copy_only=False)
        counts = np.bincount(numbers, minlength=len(cells)).tolist()
        sets = np.zeros((len(cells), len(self.place_of)), np.bool_)
        for place, (cell, count) in enumerate(zip(cells, counts, strict=True)):
            labels = labels_of(cell) if self.dimension.kind == "multi" or JOINT in cell else [cell] if cell else []
            known = [self.place_of[label] for label in labels if label in self.place_of]
            self.unknown += count if len(known) < len(labels) else 0
            if self.dimension.kind == "single" and len(known) > 1:
                self.several += count
                known = []
            sets[place, known] = True
        found = sets[numbers] if len(cells) else np.zeros((0, len(self.place_of)), np.bool_)
        return np.asarray(found), np.asarray(found.any(axis=1))


def parent_of(
    child: tuple[Bools, Bools], parent: tuple[Bools, Bools], of: Dimension, to: Dimension
) -> tuple[Bools, Bools]:
    """Let a label decide its parent's where a person set it, or where the parent has none of its own."""
    follows = np.zeros((len(of.labels), len(to.labels)), np.bool_)
    for place, label in enumerate(of.labels):
        follows[place, to.label_ids.index(str(label.parent))] = True
    derived, has_child = child[0] @ follows, child[0].any(axis=1)
    decides = has_child & (child[1] | ~parent[0].any(axis=1))
    return np.where(decides[:, None], derived, parent[0]), np.where(decides, child[1], parent[1])


def texts_of(rows: pa.RecordBatch, column: str) -> NDArray[np.str_]:
    """Return a column that has few different values."""
    encoded = as_text(rows.column(column)).dictionary_encode()
    values = np.array(encoded.dictionary.to_pylist() or [""], np.str_)
    return np.asarray(values[encoded.indices.to_numpy(zero_copy_only=False)])


def joined(parts: list[Bools]) -> Bools:
    """Return the parts as one array; each is let go once copied."""
    whole = np.zeros((sum(map(len, parts)), parts[0].shape[1]), np.bool_)
    start = 0
    while parts:
        part = parts.pop(0)
        whole[start : start + len(part)] = part
        start += len(part)
    return whole


def no_codes() -> Codes:
    """Return the numbers of no rows."""
    return np.zeros(0, np.int32)
