"""The character n-grams of many words that are features."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.numbering import MISSING, Numbering
from pobo_nlp.text.keys import StretchKeys, codes_of, keys_of

Longs = NDArray[np.int64]
Numbers = NDArray[np.int32]


class NgramFinder:
    """Finds the n-grams that `features.char_ngrams` makes of words, among those that are features.

    Parameters
    ----------
    terms : the n-grams that are features.
    first : number of the first of them.
    shortest, longest : characters of an n-gram.
    """

    def __init__(self, terms: Sequence[str], first: int, shortest: int, longest: int) -> None:
        self._features = Numbering(keys_of(terms), np.arange(first, first + len(terms), dtype=np.int32))
        self._lengths = range(shortest, longest + 1)

    def find(self, words: Sequence[str]) -> tuple[Numbers, Longs]:
        """Return the features of all words, word after word, and how many each has."""
        text = "".join(f" {word} " for word in words)
        keys = StretchKeys(codes_of(text))
        lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
        word = np.repeat(np.arange(len(words)), lengths)
        ends = np.cumsum(lengths)
        places = np.arange(len(text))
        rest = ends[word] - places
        # A word that is shorter than an n-gram stands for itself, once.
        is_short = lengths < self._lengths[0]
        found = [(np.flatnonzero(is_short), keys.of((ends - lengths)[is_short], ends[is_short]))]
        for length in self._lengths:
            starts = places[rest >= length]
            found.append((word[starts], keys.of(starts, starts + length)))
        words_of, all_keys = map(np.concatenate, zip(*found, strict=True))
        features = self._features.find(all_keys)
        is_feature = features != MISSING
        words_of = words_of[is_feature]
        order = np.argsort(words_of, kind="stable")
        return features[is_feature][order], np.bincount(words_of, minlength=len(words))
