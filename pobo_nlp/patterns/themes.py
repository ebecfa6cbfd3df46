"""What texts are about that the label scheme may have no room for: clusters of those that need a person."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.vectors import CaseVectors


@dataclass(frozen=True)
class Theme:
    """Texts about the same.

    Attributes
    ----------
    id : follows from its most telling words.
    words : the most telling ones, each in at least `min_cell` texts of the theme.
    rows : places in `Cases`, the most typical first.
    """

    id: str
    words: tuple[str, ...]
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class Themes:
    """All themes, and the rest.

    Attributes
    ----------
    themes : the largest first.
    rest : places in `Cases` of texts that belong to no theme.
    n_without_words : texts that need a person and have no word that the model knows; they are not in `rest`.
    """

    themes: tuple[Theme, ...]
    rest: NDArray[np.int64]
    n_without_words: int


def find_themes(cases: Cases, vectors: CaseVectors, *, min_cell: int = 5, seed: int = 20) -> Themes:
    """Return the themes of the cases that the model calls "needs a person"."""
    return Themes((), np.flatnonzero(cases.review), 0)
