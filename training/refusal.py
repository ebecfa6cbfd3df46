"""What the model does with texts that no label fits: how many it lets pass without a label."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Taxonomy
from training.intervals import Bootstrap, Interval

Bools = NDArray[np.bool_]
# Reasons that stem from the probabilities; all others stem from the text itself.
_OF_PROBABILITIES = frozenset({"low_probability"})


class KindFigures(TypedDict):
    """How many texts of a kind are put aside for what they are, get no label at all, or get one of a dimension."""

    texts: int
    put_aside: int
    nothing_accepted: int
    accepted: dict[str, int]


def out_of_scope_figures(
    kinds: Sequence[str], suggestions: Sequence[Suggestion], taxonomy: Taxonomy, *, samples: int, seed: int
) -> dict[str, object]:
    """Return the shares of texts without any accepted label, over all and by kind.

    Returns
    -------
    `put_aside` counts texts that are doubted before any label is: another language, too short. `accepted` holds, for
    each dimension, the share of texts that got a label of it.
    """
    bootstrap = Bootstrap(np.arange(len(kinds)), samples=samples, seed=seed)
    accepted = {
        dimension.id: np.array([any(one.accepted for one in each.suggestions[dimension.id]) for each in suggestions])
        for dimension in taxonomy.dimensions
    }
    is_bare = np.asarray(~np.column_stack(list(accepted.values())).any(axis=1))
    is_aside = np.array([bool(set(each.review) - _OF_PROBABILITIES) for each in suggestions])
    return {
        "texts": len(kinds),
        "put_aside": _mean(is_aside, bootstrap),
        "nothing_accepted": _mean(is_bare, bootstrap),
        "accepted": {name: _mean(is_accepted, bootstrap) for name, is_accepted in accepted.items()},
        "kinds": {
            kind: _of_kind(np.array([one == kind for one in kinds]), is_aside, is_bare, accepted)
            for kind in dict.fromkeys(kinds)
        },
    }


def _mean(values: Bools, bootstrap: Bootstrap) -> Interval:
    return bootstrap.mean(values.astype(float))


def _of_kind(is_kind: Bools, is_aside: Bools, is_bare: Bools, accepted: Mapping[str, Bools]) -> KindFigures:
    return KindFigures(
        texts=int(is_kind.sum()),
        put_aside=int((is_kind & is_aside).sum()),
        nothing_accepted=int((is_kind & is_bare).sum()),
        accepted={name: int((is_kind & is_accepted).sum()) for name, is_accepted in accepted.items()},
    )
