"""Lists of names of persons: which words are names, and which of those are words of everyday language too.

The lists are data beside this module; DATASHEET.md says where they come from.
"""

from collections.abc import Mapping
from enum import IntFlag
from functools import cache
from importlib.resources import files

FIRST_NAMES, LAST_NAMES = "# fornavn", "# etternavn"
# Those that a person chose, and those of Faker.
CHOSEN = ("norwegian.txt", "sami.txt", "immigrant.txt")
EXTRACTED = "faker.txt"
ORDINARY = ("ordinary.txt", "also_words.txt")
MIN_CHARS = 2


class Part(IntFlag):
    """What a word is in the name of a person; it may be several things."""

    FIRST = 1
    LAST = 2
    ORDINARY = 4


def is_name(form: str) -> bool:
    """Return whether a folded word is a first or a last name, and no word of everyday language too.

    Examples
    --------
    >>> is_name("kari"), is_name("liv"), is_name("sykehus")
    (True, False, False)
    """
    return 0 < parts_of_names().get(form, 0) < Part.ORDINARY


def part_of(form: str) -> int:
    """Return a sum of `Part`; zero for a word that is in no list. The genitive of a name is one too."""
    names = parts_of_names()
    found = names.get(form, 0)
    return found if found or form[-1:] != "s" else names.get(form[:-1], 0)


@cache
def parts_of_names() -> Mapping[str, int]:
    """Return all folded names, each with a sum of `Part`."""
    parts: dict[str, int] = {}
    for name in (*CHOSEN, EXTRACTED):
        for part, words in zip((Part.FIRST, Part.LAST), _sections(name), strict=True):
            for word in words:
                parts[word] = parts.get(word, 0) | part
    for name in ORDINARY:
        for word in _read(name).split("\n", 1)[1].split():
            if word in parts:
                parts[word] |= Part.ORDINARY
    return {word: int(part) for word, part in parts.items() if len(word) >= MIN_CHARS}


def _sections(name: str) -> list[list[str]]:
    """Return the first names and the last names of a list; of a name with a hyphen, each part."""
    first, last = _read(name).split(LAST_NAMES)
    return [part.replace("-", " ").lower().split() for part in (first.removeprefix(FIRST_NAMES), last)]


@cache
def _read(name: str) -> str:
    return files("pobo_nlp.text.names").joinpath(name).read_text("utf-8")
