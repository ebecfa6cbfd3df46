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
from pobo_nlp.text.language import malform, malforms
from pobo_nlp.text.masking import identifier_spans
from pobo_nlp.text.normalise import has_control_characters
from pobo_nlp.text.suspects import suspects
from pobo_nlp.text.tokens import Token, readable, tokenise, word_forms

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
    head = text[: limits.max_chars]
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
    heads = [text[: limits.max_chars] for text in texts]
    joined = characters(heads)
    found, text_of_word = _words_of(joined, heads, words)
    n_words = np.bincount(text_of_word, minlength=len(texts))
    ends = np.cumsum(n_words)
    so_far = np.concatenate([np.zeros((1, 4), np.int64), np.cumsum(words.cues(found), axis=0, dtype=np.int64)])
    of_texts = n_words.tolist()
    written_in = malforms(so_far[ends] - so_far[ends - n_words], of_texts, heads)
    has_control = np.zeros(len(texts), bool)
    has_control[joined.texts_at(joined.where(Kind.CONTROL))] = True
    for text in _uncommon(joined).tolist():
        has_control[text] = has_control_characters(heads[text])
    doubts = [
        _doubts(text, n, has, written, limits)
        for text, n, has, written in zip(texts, of_texts, has_control.tolist(), written_in, strict=True)
    ]
    return Readings(found, ends, written_in, doubts)


def _words_of(joined: Characters, heads: Sequence[str], words: Words) -> tuple[Ints, Longs]:
    """Return the number of every word, and the text that it is in, text after text.

    Texts with identifiers of persons are read again without these, and texts with uncommon characters one by one.
    """
    found = words.numbers_in(joined)
    of_text = joined.texts_at(joined.word_starts)
    alone = _uncommon(joined).tolist()
    suspected = set(suspects(joined, words.may_end_in_cue(found)).tolist()).difference(alone)
    masked = {
        text: readable(heads[text], spans) for text in sorted(suspected) if (spans := identifier_spans(heads[text]))
    }
    if not masked and not alone:
        return found, of_text
    is_kept = np.ones(len(heads), bool)
    is_kept[[*masked, *alone]] = False
    again = characters(list(masked.values()))
    forms = [word_forms(heads[text]) for text in alone]
    parts = [found[is_kept[of_text]], words.numbers_in(again), words.numbers(list(chain.from_iterable(forms)))]
    texts_of_parts = [
        of_text[is_kept[of_text]],
        np.array(list(masked), np.int64)[again.texts_at(again.word_starts)],
        np.repeat(np.array(alone, np.int64), np.fromiter(map(len, forms), np.int64, len(forms))),
    ]
    text_of_word = np.concatenate(texts_of_parts)
    order = np.argsort(text_of_word, kind="stable")
    return np.concatenate(parts)[order], text_of_word[order]


def _uncommon(joined: Characters) -> Longs:
    return np.unique(joined.texts_at(joined.where(Kind.UNCOMMON)))


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
