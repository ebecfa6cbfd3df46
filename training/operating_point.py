"""What other thresholds would have decided, judged on texts that they were not found on."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.decisions import accepted_dimensions
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.config import Costs
from training.decide import PERSON
from training.folds import Predictions
from training.intervals import Bootstrap
from training.kept import Part
from training.split import grouped_folds

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Target = NDArray[np.int8]
# From probabilities and targets of some texts, each dimension to an array, to the thresholds of every dimension.
FindThresholds = Callable[[Mapping[str, Floats], Mapping[str, Target]], Mapping[str, Floats]]


class MixBootstrap(Bootstrap):
    """Samples of texts that count as the office meets them.

    Parameters
    ----------
    groups, samples, seed : as in `Bootstrap`.
    weights : shape (n_texts,), what each text counts.
    """

    def __init__(self, groups: NDArray[np.int64], weights: Floats, *, samples: int, seed: int) -> None:
        super().__init__(groups, samples=samples, seed=seed)
        self._weights = self._weights * weights


def decide(probability: Mapping[str, Floats], threshold: Mapping[str, Floats], taxonomy: Taxonomy) -> dict[str, Bools]:
    """Return which labels are accepted, as the runtime decides: dimension to shape (n_texts, n_labels).

    Parameters
    ----------
    probability : dimension to shape (n_texts, n_labels), parents included.
    threshold : dimension to shape (n_labels,), inclusive.
    """
    accepted = {
        dimension.id: probability[dimension.id] >= threshold[dimension.id]
        if dimension.kind == "multi"
        else np.zeros(probability[dimension.id].shape, bool)
        for dimension in taxonomy.dimensions
    }
    for row in range(len(next(iter(probability.values())))):
        of_row = {name: values[row] for name, values in probability.items()}
        for name, deepest in accepted_dimensions(taxonomy, of_row, threshold).items():
            path = [step.id for step in taxonomy.path(taxonomy.dimension(name))]
            for settled in path[path.index(deepest) :] if deepest else []:
                accepted[settled][row, of_row[settled].argmax()] = True
    return accepted


def cross_fitted(part: Part, find: FindThresholds, taxonomy: Taxonomy, *, seed: int) -> Predictions:
    """Return what is accepted where each half of the texts is decided by thresholds found on the other half.

    Parameters
    ----------
    part : whose probabilities are out-of-fold. No group stands in both halves.
    """
    first = next(dimension for dimension in taxonomy.predicted if dimension.kind == "single")
    strata = [first.label_ids[place] for place in part.targets[first.id].argmax(axis=1)]
    probability = part.predictions.probability
    accepted = {name: np.zeros(values.shape, bool) for name, values in probability.items()}
    for found_on, judged in grouped_folds(strata, part.groups, n_folds=2, seed=seed):
        threshold = find(_rows(probability, found_on), _rows(part.targets, found_on))
        for name, values in decide(_rows(probability, judged), threshold, taxonomy).items():
            accepted[name][judged] = values
    return Predictions(probability, accepted, part.predictions.in_set)


def cost_of_answers(
    dimension: Dimension,
    accepted: Mapping[str, Bools],
    targets: Mapping[str, Target],
    taxonomy: Taxonomy,
    costs: Costs,
) -> Floats:
    """Return what the answer to each text costs, where a person who looks costs 1: shape (n_texts,).

    Parameters
    ----------
    dimension : a predicted single one.
    accepted, targets : dimension to shape (n_texts, n_labels), parents included.
    """
    found = np.full(len(targets[dimension.id]), PERSON)
    for depth, step in reversed(list(enumerate(taxonomy.path(dimension)))):
        wrong, right = (costs.wrong, 0.0) if depth == 0 else (costs.wrong_parent, costs.parent)
        is_right = (accepted[step.id] & (targets[step.id] == 1)).any(axis=1)
        found = np.where(accepted[step.id].any(axis=1), np.where(is_right, right, wrong), found)
    return found


def _rows(arrays: Mapping[str, NDArray[Any]], places: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    return {name: values[places] for name, values in arrays.items()}
