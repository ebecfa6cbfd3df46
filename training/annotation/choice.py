"""Which inquiries to annotate next: those that a person's answer teaches most, and some by chance.

An inquiry is worth more the less sure the model is, the more a second way of guessing says otherwise, and the rarer the
labels are that it may have, in every dimension; the first one counts most. None is taken that is nearly the same as one
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
    """What each reason counts; each is in [0, 1] before (docs/adr/0019).

    Attributes
    ----------
    others : what each dimension but the first counts, where the first is 1.
    """

    unsure: float = 1.0
    disagreement: float = 0.5
    rare: float = 2.0
    others: float = 0.25


@dataclass(frozen=True, slots=True)
class View:
    """What is expected of inquiries in one dimension.

    Attributes
    ----------
    probability : of its labels, by the model: shape (n_texts, n_labels).
    second : the same by another way, such as the phrase bank; None where there is no other.
    annotated : number of annotated inquiries with each label: shape (n_labels,).
    is_multi : whether an inquiry may have several of the labels, or none.
    """

    probability: Floats
    second: Floats | None
    annotated: Floats
    is_multi: bool = False

    @property
    def expected(self) -> Floats:
        """Mean of the guessers."""
        return self.probability if self.second is None else (self.probability + self.second) / 2


@dataclass(frozen=True, slots=True)
class Pool:
    """Inquiries that nobody has annotated.

    Attributes
    ----------
    views : the dimensions, the one that counts most first.
    vectors : rows of length one, whose products are cosines: shape (n_texts, n_features).
    """

    views: Sequence[View]
    vectors: csr_array


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
    n_texts = pool.vectors.shape[0]
    free = np.ones(n_texts, bool)
    free[list(taken)] = False
    chosen: list[Choice] = []
    shares = [1.0, *[weights.others] * (len(pool.views) - 1)]
    expected = [view.expected for view in pool.views]
    counts = [view.annotated.astype(float) for view in pool.views]
    unsure, disagreement = np.zeros(n_texts), np.zeros(n_texts)
    for share, view in zip(shares, pool.views, strict=True):
        unsure += share * _ranks(-margins(view.probability, is_multi=view.is_multi))
        if view.second is not None:
            disagreement += share * _ranks(distances(view.probability, view.second))
    of_chance = iter(random.permutation(len(free)).tolist())
    n_random = round(n * random_share)
    while len(chosen) < n and free.any():
        rare = np.zeros(n_texts)
        for share, of_view, seen in zip(shares, expected, counts, strict=True):
            of_dimension = of_view @ (1 / np.sqrt(seen + 1))
            rare += share * of_dimension / (of_dimension.max() or 1)
        parts = np.array([weights.unsure * unsure, weights.disagreement * disagreement, weights.rare * rare])
        if len(chosen) < n_random:
            place, reason = next(place for place in of_chance if free[place]), "random"
        else:
            place = int(np.where(free, parts.sum(axis=0), -np.inf).argmax())
            reason = ("unsure", "disagreement", "rare")[int((parts[:, place] - parts.mean(axis=1)).argmax())]
        chosen.append(Choice(place, reason))  # type: ignore[arg-type]  # a tuple of the reasons
        counts = [seen + of_view[place] for seen, of_view in zip(counts, expected, strict=True)]
        free &= np.asarray((pool.vectors @ pool.vectors[[place]].T).todense()).ravel() < near_duplicate
        free[place] = False
    return chosen


def margins(probability: Floats, *, is_multi: bool = False) -> Floats:
    """Return how sure a model is of each text: shape (n_texts,), in [0, 1].

    Of one label a text, how much more probable the most probable is than the next; of several, how far from as likely
    as not the label is that is nearest to it.

    Examples
    --------
    >>> margins(np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])).tolist()
    [0.25, 1.0]
    >>> margins(np.array([[0.5, 0.0], [0.25, 1.0]]), is_multi=True).tolist()
    [0.0, 0.5]
    """
    if is_multi:
        return np.asarray(np.abs(2 * probability - 1).min(axis=1))
    highest = np.sort(probability, axis=1)[:, -2:]
    return np.asarray(highest[:, 1] - highest[:, 0])


def distances(one: Floats, other: Floats) -> Floats:
    """Return the total variation distance of two probabilities over the same labels: shape (n_texts,), in [0, 1]."""
    return np.asarray(np.abs(one - other).sum(axis=1) / 2)


def _ranks(values: Floats) -> Floats:
    """Return each value's place from the lowest, in [0, 1)."""
    return np.asarray(values.argsort(kind="stable").argsort(kind="stable") / max(len(values), 1))
