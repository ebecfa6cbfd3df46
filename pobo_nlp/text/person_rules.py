"""Whether words that may be a name are one: by the lists, how they are spelled, and what stands beside them."""

import re

from pobo_nlp.text.name_context import Words
from pobo_nlp.text.name_cues import BEFORE_MONTHS, BELONGINGS, CALLED, GREETINGS, MINDS, MONTHS, PLACE_WORDS, WARDS
from pobo_nlp.text.name_runs import is_like_last
from pobo_nlp.text.name_words import Look
from pobo_nlp.text.names import LISTED
from pobo_nlp.text.person_cues import comes_from, is_talked_with, is_told
from pobo_nlp.text.person_starts import begins_with_last_name, begins_with_person

_SURE_LAST = re.compile(r"(?:sen|son|ssen|sson|ski|ska|sdatter|sdotter|vić|wicz)s?$")
# As the names of farms end, and of the houses for old people that are called after them.
_FARM = re.compile(r"(?:haug|haugen|bakken|bakke|heim|vang|tun|bø|gård|gården|lia|moen|hagen|berget|åsen|bo|li)s?$")
_SIDES = frozenset("indre ytre øvre nedre nordre søndre søre vestre østre austre store lille".split())
_OF_PERSONS = frozenset("med av for hos og ifølge".split())


def is_person(words: Words, number: int, end: int) -> bool:
    """Return whether a run of words, each of which can be part of a name, is a person."""
    if is_told(words, number):
        return True
    if end - number > 1:
        return _are_person(words, number, end)
    look = words.looks[number]
    if not look & LISTED:
        return _is_unknown_person(words, number)
    if look & (Look.ORDINARY | Look.PLACE | Look.KNOWN | Look.CAPITALS):
        return _is_ordinary_person(words, number)
    return _is_listed_person(words, number)


def _are_person(words: Words, number: int, end: int) -> bool:
    looks = words.looks[number:end]
    first, begins = looks[0], words.begins_sentence(number)
    is_listed = any(look & LISTED and not look & Look.PLACE for look in looks)
    behind_place = not begins and words.before(number) in PLACE_WORDS
    if first & Look.FIRST:
        if first & (Look.ORDINARY | Look.KNOWN | Look.PLACE):
            more = any(look & (LISTED | Look.INITIAL) for look in looks[1:]) or is_like_last(words.forms[end - 1])
            return more or (not begins and not behind_place)
        return True
    if first & Look.LAST and not first & Look.ORDINARY:
        return is_listed and not (behind_place and not any(look & Look.FIRST for look in looks))
    if not first & LISTED:
        if is_listed:
            sure = any(look & LISTED and not look & (Look.PLACE | Look.ORDINARY) for look in looks)
            return sure or not (begins or behind_place)
        return _are_unknown_person(words, number, end)
    # A last name that is a word too, before another name.
    return any(look & Look.FIRST and not look & Look.ORDINARY for look in looks[1:]) or (
        not begins and not behind_place
    )


def _are_unknown_person(words: Words, number: int, end: int) -> bool:
    """Return whether words of which no list has any are a person."""
    if any(look & Look.PLACE for look in words.looks[number:end]):
        return False
    if words.begins_sentence(number):
        return words.does(end)
    before = words.before(number)
    is_sent = before in ("til", "fra", "frå", "to", "from") and is_like_last(words.forms[end - 1])
    return before not in PLACE_WORDS or is_sent


def _is_listed_person(words: Words, number: int) -> bool:
    """Return whether a word is a person that is a name and no everyday word."""
    form, look, before = words.forms[number], words.looks[number], words.before(number)
    if look & Look.FIRST:
        return bool(look & Look.CHOSEN) or not words.begins_sentence(number) or words.does(number + 1)
    is_human = words.does(number + 1) or is_talked_with(words, number)
    if _SURE_LAST.search(form):
        return bool(look & Look.CHOSEN) or is_human
    if before in CALLED or (before in PLACE_WORDS and before != "til" and not words.begins_sentence(number)):
        return False
    is_farm = before in _SIDES or (_FARM.search(form) and before not in _OF_PERSONS)
    return (bool(look & Look.CHOSEN) and not is_farm) or is_human


def _is_ordinary_person(words: Words, number: int) -> bool:
    """Return whether a name that is an everyday word, or a place, is a person."""
    form, look, before = words.forms[number], words.looks[number], words.before(number)
    if look & Look.CAPITALS:
        return False
    if before in WARDS or (form in MONTHS and _is_month(words, number)):
        return False
    if words.begins_sentence(number):
        if look & Look.FIRST:
            return begins_with_person(words, number) or words.is_signature(number)
        return not look & Look.PLACE and begins_with_last_name(words, number)
    if look & Look.PLACE:
        return is_talked_with(words, number)
    if look & Look.FIRST:
        is_minded = words.form(number - 2) in MINDS
        return (is_minded or before not in ("i", "på", "in")) and not words.in_heading(number)
    return (
        is_talked_with(words, number)
        or comes_from(words, number)
        or (before not in PLACE_WORDS and words.speaks(number + 1) and not words.in_heading(number))
    )


def _is_month(words: Words, number: int) -> bool:
    before, first = words.before(number), words.form(number - 2)
    if (before == "til" and first in BELONGINGS) or (before in ("fra", "frå", "til") and first in GREETINGS):
        return False
    return before in BEFORE_MONTHS or words.form(number - 1).isdigit()


def _is_unknown_person(words: Words, number: int) -> bool:
    """Return whether a word with a capital that is in no list is a person."""
    if words.begins_sentence(number) or words.before(number) in PLACE_WORDS:
        return False
    return is_talked_with(words, number) or (words.speaks(number + 1) and not words.in_heading(number))
