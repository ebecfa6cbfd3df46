"""Error rates that lean on more than the labels of few texts: on the model's probabilities, and on other labels.

What a correction hangs on is the small difference between how often a label is given wrongly and how often it is
missing, and some hundred texts of a label leave even its sign open. Two things are known besides. The model's
calibrated probabilities tell how many of the texts have the label, with a small error of their own but nearly without
chance (Guillory et al. 2021; Garg et al. 2022); each text counts as having a label by so much as the annotator and the
probability say together. And labels of one dimension err alike: each label's balance of errors is an empirical Bayes
estimate (Efron & Morris 1975), with the variance between labels by Paule & Mandel (1982).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# Of the truth of a text, what the calibrated probability is asked for, and not the annotator: found on halves of the
# texts of the cross-validation, of which the other half was not used for it.
TRUST = 0.75
_HALVINGS, _MOST = 60, 100.0
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Spread:
    """What labels have in common.

    Attributes
    ----------
    mean, variance : of the true values; the variance is 0 where the values differ by no more than chance makes them.
    """

    mean: float
    variance: float


def likely(is_true: Bools, probability: Floats, weights: Floats) -> Floats:
    """Return by how much each text counts as having each label: shape (n_texts, n_labels), in [0, 1].

    Parameters
    ----------
    is_true : shape (n_texts, n_labels).
    probability : of the same shape, calibrated, on texts that the model had not seen.
    weights : shape (n_texts,). The probabilities are scaled to say of the dimension as a whole what annotators say.
    """
    said = float(weights @ probability.sum(axis=1))
    scale = float(weights @ is_true.sum(axis=1)) / said if said > 0 else 1.0
    return np.asarray((1 - TRUST) * is_true + TRUST * np.clip(scale * probability, 0.0, 1.0))


def spread(values: Floats, variances: Floats, *, mean: float | None = None) -> Spread:
    """Return mean and variance of the true values behind measured ones (Paule & Mandel 1982).

    Parameters
    ----------
    variances : of each value by chance, above 0.
    mean : where it is known.
    """
    free = len(values) - (mean is None)

    def around(variance: float) -> tuple[float, float]:
        weight = 1 / (variances + variance)
        middle = float(weight @ values / weight.sum()) if mean is None else mean
        return middle, float(weight @ (values - middle) ** 2)

    low, high = 0.0, _MOST
    if free < 1 or around(low)[1] <= free:
        return Spread(around(low)[0], 0.0)
    for _ in range(_HALVINGS):
        half = (low + high) / 2
        low, high = (half, high) if around(half)[1] > free else (low, half)
    return Spread(around(low)[0], low)


def balanced(counts: Floats, by_chance: Floats, missed_by_chance: Floats) -> Floats:
    """Return counts of labels that are given or not, whose balance of errors leans on that of all labels.

    The logarithm of labels given wrongly over labels that are missing is what leans; their geometric mean stays.

    Parameters
    ----------
    counts : of texts by truth and by what was given, shape (n_labels, 2, 2).
    by_chance, missed_by_chance : variance of the labels given wrongly and of those that are missing.
    """
    extra, missed = counts[:, 0, 1], counts[:, 1, 0]
    known = (extra > 0) & (missed > 0)
    if not known.any():
        return counts
    balance = np.log(extra[known] / missed[known])
    chance = by_chance[known] / extra[known] ** 2 + missed_by_chance[known] / missed[known] ** 2
    common = spread(balance, chance)
    shrunk = common.mean + common.variance / (common.variance + chance) * (balance - common.mean)
    middle = np.sqrt(extra[known] * missed[known])
    found = counts.copy()
    found[known, 0, 1], found[known, 1, 0] = middle * np.exp(shrunk / 2), middle * np.exp(-shrunk / 2)
    return found


def evened(counts: Floats, chance: Floats) -> Floats:
    """Return counts of texts by the one true label and the one given, with less of what may be chance.

    Two labels that are taken for each other equally often cancel out at the mix that was measured. By so much as the
    surplus of labels may be chance, the two are made equal.

    Parameters
    ----------
    counts : shape (n_labels, n_labels).
    chance : variance of the surplus of each label: how often it is given wrongly, less how often it is missing.
    """
    given = counts.sum(axis=0)
    known = (given > 0) & (chance > _LEAST)
    if not known.any():
        return counts
    surplus = (given - counts.sum(axis=1))[known] / given[known]
    variances = chance[known] / given[known] ** 2
    variance = spread(surplus, variances, mean=0.0).variance
    kept = variance / (variance + float(variances.mean()))
    return np.asarray(kept * counts + (1 - kept) * (counts + counts.T) / 2)
