"""Every text is judged by models that have not seen it: grouped folds, and folds within them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.parallel import Parallel, delayed

from pobo_nlp.model.decisions import accepted_dimensions, in_prediction_set
from pobo_nlp.model.heads import Calibration, Reranker, probabilities
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.text.lemmas import LemmaTable
from training.calibrate import calibrations, rerankers
from training.config import Config
from training.conformal import set_thresholds
from training.decide import thresholds, with_parents
from training.fit import FittedModel, Inquiries, PriorExamples, fit
from training.split import grouped_folds

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Split = tuple[Places, Places]


@dataclass(frozen=True)
class Task:
    """All that training needs beside the inquiries: prior knowledge, translations, label scheme, lemmas, settings."""

    prior: PriorExamples
    translations: Inquiries
    taxonomy: Taxonomy
    lemmas: LemmaTable
    config: Config


@dataclass(frozen=True, slots=True)
class Operation:
    """How logits become decisions.

    Attributes
    ----------
    calibrations : for each predicted dimension.
    rerankers : for the dimensions that have one.
    thresholds : for every dimension: shape (n_labels,).
    set_thresholds : for every single dimension: shape (n_labels,).
    """

    calibrations: dict[str, Calibration]
    rerankers: dict[str, Reranker]
    thresholds: dict[str, Floats]
    set_thresholds: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model says of texts that it has not seen.

    Attributes
    ----------
    probability : dimension to shape (n_texts, n_labels), calibrated.
    accepted : dimension to whether each label is accepted: shape (n_texts, n_labels).
    in_set : single dimension to whether each label is in the prediction set: shape (n_texts, n_labels).
    """

    probability: dict[str, Floats]
    accepted: dict[str, NDArray[np.bool_]]
    in_set: dict[str, NDArray[np.bool_]]

    def take(self, places: Places) -> "Predictions":
        """Return the predictions for the texts at some places."""
        return Predictions(
            {name: values[places] for name, values in self.probability.items()},
            {name: values[places] for name, values in self.accepted.items()},
            {name: values[places] for name, values in self.in_set.items()},
        )


def strata(inquiries: Inquiries, taxonomy: Taxonomy) -> list[str]:
    """Return the label of each text that folds are balanced on: that of the first single dimension."""
    for dimension in taxonomy.predicted:
        if dimension.kind == "single":
            return [dimension.label_ids[place] for place in inquiries.targets[dimension.id].argmax(axis=1)]
    return [""] * len(inquiries)


def splits(inquiries: Inquiries, taxonomy: Taxonomy, *, n_folds: int, seed: int) -> list[Split]:
    """Return grouped folds of some inquiries."""
    return grouped_folds(strata(inquiries, taxonomy), inquiries.groups, n_folds=n_folds, seed=seed)


def inner_splits(inquiries: Inquiries, outer: Sequence[Split], task: Task) -> list[list[Split]]:
    """Return, for each outer fold, grouped folds of its training part; places are those of `inquiries`."""
    folds = task.config.folds
    return [
        [
            (train[part], train[rest])
            for part, rest in splits(
                inquiries.take(train),
                task.taxonomy,
                n_folds=folds.inner,
                seed=task.config.seed + number,
            )
        ]
        for number, (train, _) in enumerate(outer, start=1)
    ]


def logits_of_unseen(
    inquiries: Inquiries,
    pairs: Sequence[Split],
    task: Task,
    *,
    workers: int,
    on_done: Callable[[], None],
) -> list[Floats]:
    """Fit on the first places of each pair; return the logits of the second places.

    Parameters
    ----------
    workers : processes.
    on_done : called after each fit, for a progress bar.
    """
    results = Parallel(n_jobs=workers, return_as="generator")(
        delayed(_fit_and_score)(inquiries.take(train), [inquiries.texts[place] for place in test], task)
        for train, test in pairs
    )
    found = []
    for logits in results:
        found.append(logits)
        on_done()
    return found


def _fit_and_score(train: Inquiries, test_texts: Sequence[str], task: Task) -> Floats:
    return fit_task(train, task).logits(test_texts)


def fit_task(train: Inquiries, task: Task) -> FittedModel:
    """Return a model fitted on inquiries and on the translations of just these."""
    own = np.flatnonzero(np.isin(task.translations.groups, train.groups))
    return fit(train.joined(task.translations.take(own)), task.prior, task.taxonomy, task.lemmas, task.config)


def in_place(pairs: Sequence[Split], logits: Sequence[Floats], n_texts: int) -> Floats:
    """Return the logits of folds in the order of the texts: shape (n_texts, n_outputs)."""
    found = np.full((n_texts, logits[0].shape[1]), np.nan)
    for (_, test), of_test in zip(pairs, logits, strict=True):
        found[test] = of_test
    return found


def operation(logits: Floats, inquiries: Inquiries, task: Task) -> Operation:
    """Return calibration, reranking and thresholds from out-of-fold logits of the inquiries."""
    taxonomy, decisions = task.taxonomy, task.config.decisions
    calibrated = calibrations(logits, inquiries.targets, taxonomy, min_support=decisions.min_support)
    reranked = rerankers(
        logits, inquiries.targets, taxonomy, calibrated, c=task.config.reranker.c, min_support=decisions.min_support
    )
    probability = probabilities(logits, taxonomy, calibrated, reranked)
    targets = with_parents(inquiries.targets, taxonomy)
    return Operation(
        calibrated,
        reranked,
        thresholds(probability, targets, taxonomy, options=decisions),
        set_thresholds(probability, targets, taxonomy, coverage=decisions.coverage),
    )


def predict(logits: Floats, operation: Operation, taxonomy: Taxonomy) -> Predictions:
    """Return probabilities and decisions, decided as the runtime decides."""
    probability = probabilities(logits, taxonomy, operation.calibrations, operation.rerankers)
    accepted = {
        dimension.id: probability[dimension.id] >= operation.thresholds[dimension.id]
        if dimension.kind == "multi"
        else np.zeros(probability[dimension.id].shape, bool)
        for dimension in taxonomy.dimensions
    }
    for row in range(len(logits)):
        of_row = {name: values[row] for name, values in probability.items()}
        for name, deepest in accepted_dimensions(taxonomy, of_row, operation.thresholds).items():
            path = [step.id for step in taxonomy.path(taxonomy.dimension(name))]
            for settled in path[path.index(deepest) :] if deepest else []:
                accepted[settled][row, of_row[settled].argmax()] = True
    in_set = {name: in_prediction_set(probability[name], least) for name, least in operation.set_thresholds.items()}
    return Predictions(probability, accepted, in_set)


def in_text_order(parts: Sequence[tuple[Places, Predictions]], n_texts: int) -> Predictions:
    """Return the predictions of folds as one, in the order of the texts."""

    def joined(of_parts: Sequence[tuple[Places, Mapping[str, NDArray[Any]]]]) -> dict[str, NDArray[Any]]:
        found = {}
        for name, of_first in of_parts[0][1].items():
            found[name] = np.zeros((n_texts, of_first.shape[1]), of_first.dtype)
            for places, values in of_parts:
                found[name][places] = values[name]
        return found

    return Predictions(
        joined([(places, part.probability) for places, part in parts]),
        joined([(places, part.accepted) for places, part in parts]),
        joined([(places, part.in_set) for places, part in parts]),
    )
