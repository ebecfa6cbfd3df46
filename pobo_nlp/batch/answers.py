"""Scores become the columns that a batch adds to a table."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pobo_nlp.model.reading import UNREADABLE
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.scores import Scores
from pobo_nlp.taxonomy import Dimension, Taxonomy

JOINT = "|"
DECIMALS = 4
N_SHOWN = 3

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def answer_schema(taxonomy: Taxonomy) -> pa.Schema:
    """Return the columns that are added, in their order, by the names they have where none of these is taken."""
    fields: list[pa.Field] = []
    for dimension in taxonomy.dimensions:
        name = dimension.id
        if dimension.kind == "single":
            fields += [pa.field(name, pa.string()), pa.field(f"{name}_probability", pa.float64())]
            fields += [pa.field(f"{name}_{rank}", pa.string()) for rank in range(2, N_SHOWN + 1)]
        else:
            fields += [pa.field(name, pa.string()), pa.field(f"{name}_probability", pa.string())]
    return pa.schema(fields + [pa.field(name, pa.string()) for name in ("settled", "review", "malform", "model")])


def answers(scorer: Scorer, scores: Scores) -> pa.RecordBatch:
    """Return the columns of `answer_schema`, a row a text.

    A text that cannot be read has no labels: empty texts, and null for a probability that is a number.
    """
    is_readable = np.fromiter(map(UNREADABLE.isdisjoint, scores.review), bool, len(scores))
    columns: list[pa.Array] = []
    for dimension in scorer.taxonomy.dimensions:
        columns_of = _single if dimension.kind == "single" else _multi
        columns += columns_of(dimension, scores, is_readable)
    columns.append(_joined(zip(*scores.settled.values(), strict=True), len(scores)))
    columns.append(_joined(scores.review, len(scores)))
    columns.append(pa.array(scores.malform, pa.string()))
    columns.append(pa.repeat(pa.scalar(scorer.model_id, pa.string()), len(scores)))
    return pa.record_batch(columns, schema=answer_schema(scorer.taxonomy))


def _single(dimension: Dimension, scores: Scores, is_readable: Bools) -> list[pa.Array]:
    probability = scores.probability[dimension.id]
    ranked = np.argsort(-probability, axis=1, kind="stable")[:, :N_SHOWN]
    best = np.take_along_axis(probability, ranked[:, :1], axis=1).ravel()
    names = pa.array([*dimension.label_ids, ""], pa.string())
    places = np.full((len(scores), N_SHOWN), len(dimension.labels))
    places[:, : ranked.shape[1]] = ranked
    places[~is_readable] = len(dimension.labels)
    first, *others = (names.take(pa.array(column)) for column in places.T)
    return [
        first,
        pa.array([round(value, DECIMALS) for value in best.tolist()], pa.float64(), mask=~is_readable),
        *others,
    ]


def _multi(dimension: Dimension, scores: Scores, is_readable: Bools) -> list[pa.Array]:
    probability = scores.probability[dimension.id]
    accepted = scores.accepted[dimension.id] & is_readable[:, None]
    texts, places = np.nonzero(accepted)
    order = np.lexsort((-probability[texts, places], texts))
    names = [dimension.label_ids[place] for place in places[order].tolist()]
    shown = [f"{value:.{DECIMALS}f}" for value in probability[texts, places][order].tolist()]
    ends = np.cumsum(accepted.sum(axis=1)).tolist()
    stretches = [slice(start, end) for start, end in pairwise([0, *ends])]
    return [pa.array([JOINT.join(cells[of_text]) for of_text in stretches], pa.string()) for cells in (names, shown)]


def _joined(rows: Iterable[Sequence[str | None]], n_rows: int) -> pa.Array:
    found = [JOINT.join(filter(None, row)) for row in rows]
    return pa.array(found or [""] * n_rows, pa.string())
