"""Names of persons are found by lists, and by the words beside them.

A word that is a name and nothing else is one anywhere; one that is an everyday word too, such as Odd or Berg, needs a
capital inside a sentence, another name beside it, or a word that tells of a person, such as a title or a relation.
"""

from collections.abc import Iterator
from itertools import accumulate, compress, count

from pobo_nlp.text.lower_names import lower_end
from pobo_nlp.text.name_context import ABBREVIATIONS, Words
from pobo_nlp.text.name_cues import BEFORE_LOWER, CALLED
from pobo_nlp.text.name_runs import MAX_PARTS, is_house, is_like_last, may_be_part, run_end, turned_end
from pobo_nlp.text.name_words import CUES, UNKNOWN, Look, name_held
from pobo_nlp.text.names import LISTED
from pobo_nlp.text.person_cues import is_told
from pobo_nlp.text.person_rules import is_person
from pobo_nlp.text.spans import Span

CHARS_BEFORE, CHARS_BEHIND = 60, 90
_LONGEST_ABBREVIATION = max(map(len, ABBREVIATIONS))
_BEFORE_CAPITALS = BEFORE_LOWER - CALLED
_MAY_BEGIN = Look.OF_INTEREST | Look.INITIAL
_APOSTROPHES = ("'", "’", "' ", "’ ")


def persons(text: str) -> Iterator[Span]:
    """Yield the names of persons."""
    pieces = text.split(" ")
    told = list(map(name_held, pieces))
    held = [n for n in compress(count(), told) if told[n] != UNKNOWN or not _only_begins(pieces, n)]
    if held:
        ends = list(accumulate(map(len, pieces)))
        # One blank stands before each piece but the first.
        for start, end in _regions(text, [(ends[number] + number, len(pieces[number])) for number in held]):
            yield from _names(Words(text, start, end))


def _only_begins(pieces: list[str], number: int) -> bool:
    """Return whether a word that is in no list has its capital from a sentence, and stands before no other capital."""
    if number + 1 < len(pieces) and not pieces[number + 1][:1].islower():
        return False
    before = pieces[number - 1] if number else "."
    return (
        number == 0
        or before[-1:] in ("!", "?")
        or (
            before[-1:] == "."
            and before[-_LONGEST_ABBREVIATION - 2 : -1].isalpha()
            and len(before) > _LONGEST_ABBREVIATION + 1
        )
    )


def _regions(text: str, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where words stand that may be names, with as much before and behind as tells whether they are.

    Parameters
    ----------
    found : where pieces with such words end, and how long they are.
    """
    first, last = 0, -1
    for end, length in found:
        begin = end - length - CHARS_BEFORE
        if begin > last >= 0:
            yield _whole_words(text, first, last)
        if begin > last or last < 0:
            first = max(0, begin)
        last = end + CHARS_BEHIND
    yield _whole_words(text, first, last)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a stretch without the rests of words that it cuts, and the blank behind it."""
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, min(end + 1, len(text))


def _names(words: Words) -> Iterator[Span]:
    """Yield the names in a stretch of text, in order."""
    bounds: list[int] = []
    for number in _candidates(words):
        if number >= words.behind_name and (end := _end(words, number)) > number:
            words.behind_name = end
            bounds = bounds or words.bounds()
            yield Span("navn", bounds[2 * number + 1], bounds[2 * end] + _has_apostrophe(words, end))


def _candidates(words: Words) -> list[int]:
    """Return the words that a name may begin with."""
    found = [number for number, look in enumerate(words.looks) if look & _MAY_BEGIN]
    cues = [number for number in found if words.forms[number] in CUES]
    # As in *mitt navn er odd*.
    behind = {number + 1 + (words.form(number + 1) in ("er", "is")) for number in cues}
    return sorted({*found, *(number for number in behind if number < len(words))}) if behind else found


def _has_apostrophe(words: Words, end: int) -> bool:
    """Return whether a name is a genitive such as *Johannes'*."""
    return words.gaps[end][:2] in _APOSTROPHES and words.spelled[end - 1][-1] in "sxz"


def _end(words: Words, number: int) -> int:
    """Return which word is the first behind the name that begins at a word; the word itself where none does."""
    look = words.looks[number]
    if look & Look.CAPITAL or (look & Look.CAPITALS and look & LISTED):
        return _capitalised_end(words, number)
    if look & Look.INITIAL:
        return _initials_end(words, number)
    return _capitals_end(words, number) if look & Look.CAPITALS else lower_end(words, number)


def _capitalised_end(words: Words, number: int) -> int:
    if words.before(number) == "st" and words.forms[number] in ("olav", "olavs", "hans", "hansen"):
        return number
    look = words.looks[number]
    if not may_be_part(look):
        return _capitals_end(words, number) if look & Look.CAPITALS else number
    if (end := turned_end(words, number)) > number:
        return end
    end = run_end(words, number)
    if is_house(words, end):
        return number
    while end > number and not is_person(words, number, end):
        # A shorter run may be one, where its last word was none.
        end = end - 1 if end - number > 1 and not words.looks[end - 1] & LISTED else number
    return end


def _capitals_end(words: Words, number: int) -> int:
    """Return the end of a name in capitals that is in no list, behind *Navn:* or the like."""
    if words.before(number) not in _BEFORE_CAPITALS or words.looks[number] & (Look.NO_NAME | Look.KNOWN):
        return number
    end = number + 1
    while end < len(words) and end - number < MAX_PARTS and words.is_beside(end):
        if not words.looks[end] & Look.CAPITALS or words.looks[end] & (Look.KNOWN | Look.NO_NAME):
            break
        end += 1
    return end


def _initials_end(words: Words, number: int) -> int:
    """Return the end of a name that begins with initials, as in *K. Hansen*."""
    end = number
    while end < len(words) and words.looks[end] & Look.INITIAL and end - number < MAX_PARTS:
        if words.gaps[end + 1][:1] != ".":
            return number
        end += 1
    if end >= len(words) or not words.is_beside(end) or not may_be_part(words.looks[end]):
        return number
    look = words.looks[end]
    if look & Look.CAPITAL and look & LISTED:
        last = run_end(words, end)
        return number if is_house(words, last) else last
    if look & Look.CAPITAL and not look & Look.NO_NAME and (is_told(words, number) or is_like_last(words.forms[end])):
        return end + 1
    return number
