"""Whether machine-translated inquiries help: cross-validation with them and without, on the same folds."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension
from training.config import Config
from training.corpus import Sources, prepared, read_corpus, task_of
from training.evaluate import Bootstrap, Interval
from training.fit import Inquiries
from training.folds import Predictions, Task, in_place, logits_of_unseen, operation, predict, splits

Floats = NDArray[np.float64]


def translation_gain(
    sources: Sources, config: Config, *, workers: int, on_done: Callable[[], None]
) -> dict[str, object]:
    """Return the main figure of each dimension with and without translations, and the paired difference.

    Only originals are judged. A translation is trained on only where its original is.
    """
    corpus = read_corpus(sources, config)
    texts = prepared(corpus, config)
    task = task_of(corpus, texts.translations, config)
    without = replace(task, translations=texts.translations.take(np.arange(0)))
    judged = {
        name: _cross_validated(texts.train, of_task, workers=workers, on_done=on_done)
        for name, of_task in (("with", task), ("without", without))
    }
    malform = np.array([row.description.get("malform") for row in corpus.train])
    parts = {"all": np.ones(len(malform), bool), "nn": malform == "nn", "nb": malform == "nb"}
    return {
        "translations": len(texts.translations),
        "parts": {
            name: {"texts": int(is_part.sum())}
            | {
                dimension.id: _compared(dimension, judged, texts.train, np.flatnonzero(is_part), config)
                for dimension in corpus.taxonomy.predicted
            }
            for name, is_part in parts.items()
        },
    }


def _cross_validated(inquiries: Inquiries, task: Task, *, workers: int, on_done: Callable[[], None]) -> Predictions:
    folds = splits(inquiries, task.taxonomy, n_folds=task.config.folds.outer, seed=task.config.seed)
    logits = in_place(folds, logits_of_unseen(inquiries, folds, task, workers=workers, on_done=on_done), len(inquiries))
    return predict(logits, operation(logits, inquiries, task), task.taxonomy)


def _compared(
    dimension: Dimension,
    judged: Mapping[str, Predictions],
    inquiries: Inquiries,
    places: NDArray[np.int64],
    config: Config,
) -> dict[str, Interval]:
    bootstrap = Bootstrap(inquiries.groups[places], samples=config.evaluation.bootstrap, seed=config.seed)
    counts = {
        name: _counts(dimension, predictions, inquiries.targets[dimension.id], places)
        for name, predictions in judged.items()
    }

    def ratio(name: str, weights: Floats) -> Floats:
        hits, of = counts[name]
        return np.asarray((weights @ hits) / np.maximum(weights @ of, 1e-12))

    return {
        "with": bootstrap.interval(lambda weights: ratio("with", weights)),
        "without": bootstrap.interval(lambda weights: ratio("without", weights)),
        "difference": bootstrap.interval(lambda weights: ratio("with", weights) - ratio("without", weights)),
    }


def _counts(
    dimension: Dimension, predictions: Predictions, target: NDArray[np.int8], places: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return what the main figure divides, for each text: top-1 accuracy (single) or micro-F1 (multi)."""
    right = target[places].astype(float)
    if dimension.kind == "single":
        best = predictions.probability[dimension.id][places].argmax(axis=1)
        return (best == right.argmax(axis=1)).astype(float), np.ones(len(places))
    given = predictions.accepted[dimension.id][places].astype(float)
    return 2 * (given * right).sum(axis=1), given.sum(axis=1) + right.sum(axis=1)
