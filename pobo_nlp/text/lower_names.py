"""Names in lower case: those that are no other word, and those behind a word that tells of a person."""

from pobo_nlp.text.name_context import Words
from pobo_nlp.text.name_cues import (
    ADDRESSES,
    BEFORE_LOWER,
    CALLED,
    DEEDS,
    FIELDS,
    LOWER_BEHIND_RELATION,
    LOWER_LAST,
    POSSESSIVES,
    RELATIONS,
)
from pobo_nlp.text.name_runs import MAX_PARTS, is_house
from pobo_nlp.text.name_words import Look
from pobo_nlp.text.names import LISTED
from pobo_nlp.text.person_cues import is_of_person

MIN_LOWER = 2
MAX_UNKNOWN = 3
_NOT_LOWER = frozenset("fra frå og til alle dere dokker ha for så meg oss med en ein ei et jeg eg vi i på".split())


def lower_end(words: Words, number: int) -> int:
    """Return which word is the first behind the name in lower case that begins at a word; the word itself if none."""
    form, look, before = words.forms[number], words.looks[number], words.before(number)
    if form in POSSESSIVES:
        return number
    if before in BEFORE_LOWER and before not in CALLED:
        return _behind_greeting(words, number)
    is_listed = look & LISTED and len(form) > MIN_LOWER
    if look & Look.LOWER or (is_listed and _is_named(words, number, before)):
        return _run_end(words, number)
    if form in LOWER_BEHIND_RELATION and number > 1 and _is_whose(before, words.forms[number - 2]):
        return _run_end(words, number)
    return number


def _is_named(words: Words, number: int, before: str) -> bool:
    if before in ("er", "is") and "mitt" in words.forms_of(number - 4, number - 1):
        return not FIELDS.isdisjoint(words.forms_of(number - 4, number - 1))
    return before in ADDRESSES or (before in CALLED and before in BEFORE_LOWER and is_of_person(words, number))


def _is_whose(before: str, first: str) -> bool:
    """Return whether two words are a relation and whose it is, in either order."""
    return (before in POSSESSIVES and first in RELATIONS) or (before in RELATIONS and first in POSSESSIVES)


def _run_end(words: Words, number: int) -> int:
    end, before = number + 1, words.before(number)
    is_told = before in BEFORE_LOWER or before in ADDRESSES or before == "er"
    while end < len(words) and end - number < MAX_PARTS and words.is_beside(end):
        form, look = words.forms[end], words.looks[end]
        is_last = is_told and look & Look.LAST and len(form) > MIN_LOWER and form not in DEEDS
        if not (is_last or look & Look.LOWER or form in LOWER_LAST or form.removesuffix("s") in LOWER_LAST):
            break
        end += 1
    return number if is_house(words, end) else end


def _behind_greeting(words: Words, number: int) -> int:
    """Return the end of a name behind *mvh* or *Navn:*: the rest of a short line."""
    end = number
    while end < len(words) and (end == number or words.is_beside(end)):
        look = words.looks[end]
        if (look & (Look.KNOWN | Look.NO_NAME) and not look & LISTED) or words.forms[end] in _NOT_LOWER:
            return _run_end(words, number) if words.looks[number] & Look.LOWER else number
        end += 1
    if not words.looks[number] & LISTED and end - number > MAX_UNKNOWN:
        return number
    is_name = end - number < MAX_PARTS and all(form.replace("-", "").isalpha() for form in words.forms_of(number, end))
    return end if is_name else number
