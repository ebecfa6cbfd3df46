"""Stretches of a text, and the letters that names are written with."""

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

LOWER = "a-zæøåáčđŋšŧžéèöäüçñóíúýðþ"
UPPER = "A-ZÆØÅÁČĐŊŠŦŽÉÈÖÄÜÇÑÓÍÚÝÐÞ"


_DIGITS = re.compile("[0-9]+")
# Where digits begin and end that stand together.
Digits: TypeAlias = Sequence[tuple[int, int]]


class Span(NamedTuple):
    """A stretch of the text that identifies a person: kind, first and one past the last character."""

    kind: str
    start: int
    end: int


def digits_of(text: str) -> Digits:
    """Return where digits begin and end that stand together."""
    return [match.span() for match in _DIGITS.finditer(text)]
