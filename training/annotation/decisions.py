"""What advisers decided becomes training data, and the held-out figures tell what that changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from pobo_nlp.errors import AnnotationError, InputNotFoundError
from training.annotations import Annotation, read_annotations
from training.config import Config
from training.corpus import Corpus, Sources, read_corpus, targets_of, task_of
from training.decide import with_parents
from training.differences import Difference, figure_differences
from training.fit import Inquiries
from training.folds import (
    Floats,
    Operation,
    Split,
    Task,
    fit_task,
    in_place,
    inner_splits,
    operation,
    predict,
    splits,
)
from training.intervals import Bootstrap
from training.kept import CROSS_VALIDATION
from training.pairs import Pair
from training.run import artefact_of, figures_of_part, nested_predictions, part_of, write_model
from training.split import joined_groups, near_duplicates

SOURCE = "decision"


@dataclass(frozen=True)
class Lesson:
    """Annotations of the corpus, and decisions.

    Attributes
    ----------
    inquiries : of the corpus: these are judged.
    decisions : trained on, in a fold only where the same story is not judged.
    """

    corpus: Corpus
    task: Task
    inquiries: Inquiries
    decisions: Inquiries


@dataclass(frozen=True)
class Learnt:
    """What decisions changed.

    Attributes
    ----------
    differences : every figure in cross-validation, with decisions less without.
    operation : calibration and thresholds with decisions.
    logits : of each fold's inquiries, by the model with decisions that had not seen them.
    """

    differences: Sequence[Difference]
    operation: Operation
    logits: Sequence[Floats]


def read_lesson(export: Path, sources: Sources, config: Config, *, weight: float) -> Lesson:
    """Read the corpus and decisions exported in its format.

    Parameters
    ----------
    weight : what a decision counts, where an annotation is 1.

    Raises
    ------
    AnnotationError : with every fault of every file.
    """
    if not export.is_file():
        raise InputNotFoundError(export)
    corpus = read_corpus(sources, config)
    rows, faults = read_annotations([export], corpus.taxonomy)
    faults += [fault for row in rows for fault in _faults(row, {one.id for one in corpus.train})]
    if not rows and not faults:
        faults.append(f"{export.name}: ingen avgjørelser. Eksporter dem fra lageret, med tekst")
    if faults:
        raise AnnotationError(str(export), faults)
    everything = [*corpus.train, *rows]
    pairs = near_duplicates([row.text for row in everything], threshold=config.data.near_duplicate)
    groups = joined_groups([row.group for row in everything], pairs)
    texts = [row.text[: config.limits.max_chars] for row in everything]
    weights = np.concatenate([np.ones(len(corpus.train)), np.full(len(rows), weight)])
    whole = Inquiries(texts, targets_of(everything, corpus.taxonomy), groups, weights)
    inquiries, decisions = (whole.take(part) for part in np.split(np.arange(len(everything)), [len(corpus.train)]))
    return Lesson(corpus, task_of(corpus, whole.take(np.arange(0)), config), inquiries, decisions)


def _faults(row: Annotation, known: set[str]) -> list[str]:
    found = []
    if row.description.get("source") != SOURCE:
        found.append(f"{row.place} (id {row.id}): «source» skal være {SOURCE}. Eksporter avgjørelsene fra lageret")
    if row.id in known:
        found.append(f"{row.place} (id {row.id}): id står også i korpuset. Ta ut den ene")
    return found


def learn(lesson: Lesson, config: Config, *, workers: int, on_done: Callable[[], None]) -> Learnt:
    """Judge models with and without decisions on the same folds; calibration and thresholds are of all the folds."""
    inquiries, task = lesson.inquiries, lesson.task
    folds = _folds(lesson, config)
    nothing = lesson.decisions.take(np.arange(0))
    logits = []
    for of_fold in Parallel(n_jobs=workers, return_as="generator")(
        delayed(_unseen)(inquiries, fold, decisions, task)
        for decisions in (nothing, lesson.decisions)
        for fold in folds
    ):
        logits.append(of_fold)
        on_done()
    without, with_decisions = (
        in_place(folds, part, len(inquiries)) for part in (logits[: len(folds)], logits[len(folds) :])
    )
    decided = [operation(each, inquiries, task) for each in (without, with_decisions)]
    a, b = (predict(each, how, task.taxonomy) for each, how in zip((without, with_decisions), decided, strict=True))
    targets = with_parents(inquiries.targets, task.taxonomy)
    pair = Pair(CROSS_VALIDATION, inquiries.groups, targets, a, b, {}, 0, 0, is_same_data=True, changed=0)
    bootstrap = Bootstrap(inquiries.groups, samples=config.evaluation.bootstrap, seed=config.seed)
    differences = list(figure_differences(pair, task.taxonomy.dimensions, bootstrap))
    return Learnt(differences, decided[1], logits[len(folds) :])


def _folds(lesson: Lesson, config: Config) -> list[Split]:
    return splits(lesson.inquiries, lesson.task.taxonomy, n_folds=config.folds.outer, seed=config.seed)


def _unseen(inquiries: Inquiries, fold: Split, decisions: Inquiries, task: Task) -> Floats:
    train, test = fold
    # Of an inner fold, the stories of the outer test part are not in `train` either.
    left_out = np.setdiff1d(inquiries.groups, inquiries.groups[train])
    usable = np.flatnonzero(~np.isin(decisions.groups, left_out))
    model = fit_task(inquiries.take(train).joined(decisions.take(usable)), task)
    return model.logits([inquiries.texts[place] for place in test.tolist()])


def retrain(
    lesson: Lesson, learnt: Learnt, config: Config, out: Path, *, workers: int, on_done: Callable[[], None]
) -> str:
    """Fit on annotations and decisions, write the model as a run does, and return its id.

    It is judged by nested cross-validation on the corpus's inquiries, so that `compare` and `release` can hold it
    against a model that a run has made.
    """
    inquiries, task, corpus = lesson.inquiries, lesson.task, lesson.corpus
    outer = _folds(lesson, config)
    inner = inner_splits(inquiries, outer, task)
    of_inner = []
    for logits in Parallel(n_jobs=workers, return_as="generator")(
        delayed(_unseen)(inquiries, fold, lesson.decisions, task) for folds in inner for fold in folds
    ):
        of_inner.append(logits)
        on_done()
    model = fit_task(inquiries.joined(lesson.decisions), task)
    predictions = nested_predictions(inquiries, outer, inner, [*learnt.logits, *of_inner], task)
    metrics = figures_of_part(corpus, inquiries, corpus.train, predictions, config)
    metrics |= {"evaluated_on": "nested cross-validation", "baselines": {}, "learnt": report(lesson, learnt)}
    artefact = artefact_of(corpus, model, learnt.operation, config, name=out.resolve().name)
    told = {"decisions": len(lesson.decisions), "decision_weight": _weight(lesson)}
    artefact = replace(artefact, provenance={**artefact.provenance, **told})
    judged = {CROSS_VALIDATION: part_of(inquiries, corpus.train, predictions, corpus)}
    return write_model(artefact, metrics, judged, corpus, config, out)


def n_inner(config: Config) -> int:
    """Return how many models `retrain` fits to judge the one that it writes."""
    return config.folds.outer * config.folds.inner


def _weight(lesson: Lesson) -> float:
    return float(lesson.decisions.each_weight()[0])


def report(lesson: Lesson, learnt: Learnt) -> dict[str, object]:
    """Return what changed, as JSON has it."""
    return {
        "format_version": 1,
        "annotations": len(lesson.inquiries),
        "decisions": len(lesson.decisions),
        "weight": _weight(lesson),
        "judged_on": CROSS_VALIDATION,
        "differences": [
            {
                "dimension": one.dimension,
                "metric": one.metric,
                "without": one.a,
                "with": one.b,
                "difference": one.difference,
                "is_better": one.is_better,
                "is_worse": one.is_worse,
            }
            for one in learnt.differences
        ],
    }
