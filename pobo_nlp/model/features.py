"""Words become numbers: TF-IDF of lemmas, of pairs of lemmas, and of character n-grams within words.

Words follow Zipf's law, so the features of a word are found once and kept: a text is the sum of its words' rows, one
sparse product. The result is that of scikit-learn's `TfidfVectorizer` (tests hold the two together).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.text.lemmas import LemmaTable

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
# Distinct words that are kept at most; each takes about 400 bytes.
MAX_KEPT_WORDS = 200_000
NOT_IN_A_PAIR = -1
# Neither is a word: words have letters and digits only.
START, END = "<", ">"
NEAR = " … "


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


def lemma_terms(lemmas: Sequence[str], reach: int) -> Iterator[str]:
    """Yield the lemmas of a text, then pairs of lemmas; its start and its end stand in pairs too.

    Parameters
    ----------
    reach : how many words apart the words of a pair stand at most. Those side by side are a term of their own; those
        farther apart are one term, however far.

    Examples
    --------
    >>> list(lemma_terms(["søke", "plass"], 2))
    ['søke', 'plass', '< søke', 'søke plass', 'plass >', '< … plass', 'søke … >']
    """
    yield from lemmas
    if not lemmas:
        return
    padded = [START, *lemmas, END]
    # The start and the end are no pair: a text has both, whatever it says.
    for distance in range(1, min(reach, len(lemmas)) + 1):
        joint = " " if distance == 1 else NEAR
        yield from map(joint.join, zip(padded, padded[distance:], strict=False))


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
    reach : how many words apart the words of a pair stand at most.
    """

    word_terms: tuple[str, ...]
    char_terms: tuple[str, ...]
    idf: NDArray[np.float64]
    lemmas: LemmaTable
    char_range: tuple[int, int]
    char_weight: float
    damping: float
    reach: int

    @property
    def n_features(self) -> int:
        """Number of features of both blocks."""
        return len(self.word_terms) + len(self.char_terms)


class Pairs(NamedTuple):
    """Words near each other whose lemmas are a feature together.

    Attributes
    ----------
    first, second : places of the words of each pair; the same place twice for a word and the text's start or end.
    feature : each pair's feature.
    """

    first: Ints
    second: Ints
    feature: Ints


class _Words(dict[str, int]):
    """Numbers the words that it is asked for, and keeps the features and the lemma of each."""

    def __init__(self, space: FeatureSpace) -> None:
        self._lemmas, self._char_range = space.lemmas, space.char_range
        self._feature_of_word = {term: number for number, term in enumerate(space.word_terms)}
        self._feature_of_char = {term: len(space.word_terms) + n for n, term in enumerate(space.char_terms)}
        in_pairs = sorted({lemma for pair in _pair_terms(space).values() for lemma in pair[:2]} | {START, END})
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
        pairs = _pair_terms(space)
        in_numbers = [(numbers[one], numbers[other], is_near) for one, other, is_near in pairs.values()]
        keys = self._key(*np.array(in_numbers, np.int64).reshape(-1, 3).T)
        order = np.argsort(keys)
        self._pair_keys = keys[order]
        self._pair_features = np.array(list(pairs), np.int32)[order]

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
        if not len(self._pair_keys) or not len(words):
            return Pairs(_NONE, _NONE, _NONE)
        lemmas, places, text = self._padded(words, text_of_word)
        found = []
        for distance in range(1, self.space.reach + 1):
            one, other = lemmas[:-distance], lemmas[distance:]
            first = np.flatnonzero((one >= 0) & (other >= 0) & (text[:-distance] == text[distance:]))
            keys = self._key(one[first], other[first], distance > 1)
            at = np.minimum(np.searchsorted(self._pair_keys, keys), len(self._pair_keys) - 1)
            is_pair = self._pair_keys[at] == keys
            first = first[is_pair]
            found.append(Pairs(places[first], places[first + distance], self._pair_features[at[is_pair]]))
        return Pairs(*map(np.concatenate, zip(*found, strict=True)))

    def _padded(self, words: Ints, text_of_word: Ints) -> tuple[Longs, Ints, Ints]:
        """Return lemma, place and text of each word, with the start and the end of every text around its words.

        The place of a start is that of the text's first word, the place of an end that of its last.
        """
        begins = np.flatnonzero(np.diff(text_of_word, prepend=-1))
        ends = np.append(begins[1:], len(words)) - 1
        rank = np.zeros(len(words), np.int64)
        rank[begins] = 1
        at = np.arange(len(words)) + 2 * np.cumsum(rank) - 1
        lemmas = np.empty(len(words) + 2 * len(begins), np.int64)
        places = np.empty(len(lemmas), np.int32)
        numbers = self._words.lemma_numbers
        lemmas[at], places[at] = np.array(self._words.lemmas, np.int64)[words], np.arange(len(words))
        lemmas[at[begins] - 1], places[at[begins] - 1] = numbers[START], begins
        lemmas[at[ends] + 1], places[at[ends] + 1] = numbers[END], ends
        return lemmas, places, text_of_word[places]

    def _key(self, one: Longs, other: Longs, is_near: Longs | bool) -> Longs:
        """Return a number for each pair of lemmas, by their numbers, that no other pair has."""
        return np.asarray((is_near * self._n_lemmas + one) * self._n_lemmas + other)

    def _rows(self, words: Ints, single_features: Ints) -> csr_array:
        """Return a row of counts for each word, then one for each single feature; columns may be repeated."""
        rows = [self._words.rows[word] for word in words.tolist()]
        lengths = np.fromiter(map(len, rows), np.int32, len(rows))
        columns = np.concatenate([*rows, single_features])
        ends = _ends(np.concatenate([lengths, np.ones(len(single_features), np.int32)]))
        return csr_array((np.ones(len(columns)), columns, ends), shape=(len(ends) - 1, self.space.n_features))


_NONE: Ints = np.empty(0, np.int32)


def _pair_terms(space: FeatureSpace) -> dict[int, tuple[str, str, bool]]:
    """Return feature to the lemmas of a pair, and whether they stand near each other rather than side by side."""
    parts = {feature: term.split(" ") for feature, term in enumerate(space.word_terms) if " " in term}
    return {feature: (part[0], part[-1], len(part) > 2) for feature, part in parts.items()}


def _ends(lengths: NDArray[np.integer]) -> Ints:
    """Return where each row of a sparse array ends, for rows of these lengths."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
