"""Prediction sets that hold the right label as often as promised, for the texts of every label."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Taxonomy

Floats = NDArray[np.float64]


def set_thresholds(
    probability: Mapping[str, Floats], targets: Mapping[str, NDArray[np.int8]], taxonomy: Taxonomy, *, coverage: float
) -> dict[str, Floats]:
    """Return, for each single dimension, the probability from which on a label is in the prediction set.

    Class-conditional split conformal prediction: among new texts of a label, exchangeable with those given, at least
    `coverage` have it in their set, on average over draws of the texts. So a rare label is promised as much as a
    frequent one, whatever the mix. A label with too few texts for the promise is in every set.
    Source: Vovk 2012, "Conditional validity of inductive conformal predictors"; Sadinle, Lei & Wasserman 2019, "Least
    ambiguous set-valued classifiers with bounded error levels".

    Parameters
    ----------
    probability : dimension to shape (n_texts, n_labels), out-of-fold and calibrated. In-fold values promise too much.
    targets : dimension to 0 or 1, parents included.
    """
    return {
        dimension.id: np.array(
            [
                _threshold(of_label[is_true == 1], coverage)
                for of_label, is_true in zip(probability[dimension.id].T, targets[dimension.id].T, strict=True)
            ]
        )
        for dimension in taxonomy.dimensions
        if dimension.kind == "single"
    }


def _threshold(of_right: Floats, coverage: float) -> float:
    """Return the largest value that at least `coverage` of the texts reach, one text more counted as missing it."""
    n_missing = int(np.floor((len(of_right) + 1) * (1.0 - coverage) + 1e-9))
    return float(np.sort(of_right)[n_missing - 1]) if n_missing >= 1 else 0.0
