"""Texts are measured in a feature space: a text is the sum of its words' rows, and of its pairs of lemmas."""

from collections.abc import Sequence
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.model.features import FeatureSpace
from pobo_nlp.model.pairs import PairFinder, Pairs
from pobo_nlp.model.words import Words

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
# Counts whose logarithm is looked up; larger ones are as good as never met.
_DAMPED: Floats = 1.0 + np.log(np.maximum(np.arange(4096), 1))


class Featuriser:
    """Measures texts in a feature space; words that it has met are measured faster.

    Parameters
    ----------
    space : the features.

    Attributes
    ----------
    words : the words that it has met.
    """

    def __init__(self, space: FeatureSpace) -> None:
        self.space = space
        self._pairs = PairFinder(space)
        self.words = Words(space, self._pairs.lemma_numbers)

    def counts(self, texts: Sequence[Sequence[str]]) -> csr_array:
        """Return how often each feature occurs in each text: shape (n_texts, n_features), features in order.

        Parameters
        ----------
        texts : folded words of each text.
        """
        self.words.forget_too_many()
        words = self.words.numbers(list(chain.from_iterable(texts)))
        return self.counts_of(words, np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts))))

    def counts_of(self, words: Ints, ends: Longs) -> csr_array:
        """Return `counts` of texts whose words are numbered.

        Parameters
        ----------
        words : numbers of the words, text after text.
        ends : where the words of each text end.
        """
        return self._counted(*self._occurrences(words, ends))

    def weigh(self, counts: csr_array) -> csr_array:
        """Return TF-IDF values for counts: sublinear, each block of a text brought towards Euclidean length one.

        Source: Manning, Raghavan & Schütze 2008, *Introduction to Information Retrieval*, section 6.4.
        """
        values = _damped(counts.data)
        values *= self.space.idf[counts.indices]
        edges = self._edges_of_blocks(counts)
        squares = _sums(np.square(values), edges)
        lengths = np.sqrt(squares + self.space.damping**2)
        weights = np.tile([1.0, self.space.char_weight], counts.shape[0]) / np.where(lengths > 0, lengths, 1.0)
        values *= np.repeat(weights, np.diff(edges))
        return csr_array((values, counts.indices, counts.indptr), shape=counts.shape)

    def parts(self, forms: Sequence[str]) -> tuple[csr_array, Pairs]:
        """Return what one text is made of: a row of counts a word, shape (n_words, n_features), and the pairs."""
        words = self.words.numbers(forms)
        features, ends = self.words.features(words)
        rows = csr_array((np.ones(len(features)), features, ends), (len(words), self.space.n_features))
        return rows, self._pairs_of(words, np.array([len(words)]))

    def _pairs_of(self, words: Ints, ends: Longs) -> Pairs:
        starts = np.concatenate([[0], ends[:-1]])
        has_words = starts < ends
        return self._pairs.find(self.words.lemmas(words), starts[has_words], ends[has_words])

    def _occurrences(self, words: Ints, ends: Longs) -> tuple[NDArray[np.integer], Longs]:
        """Return every occurrence of a feature, sorted within each text, and where those of each text end."""
        of_words, word_ends = self.words.features(words)
        pairs = self._pairs_of(words, ends)
        of_pairs = pairs.feature.astype(of_words.dtype)
        # Sixteen bits are sorted by their digits, which needs no comparison.
        kind: Literal["stable", "quicksort"] = "stable" if of_words.itemsize <= 2 else "quicksort"
        found = np.empty(len(of_words) + len(of_pairs), of_words.dtype)
        until_words = word_ends[ends]
        until_pairs = np.searchsorted(pairs.first, ends)
        start = word = pair = 0
        for next_word, next_pair in zip(until_words.tolist(), until_pairs.tolist(), strict=True):
            middle, end = start + next_word - word, next_word + next_pair
            found[start:middle] = of_words[word:next_word]
            found[middle:end] = of_pairs[pair:next_pair]
            found[start:end].sort(kind=kind)
            start, word, pair = end, next_word, next_pair
        return found, until_words + until_pairs

    def _counted(self, features: NDArray[np.integer], ends: Longs) -> csr_array:
        """Return a row a text from sorted occurrences."""
        is_first = np.empty(len(features), bool)
        is_first[:1] = True
        np.not_equal(features[1:], features[:-1], out=is_first[1:])
        is_first[ends[ends < len(features)]] = True
        first = np.flatnonzero(is_first)
        counts = np.diff(first, append=len(features))
        indptr = np.concatenate([[0], np.searchsorted(first, ends)]).astype(np.int32)
        shape = (len(ends), self.space.n_features)
        return csr_array((counts, features[first].astype(np.int32), indptr), shape)

    def _edges_of_blocks(self, counts: csr_array) -> Longs:
        """Return where the lemmas, then the character n-grams of each text begin, and at last where all end."""
        is_char = counts.indices >= len(self.space.word_terms)
        before = np.concatenate([[0], np.cumsum(is_char)])
        edges = np.empty(2 * counts.shape[0] + 1, np.int64)
        edges[::2] = counts.indptr
        edges[1::2] = counts.indptr[1:] - np.diff(before[counts.indptr])
        return edges


def _damped(counts: Longs) -> Floats:
    if counts.max(initial=0) < len(_DAMPED):
        return _DAMPED[counts]
    return 1.0 + np.log(counts)


def _sums(values: Floats, edges: Longs) -> Floats:
    """Return the sums of stretches of values, empty ones too."""
    sums = np.zeros(len(edges) - 1)
    is_filled = edges[:-1] < edges[1:]
    if is_filled.any():
        sums[is_filled] = np.add.reduceat(values, edges[:-1][is_filled])
    return sums
