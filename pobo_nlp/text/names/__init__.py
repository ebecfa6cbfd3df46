"""Lists of names of persons: which words are names, and which of those are words of everyday language too.

The lists are data beside this module; DATASHEET.md says where they come from.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

FIRST_NAMES, LAST_NAMES = "# fornavn", "# etternavn"
MIN_CHARS = 2


class Part:
    """What the lists tell of a word, as a sum; plain numbers, since enumerations are slow where every word counts.

    `ORDINARY`: a name that is a word of everyday language too. `CHOSEN`: in a list that a person wrote. `LOWER`: a name
    in lower case too. `KNOWN`: a word of everyday language. `NO_NAME`: has a capital, and is no person.
    """

    FIRST = 1
    LAST = 2
    ORDINARY = 4
    CHOSEN = 8
    LOWER = 16
    KNOWN = 32
    NO_NAME = 64


LISTED = Part.FIRST | Part.LAST


def is_name(form: str) -> bool:
    """Return whether a folded word is a first or a last name, and no word of everyday language too.

    Examples
    --------
    >>> is_name("kari"), is_name("liv"), is_name("sykehus")
    (True, False, False)
    """
    parts = words_of_lists().get(form, 0)
    return bool(parts & LISTED) and not parts & (Part.ORDINARY | Part.NO_NAME)


@cache
def words_of_lists() -> Mapping[str, int]:
    """Return all folded words of the lists, each with a sum of `Part`."""
    parts: dict[str, int] = {}
    for name, more in {"norwegian": Part.CHOSEN, "sami": Part.CHOSEN, "immigrant": Part.CHOSEN, "faker": 0}.items():
        first, last = _read(name).split(LAST_NAMES)
        _mark(parts, _words(first.removeprefix(FIRST_NAMES)), Part.FIRST | more)
        _mark(parts, _words(last), Part.LAST | more)
    _mark(parts, _listed(parts, "ordinary"), Part.ORDINARY)
    _mark(parts, _listed(parts, "also_words"), Part.ORDINARY)
    _mark(parts, _listed(parts, "lower_case"), Part.LOWER)
    _mark(parts, _words(_without_notes("words")), Part.KNOWN)
    _mark(parts, _words(_without_notes("no_names")), Part.NO_NAME)
    return {word: part for word, part in parts.items() if len(word) >= MIN_CHARS}


def _mark(parts: dict[str, int], words: Iterable[str], part: int) -> None:
    found = parts.get
    parts.update({word: found(word, 0) | part for word in words})


def _listed(parts: Mapping[str, int], name: str) -> list[str]:
    return [word for word in _words(_without_notes(name)) if word in parts]


def _words(text: str) -> list[str]:
    """Return the folded words of a list; of a name with a hyphen, each part."""
    return text.replace("-", " ").lower().split()


def _without_notes(name: str) -> str:
    return "\n".join(line for line in _read(name).split("\n") if not line.startswith("#"))


def _read(name: str) -> str:
    return files("pobo_nlp.text.names").joinpath(f"{name}.txt").read_text("utf-8")
