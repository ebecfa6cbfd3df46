"""What texts are about that the label scheme may have no room for: clusters of those that need a person."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array, diags_array

from pobo_nlp.errors import MissingExtraError
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.groups import MAX_UNKNOWN
from pobo_nlp.patterns.vectors import CaseVectors

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# Words that more of the training texts have say how something is told, not what: "skrive", "ikkje", "dei".
MAX_SHARE_OF_TEXTS = 0.03
MIN_CHARS = 3
SHARE_OF_ONE_FORM = 0.7
N_DIMENSIONS = 30
# Texts that are clustered; the others join the theme that they are as close to as its own texts.
MOST_CLUSTERED = 10_000
MIN_TEXTS, MIN_SHARE = 8, 0.01
MIN_SAMPLES = 4
# Clusters this close are one theme; 0.3 to 0.5 join the same ones where themes were planted.
MIN_COSINE_OF_CENTRES = 0.4
MOST_WORDS = 8


@dataclass(frozen=True)
class Theme:
    """Texts about the same.

    Attributes
    ----------
    id : follows from its words.
    words : the most telling ones, each in at least `min_cell` texts of the theme.
    rows : places in `Cases`, the most typical first.
    """

    id: str
    words: tuple[str, ...]
    rows: Ints


@dataclass(frozen=True)
class Themes:
    """All themes, and the rest.

    Attributes
    ----------
    themes : the largest first.
    rest : places in `Cases` of texts that belong to no theme.
    n_without_words : texts that need a person and have too few words that the model knows, another language's among
        them; they are in no theme and not in `rest`.
    """

    themes: tuple[Theme, ...]
    rest: Ints
    n_without_words: int


def find_themes(cases: Cases, vectors: CaseVectors, *, min_cell: int = 5, seed: int = 20) -> Themes:
    """Return the themes of the cases that the model calls "needs a person".

    The same cases give the same themes, in whatever order they stand in the table. Source: Campello, Moulavi & Sander
    2013, "Density-based clustering based on hierarchical density estimates", on the texts' main directions.

    Raises
    ------
    MissingExtraError : where scikit-learn is not installed.
    """
    rows = np.flatnonzero(cases.review)
    rows = rows[np.lexsort((rows, np.array([cases.ids[row] for row in rows.tolist()], np.str_)))]
    columns = _columns(vectors)
    columns = columns[~_is_style(vectors.matrix[rows][:, columns], cases.malform[rows])]
    matrix, has_words = _content(vectors, rows, columns, min_cell)
    rows, n_without_words = rows[has_words], int((~has_words).sum())
    smallest = max(min_cell, MIN_TEXTS)
    if len(rows) < 2 * smallest or matrix.shape[1] < 2:
        return Themes((), np.sort(rows), n_without_words)
    number = _clusters(matrix, smallest, seed)
    themes = sorted(_themes(matrix, number, rows, columns, vectors, min_cell), key=lambda one: (-len(one.rows), one.id))
    in_themes = np.concatenate([theme.rows for theme in themes] or [np.zeros(0, np.int64)])
    return Themes(tuple(themes), np.setdiff1d(rows, in_themes), n_without_words)


def _columns(vectors: CaseVectors) -> Ints:
    is_rare = vectors.idf > 1 - np.log(MAX_SHARE_OF_TEXTS)
    is_word = np.array([len(word) >= MIN_CHARS and word.isalpha() for word in vectors.words], np.bool_)
    return np.flatnonzero(is_rare & is_word)


def _is_style(matrix: csr_array, malform: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Return which words are common in the rarer of bokmål and nynorsk, and little used in the other.

    They would make a theme of a written form.
    """
    forms = sorted((int((malform == form).sum()), form) for form in ("nb", "nn"))
    n_rarer, rarer = forms[0]
    count = np.bincount(matrix.indices, minlength=matrix.shape[1])
    within = np.bincount(matrix[malform == rarer].indices, minlength=matrix.shape[1])
    return np.asarray((within > MAX_SHARE_OF_TEXTS * n_rarer) & (within >= SHARE_OF_ONE_FORM * count))


def _content(vectors: CaseVectors, rows: Ints, columns: Ints, min_cell: int) -> tuple[csr_array, NDArray[np.bool_]]:
    """Return the texts in words of content that enough of them have, rows of length one, and which texts have any."""
    matrix = vectors.matrix[rows][:, columns].astype(np.float64)
    is_common = np.bincount(matrix.indices, minlength=len(columns)) >= min_cell
    matrix = csr_array(matrix @ diags_array(is_common.astype(np.float64)))
    matrix.eliminate_zeros()
    has_words = (np.diff(matrix.indptr) > 0) & ~(vectors.unknown[rows] > MAX_UNKNOWN)
    matrix = matrix[has_words]
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / lengths) @ matrix), has_words


def _clusters(matrix: csr_array, smallest: int, seed: int) -> Ints:
    """Return the number of each text's cluster; -1 for none."""
    try:
        from sklearn.cluster import HDBSCAN
        from sklearn.decomposition import TruncatedSVD
    except ImportError as error:
        raise MissingExtraError("scikit-learn", "patterns") from error
    random = np.random.default_rng(seed)
    n_texts = matrix.shape[0]
    chosen = np.sort(random.permutation(n_texts)[:MOST_CLUSTERED])
    n_dimensions = min(N_DIMENSIONS, min(len(chosen), matrix.shape[1]) - 1)
    projection = TruncatedSVD(n_dimensions, random_state=seed).fit(matrix[chosen])
    points = projection.transform(matrix)
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9)
    fitted = HDBSCAN(
        min_cluster_size=max(smallest, int(MIN_SHARE * len(chosen))), min_samples=MIN_SAMPLES, copy=True
    ).fit(points[chosen])
    number = np.full(n_texts, -1)
    number[chosen] = _merged(points[chosen], fitted.labels_)
    return _with_others(points, number, chosen)


def _merged(points: Floats, number: Ints) -> Ints:
    """Return clusters of which those about nearly the same, told in a few fixed ways, are one."""
    centres = _centres(points, number)
    if len(centres) < 2:
        return np.asarray(number, np.int64)
    # Between the centres of two groups of clusters: the mean of the cosines less than one.
    merged = fcluster(linkage(centres, "average", metric="cosine"), 1 - MIN_COSINE_OF_CENTRES, "distance")
    return np.append(merged - 1, -1)[number]


def _centres(points: Floats, number: Ints) -> Floats:
    n_clusters = int(number.max(initial=-1)) + 1
    centres = np.array([points[number == cluster].mean(axis=0) for cluster in range(n_clusters)])
    return np.asarray(centres / np.linalg.norm(centres, axis=-1, keepdims=True)) if n_clusters else centres


def _with_others(points: Floats, number: Ints, chosen: Ints) -> Ints:
    """Let texts that were not clustered join the theme they are closest to, where its own texts are no closer."""
    others = np.setdiff1d(np.arange(len(points)), chosen)
    centres = _centres(points, number)
    if not len(others) or not len(centres):
        return number
    as_close = np.array([np.percentile(points[number == place] @ centre, 25) for place, centre in enumerate(centres)])
    closeness = points[others] @ centres.T
    nearest = closeness.argmax(axis=1)
    joins = closeness[np.arange(len(others)), nearest] >= as_close[nearest]
    number = number.copy()
    number[others[joins]] = nearest[joins]
    return number


def _themes(
    matrix: csr_array, number: Ints, rows: Ints, columns: Ints, vectors: CaseVectors, min_cell: int
) -> Iterator[Theme]:
    """Yield the clusters that have telling words: those whose weight in the cluster is most above that elsewhere."""
    total = np.asarray(matrix.sum(axis=0)).ravel()
    for cluster in range(int(number.max(initial=-1)) + 1):
        own = np.flatnonzero(number == cluster)
        of_cluster = matrix[own]
        weight = np.asarray(of_cluster.sum(axis=0)).ravel()
        above = weight / len(own) - (total - weight) / max(len(number) - len(own), 1)
        above[np.bincount(of_cluster.indices, minlength=len(columns)) < min_cell] = 0
        best = np.argsort(-above, kind="stable")[:MOST_WORDS]
        words = tuple(vectors.words[columns[place]] for place in best[above[best] > 0])
        if len(own) < min_cell or not words:
            continue
        typical = np.argsort(-np.asarray(of_cluster @ weight).ravel(), kind="stable")
        yield Theme(hashlib.sha256("|".join(words).encode()).hexdigest()[:8], words, rows[own[typical]])
