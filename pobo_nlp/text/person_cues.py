"""Words beside a name, or what may be one, that tell that it is a person's."""

from pobo_nlp.text.name_context import Words
from pobo_nlp.text.name_cues import (
    ADDRESSES,
    BELONGINGS,
    CALLED,
    CALLS,
    DEEDS,
    ENGLISH_TITLES,
    FATES,
    FEELS,
    FIELDS,
    GREETINGS,
    HAS_OR_IS,
    MONTHS,
    NOT_YET,
    PETS,
    POSSESSIVES,
    RATHER_NAMES,
    RELATIONS,
    ROLE_ENDS,
    ROLES,
    ROLES_OR_VERBS,
    SENT,
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
_DEGREES = frozenset("med phil philos psychol odont polit".split())
_OF_OTHERS = POSSESSIVES - {"eldste", "yngste", "hos", "til"}
_DOES = SPEECH | FEELS
# As in *Jonasen vår er syk*.
_OURS = frozenset("vår min mi våres".split())
_MAX_AGE_DIGITS = 3


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
    if before in _DEGREES and words.form(number - 2) == "dr" and "." in words.gaps[number]:
        return True
    if before in _PRONOUNS and not CALLS.isdisjoint(words.forms_of(number - 4, number - 1)):
        return True
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


def comes_from(words: Words, number: int) -> bool:
    """Return whether something that a person sends comes from whom the word names, or is so according to them."""
    before = words.before(number)
    if before in ("ifølge", "iflg"):
        return True
    return before in ("fra", "frå", "av", "from") and not SENT.isdisjoint(words.forms_of(number - 3, number - 1))


def begins_with_person(words: Words, number: int) -> bool:
    """Return whether a sentence begins with a person, not with the word that is written the same."""
    if number + 1 >= len(words):
        return False
    gap, following, form = words.gaps[number + 1], words.forms[number + 1], words.forms[number]
    if gap == ", ":
        return _is_first_of_list(words, number) or _is_explained(words, number + 1)
    if gap == " (":
        closes = words.gaps[number + 2][:1] == ")"
        return form not in MONTHS and closes and following.isdigit() and len(following) <= _MAX_AGE_DIGITS
    if gap != " ":
        return False
    if following in ("og", "and"):
        return _is_first_name(words, number + 2)
    if form in RATHER_NAMES or form in PETS:
        return following in DEEDS or following in FEELS
    if following in _DOES or (following in HAS_OR_IS and _is_fate(words, number + 2)):
        return True
    if form[-1] == "s" and following in BELONGINGS:
        return True
    if following in _OURS and words.does(number + 2):
        return True
    return following in DEEDS and not _OWN.isdisjoint(words.forms_of(number + 2, number + 10))


def _is_first_name(words: Words, number: int) -> bool:
    is_there = number < len(words) and words.gaps[number] == " "
    return is_there and bool(words.looks[number] & Look.CAPITAL and words.looks[number] & Look.FIRST)


def _is_first_of_list(words: Words, number: int) -> bool:
    """Return whether another person follows behind a comma, as in *Stein, Even og Mai*."""
    look = words.looks[number + 1]
    if not (look & Look.CAPITAL and look & Look.FIRST):
        return False
    return words.form(number + 2) in ("og", "and") or words.gaps[number + 2][:1] in (",", "\n", "")


def _is_explained(words: Words, number: int) -> bool:
    """Return whether words behind a comma tell of a person: *34 år*, *min mor*, *som er 70*."""
    first, second = words.form(number), words.form(number + 1)
    if first.isdigit():
        return second in ("år", "åring", "years") and words.form(number + 2) not in ("siden", "sidan", "ago")
    if first == "som":
        return second in _DOES or (second in HAS_OR_IS and _is_fate(words, number + 2))
    return (first in _OF_OTHERS and second in RELATIONS) or (first in RELATIONS and second in _OF_OTHERS)


def _is_fate(words: Words, number: int) -> bool:
    """Return whether words behind *er*, *har* or *fikk* tell what is so of persons only: *ikke fått*, *ni år*."""
    if words.form(number) in NOT_YET:
        number += 1
    form = words.form(number)
    return form in FATES or words.form(number + 1) == "år" or (form.isdigit() and len(form) < _MAX_AGE_DIGITS)
