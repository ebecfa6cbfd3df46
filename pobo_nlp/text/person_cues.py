"""Words beside a name, or what may be one, that tell that it is a person's."""

from pobo_nlp.text.name_context import Words
from pobo_nlp.text.name_cues import (
    ADDRESSES,
    CALLED,
    CALLS,
    ENGLISH_TITLES,
    FIELDS,
    GREETINGS,
    POSSESSIVES,
    REACHES,
    RELATIONS,
    ROLE_ENDS,
    ROLES,
    ROLES_OR_VERBS,
    SENT,
    SENT_TO,
    TALKED,
    WITH,
)
from pobo_nlp.text.name_words import Look
from pobo_nlp.text.names import LISTED

_PRONOUNS = frozenset("jeg eg æ je han hun ho hu ham henne hen æg i my she he her him vi hæn".split())
_ARTICLES = frozenset("han ho hun hu n a".split())
_SOMEBODY = _PRONOUNS | RELATIONS | ROLES
_TELLING = GREETINGS | FIELDS | ADDRESSES
_OF_WHOM = ROLES | RELATIONS
_APART = (" (", " – ", " - ", " — ")
_OF_CASE = frozenset("ref att melder meldar klager klagar gjelder gjeld angår".split())
_DEGREES = frozenset("med phil philos psychol odont polit".split())
_NOT_BEFORE = frozenset("eldste yngste hos til".split())


def _is_role(form: str) -> bool:
    return form in ROLES or form.endswith(ROLE_ENDS)


def is_told(words: Words, number: int) -> bool:
    """Return whether the words before tell that a person is named."""
    before = words.before(number)
    look = words.looks[number]
    if look & LISTED and look & Look.CAPITAL and not look & Look.PLACE and _is_set_apart(words, number):
        return True
    if not before and words.behind_name != number:
        return False
    if before in _TELLING:
        return True
    if before in ENGLISH_TITLES:
        return bool(words.looks[number - 1] & Look.CAPITAL)
    if before in CALLED:
        return bool(look & Look.FIRST) or is_of_person(words, number)
    if before in ROLES_OR_VERBS and not look & LISTED:
        return False
    if before in ("er", "is") and (words.form(number - 2) in FIELDS or words.form(number - 2) == "mitt"):
        return not look & Look.PLACE
    if before in ("er", "is") and look & LISTED and not look & Look.PLACE and _is_somebody(words, number - 2):
        return True
    if before in _DEGREES and words.form(number - 2) == "dr" and "." in words.gaps[number]:
        return True
    if before in _PRONOUNS and not CALLS.isdisjoint(words.forms_of(number - 4, number - 1)):
        return True
    if before in _OF_WHOM or before.endswith(ROLE_ENDS):
        return not words.begins_sentence(number) and (not look & Look.PLACE or bool(look & Look.FIRST))
    if before in POSSESSIVES and words.form(number - 2) in RELATIONS:
        return not words.begins_sentence(number)
    if before in POSSESSIVES - _NOT_BEFORE and look & LISTED and _is_role(words.form(number - 2)):
        return not words.begins_sentence(number)
    if before in _ARTICLES and look & Look.FIRST:
        return not words.begins_sentence(number)
    return bool(look & LISTED) and _is_next_in_list(words, number, before)


def _is_set_apart(words: Words, number: int) -> bool:
    """Return whether a name is set apart behind whose it is: *legen, Berg, sa*, *lege: Vik*, *jeg (Liv)*, *v/ Moe*."""
    gap, form = words.gaps[number], words.form(number - 1)
    if gap == ", " and words.gaps[number + 1][:1] == ",":
        return _is_somebody(words, number - 1)
    if gap in _APART:
        return form in _PRONOUNS or form in RELATIONS or _is_somebody(words, number - 1)
    if gap.strip() in (":", ".:"):
        return _is_role(form) or form in _OF_CASE
    return (gap.strip() == "/" and form in ("v", "o")) or (form == "att" and gap.strip() in (".", ""))


def _is_somebody(words: Words, number: int) -> bool:
    """Return whether a word is a role, or whose role or relation stands before it: *fastlegen min*."""
    if words.form(number) in POSSESSIVES:
        return words.form(number - 1) in RELATIONS or _is_role(words.form(number - 1))
    return _is_role(words.form(number))


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


def comes_from(words: Words, number: int) -> bool:
    """Return whether something that a person sends comes from whom the word names, or is so according to them."""
    before = words.before(number)
    if before in ("ifølge", "iflg"):
        return True
    if before in REACHES or (before == "i" and words.form(number - 2) == "tak"):
        return True
    if before == "til":
        return words.gaps[number + 1][:1] == ":" or words.form(number - 2) in SENT_TO
    return before in ("fra", "frå", "av", "from") and not SENT.isdisjoint(words.forms_of(number - 3, number - 1))
