"""A text becomes words, each with its place in the text."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pobo_nlp.text.masking import BEFORE_READING, PLACEHOLDERS, Span, identifier_spans
from pobo_nlp.text.normalise import INVISIBLE, fold

# A word is letters and digits of any script, with the combining marks of decomposed text and the invisible
# characters inside. Hyphens part words: in "DPS-en" and "BPA-timar" it is the first part that tells.
_WORD = re.compile(rf"\w[\w\u0300-\u036f{INVISIBLE}]*")
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS.values())))
MAX_WORD_CHARS = 40
MAX_KEPT_FORMS = 2**16


class Token(NamedTuple):
    """A word: its folded form, and the span of characters it was read from."""

    form: str
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """Return the words of a text in order, without numbers and addresses that identify a person.

    Names stay among the words; they are no features (`proper_nouns`).

    Examples
    --------
    >>> [token.form for token in tokenise("Søkte DPS-en. Ring 977 00 654!")]
    ['søkte', 'dps', 'en', 'ring']
    """
    text = without_placeholders(text)
    return [
        Token(form_of(word.group()), word.start(), word.end())
        for word in _WORD.finditer(readable(text, identifier_spans(text, BEFORE_READING)))
    ]


def word_forms(text: str) -> list[str]:
    """Return the folded words of a text: the forms of `tokenise`, faster where the places are not asked for."""
    text = without_placeholders(text)
    return list(map(form_of, _WORD.findall(readable(text, identifier_spans(text, BEFORE_READING)))))


def without_placeholders(text: str) -> str:
    """Return a text of the same length with blanks for what a masking put in place of identifiers.

    A text that was masked before it came here is read as the text that it was.
    """
    return _PLACEHOLDER.sub(lambda one: " " * len(one.group()), text) if "[" in text else text


def readable(text: str, spans: Sequence[Span]) -> str:
    """Return a text of the same length with blanks for identifiers, and for underscores, which part words too."""
    parts, place = [], 0
    for _, start, end in spans:
        parts += [text[place:start], " " * (end - start)]
        place = end
    return "".join([*parts, text[place:]]).replace("_", " ")


class _Forms(dict[str, str]):
    """Folds the words that it is asked for, and keeps them, as long as there are not too many."""

    def __missing__(self, word: str) -> str:
        if len(self) >= MAX_KEPT_FORMS:
            self.clear()
        form = self[word] = fold(word)[:MAX_WORD_CHARS]
        return form


# Returns the folded form of a word, as long as forms get.
form_of = _Forms().__getitem__
