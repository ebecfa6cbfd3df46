"""Logits of texts that a model has not seen are turned into probabilities that can be believed."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from pobo_nlp.model.heads import Calibration, columns_of, softmax
from pobo_nlp.taxonomy import Taxonomy

Floats = NDArray[np.float64]
# Temperatures outside this range mean that something else is wrong.
LOG_TEMPERATURE_RANGE = (-3.0, 3.0)


def calibrations(
    logits: Floats, targets: Mapping[str, NDArray[np.int8]], taxonomy: Taxonomy, *, min_support: int
) -> dict[str, Calibration]:
    """Return a calibration for each predicted dimension.

    Parameters
    ----------
    logits : shape (n_texts, n_outputs), out-of-fold. In-fold logits give probabilities that are far too sure.
    targets : dimension to 0 or 1, shape (n_texts, n_labels).
    min_support : a label of a multi dimension with fewer examples shares one calibration with the others.
    """
    return {
        dimension.id: (_temperature if dimension.kind == "single" else _platt)(
            logits[:, columns_of(taxonomy)[dimension.id]], targets[dimension.id], min_support
        )
        for dimension in taxonomy.predicted
    }


def _temperature(logits: Floats, target: NDArray[np.int8], min_support: int) -> Calibration:
    """Scale all logits by one factor, chosen by log loss (Guo et al. 2017)."""
    right = target.argmax(axis=1)

    def log_loss(log_temperature: float) -> float:
        probability = softmax(logits / np.exp(log_temperature))
        return float(-np.log(np.maximum(probability[np.arange(len(right)), right], 1e-12)).mean())

    found = minimize_scalar(log_loss, bounds=LOG_TEMPERATURE_RANGE, method="bounded")
    n_labels = logits.shape[1]
    return Calibration(np.full(n_labels, np.exp(-found.x)), np.zeros(n_labels))


def _platt(logits: Floats, target: NDArray[np.int8], min_support: int) -> Calibration:
    """Scale and shift each label's logit by a logistic regression on it alone (Platt 1999)."""
    shared = _logistic(logits.ravel(), target.ravel())
    of_label = [
        _logistic(logits[:, label], target[:, label])
        if min_support <= target[:, label].sum() <= len(target) - min_support
        else shared
        for label in range(target.shape[1])
    ]
    scale, shift = zip(*of_label, strict=True)
    return Calibration(np.array(scale), np.array(shift))


def _logistic(logit: Floats, is_true: NDArray[np.int8]) -> tuple[float, float]:
    if is_true.min() == is_true.max():
        return 1.0, 0.0
    model = LogisticRegression(C=1e3, tol=1e-8).fit(logit[:, None], is_true)
    return float(model.coef_[0, 0]), float(model.intercept_[0])
