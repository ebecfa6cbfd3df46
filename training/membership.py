"""Can somebody who holds a text and the model tell that the model was trained on it? An attack, and how far it gets.

The attack is by loss (Yeom et al. 2018, *Privacy Risk in Machine Learning*): a model is surer of the right labels of a
text that it has learnt from. Each training text is a member once, under the shipped model, and a non-member once,
under the model of the fold that left its group out. So both sides are the same texts, and no difference of style or
difficulty is taken for memory. The attacker knows the right labels and the best limit between the two, which no real
one does: the figures are an upper end of what this attack reaches, not of what any attack does.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from training.intervals import Bootstrap

Floats = NDArray[np.float64]
# An attack that is rarely wrong harms even where it is so on average (Carlini et al. 2022).
FALSE_POSITIVE_RATE = 0.01
SAMPLES_AT_ONCE = 100
_LEAST = 1e-12


def losses(probability: Mapping[str, Floats], targets: Mapping[str, NDArray[np.int8]]) -> Floats:
    """Return the mean negative log-likelihood of the right labels of each text: shape (n_texts,).

    Parameters
    ----------
    probability : predicted dimension to calibrated probabilities: shape (n_texts, n_labels).
    targets : the same dimensions to 0 or 1.
    """
    each = [_loss(probability[name], target.astype(bool)) for name, target in targets.items()]
    return np.asarray(np.mean(each, axis=0))


def _loss(probability: Floats, target: NDArray[np.bool_]) -> Floats:
    right = np.where(target, probability, 1 - probability)
    return np.asarray(-np.log(np.maximum(right, _LEAST)).mean(axis=1))


def membership(of_members: Floats, of_others: Floats, bootstrap: Bootstrap) -> dict[str, object]:
    """Return how well loss tells members from non-members.

    Parameters
    ----------
    of_members, of_others : loss of each text by a model that has, and by one that has not learnt from it: shape
        (n_texts,), in the same order.
    bootstrap : over the groups of the texts.

    Returns
    -------
    `auc`: how often a member has the smaller loss of a pair, 0.5 for an attack by chance. `advantage`: share of
    members less share of non-members below the best limit, 0 for one by chance. `true_positives_at_1_percent`: share
    of members found where one non-member in a hundred is taken for one.
    """
    merged = np.concatenate([of_members, of_others])
    order = np.argsort(merged, kind="stable")
    is_member = order < len(of_members)
    text = order % len(of_members)
    # Texts of the same loss are on one side of any limit together.
    is_last = np.append(np.diff(merged[order]) > 0, True)

    def figures(weights: Floats) -> Floats:
        drawn = weights[:, text] / weights.sum(axis=1, keepdims=True)
        members, others = (np.cumsum(drawn * side, axis=1)[:, is_last] for side in (is_member, ~is_member))
        return np.column_stack(
            [_area(members, others), _advantage(members, others), _found_rarely_wrong(members, others)]
        )

    def in_parts(weights: Floats) -> Floats:
        return np.vstack(
            [figures(part) for part in np.array_split(weights, range(SAMPLES_AT_ONCE, len(weights), SAMPLES_AT_ONCE))]
        )

    names = ("auc", "advantage", "true_positives_at_1_percent")
    return {"attack": "loss", "texts": len(of_members), **dict(zip(names, bootstrap.intervals(in_parts), strict=True))}


def _area(members: Floats, others: Floats) -> Floats:
    """Return the area under the curve of members over others, both cumulated along rising loss."""
    steps = np.diff(others, axis=1, prepend=0.0)
    before = np.pad(members[:, :-1], ((0, 0), (1, 0)))
    return np.asarray((steps * (before + members) / 2).sum(axis=1))


def _advantage(members: Floats, others: Floats) -> Floats:
    return np.asarray(np.maximum((members - others).max(axis=1), 0.0))


def _found_rarely_wrong(members: Floats, others: Floats) -> Floats:
    return np.asarray(np.where(others <= FALSE_POSITIVE_RATE, members, 0.0).max(axis=1))
