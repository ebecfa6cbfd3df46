"""The same model as stock scikit-learn estimators: what the runtime is held against, in tests and in benchmarks."""

from collections.abc import Sequence
from copy import deepcopy

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import LabelBinarizer

from pobo_nlp.model.heads import Calibration, Reranker
from pobo_nlp.taxonomy import Dimension
from training.fit import FittedModel
from training.folds import Operation

Floats = NDArray[np.float64]


class ScikitLearnPeer:
    """Fitted vectorisers, one `OneVsRestClassifier` a dimension, and one `LogisticRegression` a reranked label.

    The calibration is folded in: to scale and shift a logit is to scale its coefficients and shift its intercept, so
    `predict_proba` with these gives calibrated probabilities.
    """

    def __init__(self, model: FittedModel, operation: Operation) -> None:
        self._model = model
        self._classifiers = {
            dimension.id: _classifier(dimension, model.estimators[dimension.id], operation.calibrations[dimension.id])
            for dimension in model.taxonomy.predicted
        }
        self._rerankers = {
            name: [_reranker(reranker, label) for label in range(len(reranker.scale))]
            for name, reranker in operation.rerankers.items()
        }

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Return predicted dimension to probabilities: shape (n_texts, n_labels)."""
        values = self._model.union.transform(texts)
        found = {name: classifier.predict_proba(values) for name, classifier in self._classifiers.items()}
        first = np.hstack(list(found.values()))
        return found | {name: self._reranked(name, values, first) for name in self._rerankers}

    def _reranked(self, name: str, values: csr_array, first: Floats) -> Floats:
        found = np.column_stack(
            [
                reranker.predict_proba(np.column_stack([estimator.decision_function(values), first]))[:, 1]
                for estimator, reranker in zip(self._model.estimators[name], self._rerankers[name], strict=True)
            ]
        )
        is_single = self._model.taxonomy.dimension(name).kind == "single"
        return found / found.sum(axis=1, keepdims=True) if is_single else found


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


def _reranker(reranker: Reranker, label: int) -> LogisticRegression:
    estimator = LogisticRegression()
    estimator.classes_ = np.array([0, 1])
    estimator.coef_ = np.concatenate([[reranker.scale[label]], reranker.context[:, label]])[None, :]
    estimator.intercept_ = reranker.shift[[label]]
    return estimator
