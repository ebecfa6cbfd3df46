"""Texts as the model sees them, small enough that those of a whole table are kept: its lemmas and pairs of lemmas.

The character n-grams of the model are left out: they are nine tenths of the numbers, and texts that are alike in them
are alike in their words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from pobo_nlp.model.featuriser import Featuriser
from pobo_nlp.model.reading import read_all
from pobo_nlp.model.scorer import Scorer

TEXTS_AT_ONCE = 256


@dataclass(frozen=True)
class CaseVectors:
    """Texts of cases, in their order; identifiers of persons are no words.

    Attributes
    ----------
    matrix : shape (n, n_words) of single precision, rows of Euclidean length one, or zero without a known word.
    unknown : shape (n,), share of words that the model does not know; NaN for a text without words.
    words : lemma, or pair of lemmas, of each column.
    idf : shape (n_words,), inverse document frequency that the model has for each.
    """

    matrix: csr_array
    unknown: NDArray[np.float32]
    words: tuple[str, ...]
    idf: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.unknown)


class VectorReader:
    """Collects the vectors of texts: a reader for `read_texts`."""

    def __init__(self, scorer: Scorer) -> None:
        self._limits = scorer.artefact.limits
        self._featuriser = Featuriser(scorer.artefact.features)
        self._n_words = len(scorer.artefact.features.word_terms)
        self._parts: list[csr_array] = []
        self._unknown: list[NDArray[np.float32]] = []

    def __call__(self, places: NDArray[np.int64], texts: Sequence[str]) -> None:
        """Measure some texts, which follow on those before."""
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            self._read(texts[start : start + TEXTS_AT_ONCE])

    def _read(self, texts: Sequence[str]) -> None:
        readings = read_all(texts, self._limits, self._featuriser.words)
        weighed = self._featuriser.weigh(self._featuriser.counts_of(readings.words, readings.ends))
        self._parts.append(_of_unit_length(weighed[:, : self._n_words]))
        features, ends = self._featuriser.words.features(readings.words)
        self._unknown.append(_unknown(features, ends, readings.ends, self._n_words))

    def vectors(self) -> CaseVectors:
        """Return what has been read."""
        empty = csr_array((0, self._n_words), dtype=np.float32)
        matrix = csr_array(vstack(self._parts or [empty], format="csr"))
        unknown = np.concatenate(self._unknown or [np.zeros(0, np.float32)])
        space = self._featuriser.space
        return CaseVectors(matrix, unknown, space.word_terms, space.idf[: self._n_words])


def _of_unit_length(rows: csr_array) -> csr_array:
    """Return rows in single precision; a model with damping leaves them shorter."""
    counts = np.diff(rows.indptr)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    values = rows.data / np.repeat(np.where(lengths > 0, lengths, 1.0), counts)
    return csr_array((values.astype(np.float32), rows.indices, rows.indptr), shape=rows.shape)


def _unknown(
    features: NDArray[np.integer], ends: NDArray[np.int64], text_ends: NDArray[np.int64], n_words: int
) -> NDArray[np.float32]:
    """Return the share of each text's words without a lemma that is a feature; it comes last of a word's features."""
    has_any = np.diff(ends) > 0
    is_known = np.zeros(len(has_any), np.bool_)
    is_known[has_any] = features[ends[1:][has_any] - 1] < n_words
    known = np.concatenate([[0], np.cumsum(is_known)])[np.concatenate([[0], text_ends])]
    count = np.diff(text_ends, prepend=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - np.diff(known) / np.where(count > 0, count, np.nan), np.float32)
