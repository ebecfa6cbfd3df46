"""Words beside a name, or what may be one, that tell that it is a person's."""

from pobo_nlp.text.name_context import Words
from pobo_nlp.text.name_cues import (
    ADDRESSES,
    CALLED,
    DEEDS,
    ENGLISH_TITLES,
    FIELDS,
    GREETINGS,
    POSSESSIVES,
    RATHER_NAMES,
    RELATIONS,
    ROLE_ENDS,
    ROLES,
    ROLES_OR_VERBS,
    SPEECH,
    TALKED,
    WITH,
)
from pobo_nlp.text.name_words import Look
from pobo_nlp.text.names import LISTED

_PRONOUNS = frozenset("jeg eg æ je han hun ho hu ham henne hen æg i my she he her him vi hæn".split())
_ARTICLES = frozenset("han ho hun hu n a".split())
_OWN = frozenset("sin sitt sine seg selv sjølv hans hun han ho".split())
_SOMEBODY = _PRONOUNS | RELATIONS | ROLES
_TELLING = GREETINGS | FIELDS | ADDRESSES
_OF_WHOM = ROLES | RELATIONS


def is_told(words: Words, number: int) -> bool:
    """Return whether the words before tell that a person is named."""
    before = words.before(number)
    if not before and words.behind_name != number:
        return False
    if before in _TELLING:
        return True
    look = words.looks[number]
    if before in ENGLISH_TITLES:
        return bool(words.looks[number - 1] & Look.CAPITAL)
    if before in CALLED:
        return bool(look & Look.FIRST) or is_of_person(words, number)
    if before in ROLES_OR_VERBS and not look & LISTED:
        return False
    if before in ("er", "is") and (words.form(number - 2) in FIELDS or words.form(number - 2) == "mitt"):
        return not look & Look.PLACE
    if before in _OF_WHOM or before.endswith(ROLE_ENDS):
        return not words.begins_sentence(number) and (not look & Look.PLACE or bool(look & Look.FIRST))
    if before in POSSESSIVES and words.form(number - 2) in RELATIONS:
        return not words.begins_sentence(number)
    if before in _ARTICLES and look & Look.FIRST:
        return not words.begins_sentence(number)
    return bool(look & LISTED) and _is_next_in_list(words, number, before)


def _is_next_in_list(words: Words, number: int, before: str) -> bool:
    """Return whether a word is the next of several persons, as in *Mette og Per*."""
    if not words.behind_name:
        return False
    if words.behind_name == number:
        return words.gaps[number] == ", "
    return before in ("og", "and") and words.behind_name == number - 1


def is_of_person(words: Words, number: int) -> bool:
    """Return whether somebody, not something, is called so."""
    if not _SOMEBODY.isdisjoint(words.forms_of(number - 4, number - 1)):
        return True
    return number == 1 and words.starts_text


def is_talked_with(words: Words, number: int) -> bool:
    """Return whether somebody talks, or has an appointment, with whom the word names."""
    before = words.before(number)
    if before not in WITH or words.begins_sentence(number):
        return False
    return number > 1 and not TALKED.isdisjoint(words.forms_of(number - 4, number - 1))


def begins_with_person(words: Words, number: int) -> bool:
    """Return whether a sentence begins with a person, not with the word that is written the same."""
    if number + 1 >= len(words) or words.gaps[number + 1] != " ":
        return False
    following = words.forms[number + 1]
    if following == "og" and number + 2 < len(words):
        other = words.looks[number + 2]
        return bool(other & Look.CAPITAL and other & Look.FIRST)
    if words.forms[number] in RATHER_NAMES:
        return following in DEEDS
    return following in SPEECH or (following in DEEDS and not _OWN.isdisjoint(words.forms_of(number + 2, number + 10)))
