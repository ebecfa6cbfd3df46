"""spaCy's text classifier over a bag of words, in a blank Norwegian pipeline: a pipeline a dimension."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pobo_nlp.taxonomy import Kind
from training.baselines.baseline import Floats, Target
from training.baselines.lesson import Lesson

if TYPE_CHECKING:
    from spacy.language import Language

COMPONENTS: Mapping[Kind, str] = {"single": "textcat", "multi": "textcat_multilabel"}
# An eighth of the default number of rows: about 16 000 different words need no more, and each step costs as much as
# there are rows.
ROWS = 32_768
EPOCHS = 15
# Texts in a batch; fewer where there are few texts, so that an epoch has about as many steps.
MAX_BATCH = 64
STEPS = 64
# Twice the default, which needs twice as many epochs for the seldom labels.
LEARNING_RATE = 0.002


@dataclass(frozen=True, slots=True)
class SpacyTextcat:
    """Fitted pipelines.

    Attributes
    ----------
    pipelines : dimension to its pipeline, whose labels are places among the labels of the lesson.
    """

    pipelines: Mapping[str, "Language"]
    n_labels: Mapping[str, int]

    def scores(self, documents: Sequence[str]) -> dict[str, Floats]:
        """Return probabilities; those of a multi dimension are of each label by itself."""
        return {name: _scores(pipeline, documents, self.n_labels[name]) for name, pipeline in self.pipelines.items()}

    def size_bytes(self) -> int:
        """Return the size of the pipelines as bytes."""
        return sum(len(pipeline.to_bytes()) for pipeline in self.pipelines.values())


def spacy_textcat(lesson: Lesson) -> SpacyTextcat:
    """Fit a pipeline for every dimension, with spaCy's own optimiser, and batches in an order of the seed's."""
    pipelines = {
        name: _fitted(lesson.documents, target, lesson.kinds[name], lesson.seed)
        for name, target in lesson.targets.items()
    }
    return SpacyTextcat(pipelines, {name: target.shape[1] for name, target in lesson.targets.items()})


def _fitted(documents: Sequence[str], target: Target, kind: Kind, seed: int) -> "Language":
    import spacy
    from spacy.training import Example

    pipeline = spacy.blank("nb")
    pipeline.add_pipe(COMPONENTS[kind], config={"model": _architecture(kind)})
    examples = [
        Example.from_dict(pipeline.make_doc(text), {"cats": {str(place): float(has) for place, has in enumerate(row)}})
        for text, row in zip(documents, target, strict=True)
    ]
    optimiser = pipeline.initialize(lambda: examples)
    optimiser.learn_rate = LEARNING_RATE
    # Nothing else is drawn: the weights begin at zero, and a bag of words knows no dropout.
    order = random.Random(seed)  # noqa: S311  # not for secrets
    size = min(MAX_BATCH, max(1, len(examples) // STEPS))
    for _ in range(EPOCHS):
        order.shuffle(examples)
        for start in range(0, len(examples), size):
            pipeline.update(examples[start : start + size], sgd=optimiser)
    return pipeline


def _architecture(kind: Kind) -> dict[str, object]:
    return {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": kind == "single",
        "ngram_size": 1,
        "no_output_layer": False,
        "length": ROWS,
    }


def _scores(pipeline: "Language", documents: Sequence[str], n_labels: int) -> Floats:
    rows = [[doc.cats[str(place)] for place in range(n_labels)] for doc in pipeline.pipe(documents)]
    return np.array(rows, float).reshape(len(documents), n_labels)
