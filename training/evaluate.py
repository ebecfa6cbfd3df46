"""Figures of a model on texts that it has not seen, each with its interval."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.automation import automation_curve, back_off
from training.coverage import set_figures
from training.folds import Predictions
from training.intervals import Bootstrap, Floats, Interval, ratio, ratio_or_nan, rounded
from training.reliability import (
    BINS,
    brier_of_multi,
    brier_of_single,
    calibration_error,
    calibration_error_interval,
    reliability_bins,
)
from training.slices import membership_of_slices, pair_figures, seldom_heard_figures, slices

__all__ = [
    "CALIBRATION_BINS",
    "TOP",
    "Bootstrap",
    "Interval",
    "calibration_error",
    "evaluate",
    "main_figure",
    "membership_of_slices",
    "pair_figures",
    "slices",
]

Target = NDArray[np.int8]
# Right or missed label, given label, number of texts: a list, as JSON has it.
Confusion = list[str | int | None]
CALIBRATION_BINS = BINS
TOP = 3
TOPS = (2, TOP)
PER_LABEL = ("precision", "recall", "f1")


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
    found = {
        dimension.id: (_single if dimension.kind == "single" else _multi)(
            dimension,
            predictions.probability[dimension.id],
            predictions.accepted[dimension.id],
            targets[dimension.id],
            bootstrap,
        )
        for dimension in taxonomy.dimensions
    }
    for dimension in taxonomy.dimensions:
        if dimension.id in predictions.in_set:
            of_sets = set_figures(dimension, predictions.in_set[dimension.id], targets[dimension.id], bootstrap)
            found[dimension.id]["prediction_sets"] = of_sets
    for dimension in taxonomy.predicted:
        if dimension.kind == "single":
            found[dimension.id]["back_off"] = back_off(dimension, predictions, targets, taxonomy, bootstrap)
    return found


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
    highest = probability.max(axis=1)
    of_right = probability[np.arange(len(right)), right]
    seldom_heard = seldom_heard_figures(dimension, is_right, target, bootstrap)
    return {
        "top_1": bootstrap.mean(is_right),
        **{
            f"top_{top}": bootstrap.mean((order[:, :top] == right[:, None]).any(axis=1).astype(float))
            for top in TOPS
            if len(dimension.labels) > top
        },
        "macro_f1": bootstrap.interval(lambda weights: _macro_f1(weights, best, target)),
        "log_loss": rounded(-np.log(np.maximum(of_right, 1e-12)).mean()),
        "brier": bootstrap.mean(brier_of_single(probability, target.astype(float))),
        "calibration_error": rounded(calibration_error(highest, is_right)),
        "calibration_error_interval": calibration_error_interval(highest[:, None], is_right[:, None], bootstrap),
        "accepted_share": bootstrap.mean(is_accepted),
        "accepted_accuracy": bootstrap.share(is_right * is_accepted, is_accepted),
        "reliability": reliability_bins(highest, is_right),
        "automation": automation_curve(highest, is_right, bootstrap),
        "confusions": _confusions_of_single(dimension, order[:, 0], right),
        **({"seldom_heard": seldom_heard} if seldom_heard else {}),
        "labels": _per_label(dimension, best, target, bootstrap),
    }


def _multi(
    dimension: Dimension,
    probability: Floats,
    accepted: NDArray[np.bool_],
    target: Target,
    bootstrap: Bootstrap,
) -> dict[str, object]:
    given, is_true = accepted.astype(float), target.astype(float)
    hits = (given * target).sum(axis=1)
    return {
        "micro_f1": bootstrap.share(2 * hits, given.sum(axis=1) + target.sum(axis=1)),
        "micro_precision": bootstrap.share(hits, given.sum(axis=1)),
        "micro_recall": bootstrap.share(hits, is_true.sum(axis=1)),
        "macro_f1": bootstrap.interval(lambda weights: _macro_f1(weights, given, target)),
        "exactly_right": bootstrap.mean((given == target).all(axis=1).astype(float)),
        "brier": bootstrap.mean(brier_of_multi(probability, is_true)),
        "calibration_error": rounded(
            np.mean([calibration_error(p, t) for p, t in zip(probability.T, is_true.T, strict=True)])
        ),
        "calibration_error_interval": calibration_error_interval(probability, is_true, bootstrap),
        "reliability": reliability_bins(probability.ravel(), is_true.ravel()),
        "confusions": _confusions_of_multi(dimension, accepted, target == 1),
        "labels": _per_label(dimension, given, target, bootstrap),
    }


def main_figure(dimension: Dimension) -> str:
    """Return the name of the figure that a dimension is judged by first."""
    return "top_1" if dimension.kind == "single" else "micro_f1"


def _macro_f1(weights: Floats, given: Floats, target: Target) -> Floats:
    """Return the mean F1 over the labels that occur in the texts, in each sample; 0 where none does."""
    occurs = target.any(axis=0)
    if not occurs.any():
        return np.zeros(len(weights))
    f1 = ratio(2 * weights @ (given * target), weights @ (given + target))
    return np.asarray(f1[:, occurs].mean(axis=1))


def _per_label(dimension: Dimension, given: Floats, target: Target, bootstrap: Bootstrap) -> dict[str, object]:
    """Return figures of each label: 0, and no interval, where the texts do not define one."""

    def figures(weights: Floats) -> Floats:
        # One product for all labels: numerators and denominators side by side.
        hits, n_given, n_true = np.split(weights @ np.hstack([given * target, given, target.astype(float)]), 3, axis=1)
        precision, recall = ratio_or_nan(hits, n_given), ratio_or_nan(hits, n_true)
        return np.hstack([precision, recall, ratio_or_nan(2 * hits, n_given + n_true)])

    found = iter(bootstrap.intervals(figures))
    of_figure = {name: [next(found) for _ in dimension.labels] for name in PER_LABEL}
    rows: dict[str, object] = {}
    for place, label_id in enumerate(dimension.label_ids):
        of_label = {name: interval for name in PER_LABEL if (interval := of_figure[name][place])}
        rows[label_id] = {
            **{name: of_label[name]["value"] if name in of_label else 0.0 for name in PER_LABEL},
            "support": int(target[:, place].sum()),
            "given": int(given[:, place].sum()),
            "intervals": of_label,
        }
    return rows


def _confusions_of_single(dimension: Dimension, best: NDArray[np.int64], right: NDArray[np.int64]) -> list[Confusion]:
    """Return (right label, given label, number of texts), right answers included, most frequent first."""
    counts = np.zeros((len(dimension.labels), len(dimension.labels)), int)
    np.add.at(counts, (right, best), 1)
    return _listed(dimension, counts)


def _confusions_of_multi(
    dimension: Dimension, accepted: NDArray[np.bool_], is_true: NDArray[np.bool_]
) -> list[Confusion]:
    """Return (missed label, label given wrongly to the same text, number of texts), most frequent first.

    None stands for nothing: a label was missed and no other given, or given where none was missed.
    """
    missed, added = is_true & ~accepted, accepted & ~is_true
    n_labels = len(dimension.labels)
    counts = np.zeros((n_labels + 1, n_labels + 1), int)
    counts[:n_labels, :n_labels] = missed.T.astype(int) @ added.astype(int)
    counts[:n_labels, n_labels] = missed[~added.any(axis=1)].sum(axis=0)
    counts[n_labels, :n_labels] = added[~missed.any(axis=1)].sum(axis=0)
    return _listed(dimension, counts)


def _listed(dimension: Dimension, counts: NDArray[np.int_]) -> list[Confusion]:
    names = [*dimension.label_ids, None]
    order = np.argsort(-counts.ravel(), kind="stable")
    places = np.column_stack(np.unravel_index(order, counts.shape))
    return [[names[one], names[other], int(counts[one, other])] for one, other in places if counts[one, other]]
