"""Words are numbered when they are first met, and what is known of each is kept.

Words follow Zipf's law: nearly every word of a text has been met in a text before it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.features import FeatureSpace, char_ngrams
from pobo_nlp.model.pairs import NOT_IN_A_PAIR

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Whole = NDArray[np.integer[Any]]
# Distinct words that are kept at most; each takes about 300 bytes.
MAX_KEPT_WORDS = 200_000


class Growing:
    """Whole numbers in a row, that others can be put after without copying all of them each time."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._room: Whole = np.empty(1024, dtype)
        self._length = 0

    @property
    def values(self) -> Whole:
        """All numbers: a view, right until others are put after them."""
        return self._room[: self._length]

    def extend(self, values: Sequence[int]) -> None:
        """Put numbers after the others; where room is short, it is doubled."""
        needed = self._length + len(values)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * len(self._room)), self._room.dtype)
            room[: self._length] = self.values
            self._room = room
        self._room[self._length : needed] = values
        self._length = needed

    def clear(self) -> None:
        """Begin anew."""
        self._length = 0


class Words(dict[str, int]):
    """Folded word to its number; a word that is asked for gets one.

    Parameters
    ----------
    space : the features.
    lemma_numbers : lemma to its number, for lemmas that are part of a pair.
    """

    def __init__(self, space: FeatureSpace, lemma_numbers: Mapping[str, int]) -> None:
        self._table, self._char_range = space.lemmas, space.char_range
        self._lemma_numbers = lemma_numbers
        self._feature_of_word = {term: number for number, term in enumerate(space.word_terms)}
        self._feature_of_char = {term: len(space.word_terms) + n for n, term in enumerate(space.char_terms)}
        # Two bytes a feature where that is enough, which also is what can be sorted fastest.
        self._features = Growing(np.min_scalar_type(max(space.n_features - 1, 2**16 - 1)))
        self._ends = Growing(np.dtype(np.int64))
        self._lemmas = Growing(np.dtype(np.int32))
        self._ends.extend([0])

    def __missing__(self, form: str) -> int:
        """Give a word a number, and keep its features, repeated as often as they occur in it, and its lemma."""
        number = self[form] = len(self)
        lemma = self._table.lemma(form)
        found = map(self._feature_of_char.get, char_ngrams(form, *self._char_range))
        row = [feature for feature in found if feature is not None]
        if lemma in self._feature_of_word:
            row.append(self._feature_of_word[lemma])
        self._features.extend(row)
        self._ends.extend([int(self._ends.values[-1]) + len(row)])
        self._lemmas.extend([self._lemma_numbers.get(lemma, NOT_IN_A_PAIR)])
        return number

    def numbers(self, forms: Sequence[str]) -> Ints:
        """Return the number of each word, right until the next call: too many words are forgotten then."""
        if len(self) > MAX_KEPT_WORDS:
            self.forget()
        return np.fromiter(map(self.__getitem__, forms), np.int32, len(forms))

    def lemmas(self, words: Ints) -> Ints:
        """Return the number of the lemma of each word."""
        return np.asarray(self._lemmas.values[words], np.int32)

    def features(self, words: Ints) -> tuple[Whole, Longs]:
        """Return the features of words, word after word, and where those of each end, zero first."""
        starts = self._ends.values[words]
        lengths = self._ends.values[words + 1] - starts
        ends = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(ends[-1]) + np.repeat(starts - ends[:-1], lengths)
        return self._features.values[places], ends

    def forget(self) -> None:
        """Begin anew."""
        self.clear()
        for kept in (self._features, self._ends, self._lemmas):
            kept.clear()
        self._ends.extend([0])
