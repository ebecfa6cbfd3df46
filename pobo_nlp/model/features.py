"""Words become numbers: TF-IDF of lemmas, of pairs of lemmas, and of character n-grams within words.

Words follow Zipf's law, so the features of a word are found once and kept: a text is the sum of its words' rows, one
sparse product. The result is that of scikit-learn's `TfidfVectorizer` (tests hold the two together).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.text.lemmas import LemmaTable

Ints = NDArray[np.int32]
# Distinct words that are kept at most; each takes about 400 bytes.
MAX_KEPT_WORDS = 200_000
NOT_IN_A_PAIR = -1


def char_ngrams(word: str, shortest: int, longest: int) -> list[str]:
    """Return the character n-grams of a word with a space at both ends, as scikit-learn's `char_wb` does.

    Examples
    --------
    >>> char_ngrams("bpa", 3, 4)
    [' bp', 'bpa', 'pa ', ' bpa', 'bpa ']
    """
    padded = f" {word} "
    if len(padded) <= shortest:
        # A word that is shorter than an n-gram stands for itself, once.
        return [padded]
    lengths = range(shortest, min(longest, len(padded)) + 1)
    return [padded[start : start + n] for n in lengths for start in range(len(padded) - n + 1)]


def lemma_terms(lemmas: Sequence[str]) -> Iterator[str]:
    """Yield the lemmas of a text, then each two that stand side by side, joined by a space."""
    yield from lemmas
    yield from map(" ".join, pairwise(lemmas))


@dataclass(frozen=True, slots=True)
class FeatureSpace:
    """The features that a model knows, and how a text is measured in them.

    Attributes
    ----------
    word_terms : lemmas and pairs of lemmas; the first `len(word_terms)` features.
    char_terms : character n-grams; the rest.
    idf : shape (n_features,), inverse document frequencies.
    lemmas : forms to lemmas.
    char_range : shortest and longest character n-gram.
    char_weight : what the character block is multiplied by after both blocks are brought to length one.
    damping : a block of length l is divided by the root of l squared plus this squared, so that zero gives length one,
        and more leaves a short text shorter than a long one.
    """

    word_terms: tuple[str, ...]
    char_terms: tuple[str, ...]
    idf: NDArray[np.float64]
    lemmas: LemmaTable
    char_range: tuple[int, int]
    char_weight: float
    damping: float

    @property
    def n_features(self) -> int:
        """Number of features of both blocks."""
        return len(self.word_terms) + len(self.char_terms)


class Pairs(NamedTuple):
    """Words side by side whose lemmas are a feature together.

    Attributes
    ----------
    first : place of the first word of each pair, ascending.
    feature : each pair's feature.
    """

    first: Ints
    feature: Ints


class _Words(dict[str, int]):
    """Numbers the words that it is asked for, and keeps the features and the lemma of each."""

    def __init__(self, space: FeatureSpace) -> None:
        self._lemmas, self._char_range = space.lemmas, space.char_range
        self._feature_of_word = {term: number for number, term in enumerate(space.word_terms)}
        self._feature_of_char = {term: len(space.word_terms) + n for n, term in enumerate(space.char_terms)}
        in_pairs = sorted({lemma for term in space.word_terms if " " in term for lemma in term.split(" ")})
        self.lemma_numbers = {lemma: number for number, lemma in enumerate(in_pairs)}
        self.rows: list[Ints] = []
        self.lemmas: list[int] = []

    def __missing__(self, form: str) -> int:
        number = self[form] = len(self.rows)
        lemma = self._lemmas.lemma(form)
        found = map(self._feature_of_char.get, char_ngrams(form, *self._char_range))
        row = [feature for feature in found if feature is not None]
        if lemma in self._feature_of_word:
            row.append(self._feature_of_word[lemma])
        self.rows.append(np.array(row, np.int32))
        self.lemmas.append(self.lemma_numbers.get(lemma, NOT_IN_A_PAIR))
        return number

    def forget(self) -> None:
        """Begin anew, when too many words have been kept."""
        self.clear()
        self.rows.clear()
        self.lemmas.clear()


class Featuriser:
    """Measures texts in a feature space; words that it has met are measured faster.

    Parameters
    ----------
    space : the features.
    """

    def __init__(self, space: FeatureSpace) -> None:
        self.space = space
        self._words = _Words(space)
        numbers = self._words.lemma_numbers
        self._n_lemmas = len(numbers)
        pairs = [(feature, term.split(" ")) for feature, term in enumerate(space.word_terms) if " " in term]
        keys = np.array([numbers[one] * self._n_lemmas + numbers[other] for _, (one, other) in pairs], np.int64)
        order = np.argsort(keys)
        self._pair_keys = keys[order]
        self._pair_features = np.array([feature for feature, _ in pairs], np.int32)[order]

    def counts(self, texts: Sequence[Sequence[str]]) -> csr_array:
        """Return how often each feature occurs in each text: shape (n_texts, n_features).

        Parameters
        ----------
        texts : folded words of each text.
        """
        words = self._numbered(list(chain.from_iterable(texts)))
        lengths = np.fromiter(map(len, texts), np.int32, len(texts))
        text_of_word = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
        pairs = self._pairs(words, text_of_word)
        is_used = np.zeros(len(self._words.rows), bool)
        is_used[words] = True
        distinct = np.flatnonzero(is_used).astype(np.int32)
        # Units are the distinct words, then every single pair.
        place = np.cumsum(is_used, dtype=np.int32) - np.int32(1)
        of_pairs = np.arange(len(distinct), len(distinct) + len(pairs.first), dtype=np.int32)
        units = np.concatenate([place[words], of_pairs])
        text_of_unit = np.concatenate([text_of_word, text_of_word[pairs.first]])
        order = np.argsort(text_of_unit, kind="stable")
        ends = _ends(np.bincount(text_of_unit, minlength=len(texts)))
        in_text = csr_array((np.ones(len(units)), units[order], ends), (len(texts), len(distinct) + len(pairs.first)))
        return csr_array(in_text @ self._rows(distinct, pairs.feature))

    def weigh(self, counts: csr_array) -> csr_array:
        """Return TF-IDF values for counts: sublinear, each block of a text brought towards Euclidean length one.

        Source: Manning, Raghavan & Schütze 2008, *Introduction to Information Retrieval*, section 6.4.
        """
        values = np.log(counts.data)
        values += 1.0
        values *= self.space.idf[counts.indices]
        # Two blocks a text: lemmas have an even number, character n-grams an odd one.
        block = np.repeat(2 * np.arange(counts.shape[0]), np.diff(counts.indptr))
        block += counts.indices >= len(self.space.word_terms)
        squares = np.bincount(block, np.square(values), minlength=2 * counts.shape[0])
        lengths = np.sqrt(squares + self.space.damping**2)
        weights = np.tile([1.0, self.space.char_weight], counts.shape[0]) / np.where(lengths > 0, lengths, 1.0)
        values *= weights[block]
        return csr_array((values, counts.indices, counts.indptr), shape=counts.shape)

    def parts(self, forms: Sequence[str]) -> tuple[csr_array, Pairs]:
        """Return what one text is made of: a row of counts a word, shape (n_words, n_features), and the pairs."""
        words = self._numbered(list(forms))
        pairs = self._pairs(words, np.zeros(len(words), np.int32))
        return self._rows(words, _NONE), pairs

    def _numbered(self, forms: list[str]) -> Ints:
        if len(self._words.rows) > MAX_KEPT_WORDS:
            self._words.forget()
        return np.fromiter(map(self._words.__getitem__, forms), np.int32, len(forms))

    def _pairs(self, words: Ints, text_of_word: Ints) -> Pairs:
        if not len(self._pair_keys) or len(words) < 2:
            return Pairs(_NONE, _NONE)
        lemmas = np.array(self._words.lemmas, np.int64)[words]
        is_possible = (lemmas[:-1] >= 0) & (lemmas[1:] >= 0) & (text_of_word[:-1] == text_of_word[1:])
        first = np.flatnonzero(is_possible).astype(np.int32)
        keys = lemmas[first] * self._n_lemmas + lemmas[first + 1]
        places = np.minimum(np.searchsorted(self._pair_keys, keys), len(self._pair_keys) - 1)
        is_pair = self._pair_keys[places] == keys
        return Pairs(first[is_pair], self._pair_features[places[is_pair]])

    def _rows(self, words: Ints, single_features: Ints) -> csr_array:
        """Return a row of counts for each word, then one for each single feature; columns may be repeated."""
        rows = [self._words.rows[word] for word in words.tolist()]
        lengths = np.fromiter(map(len, rows), np.int32, len(rows))
        columns = np.concatenate([*rows, single_features])
        ends = _ends(np.concatenate([lengths, np.ones(len(single_features), np.int32)]))
        return csr_array((np.ones(len(columns)), columns, ends), shape=(len(ends) - 1, self.space.n_features))


_NONE: Ints = np.empty(0, np.int32)


def _ends(lengths: NDArray[np.integer]) -> Ints:
    """Return where each row of a sparse array ends, for rows of these lengths."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
