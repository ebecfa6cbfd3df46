"""The files of a run become checked annotations, texts with targets and groups, and prior knowledge."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.errors import AnnotationError
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.text.tokens import word_forms
from training.annotations import Annotation, annotation_files, read_annotations
from training.config import Config
from training.fit import Inquiries, PriorExamples
from training.folds import Task
from training.lemma_tables import lemma_table
from training.lexicon import Example, lexicon_files, prior_knowledge
from training.requirements import load_requirements
from training.split import joined_groups, near_duplicates


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a run."""

    taxonomy: Path
    annotations: Path
    lexicon: Path | None
    translations: Path | None = None


@dataclass(frozen=True)
class Corpus:
    """Sound annotations and prior knowledge.

    Attributes
    ----------
    train, evaluation : annotations to train on, and those of the dev files, which are only evaluated on.
    translations : inquiries of `train` in another written language; never evaluated on.
    official_names : label to what its service is officially called, as patterns; empty where the corpus does not tell.
    digest : SHA-256 over the content of the files read; test files are not.
    """

    taxonomy: Taxonomy
    taxonomy_toml: bytes
    train: Sequence[Annotation]
    evaluation: Sequence[Annotation]
    translations: Sequence[Annotation]
    prior: Sequence[Example]
    official_names: Mapping[str, Sequence[str]]
    digest: str


def read_corpus(sources: Sources, config: Config) -> Corpus:
    """Read and check all files.

    Raises
    ------
    AnnotationError : with every fault of every file.
    """
    taxonomy = Taxonomy.load(sources.taxonomy)
    files = annotation_files(sources.annotations)
    annotations, faults = read_annotations([*files.train, *files.dev], taxonomy)
    of_machine = [sources.translations] if sources.translations else []
    translations, faults_of_translations = read_annotations(of_machine, taxonomy)
    prior, faults_of_prior = prior_knowledge(sources.lexicon, taxonomy, config.weights)
    if not annotations and not faults:
        faults.append(f"{sources.annotations}: ingen annoterte henvendelser")
    faults += [*faults_of_translations, *faults_of_prior]
    if not faults:
        faults += _missing(annotations, taxonomy)
    if faults:
        raise AnnotationError(str(sources.annotations), faults)
    requirements = load_requirements(sources.annotations)
    names = {file.name for file in files.dev}
    phrases = lexicon_files(sources.lexicon) if sources.lexicon else []
    return Corpus(
        taxonomy=taxonomy,
        taxonomy_toml=sources.taxonomy.read_bytes(),
        train=[row for row in annotations if row.place.split(":")[0] not in names],
        evaluation=[row for row in annotations if row.place.split(":")[0] in names],
        translations=translations,
        prior=prior,
        official_names=requirements.official_names if requirements else {},
        digest=_digest([sources.taxonomy, *files.train, *files.dev, *of_machine, *phrases]),
    )


def _missing(rows: Sequence[Annotation], taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a fault for each label that nothing can be learnt of."""
    for dimension in taxonomy.predicted:
        if dimension.kind == "single" and len(dimension.labels) == 1:
            yield f"dimensjonen «{dimension.id}» har bare én etikett å lære: gi den flere, eller ta den ut"
        given = {label for row in rows for label in row.labels[dimension.id]}
        for label in dimension.label_ids:
            if label not in given:
                yield (
                    f"ingen henvendelse har etiketten «{label}» i «{dimension.id}»: annoter noen, eller ta den ut av "
                    "etikettskjemaet"
                )


@dataclass(frozen=True, slots=True)
class Prepared:
    """Texts with targets and group numbers.

    Attributes
    ----------
    train, evaluation : texts to train on, and texts to evaluate on.
    is_seen : shape (n_evaluation,), which of the latter stand (nearly) among the former.
    translations : of texts to train on, in the group of the original.
    """

    train: Inquiries
    evaluation: Inquiries
    is_seen: NDArray[np.bool_]
    translations: Inquiries


def prepared(corpus: Corpus, config: Config) -> Prepared:
    """Return the texts of a corpus; those that are nearly the same are of one group."""
    originals = [*corpus.train, *corpus.evaluation]
    rows = [*originals, *corpus.translations]
    pairs = near_duplicates([row.text for row in originals], threshold=config.data.near_duplicate)
    groups = joined_groups([row.group for row in rows], pairs)
    texts = [row.text[: config.limits.max_chars] for row in rows]
    everything = Inquiries(texts, targets_of(rows, corpus.taxonomy), groups)
    train, evaluation, translations = (
        everything.take(part) for part in np.split(np.arange(len(rows)), [len(corpus.train), len(originals)])
    )
    return Prepared(train, evaluation, np.isin(evaluation.groups, train.groups), translations)


def targets_of(rows: Sequence[Annotation], taxonomy: Taxonomy) -> dict[str, NDArray[np.int8]]:
    """Return predicted dimension to 0 or 1: shape (n_texts, n_labels)."""
    return {
        dimension.id: np.array(
            [[label in row.labels[dimension.id] for label in dimension.label_ids] for row in rows],
            np.int8,
        ).reshape(len(rows), len(dimension.labels))
        for dimension in taxonomy.predicted
    }


def task_of(corpus: Corpus, translations: Inquiries, config: Config) -> Task:
    """Return what training needs beside the inquiries."""
    lemmas = lemma_table(config.features.lemmas, [row.text for row in corpus.train])
    return Task(_prior_examples(corpus), translations, corpus.taxonomy, lemmas, config)


def _prior_examples(corpus: Corpus) -> PriorExamples:
    usable = [example for example in corpus.prior if word_forms(example.text)]
    labels = [corpus.taxonomy.dimension(one.dimension).label_ids.index(one.label) for one in usable]
    return PriorExamples(
        texts=[example.text for example in usable],
        dimensions=[example.dimension for example in usable],
        labels=np.array(labels, np.int64),
        weights=np.array([example.weight for example in usable]),
    )


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
