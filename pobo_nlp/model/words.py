"""Words are numbered when they are first met, and what is known of each is kept.

Words follow Zipf's law: nearly every word of a text has been met in a text before it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.features import FeatureSpace, char_ngrams
from pobo_nlp.model.numbering import MISSING, Numbering
from pobo_nlp.model.pairs import NOT_IN_A_PAIR
from pobo_nlp.text.characters import Characters
from pobo_nlp.text.language import N_CUES, cues
from pobo_nlp.text.suspects import may_end_in_cue
from pobo_nlp.text.tokens import form_of

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Whole = NDArray[np.integer[Any]]
# Distinct words that are kept at most; each takes about 300 bytes.
MAX_KEPT_WORDS = 200_000


class Growing:
    """Whole numbers in a row, that others can be put after; an array is made of new ones when it is asked for."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._room: Whole = np.empty(1024, dtype)
        self._length = 0
        self._new: list[int] = []
        self.extend = self._new.extend

    @property
    def values(self) -> Whole:
        """All numbers: a view, right until others are put after them."""
        if self._new:
            needed = self._length + len(self._new)
            if needed > len(self._room):
                room = np.empty(max(needed, 2 * len(self._room)), self._room.dtype)
                room[: self._length] = self._room[: self._length]
                self._room = room
            self._room[self._length : needed] = self._new
            self._length = needed
            self._new.clear()
        return self._room[: self._length]


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
        self._dtype = np.min_scalar_type(max(space.n_features - 1, 2**16 - 1))
        self._begin()

    def _begin(self) -> None:
        self.clear()
        self._features = Growing(self._dtype)
        self._ends = Growing(np.dtype(np.int64))
        self._lemmas = Growing(np.dtype(np.int32))
        self._cues = Growing(np.dtype(np.uint8))
        self._spellings = Numbering(np.empty(0, np.uint64), np.empty(0, np.int32))
        self._n_features = 0
        self._ends.extend([0])

    def __missing__(self, form: str) -> int:
        """Give a word a number, and keep its features, repeated as often as they occur in it, and its lemma."""
        number = self[form] = len(self)
        lemma = self._table.lemma(form)
        found = map(self._feature_of_char.get, char_ngrams(form, *self._char_range))
        row = [feature for feature in (*found, self._feature_of_word.get(lemma)) if feature is not None]
        self._n_features += len(row)
        self._features.extend(row)
        self._ends.extend((self._n_features,))
        self._lemmas.extend((self._lemma_numbers.get(lemma, NOT_IN_A_PAIR),))
        self._cues.extend((*cues(form), may_end_in_cue(form)))
        return number

    def numbers(self, forms: Sequence[str]) -> Ints:
        """Return the number of each folded word."""
        return np.fromiter(map(self.__getitem__, forms), np.int32, len(forms))

    def numbers_in(self, texts: Characters) -> Ints:
        """Return the number of each word of some texts; only a spelling not met before becomes a string."""
        keys = texts.word_keys()
        found = self._spellings.find(keys)
        is_new = found == MISSING
        if is_new.any():
            new, first = np.unique(keys[is_new], return_index=True)
            at = np.flatnonzero(is_new)[first]
            spans = zip(texts.word_starts[at].tolist(), texts.word_ends[at].tolist(), strict=True)
            self._spellings.add(new, self.numbers([form_of(texts.joined[start:end]) for start, end in spans]))
            found[is_new] = self._spellings.find(keys[is_new])
        return found

    def cues(self, words: Ints) -> NDArray[np.uint8]:
        """Return the cues that each word gives of its language, shape (n_words, 4)."""
        return np.asarray(self._cues.values.reshape(-1, N_CUES + 1)[words, :N_CUES], np.uint8)

    def may_end_in_cue(self, words: Ints) -> NDArray[np.bool_]:
        """Return whether a name may follow each word."""
        return np.not_equal(self._cues.values[N_CUES :: N_CUES + 1][words], 0)

    def lemmas(self, words: Ints) -> Ints:
        """Return the number of the lemma of each word."""
        return np.asarray(self._lemmas.values[words], np.int32)

    def features(self, words: Ints) -> tuple[Whole, Longs]:
        """Return the features of words, word after word, and where those of each end, zero first."""
        starts = self._ends.values[words]
        lengths = self._ends.values[words + 1] - starts
        ends = np.concatenate([[0], np.cumsum(lengths)])
        places = np.repeat(starts - ends[:-1], lengths)
        places += np.arange(ends[-1])
        return self._features.values[places], ends

    def forget_too_many(self) -> None:
        """Begin anew where too many words are kept: numbers given before are wrong from then on."""
        if max(len(self), len(self._spellings)) > MAX_KEPT_WORDS:
            self._begin()
