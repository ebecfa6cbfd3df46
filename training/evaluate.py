"""Figures of a model on texts that it has not seen, each with its interval."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.folds import Predictions

Floats = NDArray[np.float64]
Target = NDArray[np.int8]
CALIBRATION_BINS = 10
TOP = 3


class Interval(TypedDict):
    """A figure and its 95 % bootstrap interval over groups."""

    value: float
    low: float
    high: float


class Bootstrap:
    """Samples of texts, drawn by group with replacement, for intervals.

    Parameters
    ----------
    groups : shape (n_texts,). Texts of one group are drawn together: apart, the interval would be too narrow.
    """

    def __init__(self, groups: NDArray[np.int64], *, samples: int, seed: int) -> None:
        _, number_of = np.unique(groups, return_inverse=True)
        n_groups = int(number_of.max()) + 1
        drawn = np.random.default_rng(seed).multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=samples)
        # The first row is the sample as it is.
        self._weights = np.vstack([np.ones(len(groups)), drawn[:, number_of]]).astype(np.float64)

    def interval(self, figure: Callable[[Floats], Floats]) -> Interval:
        """Return a figure with its interval.

        Parameters
        ----------
        figure : from weights of the texts, shape (n_samples, n_texts), to its value in each sample.
        """
        values = figure(self._weights)
        low, high = np.percentile(values[1:], [2.5, 97.5])
        return Interval(value=_rounded(values[0]), low=_rounded(low), high=_rounded(high))

    def mean(self, values: Floats) -> Interval:
        """Return the mean of one value a text."""
        return self.interval(lambda weights: weights @ values / np.maximum(weights.sum(axis=1), 1e-12))

    def share(self, hits: Floats, of: Floats) -> Interval:
        """Return sum over sum; 0 where there is nothing to count."""
        return self.interval(lambda weights: _ratio(weights @ hits, weights @ of))


def evaluate(
    predictions: Predictions,
    targets: Mapping[str, Target],
    taxonomy: Taxonomy,
    bootstrap: Bootstrap,
) -> dict[str, dict[str, object]]:
    """Return all figures of every dimension.

    Parameters
    ----------
    targets : dimension to 0 or 1, parents included: shape (n_texts, n_labels).
    """
    return {
        dimension.id: (_single if dimension.kind == "single" else _multi)(
            dimension,
            predictions.probability[dimension.id],
            predictions.accepted[dimension.id],
            targets[dimension.id],
            bootstrap,
        )
        for dimension in taxonomy.dimensions
    }


def _single(
    dimension: Dimension,
    probability: Floats,
    accepted: NDArray[np.bool_],
    target: Target,
    bootstrap: Bootstrap,
) -> dict[str, object]:
    order = np.argsort(-probability, axis=1, kind="stable")
    best = np.eye(probability.shape[1])[order[:, 0]]
    right = target.argmax(axis=1)
    is_right = (order[:, 0] == right).astype(float)
    is_accepted = accepted.any(axis=1).astype(float)
    among_top = (order[:, :TOP] == right[:, None]).any(axis=1).astype(float)
    of_right = probability[np.arange(len(right)), right]
    return {
        "top_1": bootstrap.mean(is_right),
        **({f"top_{TOP}": bootstrap.mean(among_top)} if len(dimension.labels) > TOP else {}),
        "macro_f1": bootstrap.interval(lambda weights: _macro_f1(weights, best, target)),
        "log_loss": _rounded(-np.log(np.maximum(of_right, 1e-12)).mean()),
        "calibration_error": _rounded(calibration_error(probability.max(axis=1), is_right)),
        "accepted_share": bootstrap.mean(is_accepted),
        "accepted_accuracy": bootstrap.share(is_right * is_accepted, is_accepted),
        "labels": _per_label(dimension, best, target),
    }


def _multi(
    dimension: Dimension,
    probability: Floats,
    accepted: NDArray[np.bool_],
    target: Target,
    bootstrap: Bootstrap,
) -> dict[str, object]:
    given = accepted.astype(float)
    hits = (given * target).sum(axis=1)
    return {
        "micro_f1": bootstrap.share(2 * hits, given.sum(axis=1) + target.sum(axis=1)),
        "micro_precision": bootstrap.share(hits, given.sum(axis=1)),
        "micro_recall": bootstrap.share(hits, target.sum(axis=1).astype(float)),
        "macro_f1": bootstrap.interval(lambda weights: _macro_f1(weights, given, target)),
        "exactly_right": bootstrap.mean((given == target).all(axis=1).astype(float)),
        "calibration_error": _rounded(
            np.mean([calibration_error(p, t.astype(float)) for p, t in zip(probability.T, target.T, strict=True)])
        ),
        "labels": _per_label(dimension, given, target),
    }


def main_figure(dimension: Dimension) -> str:
    """Return the name of the figure that a dimension is judged by first."""
    return "top_1" if dimension.kind == "single" else "micro_f1"


def slices(
    predictions: Predictions,
    targets: Mapping[str, Target],
    taxonomy: Taxonomy,
    membership: Mapping[str, NDArray[np.bool_]],
    groups: NDArray[np.int64],
    *,
    samples: int,
    seed: int,
) -> dict[str, dict[str, object]]:
    """Return the main figure of each dimension on parts of the texts.

    Parameters
    ----------
    membership : name of a part to which texts belong to it: shape (n_texts,).
    """
    found: dict[str, dict[str, object]] = {}
    for name, is_member in membership.items():
        part = Predictions(
            {key: values[is_member] for key, values in predictions.probability.items()},
            {key: values[is_member] for key, values in predictions.accepted.items()},
        )
        figures = evaluate(
            part,
            {key: target[is_member] for key, target in targets.items()},
            taxonomy,
            Bootstrap(groups[is_member], samples=samples, seed=seed),
        )
        found[name] = {"texts": int(is_member.sum())} | {
            dimension.id: figures[dimension.id][main_figure(dimension)] for dimension in taxonomy.dimensions
        }
    return found


def calibration_error(probability: Floats, is_true: Floats) -> float:
    """Return the expected calibration error: mean gap between probability and frequency, ten bins of equal width.

    Source: Naeini, Cooper & Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning".
    """
    bins = np.minimum((probability * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=is_true - probability, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(probability))


def _macro_f1(weights: Floats, given: Floats, target: Target) -> Floats:
    """Return the mean F1 over the labels that occur in the texts, in each sample; 0 where none does."""
    occurs = target.any(axis=0)
    if not occurs.any():
        return np.zeros(len(weights))
    f1 = _ratio(2 * weights @ (given * target), weights @ (given + target))
    return np.asarray(f1[:, occurs].mean(axis=1))


def _per_label(dimension: Dimension, given: Floats, target: Target) -> dict[str, dict[str, float]]:
    hits = (given * target).sum(axis=0)
    precision = _ratio(hits, given.sum(axis=0))
    recall = _ratio(hits, target.sum(axis=0))
    f1 = _ratio(2 * hits, given.sum(axis=0) + target.sum(axis=0))
    return {
        label_id: {
            "precision": _rounded(precision[place]),
            "recall": _rounded(recall[place]),
            "f1": _rounded(f1[place]),
            "support": int(target[:, place].sum()),
        }
        for place, label_id in enumerate(dimension.label_ids)
    }


def membership_of_slices(
    descriptions: Sequence[Mapping[str, str | bool]], n_words: Sequence[int]
) -> dict[str, NDArray[np.bool_]]:
    """Return which texts belong to each part that is looked at: written language, register, length."""
    found: dict[str, NDArray[np.bool_]] = {}
    for key in ("malform", "register"):
        values = [description.get(key) for description in descriptions]
        for value in sorted({str(value) for value in values if value is not None}):
            found[f"{key}={value}"] = np.array([of_text == value for of_text in values])
    median = float(np.median(n_words))
    is_long = np.asarray(n_words) > median
    found["length=short"], found["length=long"] = ~is_long, is_long
    return {name: is_member for name, is_member in found.items() if is_member.any()}


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part, dtype=float), where=np.asarray(whole) > 0))


def _rounded(value: float | np.floating) -> float:
    return round(float(value), 6)
