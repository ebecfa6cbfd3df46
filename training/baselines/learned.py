"""A baseline that learns from texts: its learner does the learning, and this is all around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension
from training.baselines.baseline import Floats, Given, Target, one_label
from training.baselines.lesson import Learner, Lesson, Scorer, documents_of
from training.baselines.thresholds import held_out, thresholds_for_f1
from training.fit import Inquiries

# Where there are too few texts to find one.
PLAIN_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Taught:
    """A scorer of the labels that vary; the others have the score that all training texts have.

    Attributes
    ----------
    varies : dimension to whether some texts have the label and some have not: shape (n_labels,).
    constant : dimension to 1 where every text has the label: shape (n_labels,).
    """

    scorer: Scorer | None
    varies: Mapping[str, NDArray[np.bool_]]
    constant: Mapping[str, Floats]

    def scores(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Return dimension to scores: shape (n_texts, n_labels)."""
        learnt = self.scorer.scores(documents_of(texts)) if self.scorer and texts else {}
        found = {name: np.tile(constant, (len(texts), 1)) for name, constant in self.constant.items()}
        for name, scores in learnt.items():
            found[name][:, self.varies[name]] = scores
        return found


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted baseline.

    Attributes
    ----------
    thresholds : multi dimension to scores from which on a label is given: shape (n_labels,).
    """

    taught: Taught
    dimensions: Sequence[Dimension]
    thresholds: Mapping[str, Floats]

    def answers(self, texts: Sequence[str]) -> dict[str, Target]:
        """Return the label of the highest score, or those that reach their threshold."""
        scores = self.taught.scores(texts)
        return {
            dimension.id: one_label(scores[dimension.id])
            if dimension.kind == "single"
            else (scores[dimension.id] >= self.thresholds[dimension.id]).astype(np.int8)
            for dimension in self.dimensions
        }

    def size_bytes(self) -> int:
        """Return the size of the scorer."""
        return self.taught.scorer.size_bytes() if self.taught.scorer else 0


def learned(learner: Learner, given: Given) -> Learned:
    """Learn from all texts; thresholds come from learning once more without a fifth of them."""
    dimensions = given.taxonomy.predicted
    taught = _taught(learner, given.train, dimensions, given.seed)
    return Learned(taught, dimensions, _thresholds(learner, given))


def _taught(learner: Learner, train: Inquiries, dimensions: Sequence[Dimension], seed: int) -> Taught:
    targets = {dimension.id: train.targets[dimension.id] for dimension in dimensions}
    constant = {name: target.min(axis=0, initial=1).astype(np.float64) for name, target in targets.items()}
    varies = {name: target.max(axis=0, initial=0) > constant[name] for name, target in targets.items()}
    learnable = {name: target[:, varies[name]] for name, target in targets.items() if varies[name].any()}
    if not learnable:
        return Taught(None, varies, constant)
    kinds = {dimension.id: dimension.kind for dimension in dimensions if dimension.id in learnable}
    return Taught(learner(Lesson(documents_of(train.texts), learnable, kinds, seed)), varies, constant)


def _thresholds(learner: Learner, given: Given) -> dict[str, Floats]:
    multi = [dimension for dimension in given.taxonomy.predicted if dimension.kind == "multi"]
    split = held_out(given) if multi else None
    if split is None:
        return {dimension.id: np.full(len(dimension.labels), PLAIN_THRESHOLD) for dimension in multi}
    part, rest = (given.train.take(places) for places in split)
    scores = _taught(learner, part, multi, given.seed).scores(rest.texts)
    return {d.id: thresholds_for_f1(scores[d.id], rest.targets[d.id]) for d in multi}
