"""One training run, from files to a model folder."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact import Artefact
from pobo_nlp.model.artefact_writer import save
from pobo_nlp.model.heads import probabilities
from pobo_nlp.model.strict_json import as_json
from pobo_nlp.text.tokens import word_forms
from training.annotations import Annotation
from training.baselines import baseline_figures
from training.config import Config
from training.corpus import Corpus, Sources, prepared, read_corpus, task_of
from training.decide import with_parents
from training.drift_reference import write_drift_reference
from training.error_rates import write_error_rates
from training.evaluate import evaluate
from training.fit import FittedModel, Inquiries
from training.folds import (
    Operation,
    Predictions,
    Split,
    Task,
    fit_task,
    in_place,
    in_text_order,
    inner_splits,
    logits_of_unseen,
    operation,
    predict,
    splits,
)
from training.intervals import Bootstrap
from training.kept import CROSS_VALIDATION, DEV, Part
from training.membership import losses, membership
from training.predictions import predictions_path
from training.predictions import save as save_predictions
from training.progress import Progress
from training.report import model_card
from training.requirements import names_service
from training.slices import membership_of_slices, slices

LIBRARIES = ("numpy", "pobo-nlp", "scikit-learn", "scipy", "simplemma")


@dataclass(frozen=True)
class Result:
    """What a run made."""

    model_id: str
    folder: Path
    metrics: Mapping[str, object]


def run(sources: Sources, out: Path, config: Config, *, workers: int, progress: Progress) -> Result:
    """Train, calibrate, judge and write a model."""
    corpus = read_corpus(sources, config)
    with progress.step("Ser etter like tekster"):
        texts = prepared(corpus, config)
    inquiries, evaluation = texts.train, texts.evaluation
    with progress.step("Leser ordbøker"):
        task = task_of(corpus, texts.translations, config)
    outer = splits(inquiries, corpus.taxonomy, n_folds=config.folds.outer, seed=config.seed)
    inner = [] if len(evaluation) else inner_splits(inquiries, outer, task)
    pairs = [*outer, *(pair for of_fold in inner for pair in of_fold)]
    with progress.bar("Trener på deler av tekstene", len(pairs)) as on_done:
        logits = logits_of_unseen(inquiries, pairs, task, workers=workers, on_done=on_done)
    decided = operation(in_place(outer, logits[: len(outer)], len(inquiries)), inquiries, task)
    with progress.step("Trener på alle tekstene"):
        model = fit_task(inquiries, task)
    with progress.step("Måler"):
        if len(evaluation):
            predictions = predict(model.logits(evaluation.texts), decided, corpus.taxonomy)
            metrics = _metrics_of_parts(corpus, evaluation, texts.is_seen, predictions, config)
            judged = {DEV: part_of(evaluation, corpus.evaluation, predictions, corpus)}
            compared = [(inquiries, evaluation)]
        else:
            predictions = nested_predictions(inquiries, outer, inner, logits, task)
            metrics = figures_of_part(corpus, inquiries, corpus.train, predictions, config)
            metrics["evaluated_on"] = "nested cross-validation"
            judged = {CROSS_VALIDATION: part_of(inquiries, corpus.train, predictions, corpus)}
            compared = [(inquiries.take(train), inquiries.take(test)) for train, test in outer]
        metrics["membership"] = _membership(inquiries, model, outer, logits, decided, config)
        metrics["baselines"] = baseline_figures(
            compared, corpus.taxonomy, samples=config.evaluation.bootstrap, seed=config.seed, workers=workers
        )
    with progress.step("Skriver modellen"):
        artefact = artefact_of(corpus, model, decided, config, name=out.resolve().name)
        model_id = write_model(artefact, metrics, judged, corpus, config, out)
    return Result(model_id, out, metrics)


def _membership(
    inquiries: Inquiries,
    model: FittedModel,
    outer: Sequence[Split],
    logits: Sequence[NDArray[np.float64]],
    decided: Operation,
    config: Config,
) -> dict[str, object]:
    """Return how well the training texts can be told: their losses by the model, and by those of the folds."""

    def losses_of(found: NDArray[np.float64]) -> NDArray[np.float64]:
        probability = probabilities(found, model.taxonomy, decided.calibrations, decided.rerankers)
        return losses(probability, inquiries.targets)

    return membership(
        losses_of(model.logits(inquiries.texts)),
        losses_of(in_place(outer, logits[: len(outer)], len(inquiries))),
        Bootstrap(inquiries.groups, samples=config.evaluation.bootstrap, seed=config.seed),
    )


def nested_predictions(
    inquiries: Inquiries,
    outer: Sequence[Split],
    inner: Sequence[Sequence[Split]],
    logits: Sequence[NDArray[np.float64]],
    task: Task,
) -> Predictions:
    """Judge each outer fold by calibration and thresholds that were found inside its training part.

    Parameters
    ----------
    logits : of the outer folds' test parts, then of all inner folds'.
    """
    of_inner = iter(logits[len(outer) :])
    parts = []
    for (train, test), pairs, of_test in zip(outer, inner, logits, strict=False):
        inside = in_place(pairs, [next(of_inner) for _ in pairs], len(inquiries))[train]
        decided = operation(inside, inquiries.take(train), task)
        parts.append((test, predict(of_test, decided, task.taxonomy)))
    return in_text_order(parts, len(inquiries))


def _metrics_of_parts(
    corpus: Corpus,
    evaluation: Inquiries,
    is_seen: NDArray[np.bool_],
    predictions: Predictions,
    config: Config,
) -> dict[str, object]:
    """Return figures on the evaluation files, on all their texts and on those that training has not seen."""
    metrics = figures_of_part(corpus, evaluation, corpus.evaluation, predictions, config)
    metrics["evaluated_on"] = "evaluation files"
    unseen = np.flatnonzero(~is_seen)
    if len(unseen) and len(unseen) < len(evaluation):
        rows = [corpus.evaluation[place] for place in unseen.tolist()]
        without = figures_of_part(corpus, evaluation.take(unseen), rows, predictions.take(unseen), config)
        metrics["without_near_duplicates_of_training"] = {key: without[key] for key in ("texts", "dimensions")}
    return metrics


def figures_of_part(
    corpus: Corpus,
    judged: Inquiries,
    rows: Sequence[Annotation],
    predictions: Predictions,
    config: Config,
) -> dict[str, object]:
    """Return the figures on inquiries that the model had not seen."""
    part = part_of(judged, rows, predictions, corpus)
    samples, seed = config.evaluation.bootstrap, config.seed
    return {
        "texts": len(judged),
        "dimensions": evaluate(
            predictions, part.targets, corpus.taxonomy, Bootstrap(judged.groups, samples=samples, seed=seed)
        ),
        "slices": slices(
            predictions, part.targets, corpus.taxonomy, part.description, judged.groups, samples=samples, seed=seed
        ),
    }


def part_of(judged: Inquiries, rows: Sequence[Annotation], predictions: Predictions, corpus: Corpus) -> Part:
    """Return what is kept of inquiries that were judged, for models that follow to be compared with."""
    return Part(
        ids=tuple(row.id for row in rows),
        groups=judged.groups,
        targets=with_parents(judged.targets, corpus.taxonomy),
        predictions=predictions,
        description=membership_of_slices(
            [row.description for row in rows],
            [len(word_forms(text)) for text in judged.texts],
            names_service=[names_service(row, corpus.official_names) for row in rows]
            if corpus.official_names
            else None,
        ),
    )


def provenance_of(corpus: Corpus, config: Config) -> dict[str, object]:
    """Return where a model comes from: seed, data, and the versions of what trained it."""
    rows = [*corpus.train, *corpus.evaluation]
    return {
        "seed": config.seed,
        "data_sha256": corpus.digest,
        "inquiries": len(corpus.train),
        "prior_examples": len(corpus.prior),
        "sources": sorted({str(row.description.get("source", "unknown")) for row in rows}),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
    }


def artefact_of(corpus: Corpus, model: FittedModel, decided: Operation, config: Config, *, name: str) -> Artefact:
    """Return all that scoring needs of a fitted model."""
    return Artefact(
        name=name,
        taxonomy_toml=corpus.taxonomy_toml,
        taxonomy=corpus.taxonomy,
        features=model.features(config.features),
        coefficients=model.coefficients(),
        intercept=model.intercept(),
        calibrations=decided.calibrations,
        rerankers=decided.rerankers,
        thresholds=decided.thresholds,
        set_thresholds=decided.set_thresholds,
        limits=config.limits,
        provenance=provenance_of(corpus, config),
    )


def write_model(
    artefact: Artefact,
    metrics: Mapping[str, object],
    judged: Mapping[str, Part],
    corpus: Corpus,
    config: Config,
    out: Path,
) -> str:
    """Write a model, its figures and its card, and beside it what it said of texts it had not seen; return its id."""
    full = {"format_version": 1, "provenance": artefact.provenance, **metrics}
    reports = {
        "metrics.json": as_json(full, indent=1),
        "MODEL_CARD.md": model_card(artefact, full, config).encode(),
    }
    model_id = save(artefact, out, reports=reports)
    digests = dict.fromkeys(judged, corpus.digest)
    save_predictions(predictions_path(out), judged, corpus.taxonomy, model_id=model_id, digests=digests)
    write_error_rates(out)
    write_drift_reference(out, {row.id: row.text for row in [*corpus.train, *corpus.evaluation]})
    return model_id


def default_workers() -> int:
    """Return how many processes train at once: one a core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
