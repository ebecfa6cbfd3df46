"""The phrase bank alone: a text gets the labels of the phrases that stand in it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pobo_nlp.taxonomy import Dimension
from pobo_nlp.text.lemmas import LemmaTable
from pobo_nlp.text.tokens import word_forms
from training.baselines.baseline import Floats, Given, Target, one_label
from training.baselines.most_frequent import frequent_labels
from training.baselines.thresholds import thresholds_for_f1
from training.fit import PriorExamples
from training.lemma_tables import SIMPLEMMA, lemma_table

Words = frozenset[str]
# Of one phrase: dimension and place of a label to the weight it speaks with.
Claims = Mapping[tuple[str, int], float]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases as the sets of their lemmas, and what each says.

    A phrase stands in a text where all its lemmas do, in any order. It counts its strength, times how close together
    they stand: 1 where nothing stands between them.

    Attributes
    ----------
    with_word : the rarest lemma of a phrase, by which it is looked up, to those phrases.
    """

    lemmas: LemmaTable
    claims: Mapping[Words, Claims]
    with_word: Mapping[str, Sequence[Words]]
    dimensions: Sequence[Dimension]

    def scores(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Return dimension to the sums of what stands in each text: shape (n_texts, n_labels); 0 where nothing does."""
        found = {dimension.id: np.zeros((len(texts), len(dimension.labels))) for dimension in self.dimensions}
        for row, text in enumerate(texts):
            places = self._places(text)
            for words in (words for word in places for words in self.with_word.get(word, ())):
                if words <= places.keys():
                    near = closeness(words, places)
                    for (name, label), weight in self.claims[words].items():
                        found[name][row, label] += weight * near
        return found

    def _places(self, text: str) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, form in enumerate(word_forms(text)):
            places.setdefault(self.lemmas.lemma(form), []).append(place)
        return places


@dataclass(frozen=True, slots=True)
class PhraseBank:
    """Phrases, and what is answered where they are too few.

    Attributes
    ----------
    frequent : single dimension to its most frequent label, for a text without any phrase: shape (n_labels,).
    thresholds : multi dimension to sums from which on a label is given: shape (n_labels,).
    """

    phrases: Phrases
    frequent: Mapping[str, Target]
    thresholds: Mapping[str, Floats]

    def answers(self, texts: Sequence[str]) -> dict[str, Target]:
        """Return the label of the highest sum, or those that reach their threshold."""
        scores = self.phrases.scores(texts)
        return {
            name: np.where(of_texts.any(axis=1, keepdims=True), one_label(of_texts), self.frequent[name])
            if name in self.frequent
            else ((of_texts > 0) & (of_texts >= self.thresholds[name])).astype(np.int8)
            for name, of_texts in scores.items()
        }

    def size_bytes(self) -> int:
        """Return the size of the phrases' lemmas, the table that leads to them, and eight bytes for each weight."""
        words = [word for phrase in self.phrases.claims for word in phrase]
        table = self.phrases.lemmas.for_lemmas(set(words)).lemma_of
        weights = sum(map(len, self.phrases.claims.values()))
        return sum(len(word.encode()) for word in (*words, *table.keys(), *table.values())) + 8 * weights


def phrase_bank(given: Given) -> PhraseBank:
    """Read the phrases; only thresholds and the most frequent labels come from the training texts.

    Definitions are read as phrases too: one stands in a text only where it is no more than the name of its label.
    """
    dimensions = given.taxonomy.predicted
    targets = given.train.targets
    phrases = phrases_of(given.prior, dimensions, lemma_table(SIMPLEMMA, []))
    # No held-out texts are needed: the sums do not know the training texts.
    scores = phrases.scores(given.train.texts)
    return PhraseBank(
        phrases,
        {d.id: frequent_labels(targets[d.id]) for d in dimensions if d.kind == "single"},
        {d.id: thresholds_for_f1(scores[d.id], targets[d.id]) for d in dimensions if d.kind == "multi"},
    )


def phrases_of(prior: PriorExamples, dimensions: Sequence[Dimension], lemmas: LemmaTable) -> Phrases:
    """Return phrases by their lemmas; of two with the same lemmas and label, the stronger counts."""
    claims: dict[Words, dict[tuple[str, int], float]] = defaultdict(dict)
    for text, name, label, weight in zip(
        prior.texts, prior.dimensions, prior.labels.tolist(), prior.weights.tolist(), strict=True
    ):
        of_phrase = claims[frozenset(map(lemmas.lemma, word_forms(text)))]
        of_phrase[name, label] = max(weight, of_phrase.get((name, label), 0.0))
    claims.pop(frozenset(), None)
    often = Counter(word for words in claims for word in words)
    with_word: dict[str, list[Words]] = defaultdict(list)
    for words in claims:
        with_word[min(words, key=lambda word: (often[word], word))].append(words)
    return Phrases(lemmas, dict(claims), dict(with_word), dimensions)


def closeness(words: Words, places: Mapping[str, Sequence[int]]) -> float:
    """Return how close together words stand at best: their number over the length of the shortest stretch with all.

    Parameters
    ----------
    places : word to where it stands; every word stands somewhere.

    Examples
    --------
    >>> closeness(frozenset({"for", "dyr"}), {"for": [0, 5], "dyr": [7]})
    0.6666666666666666
    """
    last: dict[str, int] = {}
    shortest = float("inf")
    for place, word in sorted((place, one) for one in words for place in places[one]):
        last[word] = place
        if len(last) == len(words):
            shortest = min(shortest, place - min(last.values()) + 1)
    return len(words) / shortest
