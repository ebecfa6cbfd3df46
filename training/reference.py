"""The same model as stock scikit-learn estimators: what the runtime is held against, in tests and in benchmarks."""

from collections.abc import Mapping, Sequence
from copy import deepcopy

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import LabelBinarizer

from pobo_nlp.model.heads import Calibration
from pobo_nlp.taxonomy import Dimension
from training.fit import FittedModel

Floats = NDArray[np.float64]


class ScikitLearnPeer:
    """Fitted vectorisers and one `OneVsRestClassifier` a dimension, with the calibration folded in.

    To scale and shift a logit is to scale its coefficients and shift its intercept, so `predict_proba` with these gives
    calibrated probabilities.
    """

    def __init__(self, model: FittedModel, calibrations: Mapping[str, Calibration]) -> None:
        self._union = model.union
        self._classifiers = {
            dimension.id: _classifier(dimension, model.estimators[dimension.id], calibrations[dimension.id])
            for dimension in model.taxonomy.predicted
        }

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Return predicted dimension to probabilities: shape (n_texts, n_labels)."""
        values = self._union.transform(texts)
        return {name: classifier.predict_proba(values) for name, classifier in self._classifiers.items()}


def _classifier(
    dimension: Dimension, estimators: Sequence[LogisticRegression], calibration: Calibration
) -> OneVsRestClassifier:
    calibrated = [deepcopy(estimator) for estimator in estimators]
    for estimator, scale, shift in zip(calibrated, calibration.scale, calibration.shift, strict=True):
        estimator.coef_ = estimator.coef_ * scale
        estimator.intercept_ = estimator.intercept_ * scale + shift
    n_labels = len(dimension.labels)
    classifier = OneVsRestClassifier(LogisticRegression())
    classifier.estimators_ = calibrated
    targets = np.arange(n_labels) if dimension.kind == "single" else np.eye(n_labels, dtype=int)
    classifier.label_binarizer_ = LabelBinarizer().fit(targets)
    return classifier
