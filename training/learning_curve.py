"""What more inquiries and more phrases bring: models of parts of the data, judged on one test file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score
from sklearn.utils.parallel import Parallel, delayed

from pobo_nlp.errors import AnnotationError
from pobo_nlp.model.heads import columns_of
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.annotations import read_annotations
from training.config import Config
from training.corpus import Sources, prepared, read_corpus, targets_of, task_of
from training.evaluate import Bootstrap, Interval
from training.fit import Inquiries, PriorExamples
from training.folds import Task, fit_task
from training.report import write_json

Floats = NDArray[np.float64]

SHARES_OF_INQUIRIES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
SHARES_OF_PHRASES = (0.0, 1 / 8, 1 / 2, 1.0)
# Average precision has no closed form over weights, so its samples cost more than those of a mean.
SAMPLES = 200


@dataclass(frozen=True, slots=True)
class Point:
    """A model of a part of the data.

    Attributes
    ----------
    figures : predicted dimension to accuracy (single) or micro-averaged average precision (multi). Neither needs a
        threshold, so that a point is about knowledge alone.
    """

    inquiries: int
    phrases: int
    figures: dict[str, Interval]


def learning_curve(
    sources: Sources, test_file: Path, config: Config, *, workers: int, on_done: Callable[[], None]
) -> list[Point]:
    """Fit on every combination of the shares, judge on a test file; smaller parts lie within larger ones.

    Raises
    ------
    AnnotationError : with every fault of every file.
    """
    corpus = read_corpus(sources, config)
    texts = prepared(corpus, config)
    task = task_of(corpus, texts.translations, config)
    rows, faults = read_annotations([test_file], corpus.taxonomy)
    if faults:
        raise AnnotationError(str(test_file), faults)
    _, groups = np.unique([row.group for row in rows], return_inverse=True)
    test = Inquiries([row.text for row in rows], targets_of(rows, corpus.taxonomy), groups.astype(np.int64))
    parts = list(_parts(texts.train, task))
    points = []
    for point in Parallel(n_jobs=workers, return_as="generator")(
        delayed(_point)(part, replace(task, prior=prior), test) for part, prior in parts
    ):
        points.append(point)
        on_done()
    return points


def n_points() -> int:
    """Return the number of models that are fitted."""
    return len(SHARES_OF_INQUIRIES) * len(SHARES_OF_PHRASES)


def _parts(inquiries: Inquiries, task: Task) -> Iterator[tuple[Inquiries, PriorExamples]]:
    random = np.random.default_rng(task.config.seed)
    of_group = random.random(int(inquiries.groups.max()) + 1)[inquiries.groups]
    of_prior = random.random(len(task.prior.texts))
    is_definition = np.arange(len(of_prior)) < _n_definitions(task.taxonomy)
    for inquiry_share, phrase_share in product(SHARES_OF_INQUIRIES, SHARES_OF_PHRASES):
        chosen = np.flatnonzero(of_group <= np.quantile(of_group, inquiry_share))
        yield inquiries.take(chosen), task.prior.take(np.flatnonzero(is_definition | (of_prior < phrase_share)))


def _n_definitions(taxonomy: Taxonomy) -> int:
    """Return how many of the prior examples are definitions, which come first."""
    return sum(len(dimension.labels) for dimension in taxonomy.predicted)


def _point(inquiries: Inquiries, task: Task, test: Inquiries) -> Point:
    logits = fit_task(inquiries, task).logits(test.texts)
    bootstrap = Bootstrap(test.groups, samples=SAMPLES, seed=task.config.seed)
    return Point(
        len(inquiries),
        len(task.prior.texts) - _n_definitions(task.taxonomy),
        {
            dimension.id: _figure(
                dimension, logits[:, columns_of(task.taxonomy)[dimension.id]], test.targets[dimension.id], bootstrap
            )
            for dimension in task.taxonomy.predicted
        },
    )


def _figure(dimension: Dimension, logits: Floats, target: NDArray[np.int8], bootstrap: Bootstrap) -> Interval:
    if dimension.kind == "single":
        return bootstrap.mean((logits.argmax(axis=1) == target.argmax(axis=1)).astype(float))

    def of_samples(weights: Floats) -> Floats:
        return np.array(
            [average_precision_score(target, logits, average="micro", sample_weight=sample) for sample in weights]
        )

    return bootstrap.interval(of_samples)


def write(points: Sequence[Point], test_file: Path, taxonomy: Taxonomy, folder: Path) -> list[Path]:
    """Write the points as JSON, and the figure as SVG."""
    figures, picture = folder / "learning-curve.json", folder / "learning-curve.svg"
    write_json(
        {
            "judged_on": test_file.name,
            "points": [
                {"inquiries": point.inquiries, "phrases": point.phrases, "figures": point.figures} for point in points
            ],
        },
        figures,
    )
    # A fixed salt and no date: the same points give the same file.
    with rc_context({"svg.hashsalt": "pobo-nlp", "font.size": 9}):
        _drawn(points, test_file, taxonomy).savefig(picture, metadata={"Date": None})
    return [figures, picture]


def _drawn(points: Sequence[Point], test_file: Path, taxonomy: Taxonomy) -> Figure:
    shown = [dimension for dimension in taxonomy.predicted if len(dimension.labels) > 2]
    figure = Figure(figsize=(3.6 * len(shown), 3.8), layout="constrained")
    figure.suptitle(f"Synthetic data, judged on {test_file.name}; bars are 95 % bootstrap intervals")
    for place, dimension in enumerate(shown, start=1):
        axes = figure.add_subplot(1, len(shown), place)
        axes.set_title(dimension.name)
        axes.set_xscale("log", base=2)
        sizes = sorted({point.inquiries for point in points})
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.set_xlabel("inquiries")
        axes.set_ylabel("top-1 accuracy" if dimension.kind == "single" else "average precision (micro)")
        axes.grid(alpha=0.3)
        numbers = sorted({point.phrases for point in points})
        for shift, n_phrases in enumerate(numbers):
            line = [point for point in points if point.phrases == n_phrases]
            found = [point.figures[dimension.id] for point in line]
            axes.errorbar(
                # Moved a little aside, so that the bars of the lines do not cover each other.
                [point.inquiries * 1.03**shift for point in line],
                [interval["value"] for interval in found],
                yerr=[
                    [interval["value"] - interval["low"] for interval in found],
                    [interval["high"] - interval["value"] for interval in found],
                ],
                marker="o",
                markersize=3,
                linewidth=1,
                capsize=2,
                label=f"{n_phrases} phrases",
            )
    figure.axes[0].legend(loc="lower right")
    return figure
