"""What can be said of a text before any label: its words, its language, and whether it can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact import Limits
from pobo_nlp.model.words import Words
from pobo_nlp.suggestion import Malform, Review
from pobo_nlp.text.characters import Characters, Kind, characters
from pobo_nlp.text.language import N_CUES, malform, malforms
from pobo_nlp.text.masking import identifier_spans
from pobo_nlp.text.normalise import has_control_characters
from pobo_nlp.text.suspects import suspects
from pobo_nlp.text.tokens import Token, readable, tokenise, without_placeholders, word_forms

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
# Reasons for which there is nothing to suggest at all.
UNREADABLE: frozenset[Review] = frozenset({"empty", "language_not_supported"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read.

    Attributes
    ----------
    doubts : why no label is accepted for this text, however probable; empty for a sound text.
    """

    tokens: tuple[Token, ...]
    malform: Malform
    doubts: tuple[Review, ...]

    @property
    def forms(self) -> list[str]:
        """The folded words."""
        return [token.form for token in self.tokens]

    @property
    def is_readable(self) -> bool:
        """Whether labels can be ranked for it."""
        return UNREADABLE.isdisjoint(self.doubts)


@dataclass(frozen=True, slots=True)
class Readings:
    """Several texts as they were read.

    Attributes
    ----------
    words : numbers of the words, text after text.
    ends : where the words of each text end.
    malform, doubts : of each text, as in `Reading`.
    """

    words: Ints
    ends: Longs
    malform: list[Malform]
    doubts: list[tuple[Review, ...]]


def read(text: str, limits: Limits) -> Reading:
    """Read a text as far as the limits go."""
    head = without_placeholders(text[: limits.max_chars])
    tokens = tuple(tokenise(head))
    written_in = malform([token.form for token in tokens], head)
    has_control = has_control_characters(head)
    return Reading(tokens, written_in, _doubts(text, len(tokens), has_control, written_in, limits))


def read_all(texts: Sequence[str], limits: Limits, words: Words) -> Readings:
    """Read texts as `read` does, without the places of their words.

    Parameters
    ----------
    words : numbers the words.
    """
    words.forget_too_many()
    heads = [without_placeholders(text[: limits.max_chars]) for text in texts]
    joined = characters(heads)
    uncommon = np.unique(joined.texts_at(joined.where(Kind.UNCOMMON))).tolist()
    found, n_words = _words_of(joined, heads, uncommon, words)
    ends = np.cumsum(n_words)
    so_far = np.concatenate([np.zeros((1, N_CUES), np.int64), np.cumsum(words.cues(found), axis=0, dtype=np.int64)])
    written_in = malforms(so_far[ends] - so_far[ends - n_words], n_words.tolist(), heads)
    has_control = np.zeros(len(texts), bool)
    has_control[joined.texts_at(joined.where(Kind.CONTROL))] = True
    for text in uncommon:
        has_control[text] = has_control_characters(heads[text])
    doubts = [
        _doubts(text, n, has, written, limits)
        for text, n, has, written in zip(texts, n_words.tolist(), has_control.tolist(), written_in, strict=True)
    ]
    return Readings(found, ends, written_in, doubts)


def _words_of(joined: Characters, heads: Sequence[str], uncommon: Sequence[int], words: Words) -> tuple[Ints, Longs]:
    """Return the number of every word, text after text, and how many words each text has.

    Texts with identifiers of persons are read again without these, and texts with uncommon characters one by one.
    """
    found, n_words = words.numbers_in(joined), joined.n_words()
    suspected = suspects(joined, words.signs(found))
    masked = {
        text: readable(heads[text], spans)
        for text, sought in suspected.items()
        if text not in uncommon and (spans := identifier_spans(heads[text], sought))
    }
    if not masked and not uncommon:
        return found, n_words
    again = characters(list(masked.values()))
    forms = [word_forms(heads[text]) for text in uncommon]
    of_text = np.repeat(np.arange(len(heads)), n_words)
    n_words[list(masked)], n_words[uncommon] = again.n_words(), list(map(len, forms))
    is_read_again = np.zeros(len(heads), bool)
    is_read_again[[*masked, *uncommon]] = True
    is_kept = ~is_read_again[of_text]
    parts = [found[is_kept], words.numbers_in(again), words.numbers(list(chain.from_iterable(forms)))]
    read_again = np.array([*masked, *uncommon], np.int64)
    text_of_word = np.concatenate([of_text[is_kept], np.repeat(read_again, n_words[read_again])])
    return np.concatenate(parts)[np.argsort(text_of_word, kind="stable")], n_words


def _doubts(text: str, n_words: int, has_control: bool, written_in: Malform, limits: Limits) -> tuple[Review, ...]:
    if limits.min_words <= n_words and len(text) <= limits.max_chars and not has_control and written_in != "other":
        return ()
    doubts: dict[Review, bool] = {
        "empty": n_words == 0,
        "too_short": 0 < n_words < limits.min_words,
        "too_long": len(text) > limits.max_chars,
        "control_characters": has_control,
        "language_not_supported": written_in == "other",
    }
    return tuple(doubt for doubt, holds in doubts.items() if holds)
