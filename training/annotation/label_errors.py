"""Annotations that are probably wrong, by what models say that had not seen them: a list to look at, not a filter."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.kept import Part


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label that a model doubts.

    Attributes
    ----------
    given, suggested : labels, joined by `|`.
    quality : in [0, 1], how well what was given fits what the model says; the lowest are looked at first.
    """

    id: str
    dimension: str
    given: str
    suggested: str
    quality: float


def doubts(part: Part, taxonomy: Taxonomy, *, most: int) -> list[Doubt]:
    """Return the annotations that are most doubted, at most so many of each predicted dimension.

    Parameters
    ----------
    part : out-of-fold: of texts that the models had seen, they doubt nothing.

    Source: Northcutt, Jiang & Chuang 2021, "Confident Learning"; the implementation is cleanlab's.
    """
    return [
        doubt
        for dimension in taxonomy.predicted
        for doubt in list(_of_single(part, dimension) if dimension.kind == "single" else _of_multi(part, dimension))[
            :most
        ]
    ]


def _of_single(part: Part, dimension: Dimension) -> Iterator[Doubt]:
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    probability = _rows_of_sum_one(part.predictions.probability[dimension.id])
    given = part.targets[dimension.id].argmax(axis=1)
    occurs = np.unique(given)
    if len(occurs) < 2:
        return
    # cleanlab wants labels that occur, numbered from 0.
    chances = _rows_of_sum_one(probability[:, occurs])
    numbers = np.searchsorted(occurs, given)
    found = find_label_issues(
        numbers, chances, return_indices_ranked_by="normalized_margin", n_jobs=1, min_examples_per_class=1
    )
    quality = get_label_quality_scores(numbers, chances, method="normalized_margin")
    for place in found.tolist():
        yield Doubt(
            part.ids[place],
            dimension.id,
            dimension.label_ids[given[place]],
            dimension.label_ids[occurs[chances[place].argmax()]],
            round(float(quality[place]), 4),
        )


def _of_multi(part: Part, dimension: Dimension) -> Iterator[Doubt]:
    from cleanlab.multilabel_classification import get_label_quality_scores
    from cleanlab.multilabel_classification.filter import find_label_issues

    probability, target = part.predictions.probability[dimension.id], part.targets[dimension.id]
    # A label that no text has, or every one, is not to be judged.
    judged = np.flatnonzero(target.any(axis=0) & ~target.all(axis=0))
    if not len(judged):
        return
    chances = np.clip(probability[:, judged], 1e-6, 1 - 1e-6)
    given = [np.flatnonzero(row).tolist() for row in target[:, judged]]
    found = find_label_issues(given, chances, return_indices_ranked_by="self_confidence", n_jobs=1)
    quality = get_label_quality_scores(given, chances)
    for place in found.tolist():
        suggested = part.predictions.accepted[dimension.id][place]
        yield Doubt(
            part.ids[place],
            dimension.id,
            _joined(dimension, target[place] == 1),
            _joined(dimension, suggested),
            round(float(quality[place]), 4),
        )


def _joined(dimension: Dimension, is_given: NDArray[np.bool_]) -> str:
    return "|".join(label for label, given in zip(dimension.label_ids, is_given, strict=True) if given) or "-"


def _rows_of_sum_one(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    values = np.maximum(probability, 1e-12)
    return np.asarray(values / values.sum(axis=1, keepdims=True))
