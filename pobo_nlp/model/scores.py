"""What is suggested for several texts at once, by column: the batch's counterpart of `Suggestion`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact import Artefact
from pobo_nlp.model.decisions import settled_depths
from pobo_nlp.suggestion import Malform, Review

_NOT_SETTLED: tuple[Review, ...] = ("low_probability",)


@dataclass(frozen=True, slots=True)
class Scores:
    """All that is suggested for several texts.

    Attributes
    ----------
    probability : dimension to shape (n_texts, n_labels), parents included.
    accepted : dimension to shape (n_texts, n_labels); no label of a text that there are doubts of.
    settled : predicted single dimension with a parent to the deepest accepted dimension of each text, or None.
    review : why a person should look at each text, in the order of `Review`.
    malform : written language of each text.
    """

    probability: Mapping[str, NDArray[np.float64]]
    accepted: Mapping[str, NDArray[np.bool_]]
    settled: Mapping[str, Sequence[str | None]]
    review: Sequence[tuple[Review, ...]]
    malform: Sequence[Malform]

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.review)


def decided(
    probability: Mapping[str, NDArray[np.float64]],
    doubts: Sequence[tuple[Review, ...]],
    malform: Sequence[Malform],
    artefact: Artefact,
) -> Scores:
    """Return scores: what is accepted by the thresholds of a model, for texts without doubts.

    Parameters
    ----------
    probability : dimension to shape (n_texts, n_labels), parents included.
    doubts : why no label of a text is accepted, however probable.
    """
    taxonomy, threshold = artefact.taxonomy, artefact.thresholds
    is_sound = np.fromiter((not reasons for reasons in doubts), bool, len(doubts))
    accepted = {
        dimension.id: (probability[dimension.id] >= threshold[dimension.id]) & is_sound[:, None]
        for dimension in taxonomy.dimensions
        if dimension.kind == "multi"
    }
    settled: dict[str, Sequence[str | None]] = {}
    is_settled = np.ones(len(doubts), bool)
    for dimension in taxonomy.predicted:
        if dimension.kind != "single":
            continue
        path = taxonomy.path(dimension)
        depths = np.where(is_sound, settled_depths(path, probability, threshold), len(path))
        is_settled &= depths < len(path)
        accepted |= {step.id: _accepted_best(probability[step.id], depths <= depth) for depth, step in enumerate(path)}
        if dimension.parent:
            names = [*(step.id for step in path), None]
            settled[dimension.id] = [names[depth] for depth in depths.tolist()]
    review = [
        reasons or (() if enough else _NOT_SETTLED) for reasons, enough in zip(doubts, is_settled.tolist(), strict=True)
    ]
    return Scores(probability, accepted, settled, review, malform)


def joined(blocks: Sequence[Scores]) -> Scores:
    """Return the scores of blocks of texts as one, in their order."""
    if len(blocks) == 1:
        return blocks[0]
    first = blocks[0]
    return Scores(
        {name: np.vstack([block.probability[name] for block in blocks]) for name in first.probability},
        {name: np.vstack([block.accepted[name] for block in blocks]) for name in first.accepted},
        {name: [where for block in blocks for where in block.settled[name]] for name in first.settled},
        [reasons for block in blocks for reasons in block.review],
        [written_in for block in blocks for written_in in block.malform],
    )


def _accepted_best(probability: NDArray[np.float64], is_accepted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a row a text in which at most the most probable label is accepted."""
    accepted = np.zeros(probability.shape, bool)
    rows = np.flatnonzero(is_accepted)
    accepted[rows, probability[rows].argmax(axis=1)] = True
    return accepted
