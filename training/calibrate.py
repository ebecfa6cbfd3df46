"""Logits of texts that a model has not seen are turned into probabilities that can be believed."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from pobo_nlp.model.heads import Calibration, Reranker, columns_of, first_probabilities, sigmoid
from pobo_nlp.taxonomy import Taxonomy
from training.decide import with_parents
from training.natural_mix import log_ratios, natural_weights

Floats = NDArray[np.float64]
Target = NDArray[np.int8]
SMALLEST_PROBABILITY = 1e-12
# Few texts that are all right would else be given boundless certainty.
LOG_SCALE_RANGE, SHIFT_RANGE, STRENGTH_RANGE = (-3.0, 2.0), (-10.0, 10.0), (0.0, 1.5)
MAX_ITERATIONS = 500
# Of the squared distance from the shared calibration. Chosen by cross-validation here and on a public task; ten times
# more or less changes the log loss of areas by at most 0.002.
PENALTY = 1e-4


def calibrations(
    logits: Floats, targets: Mapping[str, Target], taxonomy: Taxonomy, *, min_support: int
) -> dict[str, Calibration]:
    """Return a calibration for each predicted dimension, for the mix of labels that the office meets.

    Parameters
    ----------
    logits : shape (n_texts, n_outputs), out-of-fold. In-fold logits give probabilities that are far too sure.
    targets : dimension to 0 or 1, shape (n_texts, n_labels).
    min_support : a label of a multi dimension with fewer examples shares one calibration with the others.
    """
    everything = with_parents(targets, taxonomy)
    weights = natural_weights(everything, taxonomy)
    found = {}
    for dimension in taxonomy.predicted:
        own, target = logits[:, columns_of(taxonomy)[dimension.id]], targets[dimension.id]
        if dimension.kind == "single":
            shared = _shared(own, target, weights, log_ratios(everything, taxonomy, dimension))
            found[dimension.id] = _of_each_label(own, target, weights, shared)
        else:
            found[dimension.id] = _platt(own, target, weights, min_support)
    return found


def rerankers(
    logits: Floats,
    targets: Mapping[str, Target],
    taxonomy: Taxonomy,
    calibrated: Mapping[str, Calibration],
    *,
    c: float,
    min_support: int,
) -> dict[str, Reranker]:
    """Return a reranker for each dimension without a hierarchy; none where `c` is 0.

    Parameters
    ----------
    logits, targets : as for `calibrations`.
    c : inverse strength of the L2 penalty.
    min_support : a label with fewer examples keeps its first probability.
    """
    if not c:
        return {}
    weights = natural_weights(with_parents(targets, taxonomy), taxonomy)
    by_dimension = first_probabilities(logits, taxonomy, calibrated)
    first = np.hstack([by_dimension[dimension.id] for dimension in taxonomy.predicted])
    found = {}
    for dimension in taxonomy.predicted:
        if len(taxonomy.path(dimension)) == 1:
            own, calibration = logits[:, columns_of(taxonomy)[dimension.id]], calibrated[dimension.id]
            found[dimension.id] = _reranker(own, first, targets[dimension.id], weights, calibration, c, min_support)
    return found


def _shared(logits: Floats, target: Target, weights: Floats, log_ratio: Floats) -> Calibration:
    """Scale and shift all logits alike, so that the log loss of the normalised probabilities is least.

    Each label is shifted further by the logarithm of how much more often the office meets it, times a strength that
    is found with the rest. The full strength would be right for exact posteriors (Saerens, Latinne & Decaestecker
    2002, "Adjusting the outputs of a classifier to new a priori probabilities"); sigmoids side by side need less.
    """
    right = target.argmax(axis=1)
    is_shifted = bool(log_ratio.any())

    def calibration(parameters: Floats) -> Calibration:
        log_scale, shift, *strength = parameters
        shifts = shift + (strength[0] if is_shifted else 0.0) * log_ratio
        return Calibration(np.full(logits.shape[1], np.exp(log_scale)), shifts)

    def log_loss(parameters: Floats) -> float:
        probability = calibration(parameters).probabilities(logits, "single")[np.arange(len(right)), right]
        return float(-np.average(np.log(np.maximum(probability, SMALLEST_PROBABILITY)), weights=weights))

    start = [0.0, 0.0, 0.5] if is_shifted else [0.0, 0.0]
    bounds = [LOG_SCALE_RANGE, SHIFT_RANGE, STRENGTH_RANGE][: len(start)]
    return calibration(minimize(log_loss, start, method="Nelder-Mead", bounds=bounds).x)


def _of_each_label(logits: Floats, target: Target, weights: Floats, shared: Calibration) -> Calibration:
    """Let each label's scale and shift leave the shared ones, as far as its texts make that worth the penalty.

    Source: vector scaling, Guo et al. 2017, "On calibration of modern neural networks", here on sigmoids.
    """
    right, n_labels = target.argmax(axis=1), target.shape[1]
    weight = weights / weights.sum()

    def calibration(parameters: Floats) -> Calibration:
        log_scale, shift = np.split(parameters, 2)
        return Calibration(shared.scale * np.exp(log_scale), shared.shift + shift)

    def loss_and_gradient(parameters: Floats) -> tuple[float, Floats]:
        now = calibration(parameters)
        values = sigmoid(logits * now.scale + now.shift)
        probability = values / np.maximum(values.sum(axis=1, keepdims=True), SMALLEST_PROBABILITY)
        of_right = np.maximum(probability[np.arange(len(right)), right], SMALLEST_PROBABILITY)
        slopes = weight[:, None] * (1 - values) * (probability - target)
        gradient = np.concatenate([(slopes * logits * now.scale).sum(axis=0), slopes.sum(axis=0)])
        loss = -(weight @ np.log(of_right)) + PENALTY * (parameters @ parameters)
        return float(loss), gradient + 2 * PENALTY * parameters

    start = np.zeros(2 * n_labels)
    return calibration(minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B").x)


def _platt(logits: Floats, target: Target, weights: Floats, min_support: int) -> Calibration:
    """Scale and shift each label's logit by a logistic regression on it alone (Platt 1999)."""
    shared = _logistic(logits.ravel(), target.ravel(), np.repeat(weights, target.shape[1]))
    of_label = [
        _logistic(logits[:, label], target[:, label], weights)
        if _is_supported(target[:, label], min_support)
        else shared
        for label in range(target.shape[1])
    ]
    scale, shift = zip(*of_label, strict=True)
    return Calibration(np.array(scale), np.array(shift))


def _logistic(logit: Floats, is_true: Target, weights: Floats) -> tuple[float, float]:
    if is_true.min() == is_true.max():
        return 1.0, 0.0
    model = LogisticRegression(C=1e3, tol=1e-8).fit(logit[:, None], is_true, sample_weight=weights)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _reranker(
    logits: Floats,
    first: Floats,
    target: Target,
    weights: Floats,
    calibration: Calibration,
    c: float,
    min_support: int,
) -> Reranker:
    scale, shift = calibration.scale.copy(), calibration.shift.copy()
    context = np.zeros((first.shape[1], target.shape[1]))
    for label in range(target.shape[1]):
        if _is_supported(target[:, label], min_support):
            model = LogisticRegression(C=c, max_iter=MAX_ITERATIONS)
            model.fit(np.column_stack([logits[:, label], first]), target[:, label], sample_weight=weights)
            scale[label], shift[label] = model.coef_[0, 0], model.intercept_[0]
            context[:, label] = model.coef_[0, 1:]
    return Reranker(scale, shift, context)


def _is_supported(is_true: Target, min_support: int) -> bool:
    return bool(min_support <= is_true.sum() <= len(is_true) - min_support)
