"""Two models side by side: where they agree, what has moved, and which figures differ by more than chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from pobo_nlp.errors import ComparisonError
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.differences import LOWER_IS_BETTER, Difference, figure_differences, slice_differences
from training.folds import Predictions
from training.intervals import Bootstrap, Interval, rounded
from training.pairs import Pair, common_dimensions, labels_without, pairs
from training.predictions import CROSS_VALIDATION, DEV, Kept
from training.tricky import Line

FORMAT_VERSION = 1
GUARDED = frozenset({"top_1", "micro_f1", "macro_f1", "calibration_error", "accepted_accuracy"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """Share of texts to which two models say the same.

    Attributes
    ----------
    answer : the same labels are accepted.
    top : the same label is the most probable one; None in a multi dimension, which has no one answer.
    both : the same labels are accepted, and the same label is the most probable one.
    """

    dimension: str
    answer: float
    top: float | None
    both: float


@dataclass(frozen=True, slots=True)
class Moved:
    """Texts that gained or lost a label from one model to the other: the most probable one, or an accepted one.

    Attributes
    ----------
    gained_right_before, gained_right_after : of those that gained it, how many were right with the one model and with
        the other; where a dimension is multi, right on this label.
    """

    dimension: str
    label: str
    gained: int
    gained_right_before: int
    gained_right_after: int
    lost: int
    lost_right_before: int
    lost_right_after: int


@dataclass(frozen=True, slots=True)
class PartComparison:
    """Two models on one part: see `training.pairs.Pair` for the counts."""

    name: str
    texts: int
    only_a: int
    only_b: int
    is_same_data: bool
    changed: int
    agreement: tuple[Agreement, ...]
    figures: tuple[Difference, ...]
    slices: tuple[Difference, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models.

    Attributes
    ----------
    labels_only_a, labels_only_b : dimension to labels that one model alone knows.
    parts_only_a, parts_only_b : parts on which the other model was not judged, or not on the same texts.
    """

    a: str
    b: str
    labels_only_a: Mapping[str, tuple[str, ...]]
    labels_only_b: Mapping[str, tuple[str, ...]]
    parts_only_a: tuple[str, ...]
    parts_only_b: tuple[str, ...]
    parts: tuple[PartComparison, ...]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A figure that a release is judged by.

    Attributes
    ----------
    metric : `dimension.figure`.
    slice : None for all texts of the part.
    difference : the new model less the old one; its interval is so wide that those of all guarded figures hold at once.
    is_worse : whether the whole interval lies on the bad side.
    """

    part: str
    metric: str
    slice: str | None
    difference: Interval
    is_worse: bool


def compare(a: Kept, b: Kept, taxonomy: Taxonomy, *, samples: int, seed: int) -> Comparison:
    """Return all in which two models differ.

    Parameters
    ----------
    taxonomy : of the second model.

    Raises
    ------
    ComparisonError : where they were judged on no text in common.
    """
    dimensions = common_dimensions(a, b, taxonomy)
    found = _pairs(a, b, dimensions)
    names = {pair.name for pair in found}
    return Comparison(
        a.model_id,
        b.model_id,
        labels_without(a, b),
        labels_without(b, a),
        tuple(name for name in a.parts if name not in names),
        tuple(name for name in b.parts if name not in names),
        tuple(_compared(pair, dimensions, samples=samples, seed=seed) for pair in found),
    )


def to_dict(comparison: Comparison, lines: Sequence[Line]) -> dict[str, object]:
    """Return a comparison and the answers to the tricky texts as JSON has them."""
    answers = [asdict(line) | {"is_different": line.is_different} for line in lines]
    return {"format_version": FORMAT_VERSION, **asdict(comparison), "tricky": answers}


def guarded(a: Kept, b: Kept, taxonomy: Taxonomy, *, samples: int, seed: int) -> list[Guarded]:
    """Return the figures that a release is judged by: on each part, and the main figure on its slices.

    Parameters
    ----------
    a, b : the released model, and the one that would follow it.
    taxonomy : of `b`.

    Raises
    ------
    ComparisonError : where the models have no text in common, or `b` was not judged on a test file that `a` was.
    """
    untested = [name for name in a.parts if name not in (*b.parts, CROSS_VALIDATION, DEV)]
    if untested:
        raise ComparisonError(
            f"{b.model_id} er ikke målt på {', '.join(untested)}, som {a.model_id} er målt på. "
            "Kjør «python -m training report» for den først."
        )
    dimensions = common_dimensions(a, b, taxonomy)
    found: list[tuple[str, Difference]] = []
    for pair in _pairs(a, b, dimensions):
        bootstrap = Bootstrap(pair.groups, samples=samples, seed=seed)
        differences = [
            *figure_differences(pair, dimensions, bootstrap),
            *slice_differences(pair, dimensions, bootstrap),
        ]
        found += [(pair.name, each) for each in differences if each.metric in GUARDED]
    wider = _simultaneous(len(found))
    return [_guarded(part, each, wider) for part, each in found]


def _simultaneous(n_figures: int) -> float:
    """Return how much wider intervals are that hold all figures at once, 95 times in 100.

    Each interval alone misses its figure 5 times in 100. Of a hundred figures of two equally good models, some would
    always look worse, and a warning that always comes is not read. Source: Bonferroni's inequality, and bootstrap
    differences taken as normal.
    """
    return float(norm.ppf(1 - 0.025 / max(n_figures, 1)) / norm.ppf(0.975))


def _guarded(part: str, each: Difference, wider: float) -> Guarded:
    value = each.difference["value"]
    low, high = (value + wider * (each.difference[side] - value) for side in ("low", "high"))
    is_worse = low > 0 if each.metric in LOWER_IS_BETTER else high < 0
    difference = Interval(value=value, low=rounded(low), high=rounded(high))
    return Guarded(part, f"{each.dimension}.{each.metric}", each.slice, difference, is_worse)


def _pairs(a: Kept, b: Kept, dimensions: Sequence[Dimension]) -> list[Pair]:
    found = list(pairs(a, b, dimensions))
    if not found or not dimensions:
        raise ComparisonError(
            f"{a.model_id} og {b.model_id} er ikke målt på noen av de samme tekstene. "
            "Tren og mål begge på de samme annoteringene."
        )
    return found


def _compared(pair: Pair, dimensions: Sequence[Dimension], *, samples: int, seed: int) -> PartComparison:
    bootstrap = Bootstrap(pair.groups, samples=samples, seed=seed)
    return PartComparison(
        pair.name,
        len(pair),
        pair.only_a,
        pair.only_b,
        pair.is_same_data,
        pair.changed,
        tuple(_agreement(dimension, pair) for dimension in dimensions),
        tuple(figure_differences(pair, dimensions, bootstrap)),
        tuple(slice_differences(pair, dimensions, bootstrap)),
        tuple(moved for dimension in dimensions for moved in _moved(dimension, pair)),
    )


def _agreement(dimension: Dimension, pair: Pair) -> Agreement:
    answer = (pair.a.accepted[dimension.id] == pair.b.accepted[dimension.id]).all(axis=1)
    if dimension.kind == "multi":
        return Agreement(dimension.id, float(answer.mean()), None, float(answer.mean()))
    top = pair.a.probability[dimension.id].argmax(axis=1) == pair.b.probability[dimension.id].argmax(axis=1)
    return Agreement(dimension.id, float(answer.mean()), float(top.mean()), float((answer & top).mean()))


def _moved(dimension: Dimension, pair: Pair) -> Iterator[Moved]:
    before, after = _given(dimension, pair.a), _given(dimension, pair.b)
    target = pair.targets[dimension.id] == 1
    was_right, is_right = before == target, after == target
    if dimension.kind == "single":
        was_right, is_right = (
            np.broadcast_to(right.all(axis=1, keepdims=True), target.shape) for right in (was_right, is_right)
        )
    for place, label in enumerate(dimension.label_ids):
        gained, lost = after[:, place] & ~before[:, place], before[:, place] & ~after[:, place]
        if gained.any() or lost.any():
            counts = [
                int(count)
                for texts in (gained, lost)
                for count in (texts.sum(), was_right[texts, place].sum(), is_right[texts, place].sum())
            ]
            yield Moved(dimension.id, label, *counts)


def _given(dimension: Dimension, said: Predictions) -> NDArray[np.bool_]:
    if dimension.kind == "multi":
        return said.accepted[dimension.id]
    probability = said.probability[dimension.id]
    best = probability.argmax(axis=1)
    return np.asarray(best[:, None] == np.arange(probability.shape[1]))
