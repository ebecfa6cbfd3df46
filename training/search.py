"""Which of the candidates makes the best model: nested, grouped cross-validation, resumable, and no test file read.

For each outer fold, every candidate is judged inside the training part (inner folds), the best is chosen there, and
that choice is judged on the outer fold: this is the honest figure of the search. Every candidate is judged on the
outer folds too, as a difference to the reference on the same texts. Each finished cell (candidate, fold) is kept in
a folder, so that a search that was stopped goes on where it was.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.parallel import Parallel, delayed

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.candidates import REFERENCE, Candidate
from training.config import Config
from training.corpus import Corpus, Prepared, Sources, prepared, read_corpus, task_of
from training.decide import with_parents
from training.evaluate import Bootstrap, Interval
from training.fit import Inquiries
from training.folds import Operation, Predictions, Split, Task, fit_task, in_place, in_text_order, operation, predict
from training.folds import splits as folds_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which parts of the texts a candidate is trained and judged on.

    Attributes
    ----------
    outer : training and test part of each outer fold.
    inner : of each outer fold, training and test parts within its training part.
    """

    outer: Sequence[Split]
    inner: Sequence[Sequence[Split]]

    def cells(self) -> Iterator[tuple[str, Split]]:
        """Yield name and split of each model that a candidate needs."""
        for number, split in enumerate(self.outer):
            yield f"outer{number}", split
        for number, of_fold in enumerate(self.inner):
            for place, split in enumerate(of_fold):
                yield f"inner{number}.{place}", split


def plan_of(inquiries: Inquiries, taxonomy: Taxonomy, config: Config) -> Plan:
    """Return the folds of a search."""
    options = config.search
    outer = folds_of(inquiries, taxonomy, n_folds=options.outer, seed=config.seed)
    inner = []
    for number, (train, _) in enumerate(outer, start=1):
        within = folds_of(inquiries.take(train), taxonomy, n_folds=options.inner, seed=config.seed + number)
        inner.append([(train[part], train[rest]) for part, rest in within])
    return Plan(outer, inner)


def search(
    sources: Sources,
    config: Config,
    folder: Path,
    candidates: Sequence[Candidate],
    *,
    workers: int,
    on_done: Callable[[], None],
) -> dict[str, object]:
    """Return what was tried and what it brought.

    Parameters
    ----------
    folder : where finished cells are kept.
    on_done : called for each cell, for a progress bar.
    """
    corpus = read_corpus(sources, config)
    texts = prepared(corpus, config)
    plan = plan_of(texts.train, corpus.taxonomy, config)
    tasks = {one.name: _task(sources, texts, one.config(config)) for one in candidates}
    # Fold by fold, so that all candidates are comparable early.
    wanted = [(one.name, cell, split) for cell, split in plan.cells() for one in candidates]
    cells = Parallel(n_jobs=workers, return_as="generator")(
        delayed(_cell)(texts.train, split, tasks[name], folder / _file_name(cell, corpus, tasks[name].config))
        for name, cell, split in wanted
    )
    found: dict[str, dict[str, tuple[Floats, float]]] = {one.name: {} for one in candidates}
    for (name, cell, _), result in zip(wanted, cells, strict=True):
        found[name][cell] = result
        on_done()
    return _summary(found, plan, texts.train, tasks, candidates, config)


def _task(sources: Sources, texts: Prepared, config: Config) -> Task:
    """Return what a candidate needs beside the inquiries; its settings say what prior knowledge weighs."""
    return task_of(read_corpus(sources, config), texts.translations, config)


def n_cells(config: Config, candidates: Sequence[Candidate]) -> int:
    """Return the number of models that are fitted."""
    return len(candidates) * config.search.outer * (1 + config.search.inner)


def _file_name(cell: str, corpus: Corpus, config: Config) -> str:
    """Return a name that changes with the data and the settings, so that nothing old is taken for new.

    Candidates that differ only in what is found on their logits share a cell.
    """
    settings = repr((config.seed, config.features, config.weights, config.classifier, config.search))
    return f"{cell}-{hashlib.sha256((corpus.digest + settings).encode()).hexdigest()[:12]}.npz"


def _cell(inquiries: Inquiries, split: Split, task: Task, kept: Path) -> tuple[Floats, float]:
    """Return the logits of the second part by a model of the first, and the seconds that it took to train."""
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as stored:
            return stored["logits"].astype(np.float64), float(stored["seconds"])
    train, test = split
    began = perf_counter()
    model = fit_task(inquiries.take(train), task)
    seconds = perf_counter() - began
    logits = model.logits([inquiries.texts[place] for place in test]).astype(np.float32)
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".tmp.npz")
    np.savez(unfinished, logits=logits, seconds=seconds)
    unfinished.rename(kept)
    return logits.astype(np.float64), seconds


def _summary(
    found: Mapping[str, Mapping[str, tuple[Floats, float]]],
    plan: Plan,
    inquiries: Inquiries,
    tasks: Mapping[str, Task],
    candidates: Sequence[Candidate],
    config: Config,
) -> dict[str, object]:
    taxonomy = next(iter(tasks.values())).taxonomy
    outer = {name: _outer_predictions(cells, plan, inquiries, tasks[name]) for name, cells in found.items()}
    chosen = [_best_within(found, plan, number, inquiries, tasks) for number in range(len(plan.outer))]
    nested = in_text_order(
        [(test, outer[name].take(test)) for name, (_, test) in zip(chosen, plan.outer, strict=True)], len(inquiries)
    )
    judge = _Judge(inquiries, taxonomy, config)
    best = max(outer, key=lambda name: judge.mean(outer[name]))
    return {
        "texts": len(inquiries),
        "folds": {"outer": config.search.outer, "inner": config.search.inner},
        "reference": REFERENCE,
        "chosen": best,
        "nested": {"dimensions": judge.figures(nested), "chosen_in_fold": chosen},
        "candidates": [
            {
                "name": one.name,
                "what": one.subject,
                "description": one.description,
                "changes": json.loads(json.dumps(one.changes)),
                "train_s": round(float(np.mean([seconds for _, seconds in found[one.name].values()])), 1),
                "dimensions": judge.compared(outer[one.name], outer[REFERENCE]),
            }
            for one in candidates
        ],
    }


def _outer_predictions(
    cells: Mapping[str, tuple[Floats, float]], plan: Plan, inquiries: Inquiries, task: Task
) -> Predictions:
    """Judge each outer fold by calibration and thresholds that were found inside its training part."""
    parts = []
    for number, (train, test) in enumerate(plan.outer):
        inside = _inside(cells, plan, number, inquiries)
        decided = operation(inside[train], inquiries.take(train), task)
        parts.append((test, predict(cells[f"outer{number}"][0], decided, task.taxonomy)))
    return in_text_order(parts, len(inquiries))


def _inside(cells: Mapping[str, tuple[Floats, float]], plan: Plan, number: int, inquiries: Inquiries) -> Floats:
    of_fold = [cells[f"inner{number}.{place}"][0] for place in range(len(plan.inner[number]))]
    return in_place(plan.inner[number], of_fold, len(inquiries))


def _best_within(
    found: Mapping[str, Mapping[str, tuple[Floats, float]]],
    plan: Plan,
    number: int,
    inquiries: Inquiries,
    tasks: Mapping[str, Task],
) -> str:
    """Return the candidate that is best on the inner folds of one outer fold.

    Each inner fold is decided by the calibration and the thresholds of the others.
    """
    train = plan.outer[number][0]
    part = inquiries.take(train)
    place_of = {int(place): row for row, place in enumerate(train)}
    figures = {}
    for name, task in tasks.items():
        logits = _inside(found[name], plan, number, inquiries)[train]
        parts = []
        for _, rest in plan.inner[number]:
            rows = np.array([place_of[int(place)] for place in rest])
            others = np.setdiff1d(np.arange(len(train)), rows)
            decided: Operation = operation(logits[others], part.take(others), task)
            parts.append((rows, predict(logits[rows], decided, task.taxonomy)))
        judge = _Judge(part, task.taxonomy, task.config)
        figures[name] = judge.mean(in_text_order(parts, len(part)))
    return max(figures, key=lambda name: figures[name])


class _Judge:
    """Gives the main figure of each dimension: accuracy, or micro-averaged F1."""

    def __init__(self, inquiries: Inquiries, taxonomy: Taxonomy, config: Config) -> None:
        self._taxonomy = taxonomy
        self._targets = with_parents(inquiries.targets, taxonomy)
        self._bootstrap = Bootstrap(inquiries.groups, samples=config.evaluation.bootstrap, seed=config.seed)

    def mean(self, predictions: Predictions) -> float:
        """Return the mean of the main figures of the predicted dimensions: what a candidate is chosen by."""
        figures = [
            self._of_samples(dimension, predictions)(np.ones((1, self._n_texts))) for dimension in self._dimensions
        ]
        return float(np.mean(figures))

    def figures(self, predictions: Predictions) -> dict[str, Interval]:
        """Return the main figure of every dimension."""
        return {
            dimension.id: self._bootstrap.interval(self._of_samples(dimension, predictions))
            for dimension in self._taxonomy.dimensions
        }

    def compared(self, predictions: Predictions, reference: Predictions) -> dict[str, dict[str, object]]:
        """Return the main figures, and how much better than the reference they are on the same draws of texts."""
        found: dict[str, dict[str, object]] = {}
        for dimension in self._taxonomy.dimensions:
            own, other = self._of_samples(dimension, predictions), self._of_samples(dimension, reference)
            difference = self._bootstrap.interval(_difference(own, other))
            found[dimension.id] = {**self._bootstrap.interval(own), "difference": difference}
        return found

    @property
    def _dimensions(self) -> Sequence[Dimension]:
        return self._taxonomy.predicted

    @property
    def _n_texts(self) -> int:
        return len(next(iter(self._targets.values())))

    def _of_samples(self, dimension: Dimension, predictions: Predictions) -> Callable[[Floats], Floats]:
        target = self._targets[dimension.id]
        if dimension.kind == "single":
            is_right = predictions.probability[dimension.id].argmax(axis=1) == target.argmax(axis=1)
            return lambda weights: weights @ is_right / weights.sum(axis=1)
        given = predictions.accepted[dimension.id]
        hits, of = (given * target).sum(axis=1), given.sum(axis=1) + target.sum(axis=1)
        return lambda weights: 2 * (weights @ hits) / np.maximum(weights @ of, 1)


def _difference(one: Callable[[Floats], Floats], other: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    return lambda weights: one(weights) - other(weights)
