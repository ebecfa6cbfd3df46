"""The same model as stock scikit-learn estimators: what the runtime is held against, in tests and in benchmarks."""

from collections.abc import Mapping, Sequence
from copy import deepcopy

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pobo_nlp.model.heads import Calibration
from training.candidates import as_documents
from training.fit import FittedModel

Floats = NDArray[np.float64]


class ScikitLearnPeer:
    """Fitted vectorisers and logistic regressions, with the calibration folded in.

    To scale and shift a logit is to scale its coefficients and shift its intercept, so `predict_proba` of an estimator
    with these gives calibrated probabilities.
    """

    def __init__(self, model: FittedModel, calibrations: Mapping[str, Calibration]) -> None:
        self._union = model.union
        self._dimensions = model.taxonomy.predicted
        self._estimators = {
            dimension.id: _calibrated(model.estimators[dimension.id], calibrations[dimension.id])
            for dimension in self._dimensions
        }

    def probabilities(self, texts: Sequence[Sequence[str]]) -> dict[str, Floats]:
        """Return predicted dimension to probabilities: shape (n_texts, n_labels).

        Parameters
        ----------
        texts : folded words of each text.
        """
        values = self._union.transform(as_documents(texts))
        return {
            dimension.id: self._estimators[dimension.id][0].predict_proba(values)
            if dimension.kind == "single"
            else np.column_stack([label.predict_proba(values)[:, 1] for label in self._estimators[dimension.id]])
            for dimension in self._dimensions
        }


def _calibrated(estimators: Sequence[LogisticRegression], calibration: Calibration) -> list[LogisticRegression]:
    copies = [deepcopy(estimator) for estimator in estimators]
    for place, copy in enumerate(copies):
        scale, shift = calibration.scale[place], calibration.shift[place]
        copy.coef_ = copy.coef_ * scale
        copy.intercept_ = copy.intercept_ * scale + shift
    return copies
