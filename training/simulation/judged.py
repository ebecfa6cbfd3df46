"""A simulated table as the product reads it, beside the truth and the key to what was planted."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pobo_nlp.batch.columns import JOINT
from pobo_nlp.errors import InputNotFoundError, UnreadableFileError
from pobo_nlp.patterns.cases import Cases, read_cases
from pobo_nlp.tables import open_table
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.simulation.tables import KEY, PLANTED, TABLE, TRUTH


@dataclass(frozen=True, slots=True)
class Planted:
    """An entry of the key."""

    id: str
    kind: str
    sites: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    n: int
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class Judged:
    """Cases and their truth.

    Attributes
    ----------
    true : dimension to shape (n, n_labels).
    planted_for : id of the event of each case; empty for none.
    """

    cases: Cases
    true: Mapping[str, NDArray[np.bool_]]
    planted_for: NDArray[np.str_]
    planted: Sequence[Planted]
    years: int
    seed: int


def read_judged(folder: Path, taxonomy: Taxonomy) -> Judged:
    """Read what `python -m training simulate` wrote.

    Raises
    ------
    InputNotFoundError : where a file is missing.
    UnreadableFileError : where one is damaged.
    """
    for name in (TABLE, TRUTH, KEY):
        if not (folder / name).is_file():
            raise InputNotFoundError(folder / name)
    cases = read_cases(open_table(folder / TABLE), taxonomy)
    try:
        truth = pq.read_table(folder / TRUTH)
        key = json.loads((folder / KEY).read_text("utf-8"))
        return Judged(
            cases=cases,
            true={one.id: _labels(truth.column(one.id), one) for one in taxonomy.dimensions},
            planted_for=np.array(truth.column(PLANTED).to_pylist(), np.str_),
            planted=[_planted(one) for one in key["plantet"]],
            years=int(key["aar"]),
            seed=int(key["seed"]),
        )
    except (pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise UnreadableFileError(folder, f"fasit og nøkkel henger ikke sammen ({type(error).__name__})") from None


def _labels(column: pa.ChunkedArray, dimension: Dimension) -> NDArray[np.bool_]:
    place_of = {label: place for place, label in enumerate(dimension.label_ids)}
    encoded = column.combine_chunks().dictionary_encode()
    cells = encoded.dictionary.to_pylist()
    sets = np.zeros((len(cells), len(place_of)), np.bool_)
    for row, cell in enumerate(cells):
        sets[row, [place_of[label] for label in cell.split(JOINT) if label]] = True
    return np.asarray(sets[encoded.indices.to_numpy()])


def _planted(entry: Mapping[str, object]) -> Planted:
    labels, sites = entry["etiketter"], entry["steder"]
    if not isinstance(labels, dict) or not isinstance(sites, list):
        raise TypeError("labels")
    return Planted(
        id=str(entry["id"]),
        kind=str(entry["slag"]),
        sites=tuple(sites),
        labels={name: tuple(of_name) for name, of_name in labels.items()},
        n=int(str(entry["antall"])),
        first=datetime.date.fromisoformat(str(entry["fra"])),
        last=datetime.date.fromisoformat(str(entry["til"])),
    )
