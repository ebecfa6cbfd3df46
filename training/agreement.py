"""How far two people agree who labelled the same inquiries without seeing each other's labels."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from nltk.metrics.agreement import AnnotationTask
from numpy.typing import NDArray

from pobo_nlp.errors import AnnotationError, InputNotFoundError
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.annotations import Annotation, annotation_files, json_objects, label_faults, labels_of, read_annotations
from training.corpus import Sources
from training.evaluate import Bootstrap, Interval

# Beside the inquiries: labels of a second annotator, one object a line with `id`, `annotator` and the dimensions.
FOLDER = "second"

Labels = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pair:
    """An inquiry with the labels of its first and of its second annotator."""

    inquiry: Annotation
    second: Labels


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A dimension of an inquiry that the two labelled otherwise."""

    id: str
    place: str
    dimension: str
    first: tuple[str, ...]
    second: tuple[str, ...]


def read_pairs(sources: Sources) -> tuple[Taxonomy, list[Pair]]:
    """Read all inquiries, test files included, and the second labels of some of them.

    Raises
    ------
    AnnotationError : with every fault of every file.
    """
    taxonomy = Taxonomy.load(sources.taxonomy)
    files = annotation_files(sources.annotations)
    rows, faults = read_annotations([*files.train, *files.dev, *files.test], taxonomy)
    folder = sources.annotations / FOLDER
    found = sorted(folder.glob("*.jsonl"))
    if not found:
        raise InputNotFoundError(folder / "*.jsonl")
    inquiries = {row.id: row for row in rows}
    pairs: dict[str, Pair] = {}
    for file in found:
        for place, row in json_objects(file, faults):
            of_row = list(_second_faults(row, taxonomy, inquiries, pairs))
            faults += [f"{place} (id {row.get('id', 'mangler')}): {fault}" for fault in of_row]
            if not of_row:
                inquiry = inquiries[str(row["id"])]
                pairs[inquiry.id] = Pair(inquiry, labels_of(row, taxonomy))
    if faults:
        raise AnnotationError(str(sources.annotations), faults)
    return taxonomy, list(pairs.values())


def _second_faults(
    row: Mapping[str, object], taxonomy: Taxonomy, inquiries: Mapping[str, Annotation], pairs: Mapping[str, Pair]
) -> Iterator[str]:
    if row.get("id") not in inquiries:
        yield "ingen henvendelse har denne id-en"
        return
    if row["id"] in pairs:
        yield "id står to ganger"
    if row.get("annotator") in (None, inquiries[str(row["id"])].description.get("annotator")):
        yield "«annotator» mangler, eller er den samme som satte de første merkelappene"
    for dimension in taxonomy.predicted:
        yield from label_faults(row, dimension, taxonomy)


def agreement(taxonomy: Taxonomy, pairs: Sequence[Pair], *, samples: int, seed: int) -> dict[str, object]:
    """Return all figures of agreement, each with a bootstrap interval over groups.

    Single dimensions have Krippendorff's alpha and Cohen's kappa; multi dimensions micro-F1 of one annotator held
    against the other (which is symmetric) and the mean alpha of the labels. Each label has its positive specific
    agreement: two times both, over the sum of each.

    Source: Krippendorff 2018, *Content Analysis*, 4th ed., ch. 12; Cohen 1960; Hripcsak & Rothschild 2005.
    """
    _, groups = np.unique([pair.inquiry.group for pair in pairs], return_inverse=True)
    bootstrap = Bootstrap(groups.astype(np.int64), samples=samples, seed=seed)
    first = [_with_parents(pair.inquiry.labels, taxonomy) for pair in pairs]
    second = [_with_parents(pair.second, taxonomy) for pair in pairs]
    return {
        "texts": len(pairs),
        "dimensions": {
            dimension.id: (_single if dimension.kind == "single" else _multi)(
                dimension,
                [labels[dimension.id] for labels in first],
                [labels[dimension.id] for labels in second],
                bootstrap,
            )
            for dimension in taxonomy.dimensions
        },
    }


def _single(
    dimension: Dimension, first: Sequence[tuple[str, ...]], second: Sequence[tuple[str, ...]], bootstrap: Bootstrap
) -> dict[str, object]:
    pairs = [(one[0], other[0]) for one, other in zip(first, second, strict=True)]
    agreed = np.array([one == other for one, other in pairs], float)
    return {
        "agreement": bootstrap.mean(agreed),
        "alpha": _resampled(pairs, AnnotationTask.alpha, bootstrap),
        "kappa": _resampled(pairs, AnnotationTask.kappa, bootstrap),
        "labels": _per_label(dimension, _indicator(dimension, first), _indicator(dimension, second)),
    }


def _multi(
    dimension: Dimension, first: Sequence[tuple[str, ...]], second: Sequence[tuple[str, ...]], bootstrap: Bootstrap
) -> dict[str, object]:
    one, other = _indicator(dimension, first), _indicator(dimension, second)
    hits = (one * other).sum(axis=1)
    return {
        "micro_f1": bootstrap.share(2 * hits, one.sum(axis=1) + other.sum(axis=1)),
        "exactly_the_same": bootstrap.mean((one == other).all(axis=1).astype(float)),
        "labels": _per_label(dimension, one, other),
    }


def _resampled(
    pairs: Sequence[tuple[str, str]], figure: Callable[[AnnotationTask], float], bootstrap: Bootstrap
) -> Interval:
    def of_sample(weights: NDArray[np.float64]) -> float:
        drawn = np.repeat(np.arange(len(pairs)), weights.astype(int))
        return float(figure(_task([pairs[place] for place in drawn.tolist()])))

    return bootstrap.interval(lambda weights: np.array([of_sample(row) for row in weights]))


def _task(pairs: Sequence[tuple[str, str]]) -> AnnotationTask:
    return AnnotationTask(
        data=[
            (annotator, str(number), label)
            for number, pair in enumerate(pairs)
            for annotator, label in zip(("first", "second"), pair, strict=True)
        ]
    )


def _indicator(dimension: Dimension, labels: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
    return np.array([[label in given for label in dimension.label_ids] for given in labels], float)


def _per_label(
    dimension: Dimension, one: NDArray[np.float64], other: NDArray[np.float64]
) -> dict[str, dict[str, float]]:
    both, given = (one * other).sum(axis=0), one.sum(axis=0) + other.sum(axis=0)
    return {
        label: {
            "agreement": round(float(2 * both[place] / given[place]), 6) if given[place] else 0.0,
            "first": int(one[:, place].sum()),
            "second": int(other[:, place].sum()),
            "both": int(both[place]),
        }
        for place, label in enumerate(dimension.label_ids)
    }


def _with_parents(labels: Labels, taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    found = dict(labels)
    for dimension in taxonomy.predicted:
        label = labels[dimension.id][0] if dimension.kind == "single" else ""
        step = dimension
        for parent in taxonomy.path(dimension)[1:]:
            label = str(step.label(label).parent)
            found[parent.id] = (label,)
            step = parent
    return found


def disagreements(taxonomy: Taxonomy, pairs: Sequence[Pair]) -> list[Disagreement]:
    """Return every dimension of every inquiry that the two labelled otherwise."""
    return [
        Disagreement(
            pair.inquiry.id,
            pair.inquiry.place,
            dimension.id,
            pair.inquiry.labels[dimension.id],
            pair.second[dimension.id],
        )
        for pair in pairs
        for dimension in taxonomy.predicted
        if set(pair.inquiry.labels[dimension.id]) != set(pair.second[dimension.id])
    ]
