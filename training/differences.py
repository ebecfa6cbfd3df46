"""By how much the figures of two models differ on the same texts, and whether that is more than chance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pobo_nlp.taxonomy import Dimension
from training.evaluate import main_figure
from training.figures import Figure, figures_of
from training.intervals import Bootstrap, Floats, Interval, ratio_or_nan, rounded
from training.pairs import Pair
from training.slices import main_counts

LOWER_IS_BETTER = frozenset({"calibration_error", "brier"})
# A bootstrap over fewer groups knows too little: over one, its interval has no width at all.
MIN_GROUPS = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of two models on the same texts, and its difference, the second less the first.

    Attributes
    ----------
    slice : name of a slice, or None for all texts of the part.
    difference : with its 95 % interval over groups, both models drawn together.
    is_better, is_worse : whether the whole interval lies on that side.
    """

    dimension: str
    metric: str
    slice: str | None
    texts: int
    a: float
    b: float
    difference: Interval
    is_better: bool
    is_worse: bool


def figure_differences(pair: Pair, dimensions: Sequence[Dimension], bootstrap: Bootstrap) -> Iterator[Difference]:
    """Yield every figure on all texts of a pair."""
    as_it_is = np.ones((1, len(pair)))
    for dimension in dimensions:
        target = pair.targets[dimension.id]
        of_a, of_b = (figures_of(dimension, said, target) for said in (pair.a, pair.b))
        for metric in of_a:
            difference = _paired(of_a[metric], of_b[metric], bootstrap)
            if metric == "calibration_error":
                difference = _holding_its_value(difference)
            value_a, value_b = (float(figures[metric](as_it_is)[0]) for figures in (of_a, of_b))
            yield _difference(dimension.id, metric, None, len(pair), value_a, value_b, difference)


def _paired(a: Figure, b: Figure, bootstrap: Bootstrap) -> Interval:
    """Return how much higher the figure of `b` is, both drawn together."""
    return bootstrap.interval(lambda weights: b(weights) - a(weights))


def _holding_its_value(interval: Interval) -> Interval:
    """Widen an interval to its value, which the noise of resampling leaves out: `calibration_error_interval`."""
    value = interval["value"]
    return Interval(value=value, low=min(interval["low"], value), high=max(interval["high"], value))


def slice_differences(pair: Pair, dimensions: Sequence[Dimension], bootstrap: Bootstrap) -> Iterator[Difference]:
    """Yield the main figure on each slice of enough groups whose texts define it."""
    names = [name for name, is_in in pair.slices.items() if len(np.unique(pair.groups[is_in])) >= MIN_GROUPS]
    if not names:
        return
    is_member = np.column_stack([pair.slices[name] for name in names]).astype(float)
    n_texts = is_member.sum(axis=0).astype(int).tolist()
    as_it_is = np.ones((1, len(pair)))
    for dimension in dimensions:
        target = pair.targets[dimension.id]
        of_a, of_b = (_on_slices(*main_counts(dimension, said, target), is_member) for said in (pair.a, pair.b))
        values = zip(of_a(as_it_is)[0].tolist(), of_b(as_it_is)[0].tolist(), strict=True)
        differences = _paired_slices(of_a, of_b, bootstrap)
        for name, texts, (value_a, value_b), difference in zip(names, n_texts, values, differences, strict=True):
            if difference:
                yield _difference(dimension.id, main_figure(dimension), name, texts, value_a, value_b, difference)


def _paired_slices(a: Figure, b: Figure, bootstrap: Bootstrap) -> list[Interval | None]:
    return bootstrap.intervals(lambda weights: b(weights) - a(weights))


def _on_slices(hits: Floats, of: Floats, is_member: Floats) -> Figure:
    in_slice, of_slice = hits[:, None] * is_member, of[:, None] * is_member
    return lambda weights: ratio_or_nan(weights @ in_slice, weights @ of_slice)


def _difference(
    dimension: str, metric: str, slice_name: str | None, texts: int, a: float, b: float, difference: Interval
) -> Difference:
    is_lower, is_higher = difference["high"] < 0, difference["low"] > 0
    is_better, is_worse = (is_lower, is_higher) if metric in LOWER_IS_BETTER else (is_higher, is_lower)
    return Difference(
        dimension, metric, slice_name, texts, rounded(a), rounded(b), difference, is_better=is_better, is_worse=is_worse
    )
