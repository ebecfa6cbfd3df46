"""A saved model answers the test files of a corpus, once: its figures, and what is kept of its answers."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.errors import AnnotationError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.tokens import word_forms
from training.annotations import Annotation, annotation_files, read_annotations
from training.corpus import targets_of
from training.decide import with_parents
from training.evaluate import Bootstrap, evaluate
from training.folds import Predictions
from training.kept import Part
from training.out_of_scope import OutOfScopeText, read_out_of_scope
from training.refusal import out_of_scope_figures
from training.requirements import load_requirements, names_service
from training.slices import membership_of_slices, pair_figures, slices

Target = NDArray[np.int8]
Confusion = Sequence[Any]
# How many confusions get the id of a text as example.
EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class TestFile:
    """A test file without a fault.

    Attributes
    ----------
    digest : SHA-256 of its content.
    names_service : whether each text holds the official name of its service; None where no names are known.
    """

    rows: Sequence[Annotation]
    digest: str
    names_service: Sequence[bool] | None

    # Not a class of tests, though its name begins like one.
    __test__ = False


@dataclass(frozen=True, slots=True)
class TestFiles:
    """All test files of a corpus, by the stem of their name, and the texts that no label fits."""

    labelled: Mapping[str, TestFile]
    out_of_scope: Sequence[OutOfScopeText]

    __test__ = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found.

    Attributes
    ----------
    figures : `test_files` and, where there are such texts, `out_of_scope`, as `metrics.json` has them.
    parts : name of a test file to what the model said of its texts.
    digests : name of a test file to its SHA-256.
    """

    figures: Mapping[str, object]
    parts: Mapping[str, Part]
    digests: Mapping[str, str]


def read_test_files(annotations: Path, taxonomy: Taxonomy) -> TestFiles:
    """Read and check the test files; one without a text is passed over.

    Parameters
    ----------
    taxonomy : of the model that will answer: its labels are those that the files may have.

    Raises
    ------
    AnnotationError : with every fault of every file.
    """
    files = annotation_files(annotations)
    rows, faults = read_annotations(files.test, taxonomy)
    out_of_scope, faults_out_of_scope = read_out_of_scope(files.out_of_scope) if files.out_of_scope else ([], [])
    if faults or faults_out_of_scope:
        raise AnnotationError(str(annotations), [*faults, *faults_out_of_scope])
    requirements = load_requirements(annotations)
    names = requirements.official_names if requirements else None
    labelled = {}
    for file in files.test:
        own = [row for row in rows if row.place.split(":")[0] == file.name]
        if own:
            named = [names_service(row, names) for row in own] if names is not None else None
            labelled[file.stem] = TestFile(own, hashlib.sha256(file.read_bytes()).hexdigest(), named)
    return TestFiles(labelled, out_of_scope)


def judge(scorer: Scorer, tests: TestFiles, *, samples: int, seed: int) -> Judgement:
    """Let a model answer, as its users get it, and return its figures.

    Parameters
    ----------
    samples : bootstrap samples behind an interval.
    """
    figures: dict[str, object] = {}
    parts = {}
    of_files = {}
    for name, file in tests.labelled.items():
        parts[name] = _part(scorer, file)
        of_files[name] = _figures(file, parts[name], scorer.taxonomy, samples=samples, seed=seed)
    figures["test_files"] = of_files
    if tests.out_of_scope:
        suggestions = scorer.suggest([Inquiry(one.id, one.text) for one in tests.out_of_scope], with_evidence=False)
        figures["out_of_scope"] = out_of_scope_figures(
            [one.kind for one in tests.out_of_scope], suggestions, scorer.taxonomy, samples=samples, seed=seed
        )
    return Judgement(figures, parts, {name: file.digest for name, file in tests.labelled.items()})


def predictions_of(suggestions: Sequence[Suggestion], taxonomy: Taxonomy) -> Predictions:
    """Return what suggestions say of every label, as arrays."""

    def indicator(dimension: Dimension, of_texts: Sequence[Collection[str]]) -> NDArray[np.bool_]:
        shape = len(suggestions), len(dimension.labels)
        return np.array([[label in labels for label in dimension.label_ids] for labels in of_texts], bool).reshape(
            shape
        )

    probability, accepted, in_set = {}, {}, {}
    for dimension in taxonomy.dimensions:
        name = dimension.id
        probability[name] = np.array(
            [[one.probabilities[name][label] for label in dimension.label_ids] for one in suggestions], float
        ).reshape(len(suggestions), len(dimension.labels))
        given = [[label.label for label in one.suggestions[name] if label.accepted] for one in suggestions]
        accepted[name] = indicator(dimension, given)
        if dimension.kind == "single":
            in_set[name] = indicator(dimension, [one.prediction_sets[name] for one in suggestions])
    return Predictions(probability, accepted, in_set)


def _part(scorer: Scorer, file: TestFile) -> Part:
    suggestions = scorer.suggest([Inquiry(row.id, row.text) for row in file.rows], with_evidence=False)
    _, groups = np.unique([row.group for row in file.rows], return_inverse=True)
    membership = membership_of_slices(
        [row.description for row in file.rows],
        [len(word_forms(row.text)) for row in file.rows],
        names_service=file.names_service,
    )
    return Part(
        ids=tuple(row.id for row in file.rows),
        groups=groups.astype(np.int64),
        targets=with_parents(targets_of(file.rows, scorer.taxonomy), scorer.taxonomy),
        predictions=predictions_of(suggestions, scorer.taxonomy),
        description=membership,
    )


def _figures(file: TestFile, part: Part, taxonomy: Taxonomy, *, samples: int, seed: int) -> dict[str, object]:
    dimensions = evaluate(part.predictions, part.targets, taxonomy, Bootstrap(part.groups, samples=samples, seed=seed))
    for dimension in taxonomy.dimensions:
        confusions = cast("Sequence[Confusion]", dimensions[dimension.id]["confusions"])
        dimensions[dimension.id]["examples"] = [list(one) for one in examples(dimension, part, confusions)]
    pairs = pair_figures(part.predictions, part.targets, taxonomy, part.groups, samples=samples, seed=seed)
    return {
        "texts": len(part),
        "groups": len(np.unique(part.groups)),
        "digest": file.digest,
        "sources": sorted({str(row.description.get("source", "unknown")) for row in file.rows}),
        "dimensions": dimensions,
        "slices": slices(
            part.predictions, part.targets, taxonomy, part.description, part.groups, samples=samples, seed=seed
        ),
        **({"pairs": pairs} if pairs else {}),
    }


def examples(
    dimension: Dimension, part: Part, confusions: Sequence[Confusion]
) -> Iterator[tuple[str | None, str | None, str]]:
    """Yield (label missed, label given, id of a text) for the most frequent confusions.

    The text is the one where the model was most sure of the wrong label, or least sure of the missed one.
    """
    probability = part.predictions.probability[dimension.id]
    missed, added = _errors(dimension, part)
    place_of = {label_id: place for place, label_id in enumerate(dimension.label_ids)}
    wrong = [(one, other) for one, other, _ in confusions if one != other]
    for one, other in wrong[:EXAMPLES]:
        is_missed = missed[:, place_of[one]] if one else ~missed.any(axis=1)
        is_added = added[:, place_of[other]] if other else ~added.any(axis=1)
        sure = probability[:, place_of[other]] if other else -probability[:, place_of[str(one)]]
        yield one, other, part.ids[int(np.where(is_missed & is_added, sure, -np.inf).argmax())]


def _errors(dimension: Dimension, part: Part) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which labels each text misses, and which it got wrongly."""
    is_true = part.targets[dimension.id] == 1
    given = part.predictions.accepted[dimension.id]
    if dimension.kind == "single":
        best = part.predictions.probability[dimension.id].argmax(axis=1)
        given = np.eye(len(dimension.labels), dtype=bool)[best]
    return is_true & ~given, given & ~is_true
