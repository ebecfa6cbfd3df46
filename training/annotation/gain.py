"""What the queue gains: a simulated adviser answers by the corpus's true labels, as the queue orders them or by chance.

A pool is drawn from the training inquiries in the mix that the office meets; a part of them is held out, and no test
file is read. The model is a cheap one of one single dimension. The phrase bank is the second guesser of the queue.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save
from scipy.sparse import csr_array
from sklearn.utils.parallel import Parallel, delayed

from pobo_nlp.errors import AnnotationError
from pobo_nlp.taxonomy import Dimension
from training.annotation.cheap import fitted, ridge, softmax
from training.annotation.choice import Pool, View, Weights, choose
from training.config import Config
from training.corpus import Sources, prepared, read_corpus, task_of
from training.decide import with_parents
from training.natural_mix import natural_weights
from training.pipeline import feature_union

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
QUEUE, RANDOM = "queue", "random"
ORDERS = (QUEUE, RANDOM)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the adviser is simulated.

    Attributes
    ----------
    seeds : one held-out part, pool and seed set each.
    held_out, pool, first : numbers of inquiries held out, that may be asked, and annotated before the start.
    decisions, step : how many are asked in all, and between two models.
    random_share : of the queue, drawn by chance.
    """

    seeds: tuple[int, ...] = (1, 2, 3)
    held_out: int = 1200
    pool: int = 2500
    first: int = 100
    decisions: int = 1000
    step: int = 100
    random_share: float = 0.1


@dataclass(frozen=True)
class Material:
    """Texts as the cheap model sees them.

    Attributes
    ----------
    values : shape (n_texts, n_features).
    second : what the phrase bank makes of them: shape (n_texts, n_labels).
    labels : shape (n_texts,), places of the true labels.
    others : of the other dimensions, whether they have several labels a text, and the true ones: (n_texts, n_labels).
    weights : how much more often the office meets such a text than the corpus has it: shape (n_texts,).
    """

    dimension: Dimension
    values: csr_array
    second: Floats
    labels: Ints
    others: tuple[tuple[bool, Floats], ...]
    groups: Ints
    weights: Floats
    near_duplicate: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One seed and one order.

    Attributes
    ----------
    annotated : number of annotated inquiries behind each model.
    truth, groups : of the held-out inquiries: shape (n_held_out,).
    answers : of each model: shape (n_models, n_held_out).
    """

    seed: int
    order: str
    annotated: Ints
    truth: Ints
    groups: Ints
    answers: Ints


def material(sources: Sources, config: Config) -> tuple[Material, str]:
    """Return the training texts, and a digest of all that they come from."""
    corpus = read_corpus(sources, config)
    texts = prepared(corpus, config).train
    task = task_of(corpus, texts.take(np.arange(0)), config)
    dimension = next(one for one in corpus.taxonomy.predicted if one.kind == "single")
    union = feature_union(texts.texts, texts.groups.tolist(), task.prior.texts, task.lemmas, config.features)
    values = csr_array(union.transform(texts.texts))
    own = np.flatnonzero(np.asarray(task.prior.dimensions) == dimension.id)
    prior = csr_array(union.transform([task.prior.texts[place] for place in own.tolist()]))
    guesser = fitted(prior, task.prior.labels[own], len(dimension.labels), weights=task.prior.weights[own])
    found = Material(
        dimension,
        values,
        softmax(guesser(values)),
        texts.targets[dimension.id].argmax(axis=1).astype(np.int64),
        tuple(
            (one.kind == "multi", np.asarray(texts.targets[one.id], np.float64))
            for one in corpus.taxonomy.predicted
            if one.id != dimension.id
        ),
        texts.groups,
        natural_weights(with_parents(texts.targets, corpus.taxonomy), corpus.taxonomy),
        config.data.near_duplicate,
    )
    return found, hashlib.sha256(f"{corpus.digest}{config.features}{config.weights}".encode()).hexdigest()


def cells(
    of: Material, plan: Plan, kept: Path, digest: str, *, workers: int, on_done: Callable[[], None]
) -> list[Cell]:
    """Return every seed in every order; those that lie in `kept` are not done again.

    Raises
    ------
    AnnotationError : where there are too few inquiries for the plan.
    """
    if len(of.labels) < plan.held_out + plan.first + plan.decisions:
        fault = f"{len(of.labels)} henvendelser; det trengs {plan.held_out + plan.first + plan.decisions}"
        raise AnnotationError("For få annoterte tekster", [fault])
    settings = json.dumps({**asdict(plan), "seeds": None, "weights": asdict(Weights())}, sort_keys=True)
    folder = kept / hashlib.sha256(f"{digest}{settings}".encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for cell in Parallel(n_jobs=workers, return_as="generator")(
        delayed(_kept_or_new)(of, plan, seed, order, folder / f"{order}-{seed}.safetensors")
        for seed, order in product(plan.seeds, ORDERS)
    ):
        found.append(cell)
        on_done()
    return found


def _kept_or_new(of: Material, plan: Plan, seed: int, order: str, path: Path) -> Cell:
    names = ("annotated", "truth", "groups", "answers")
    try:
        arrays = load_file(path)
        return Cell(seed, order, *(arrays[name] for name in names))
    except (FileNotFoundError, SafetensorError, KeyError):
        cell = simulated(of, plan, seed, order)
    new = path.with_suffix(".new")
    new.write_bytes(save({name: np.ascontiguousarray(getattr(cell, name)) for name in names}))
    new.replace(path)
    return cell


def simulated(of: Material, plan: Plan, seed: int, order: str) -> Cell:
    """Ask the simulated adviser, some inquiries at a time, and fit a model after each time."""
    random = np.random.default_rng(seed)
    held, pool = _parts(of, plan, random)
    annotated, answers = list(range(plan.first)), list[Ints]()
    sizes = range(plan.first, plan.first + plan.decisions + 1, plan.step)
    vectors = unit_rows(of.values[pool])
    logits: Callable[[csr_array], Floats] = fitted(
        of.values[pool[annotated]], of.labels[pool[annotated]], len(of.dimension.labels)
    )
    for size in sizes:
        if size > plan.first:
            annotated += _next(of, plan, order, pool, vectors, annotated, logits, random)
            logits = fitted(of.values[pool[annotated]], of.labels[pool[annotated]], len(of.dimension.labels))
        answers.append(logits(of.values[held]).argmax(axis=1))
    return Cell(seed, order, np.array(sizes), of.labels[held], of.groups[held], np.array(answers))


def _parts(of: Material, plan: Plan, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Return places held out, and of a pool in the office's mix and in random order; no group is in both."""
    n_groups = int(of.groups.max()) + 1
    order = np.argsort(random.random(n_groups)[of.groups], kind="stable")
    held = order[: plan.held_out]
    rest = order[~np.isin(of.groups[order], of.groups[held])]
    # Efraimidis & Spirakis 2006: the largest keys are a sample without replacement by weight.
    keys = random.random(len(rest)) ** (1 / np.maximum(of.weights[rest], 1e-9))
    return held, random.permutation(rest[np.argsort(-keys)][: plan.pool])


def _next(
    of: Material,
    plan: Plan,
    order: str,
    pool: Ints,
    vectors: csr_array,
    annotated: Sequence[int],
    logits: Callable[[csr_array], Floats],
    random: np.random.Generator,
) -> list[int]:
    if order == RANDOM:
        return list(range(len(annotated), len(annotated) + plan.step))
    counts = np.bincount(of.labels[pool[annotated]], minlength=len(of.dimension.labels)).astype(float)
    views = [View(softmax(logits(of.values[pool])), of.second[pool], counts)]
    for is_multi, truth in of.others:
        known = truth[pool[annotated]]
        views.append(View(ridge(vectors, annotated, known), None, known.sum(axis=0), is_multi))
    chosen = choose(
        Pool(views, vectors),
        n=plan.step,
        random_share=plan.random_share,
        near_duplicate=of.near_duplicate,
        random=random,
        taken=annotated,
    )
    return [one.place for one in chosen]


def unit_rows(values: csr_array) -> csr_array:
    """Return rows of length one."""
    from sklearn.preprocessing import normalize

    return csr_array(normalize(values))
