"""A text becomes words, each with its place in the text."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pobo_nlp.text.masking import Span, identifier_spans
from pobo_nlp.text.normalise import INVISIBLE, fold

# A word is letters and digits of any script, with the combining marks of decomposed text and the invisible
# characters inside. Hyphens part words: in "DPS-en" and "BPA-timar" it is the first part that tells.
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[\u0300-\u036f{INVISIBLE}])*")
MAX_WORD_CHARS = 40


class Token(NamedTuple):
    """A word: its folded form, and the span of characters it was read from."""

    form: str
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """Return the words of a text in order, without those that identify a person.

    Examples
    --------
    >>> [token.form for token in tokenise("Søkte DPS-en. Ring 977 00 654!")]
    ['søkte', 'dps', 'en', 'ring']
    """
    tokens = [Token(fold(match.group())[:MAX_WORD_CHARS], match.start(), match.end()) for match in _WORD.finditer(text)]
    spans = identifier_spans(text)
    return _outside(tokens, spans) if spans else tokens


def _outside(tokens: Sequence[Token], spans: Sequence[Span]) -> list[Token]:
    kept, place = [], 0
    for token in tokens:
        while place < len(spans) and spans[place].end <= token.start:
            place += 1
        if place == len(spans) or token.end <= spans[place].start:
            kept.append(token)
    return kept


def word_forms(text: str) -> list[str]:
    """Return the folded words of a text: what features are made of."""
    return [token.form for token in tokenise(text)]
