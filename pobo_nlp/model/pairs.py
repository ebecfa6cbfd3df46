"""Words near each other whose lemmas are a feature together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.features import END, START, FeatureSpace
from pobo_nlp.model.numbering import MISSING, Numbering

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
NOT_IN_A_PAIR = -1
_NONE: Longs = np.empty(0, np.int64)


class Pairs(NamedTuple):
    """Pairs that were found, by text.

    Attributes
    ----------
    first, second : places of the words of each pair; the same place twice for a word and the text's start or end.
    feature : each pair's feature.
    """

    first: Longs
    second: Longs
    feature: Ints


class PairFinder:
    """Finds pairs by the numbers of their lemmas.

    Parameters
    ----------
    space : the features.

    Attributes
    ----------
    lemma_numbers : number of each lemma that is part of a pair; the others have `NOT_IN_A_PAIR`.
    """

    def __init__(self, space: FeatureSpace) -> None:
        pairs = space.pair_terms()
        lemmas = sorted({lemma for pair in pairs.values() for lemma in pair[:2]} | {START, END})
        self.lemma_numbers = {lemma: number for number, lemma in enumerate(lemmas)}
        self._reach = space.reach
        numbers = self.lemma_numbers
        one = np.array([numbers[first] for first, _, _ in pairs.values()], np.int64)
        other = np.array([numbers[second] for _, second, _ in pairs.values()], np.int64)
        is_near = np.array([near for _, _, near in pairs.values()], bool)
        self._features = Numbering(self._keys(one, other, is_near), np.array(list(pairs), np.int32))

    def find(self, lemmas: Ints, starts: Longs, ends: Longs) -> Pairs:
        """Return the pairs of some texts.

        Parameters
        ----------
        lemmas : number of the lemma of each word, text after text.
        starts, ends : where the words of each text begin and end; none is empty.
        """
        if not len(self._features) or not len(lemmas):
            return Pairs(_NONE, _NONE, _NONE.astype(np.int32))
        padded, places, last = self._padded(lemmas, starts, ends)
        found = [self._at_distance(distance, padded, places, last) for distance in range(1, self._reach + 1)]
        if len(found) == 1:
            return found[0]
        first, second, feature = map(np.concatenate, zip(*found, strict=True))
        order = np.argsort(first, kind="stable")
        return Pairs(first[order], second[order], feature[order])

    def _at_distance(self, distance: int, lemmas: Longs, places: Longs, last: Longs) -> Pairs:
        one, other = lemmas[:-distance], lemmas[distance:]
        # An end is followed by a start: no pair of lemmas reaches from one text into the next.
        first = np.flatnonzero((one >= 0) & (other >= 0) & (last[:-distance] == last[distance:]))
        feature = self._features.find(self._keys(one[first], other[first], distance > 1))
        is_pair = feature != MISSING
        first = first[is_pair]
        return Pairs(places[first], places[first + distance], feature[is_pair])

    def _padded(self, lemmas: Ints, starts: Longs, ends: Longs) -> tuple[Longs, Longs, Longs]:
        """Return lemma, place and text of each word, with the start and the end of every text around its words.

        The place of a start is that of the text's first word, the place of an end that of its last.
        """
        n_texts = len(starts)
        text = np.repeat(np.arange(n_texts), ends - starts + 2)
        places = np.arange(len(text)) - 2 * text - 1
        at_start = starts + 2 * np.arange(n_texts)
        at_end = ends + 2 * np.arange(n_texts) + 1
        places[at_start] += 1
        places[at_end] -= 1
        padded = lemmas[places].astype(np.int64)
        padded[at_start], padded[at_end] = self.lemma_numbers[START], self.lemma_numbers[END]
        return padded, places, text

    def _keys(self, one: Longs, other: Longs, is_near: NDArray[np.bool_] | bool) -> NDArray[np.uint64]:
        """Return a number for each pair of lemmas, by their numbers, that no other pair has."""
        n_lemmas = len(self.lemma_numbers)
        return ((is_near * np.int64(n_lemmas) + one) * n_lemmas + other).astype(np.uint64)
