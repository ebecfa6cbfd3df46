"""Words become numbers: TF-IDF of lemma n-grams and of character n-grams within words.

Words follow Zipf's law, so the features of a word are found once and kept: a text is the sum of its words' rows, one
sparse product. The result is that of scikit-learn's `TfidfVectorizer` (tests hold the two together).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.text.lemmas import LemmaTable

# Rows of distinct words that are kept at most; a row takes about 300 bytes.
MAX_CACHED_WORDS = 200_000


class Unit(NamedTuple):
    """A part of a text that has features: a word, or an n-gram of lemmas.

    Attributes
    ----------
    key : the folded word, or the lemmas joined by a space.
    first, length : the tokens it stands for.
    """

    key: str
    first: int
    length: int


def char_ngrams(word: str, shortest: int, longest: int) -> Iterator[str]:
    """Yield the character n-grams of a word with a space at both ends, as scikit-learn's `char_wb` does.

    Examples
    --------
    >>> list(char_ngrams("bpa", 3, 4))
    [' bp', 'bpa', 'pa ', ' bpa', 'bpa ']
    """
    padded = f" {word} "
    for length in range(shortest, longest + 1):
        if length >= len(padded):
            yield padded
            return
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


def lemma_ngrams(lemmas: Sequence[str], shortest: int, longest: int) -> Iterator[str]:
    """Yield the n-grams of a text's lemmas, joined by a space."""
    for length in range(shortest, longest + 1):
        for first in range(len(lemmas) - length + 1):
            yield " ".join(lemmas[first : first + length])


@dataclass(frozen=True)
class FeatureSpace:
    """The features that a model knows, and how a text is measured in them.

    Attributes
    ----------
    word_terms : lemma n-grams; the first `len(word_terms)` features.
    char_terms : character n-grams; the rest.
    idf : shape (n_features,), inverse document frequencies.
    lemmas : forms to lemmas.
    longest_word_ngram : in lemmas; the shortest is one.
    char_range : shortest and longest character n-gram.
    char_weight : what the character block is multiplied by after both blocks are brought to length one.
    """

    word_terms: tuple[str, ...]
    char_terms: tuple[str, ...]
    idf: NDArray[np.float64]
    lemmas: LemmaTable
    longest_word_ngram: int
    char_range: tuple[int, int]
    char_weight: float

    @property
    def n_features(self) -> int:
        """Number of features of both blocks."""
        return len(self.word_terms) + len(self.char_terms)

    @cached_property
    def _word_index(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self.word_terms)}

    @cached_property
    def _char_index(self) -> dict[str, int]:
        return {term: len(self.word_terms) + number for number, term in enumerate(self.char_terms)}

    @cached_property
    def _rows(self) -> dict[str, NDArray[np.int32]]:
        return {}

    def units(self, forms: Sequence[str]) -> list[Unit]:
        """Return the words of a text, and those n-grams of its lemmas that are features."""
        units = [Unit(form, first, 1) for first, form in enumerate(forms)]
        lemmas = [self.lemmas.lemma(form) for form in forms]
        for length in range(2, self.longest_word_ngram + 1):
            for first in range(len(lemmas) - length + 1):
                key = " ".join(lemmas[first : first + length])
                if key in self._word_index:
                    units.append(Unit(key, first, length))
        return units

    def unit_rows(self, keys: Sequence[str]) -> csr_array:
        """Return how often each feature occurs in each unit: shape (n_keys, n_features), with repeated columns."""
        rows = [self._row(key) for key in keys]
        ends = np.cumsum([0, *map(len, rows)])
        columns = np.concatenate(rows) if rows else np.empty(0, np.int32)
        return csr_array((np.ones(len(columns)), columns, ends), shape=(len(keys), self.n_features))

    def _row(self, key: str) -> NDArray[np.int32]:
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= MAX_CACHED_WORDS:
                self._rows.clear()
            row = self._rows[key] = np.array(list(self._features_of(key)), np.int32)
        return row

    def _features_of(self, key: str) -> Iterator[int]:
        # A word form holds no space, a key of several lemmas does.
        term = key if " " in key else self.lemmas.lemma(key)
        if term in self._word_index:
            yield self._word_index[term]
        if " " not in key:
            for ngram in char_ngrams(key, *self.char_range):
                if ngram in self._char_index:
                    yield self._char_index[ngram]

    def counts(self, texts: Sequence[Sequence[str]]) -> csr_array:
        """Return how often each feature occurs in each text: shape (n_texts, n_features)."""
        number_of: dict[str, int] = {}
        numbers: list[int] = []
        ends = [0]
        for forms in texts:
            numbers += [number_of.setdefault(unit.key, len(number_of)) for unit in self.units(forms)]
            ends.append(len(numbers))
        rows = self.unit_rows(list(number_of))
        in_text = csr_array((np.ones(len(numbers)), numbers, ends), shape=(len(texts), len(number_of)))
        return csr_array(in_text @ rows)

    def weigh(self, counts: csr_array) -> csr_array:
        """Return TF-IDF values for counts: sublinear, each block of a text brought to Euclidean length one.

        Source: Manning, Raghavan & Schütze 2008, *Introduction to Information Retrieval*, section 6.4.
        """
        values = (1.0 + np.log(counts.data)) * self.idf[counts.indices]
        text_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        is_char = counts.indices >= len(self.word_terms)
        for block, weight in ((~is_char, 1.0), (is_char, self.char_weight)):
            length = np.sqrt(np.bincount(text_of[block], values[block] ** 2, minlength=counts.shape[0]))
            values[block] *= weight / length[text_of[block]]
        return csr_array((values, counts.indices, counts.indptr), shape=counts.shape)
