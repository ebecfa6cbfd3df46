"""The main figures on parts of the texts, and how far each part is from the rest."""

from collections.abc import Mapping, Sequence
from typing import NotRequired

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.folds import Predictions
from training.intervals import Bootstrap, Floats, Interval, ratio_or_nan

Bools = NDArray[np.bool_]
Target = NDArray[np.int8]
THIRDS = ("short", "medium", "long")
# Areas of people who seldom complain: older people, people with disabilities, addiction or mental illness, Sámi users
# and others who need someone to speak for them. A model that favours frequent areas would hide them, so they are
# watched together. Labels that a scheme lacks are passed over.
SELDOM_HEARD = frozenset(
    {
        "sykehjem_langtid",
        "korttid_institusjon",
        "hjemmesykepleie",
        "bpa",
        "stottekontakt",
        "avlastning_parorendestotte",
        "bolig_heldogns",
        "rus_tsb",
        "psykisk_rus_kommunal",
        "rehab_habilitering",
        "tannhelse_offentlig",
    }
)


class SliceFigure(Interval):
    """A figure on a part of the texts.

    Attributes
    ----------
    gap : the figure minus that of the rest of the texts, on the same samples; missing where there is no rest.
    """

    gap: NotRequired[Interval]


def main_counts(
    dimension: Dimension, predictions: Predictions, target: Target
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what the main figure divides, for each text: top-1 accuracy (single) or micro-F1 (multi)."""
    right = target.astype(float)
    if dimension.kind == "single":
        best = predictions.probability[dimension.id].argmax(axis=1)
        return right[np.arange(len(best)), best], np.ones(len(best))
    given = predictions.accepted[dimension.id].astype(float)
    return 2 * (given * right).sum(axis=1), given.sum(axis=1) + right.sum(axis=1)


def slices(
    predictions: Predictions,
    targets: Mapping[str, Target],
    taxonomy: Taxonomy,
    membership: Mapping[str, Bools],
    groups: NDArray[np.int64],
    *,
    samples: int,
    seed: int,
) -> dict[str, dict[str, object]]:
    """Return the main figure of each dimension on parts of the texts, and its gap to the rest.

    Parameters
    ----------
    membership : name of a part to which texts belong to it: shape (n_texts,). A part without a text is passed over.
    """
    names = [name for name, is_member in membership.items() if is_member.any()]
    if not names:
        return {}
    is_member = np.column_stack([membership[name] for name in names]).astype(float)
    bootstrap = Bootstrap(groups, samples=samples, seed=seed)
    found: dict[str, dict[str, object]] = {
        name: {"texts": int(count)} for name, count in zip(names, is_member.sum(axis=0), strict=True)
    }
    for dimension in taxonomy.dimensions:
        counts = main_counts(dimension, predictions, targets[dimension.id])
        for name, figure in zip(names, with_gaps(*counts, is_member, bootstrap), strict=True):
            found[name][dimension.id] = figure
    return found


def with_gaps(hits: Floats, of: Floats, is_member: Floats, bootstrap: Bootstrap) -> list[SliceFigure]:
    """Return sum over sum for each part, and its gap to the rest on the same samples.

    Parameters
    ----------
    hits, of : shape (n_texts,).
    is_member : 0 or 1, shape (n_texts, n_parts).
    """

    def of_parts(weights: Floats) -> Floats:
        return ratio_or_nan(weights @ (hits[:, None] * is_member), weights @ (of[:, None] * is_member))

    def of_rests(weights: Floats) -> Floats:
        is_other = 1 - is_member
        return ratio_or_nan(weights @ (hits[:, None] * is_other), weights @ (of[:, None] * is_other))

    figures = bootstrap.intervals(of_parts)
    gaps = bootstrap.intervals(lambda weights: of_parts(weights) - of_rests(weights))
    found = []
    for figure, gap in zip(figures, gaps, strict=True):
        known = figure or Interval(value=0.0, low=0.0, high=0.0)
        one = SliceFigure(value=known["value"], low=known["low"], high=known["high"])
        if gap:
            one["gap"] = gap
        found.append(one)
    return found


def membership_of_slices(
    descriptions: Sequence[Mapping[str, str | bool]],
    n_words: Sequence[int],
    *,
    names_service: Sequence[bool] | None = None,
) -> dict[str, Bools]:
    """Return which texts belong to each part that is looked at.

    Parameters
    ----------
    descriptions : of each text: written language and register are told apart, and hard texts from the others.
    n_words : of each text; a third each is short, medium and long.
    names_service : whether each text holds the official name of the service that it is about.
    """
    found: dict[str, Bools] = {}
    for key in ("malform", "register", "hard"):
        values = [description.get(key) for description in descriptions]
        for value in sorted({str(value).lower() for value in values if value is not None}):
            found[f"{key}={value}"] = np.array([str(of_text).lower() == value for of_text in values])
    third = np.searchsorted(np.quantile(n_words, [1 / 3, 2 / 3]), n_words) if len(n_words) else np.zeros(0)
    found |= {f"length={name}": np.asarray(third == number) for number, name in enumerate(THIRDS)}
    if names_service is not None:
        found["names_service=true"] = np.asarray(names_service, bool)
        found["names_service=false"] = ~found["names_service=true"]
    return {name: is_member for name, is_member in found.items() if is_member.any()}


def seldom_heard_figures(
    dimension: Dimension, is_right: Floats, target: Target, bootstrap: Bootstrap
) -> dict[str, object] | None:
    """Return recall over the areas of people who seldom complain, over the others, and the gap.

    Returns
    -------
    None where the dimension, or the texts, have no such area or nothing else.
    """
    is_seldom = np.array([label in SELDOM_HEARD for label in dimension.label_ids])
    is_member = target[:, is_seldom].any(axis=1)
    if not is_member.any() or is_member.all():
        return None
    both = np.column_stack([is_member, ~is_member]).astype(float)
    recall, others = with_gaps(is_right, np.ones(len(is_right)), both, bootstrap)
    return {
        "labels": [label for label in dimension.label_ids if label in SELDOM_HEARD],
        "texts": int(is_member.sum()),
        "recall": {"value": recall["value"], "low": recall["low"], "high": recall["high"]},
        "others": {"value": others["value"], "low": others["low"], "high": others["high"]},
        "gap": recall["gap"],
    }


def pair_figures(
    predictions: Predictions,
    targets: Mapping[str, Target],
    taxonomy: Taxonomy,
    groups: NDArray[np.int64],
    *,
    samples: int,
    seed: int,
) -> dict[str, object] | None:
    """Return the share of groups of several texts in which every text is wholly right, for each dimension.

    A text of a multi dimension is right where exactly its labels are accepted.

    Returns
    -------
    None where no group has several texts.
    """
    _, number_of = np.unique(groups, return_inverse=True)
    sizes = np.bincount(number_of)
    is_pair = sizes > 1
    if not is_pair.any():
        return None
    bootstrap = Bootstrap(np.arange(int(is_pair.sum())), samples=samples, seed=seed)
    found: dict[str, object] = {"pairs": int(is_pair.sum())}
    for dimension in taxonomy.dimensions:
        wrong = ~_is_wholly_right(dimension, predictions, targets[dimension.id])
        n_wrong = np.bincount(number_of, weights=wrong)
        found[dimension.id] = bootstrap.mean((n_wrong[is_pair] == 0).astype(float))
    return found


def _is_wholly_right(dimension: Dimension, predictions: Predictions, target: Target) -> Bools:
    if dimension.kind == "single":
        return np.asarray(predictions.probability[dimension.id].argmax(axis=1) == target.argmax(axis=1))
    return np.asarray((predictions.accepted[dimension.id] == (target == 1)).all(axis=1))
