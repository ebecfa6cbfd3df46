"""Phrases whose strength the training inquiries contradict."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from pobo_nlp.text.tokens import word_forms
from training.annotations import Annotation
from training.lexicon import Phrase

# The least share of the inquiries with a phrase that have its label, by strength.
CLAIMED = {3: 0.5, 2: 0.25, 1: 0.1}
# Fewer inquiries say too little.
LEAST_SEEN = 3
_Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A phrase that stands more often with other labels than its strength claims.

    Attributes
    ----------
    seen : number of inquiries with the phrase.
    with_label : how many of them have its label.
    most_seen : the label of its dimension that most of them have; empty where they have none.
    """

    phrase: Phrase
    seen: int
    with_label: int
    most_seen: str


def contradictions(phrases: Sequence[Phrase], rows: Sequence[Annotation]) -> list[Contradiction]:
    """Return the phrases for which even the upper bound of the observed share is below the claimed one.

    The bound is that of Wilson's interval (Wilson 1927, "Probable inference").
    """
    places = _places([tuple(word_forms(phrase.text)) for phrase in phrases], [word_forms(row.text) for row in rows])
    found = []
    for phrase in phrases:
        seen = places.get(tuple(word_forms(phrase.text)), set())
        if len(seen) < LEAST_SEEN:
            continue
        labels = Counter(label for place in seen for label in rows[place].labels[phrase.dimension])
        if upper_bound(labels[phrase.label], len(seen)) < CLAIMED[phrase.strength]:
            most_seen = labels.most_common(1)[0][0] if labels else ""
            found.append(Contradiction(phrase, len(seen), labels[phrase.label], most_seen))
    return sorted(found, key=lambda one: (one.phrase.dimension, one.phrase.label, one.phrase.text))


def upper_bound(count: int, of: int) -> float:
    """Return the upper bound of Wilson's 95 % interval of a share."""
    share = count / of
    middle = share + _Z**2 / (2 * of)
    half = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    return (middle + half) / (1 + _Z**2 / of)


def _places(wanted: Sequence[tuple[str, ...]], texts: Sequence[Sequence[str]]) -> dict[tuple[str, ...], set[int]]:
    """Return each wanted sequence of words to the places of the texts that hold it."""
    known = set(wanted)
    lengths = sorted({len(words) for words in known} - {0})
    places: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for place, words in enumerate(texts):
        for start in range(len(words)):
            for length in lengths:
                candidate = tuple(words[start : start + length])
                if candidate in known:
                    places[candidate].add(place)
    return places
