"""Which inquiries to annotate next: those that a person's answer teaches most, and some by chance.

An inquiry is worth more the less sure the model is (margin between its two most probable labels), the more a second way
of guessing says otherwise, and the rarer the labels are that it may have. None is taken that is nearly the same as one
that is annotated or taken before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Reason = Literal["random", "unsure", "disagreement", "rare"]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each reason counts; each is in [0, 1] before (docs/adr/0019)."""

    unsure: float = 1.0
    disagreement: float = 0.5
    rare: float = 2.0


@dataclass(frozen=True, slots=True)
class Pool:
    """Inquiries that nobody has annotated.

    Attributes
    ----------
    probability : of the labels of one single dimension, by the model: shape (n_texts, n_labels).
    second : the same by another way, such as the phrase bank.
    vectors : rows of length one, whose products are cosines: shape (n_texts, n_features).
    annotated : number of annotated inquiries with each label: shape (n_labels,).
    """

    probability: Floats
    second: Floats
    vectors: csr_array
    annotated: Floats


@dataclass(frozen=True, slots=True)
class Choice:
    """An inquiry to annotate, by its place in the pool.

    Attributes
    ----------
    reason : what counted most; `random` for one drawn by chance, which honest figures may be measured on.
    """

    place: int
    reason: Reason


def choose(
    pool: Pool,
    *,
    n: int,
    random_share: float,
    near_duplicate: float,
    random: np.random.Generator,
    taken: Sequence[int] = (),
    weights: Weights = Weights(),
) -> list[Choice]:
    """Return at most `n` inquiries, those drawn by chance first.

    Parameters
    ----------
    random_share : share drawn by chance, each inquiry alike, so that they have the mix that the pool has.
    near_duplicate : cosine from which two texts are asked once.
    taken : places that are not to be chosen.
    """
    free = np.ones(len(pool.probability), bool)
    free[list(taken)] = False
    chosen: list[Choice] = []
    expected = (pool.probability + pool.second) / 2
    counts = pool.annotated.astype(float)
    unsure, disagreement = _ranks(-margins(pool.probability)), _ranks(distances(pool.probability, pool.second))
    of_chance = iter(random.permutation(len(free)).tolist())
    n_random = round(n * random_share)
    while len(chosen) < n and free.any():
        rare = expected @ (1 / np.sqrt(counts + 1))
        parts = np.array(
            [weights.unsure * unsure, weights.disagreement * disagreement, weights.rare * rare / rare.max()]
        )
        if len(chosen) < n_random:
            place, reason = next(place for place in of_chance if free[place]), "random"
        else:
            place = int(np.where(free, parts.sum(axis=0), -np.inf).argmax())
            reason = ("unsure", "disagreement", "rare")[int((parts[:, place] - parts.mean(axis=1)).argmax())]
        chosen.append(Choice(place, reason))  # type: ignore[arg-type]  # a tuple of the reasons
        counts = counts + expected[place]
        free &= np.asarray((pool.vectors @ pool.vectors[[place]].T).todense()).ravel() < near_duplicate
        free[place] = False
    return chosen


def margins(probability: Floats) -> Floats:
    """Return how much more probable the most probable label is than the next: shape (n_texts,), in [0, 1].

    Examples
    --------
    >>> margins(np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])).tolist()
    [0.25, 1.0]
    """
    highest = np.sort(probability, axis=1)[:, -2:]
    return np.asarray(highest[:, 1] - highest[:, 0])


def distances(one: Floats, other: Floats) -> Floats:
    """Return the total variation distance of two probabilities over the same labels: shape (n_texts,), in [0, 1]."""
    return np.asarray(np.abs(one - other).sum(axis=1) / 2)


def _ranks(values: Floats) -> Floats:
    """Return each value's place from the lowest, in [0, 1)."""
    return np.asarray(values.argsort(kind="stable").argsort(kind="stable") / max(len(values), 1))
