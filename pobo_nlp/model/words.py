"""Words are numbered when they are first met, and what is known of each is kept.

Words follow Zipf's law: nearly every word of a text has been met in a text before it.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.features import SILENT, FeatureSpace
from pobo_nlp.model.ngrams import NgramFinder
from pobo_nlp.model.numbering import MISSING, Numbering
from pobo_nlp.model.pairs import NOT_IN_A_PAIR
from pobo_nlp.text.characters import Characters
from pobo_nlp.text.language import N_CUES, cues
from pobo_nlp.text.proper_nouns import is_proper_noun
from pobo_nlp.text.suspects import signs
from pobo_nlp.text.tokens import form_of

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

    def extend(self, values: Whole) -> None:
        """Put numbers after the others; where room is short, it is doubled."""
        needed = self._length + len(values)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * len(self._room)), self._room.dtype)
            room[: self._length] = self.values
            self._room = room
        self._room[self._length : needed] = values
        self._length = needed


class Words(dict[str, int]):
    """Folded word to its number, for all words that have been met.

    Parameters
    ----------
    space : the features.
    lemma_numbers : lemma to its number, for lemmas that are part of a pair.
    """

    def __init__(self, space: FeatureSpace, lemma_numbers: Mapping[str, int]) -> None:
        self._table = space.lemmas
        self._lemma_numbers = lemma_numbers
        self._feature_of_word = {term: number for number, term in enumerate(space.word_terms)}
        self._ngrams = NgramFinder(space.char_terms, len(space.word_terms), *space.char_range)
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
        self._ends.extend(np.zeros(1, np.int64))

    def numbers(self, forms: Sequence[str]) -> Ints:
        """Return the number of each folded word."""
        new = [form for form in dict.fromkeys(forms) if form not in self]
        if new:
            self._meet(new)
        return np.fromiter(map(self.__getitem__, forms), np.int32, len(forms))

    def _meet(self, forms: Sequence[str]) -> None:
        """Give words numbers; keep the features of each, as often as they occur in it, its lemma and its cues.

        A name has no features, and is part of no pair.
        """
        self.update(zip(forms, count(len(self)), strict=False))
        heard = [SILENT if is_proper_noun(form) else form for form in forms]
        of_ngrams, n_ngrams = self._ngrams.find(heard)
        lemmas = list(map(self._table.lemma, heard))
        of_lemmas = np.array([self._feature_of_word.get(lemma, MISSING) for lemma in lemmas], np.int32)
        is_feature = of_lemmas != MISSING
        ends = np.cumsum(n_ngrams)
        self._features.extend(np.insert(of_ngrams, ends[is_feature], of_lemmas[is_feature]))
        self._ends.extend(self._ends.values[-1] + ends + np.cumsum(is_feature))
        self._lemmas.extend(np.array([self._lemma_numbers.get(lemma, NOT_IN_A_PAIR) for lemma in lemmas]))
        self._cues.extend(np.array([(*cues(form), signs(form)) for form in forms], np.uint8).ravel())

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

    def signs(self, words: Ints) -> NDArray[np.uint8]:
        """Return what each word tells of identifiers beside it, a sum of `suspects.Sign`."""
        return np.asarray(self._cues.values[N_CUES :: N_CUES + 1][words], np.uint8)

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
