"""The same model as stock scikit-learn estimators: what the runtime is held against, in tests and in benchmarks."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pobo_nlp.model.heads import Calibration
from pobo_nlp.taxonomy import Dimension
from training.fit import FittedModel

Floats = NDArray[np.float64]


class ScikitLearnPeer:
    """Fitted vectorisers and logistic regressions, with the calibration folded in.

    To scale and shift a logit is to scale its coefficients and shift its intercept, so `predict_proba` of an estimator
    with these gives calibrated probabilities. The estimators of a single dimension become one multinomial estimator.
    """

    def __init__(self, model: FittedModel, calibrations: Mapping[str, Calibration]) -> None:
        self._union = model.union
        self._estimators = {
            dimension: _calibrated(dimension, model.estimators[dimension.id], calibrations[dimension.id])
            for dimension in model.taxonomy.predicted
        }

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Return predicted dimension to probabilities: shape (n_texts, n_labels)."""
        values = self._union.transform(texts)
        return {
            dimension.id: estimators[0].predict_proba(values)
            if dimension.kind == "single" and len(dimension.labels) > 2
            else np.column_stack([estimator.predict_proba(values)[:, 1] for estimator in estimators])
            for dimension, estimators in self._estimators.items()
        }


def _calibrated(
    dimension: Dimension, estimators: Sequence[LogisticRegression], calibration: Calibration
) -> list[LogisticRegression]:
    coefficients = np.vstack([estimator.coef_ for estimator in estimators]) * calibration.scale[:, None]
    intercepts = np.concatenate([estimator.intercept_ for estimator in estimators]) * calibration.scale
    intercepts += calibration.shift
    if dimension.kind == "single" and len(estimators) > 2:
        return [_with_content(coefficients, intercepts)]
    if dimension.kind == "single":
        # scikit-learn has one row for two labels; softmax of two logits is the sigmoid of their difference.
        difference, between = coefficients[1] - coefficients[0], intercepts[1] - intercepts[0]
        coefficients, intercepts = np.array([-difference, difference]), np.array([-between, between])
    return [
        _with_content(coefficients[place : place + 1], intercepts[place : place + 1])
        for place in range(len(coefficients))
    ]


def _with_content(coefficients: Floats, intercepts: Floats) -> LogisticRegression:
    estimator = LogisticRegression()
    estimator.classes_ = np.arange(max(2, len(coefficients)))
    estimator.coef_, estimator.intercept_ = coefficients, intercepts
    estimator.n_features_in_ = coefficients.shape[1]
    return estimator
