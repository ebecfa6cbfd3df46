"""Stretches of a text, and the letters that names are written with."""

from typing import NamedTuple

LOWER = "a-zæøåáčđŋšŧžéèöäüçñóíúýðþ"
UPPER = "A-ZÆØÅÁČĐŊŠŦŽÉÈÖÄÜÇÑÓÍÚÝÐÞ"


class Span(NamedTuple):
    """A stretch of the text that identifies a person: kind, first and one past the last character."""

    kind: str
    start: int
    end: int
