"""Logits of texts that a model has not seen are turned into probabilities that can be believed."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from pobo_nlp.model.heads import Calibration, columns_of
from pobo_nlp.taxonomy import Taxonomy

Floats = NDArray[np.float64]
SMALLEST_PROBABILITY = 1e-12
# Few texts that are all right would else be given boundless certainty.
LOG_SCALE_RANGE, SHIFT_RANGE = (-3.0, 2.0), (-10.0, 10.0)


def calibrations(
    logits: Floats, targets: Mapping[str, NDArray[np.int8]], taxonomy: Taxonomy, *, min_support: int
) -> dict[str, Calibration]:
    """Return a calibration for each predicted dimension.

    Parameters
    ----------
    logits : shape (n_texts, n_outputs), out-of-fold. In-fold logits give probabilities that are far too sure.
    targets : dimension to 0 or 1, shape (n_texts, n_labels).
    min_support : a label of a multi dimension with fewer examples shares one calibration with the others. The labels
        of a single dimension always share one, since each has but its share of the texts.
    """
    return {
        dimension.id: (_shared if dimension.kind == "single" else _platt)(
            logits[:, columns_of(taxonomy)[dimension.id]], targets[dimension.id], min_support
        )
        for dimension in taxonomy.predicted
    }


def _shared(logits: Floats, target: NDArray[np.int8], min_support: int) -> Calibration:
    """Scale and shift all logits alike, so that the log loss of the normalised probabilities is least."""
    right = target.argmax(axis=1)
    n_labels = logits.shape[1]

    def calibration(parameters: Floats) -> Calibration:
        log_scale, shift = parameters
        return Calibration(np.full(n_labels, np.exp(log_scale)), np.full(n_labels, shift))

    def log_loss(parameters: Floats) -> float:
        probability = calibration(parameters).probabilities(logits, "single")[np.arange(len(right)), right]
        return float(-np.log(np.maximum(probability, SMALLEST_PROBABILITY)).mean())

    found = minimize(log_loss, np.zeros(2), method="Nelder-Mead", bounds=[LOG_SCALE_RANGE, SHIFT_RANGE])
    return calibration(found.x)


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
