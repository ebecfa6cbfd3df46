"""Which texts belong together, and folds that keep them together."""

import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedGroupKFold

from pobo_nlp.errors import AnnotationError

ROWS_AT_ONCE = 512


def near_duplicates(texts: Sequence[str], *, threshold: float) -> list[tuple[int, int, float]]:
    """Return the pairs of texts that are the same or nearly so.

    Parameters
    ----------
    threshold : cosine of TF-IDF over character 5-grams within words, in [0, 1], from which a pair counts.

    Returns
    -------
    Places of the two texts, the earlier first, and their cosine.
    """
    if len(texts) < 2:
        return []
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(5, 5)).fit_transform(texts).tocsr()
    pairs: list[tuple[int, int, float]] = []
    for start in range(0, len(texts), ROWS_AT_ONCE):
        alike = (vectors[start : start + ROWS_AT_ONCE] @ vectors.T).tocoo()
        for row, column, cosine in zip(alike.row + start, alike.col, alike.data, strict=True):
            if row < column and cosine >= threshold:
                pairs.append((int(row), int(column), float(min(cosine, 1.0))))
    return sorted(pairs)


def joined_groups(groups: Sequence[str], pairs: Sequence[tuple[int, int, float]]) -> NDArray[np.int64]:
    """Return a group number a text: texts of the same group, or that are nearly the same, share it."""
    _, number_of = np.unique(np.asarray(groups), return_inverse=True)
    n_groups = int(number_of.max(initial=-1)) + 1
    ones = [number_of[first] for first, _, _ in pairs]
    others = [number_of[second] for _, second, _ in pairs]
    links = coo_array((np.ones(len(pairs)), (ones, others)), shape=(n_groups, n_groups))
    _, joined = connected_components(links, directed=False)
    return np.asarray(joined)[number_of].astype(np.int64)


def grouped_folds(
    strata: Sequence[str], groups: NDArray[np.int64], *, n_folds: int, seed: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return (train, test) places: no group on both sides, each label about equally often in every fold.

    Parameters
    ----------
    strata : the label of each text in the dimension that folds are balanced on.

    Raises
    ------
    AnnotationError : where there are too few texts for so many folds.
    """
    # Fewer texts than this would leave a fold without any text.
    largest = max(Counter(strata).values(), default=0)
    if largest < n_folds or len(np.unique(groups)) < n_folds:
        raise AnnotationError(
            "For få annoterte tekster",
            [f"{n_folds} deler trenger minst {n_folds} tekster av én etikett. Skriv flere, eller sett folds lavere."],
        )
    splitter = StratifiedGroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A label with fewer texts than folds is missing from some folds; its support tells.
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(splitter.split(np.zeros(len(strata)), np.asarray(strata), groups))
