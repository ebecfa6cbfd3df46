"""One training run, from files to a model folder."""

import hashlib
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import pobo_nlp.model.artefact as artefacts
from pobo_nlp.errors import AnnotationError
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.text.tokens import word_forms
from training.annotations import Annotation, annotation_files, read_annotations
from training.candidates import simplemma_table
from training.config import Config
from training.decide import with_parents
from training.evaluate import Bootstrap, evaluate, majority_figures, membership_of_slices, slices
from training.fit import FittedModel, Inquiries, PriorExamples, fit
from training.folds import (
    Operation,
    Predictions,
    Split,
    Task,
    in_place,
    in_text_order,
    inner_splits,
    logits_of_unseen,
    operation,
    predict,
    splits,
)
from training.lexicon import Example, lexicon_files, prior_knowledge
from training.progress import Progress
from training.report import model_card
from training.split import joined_groups, near_duplicates

LIBRARIES = ("numpy", "pobo-nlp", "scikit-learn", "scipy", "simplemma")


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a run."""

    taxonomy: Path
    annotations: Path
    lexicon: Path | None


@dataclass(frozen=True)
class Corpus:
    """Sound annotations and prior knowledge.

    Attributes
    ----------
    train, evaluation : annotations to train on, and those that are only evaluated on.
    digest : SHA-256 over the content of all files.
    """

    taxonomy: Taxonomy
    taxonomy_toml: bytes
    train: Sequence[Annotation]
    evaluation: Sequence[Annotation]
    prior: Sequence[Example]
    digest: str


@dataclass(frozen=True)
class Result:
    """What a run made."""

    model_id: str
    folder: Path
    metrics: Mapping[str, object]


def read_corpus(sources: Sources, config: Config) -> Corpus:
    """Read and check all files.

    Raises
    ------
    AnnotationError : with every fault of every file.
    """
    taxonomy = Taxonomy.load(sources.taxonomy)
    for_training, for_evaluation = annotation_files(sources.annotations)
    annotations, faults = read_annotations([*for_training, *for_evaluation], taxonomy)
    prior, faults_of_prior = prior_knowledge(sources.lexicon, taxonomy, config.weights)
    if not annotations and not faults:
        faults.append(f"{sources.annotations}: ingen annoterte henvendelser")
    if faults or faults_of_prior:
        raise AnnotationError(str(sources.annotations), [*faults, *faults_of_prior])
    names = {file.name for file in for_evaluation}
    phrases = lexicon_files(sources.lexicon) if sources.lexicon else []
    return Corpus(
        taxonomy=taxonomy,
        taxonomy_toml=sources.taxonomy.read_bytes(),
        train=[row for row in annotations if row.place.split(":")[0] not in names],
        evaluation=[row for row in annotations if row.place.split(":")[0] in names],
        prior=prior,
        digest=_digest([sources.taxonomy, *for_training, *for_evaluation, *phrases]),
    )


def run(sources: Sources, out: Path, config: Config, *, workers: int, progress: Progress) -> Result:
    """Train, calibrate, judge and write a model."""
    corpus = read_corpus(sources, config)
    with progress.step("Ser etter like tekster"):
        inquiries, evaluation, is_seen = prepared(corpus, config)
    with progress.step("Leser ordbøker"):
        task = Task(
            _prior_examples(corpus),
            corpus.taxonomy,
            simplemma_table(config.features.lemmas),
            config,
        )
    outer = splits(inquiries, corpus.taxonomy, n_folds=config.folds.outer, seed=config.seed)
    inner = [] if len(evaluation) else inner_splits(inquiries, outer, task)
    pairs = [*outer, *(pair for of_fold in inner for pair in of_fold)]
    with progress.bar("Trener på deler av tekstene", len(pairs)) as on_done:
        logits = logits_of_unseen(inquiries, pairs, task, workers=workers, on_done=on_done)
    decided = operation(in_place(outer, logits[: len(outer)], len(inquiries)), inquiries, task)
    with progress.step("Trener på alle tekstene"):
        model = fit(inquiries, task.prior, task.taxonomy, task.lemmas, config)
    with progress.step("Måler"):
        if len(evaluation):
            metrics = _metrics_of_parts(corpus, inquiries, evaluation, is_seen, model, decided, config)
        else:
            predictions = _nested_predictions(inquiries, outer, inner, logits, task)
            metrics = _metrics(corpus, inquiries, inquiries, corpus.train, predictions, config)
            metrics["evaluated_on"] = "nested cross-validation"
    with progress.step("Skriver modellen"):
        model_id = _save(artefact_of(corpus, model, decided, config, name=out.resolve().name), metrics, out, config)
    return Result(model_id, out, metrics)


def prepared(corpus: Corpus, config: Config) -> tuple[Inquiries, Inquiries, NDArray[np.bool_]]:
    """Return texts to train on, texts to evaluate on, and which of the latter stand (nearly) among the former."""
    rows = [*corpus.train, *corpus.evaluation]
    pairs = near_duplicates([row.text for row in rows], threshold=config.data.near_duplicate)
    groups = joined_groups([row.group for row in rows], pairs)
    texts = [row.text[: config.limits.max_chars] for row in rows]
    everything = Inquiries(texts, targets_of(rows, corpus.taxonomy), groups)
    places = np.arange(len(rows))
    train = everything.take(places[: len(corpus.train)])
    evaluation = everything.take(places[len(corpus.train) :])
    return train, evaluation, np.isin(evaluation.groups, train.groups)


def targets_of(rows: Sequence[Annotation], taxonomy: Taxonomy) -> dict[str, NDArray[np.int8]]:
    """Return predicted dimension to 0 or 1: shape (n_texts, n_labels)."""
    return {
        dimension.id: np.array(
            [[label in row.labels[dimension.id] for label in dimension.label_ids] for row in rows],
            np.int8,
        ).reshape(len(rows), len(dimension.labels))
        for dimension in taxonomy.predicted
    }


def task_of(corpus: Corpus, config: Config) -> Task:
    """Return what training needs beside the inquiries."""
    return Task(_prior_examples(corpus), corpus.taxonomy, simplemma_table(config.features.lemmas), config)


def _prior_examples(corpus: Corpus) -> PriorExamples:
    usable = [example for example in corpus.prior if word_forms(example.text)]
    labels = [corpus.taxonomy.dimension(one.dimension).label_ids.index(one.label) for one in usable]
    return PriorExamples(
        texts=[example.text for example in usable],
        dimensions=[example.dimension for example in usable],
        labels=np.array(labels, np.int64),
        weights=np.array([example.weight for example in usable]),
    )


def _nested_predictions(
    inquiries: Inquiries,
    outer: Sequence[Split],
    inner: Sequence[Sequence[Split]],
    logits: Sequence[NDArray[np.float64]],
    task: Task,
) -> Predictions:
    """Judge each outer fold by calibration and thresholds that were found inside its training part."""
    of_inner = iter(logits[len(outer) :])
    parts = []
    for (train, test), pairs, of_test in zip(outer, inner, logits, strict=False):
        inside = in_place(pairs, [next(of_inner) for _ in pairs], len(inquiries))[train]
        decided = operation(inside, inquiries.take(train), task)
        parts.append((test, predict(of_test, decided, task.taxonomy)))
    return in_text_order(parts, len(inquiries))


def _metrics_of_parts(
    corpus: Corpus,
    train: Inquiries,
    evaluation: Inquiries,
    is_seen: NDArray[np.bool_],
    model: FittedModel,
    decided: Operation,
    config: Config,
) -> dict[str, object]:
    """Return figures on the evaluation files, on all their texts and on those that training has not seen."""
    predictions = predict(model.logits(evaluation.texts), decided, corpus.taxonomy)
    metrics = _metrics(corpus, train, evaluation, corpus.evaluation, predictions, config)
    metrics["evaluated_on"] = "evaluation files"
    unseen = np.flatnonzero(~is_seen)
    if len(unseen) and len(unseen) < len(evaluation):
        rows = [corpus.evaluation[place] for place in unseen.tolist()]
        part = Predictions(
            {name: values[unseen] for name, values in predictions.probability.items()},
            {name: values[unseen] for name, values in predictions.accepted.items()},
        )
        without = _metrics(corpus, train, evaluation.take(unseen), rows, part, config)
        metrics["without_near_duplicates_of_training"] = {key: without[key] for key in ("texts", "dimensions")}
    return metrics


def _metrics(
    corpus: Corpus,
    train: Inquiries,
    judged: Inquiries,
    rows: Sequence[Annotation],
    predictions: Predictions,
    config: Config,
) -> dict[str, object]:
    targets = with_parents(judged.targets, corpus.taxonomy)
    bootstrap = Bootstrap(judged.groups, samples=config.evaluation.bootstrap, seed=config.seed)
    membership = membership_of_slices(
        [row.description for row in rows], [len(word_forms(text)) for text in judged.texts]
    )
    return {
        "texts": len(judged),
        "dimensions": evaluate(predictions, targets, corpus.taxonomy, bootstrap),
        "slices": slices(
            predictions,
            targets,
            corpus.taxonomy,
            membership,
            judged.groups,
            samples=config.evaluation.bootstrap,
            seed=config.seed,
        ),
        "baselines": {
            "majority": majority_figures(with_parents(train.targets, corpus.taxonomy), targets, corpus.taxonomy)
        },
    }


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


def artefact_of(
    corpus: Corpus, model: FittedModel, decided: Operation, config: Config, *, name: str
) -> artefacts.Artefact:
    """Return all that scoring needs of a fitted model."""
    return artefacts.Artefact(
        name=name,
        taxonomy_toml=corpus.taxonomy_toml,
        taxonomy=corpus.taxonomy,
        features=model.features(config.features),
        coefficients=model.coefficients(),
        intercept=model.intercept(),
        calibrations=decided.calibrations,
        thresholds=decided.thresholds,
        limits=config.limits,
        provenance=provenance_of(corpus, config),
    )


def _save(artefact: artefacts.Artefact, metrics: Mapping[str, object], out: Path, config: Config) -> str:
    full = {"format_version": 1, "provenance": artefact.provenance, **metrics}
    reports = {
        "metrics.json": artefacts.as_json(full, indent=1),
        "MODEL_CARD.md": model_card(artefact, full, config).encode(),
    }
    return artefacts.save(artefact, out, reports=reports)


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def default_workers() -> int:
    """Return how many processes train at once: one a core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
