"""Whether a sentence begins with a person, or with the everyday word that is written the same."""

from pobo_nlp.text.name_context import Words
from pobo_nlp.text.name_cues import (
    BELONGINGS,
    DEEDS,
    FATES,
    FEELS,
    GETS,
    GIFTS,
    GOES_TO,
    HAS_OR_IS,
    MANNERS,
    MONTHS,
    MOVES,
    NOT_YET,
    PETS,
    POSSESSIVES,
    RATHER_NAMES,
    RELATIONS,
    ROLES,
    SPEECH,
)
from pobo_nlp.text.name_words import Look

MAX_BETWEEN = 4
_PRONOUNS = frozenset("jeg eg æ vi me mi meg han hun ho hu de dei det den dere dokker man du".split())
# Behind a verb, the word before the verb is no subject.
_SUBJECTS = frozenset("jeg eg æ vi me de dere dokker man du".split())
_BEGINS = frozenset("begynte begynner starta startet byrja".split())
_NO_PERSONS = frozenset(
    "viktig viktige viktigst tapt reddes reddast reddet spart berges fjernes fjernet fjernast knuses knust".split()
)
_GIFT_ENDS = (
    "kreft",
    "infarkt",
    "smerter",
    "slag",
    "sykdom",
    "sjukdom",
    "lidelse",
    "liding",
    "skade",
    "brudd",
    "betennelse",
)
_HEARS = frozenset("lovte hørte høyrde lo smilte".split())
_MODALS = frozenset("må måtte skal".split())
_I = frozenset("jeg eg æ e meg mæ i".split())
_OWN = frozenset("sin sitt sine seg selv sjølv hans hun han ho".split())
_OF_OTHERS = POSSESSIVES - {"eldste", "yngste", "hos", "til"}
_DOES = SPEECH | FEELS
_SIN = frozenset("sin si sitt sine".split())
# As in *Jonasen vår er syk*.
_OURS = frozenset("vår min mi våres".split())
_NUMERALS = frozenset("to tre fire fem seks sju syv åtte ni ti elleve tolv".split())
# Words that numbers stand behind, so that a number tells of an age only where it is no day's.
_COUNTED = MONTHS | {"dag"}
_LAST_DAY, _MAX_AGE_DIGITS = 31, 3
# What is said of persons only, behind which verbs.
_TOLD = ((HAS_OR_IS, FATES), (GETS, GIFTS), (MOVES, GOES_TO))
_ENDS = (".", ",", "!", ")", ";", "\n", "")


def begins_with_person(words: Words, number: int) -> bool:
    """Return whether a sentence begins with a person, not with the word that is written the same."""
    if number + 1 >= len(words):
        return False
    gap, following, form = words.gaps[number + 1], words.forms[number + 1], words.forms[number]
    if gap == ", ":
        return _is_first_of_list(words, number) or _is_explained(words, number)
    if gap == " (":
        return words.gaps[number + 2][:1] == ")" and _is_age(form, following)
    if gap != " ":
        return False
    if following in ("og", "and"):
        return _is_beside_person(words, number + 2)
    second = words.form(number + 2)
    if following not in SPEECH and (second in _SUBJECTS or second in _NO_PERSONS):
        return False
    if form in RATHER_NAMES or form in PETS:
        return following in DEEDS or following in FEELS or following in _SIN or following in _BEGINS
    return following in _DOES or _is_fated(words, number) or _has(words, number)


def begins_with_last_name(words: Words, number: int) -> bool:
    """Return whether a sentence begins with the last name of a person, not with the word that is written the same."""
    if number + 1 >= len(words):
        return False
    gap, following, second = words.gaps[number + 1], words.forms[number + 1], words.form(number + 2)
    if gap in (", ", " ("):
        return following in ROLES and (second in _OF_OTHERS or words.gaps[number + 2][:1] in (",", ")"))
    if gap != " ":
        return False
    if following == "og" and words.looks[min(number + 2, len(words) - 1)] & Look.LAST:
        return words.speaks(number + 3) or _is_of_services(words, number + 3)
    return following in SPEECH or following in _HEARS or _is_of_services(words, number + 1)


def _is_of_services(words: Words, number: int) -> bool:
    """Return whether words tell of somebody who works in the services: *var frekk*, *er min fastlege*."""
    if words.form(number) not in ("er", "var"):
        return False
    first, second = words.form(number + 1), words.form(number + 2)
    return first in MANNERS or (first in _OF_OTHERS and second in ROLES)


def _has(words: Words, number: int) -> bool:
    """Return whether something is a person's: *Livs epikrise*, *Liv sin lege*, *Liv fikk med seg*."""
    following = words.forms[number + 1]
    if following in _SIN or (words.forms[number][-1] == "s" and following in BELONGINGS):
        return True
    if following in _OURS:
        return words.does(number + 2)
    if following == "her":
        return words.gaps[number + 2][:1] in _ENDS
    if following in MOVES and not _SIN.isdisjoint(words.forms_of(number + 2, number + 6)):
        return True
    return (
        following in DEEDS
        and following not in MOVES - _MODALS
        and not _OWN.isdisjoint(words.forms_of(number + 2, number + 10))
    )


def _is_beside_person(words: Words, number: int) -> bool:
    """Return whether a person stands behind *og*."""
    if number >= len(words) or words.gaps[number] != " ":
        return False
    look, form = words.looks[number], words.forms[number]
    if look & Look.CAPITAL and look & Look.FIRST:
        return True
    return form in _I or _is_relation(form, words.form(number + 1))


def _is_relation(first: str, second: str) -> bool:
    """Return whether two words are a relation and whose it is, in either order."""
    return (first in _OF_OTHERS and second in RELATIONS) or (first in RELATIONS and second in _OF_OTHERS)


def _is_first_of_list(words: Words, number: int) -> bool:
    """Return whether another person follows behind a comma, as in *Stein, Even og Mai*."""
    look = words.looks[number + 1]
    if not (look & Look.CAPITAL and look & Look.FIRST):
        return False
    return words.form(number + 2) in ("og", "and") or words.gaps[number + 2][:1] in (",", "\n", "")


def _is_explained(words: Words, number: int) -> bool:
    """Return whether words behind a comma tell of a person: *34 år*, *min mor*, *som er 70*."""
    first, second = words.form(number + 1), words.form(number + 2)
    if first.isdigit():
        return second in ("år", "åring", "years") and words.form(number + 3) not in ("siden", "sidan", "ago")
    if first == "som":
        return second in _DOES or _is_fated(words, number + 1)
    if first in RELATIONS or first in ROLES:
        return second == "til" or words.gaps[number + 2][:1] == "," or second in _OF_OTHERS
    return _is_relation(first, second)


def _is_age(form: str, digits: str) -> bool:
    """Return whether digits behind a name are an age."""
    if not digits.isdecimal() or len(digits) > _MAX_AGE_DIGITS:
        return False
    return form not in _COUNTED or int(digits) > _LAST_DAY


def _is_fated(words: Words, number: int) -> bool:
    """Return whether the words behind a word and its verb tell what is so of persons only.

    As in *har ikke fått*, *er ni år*, *er min mor*, *kom hjem*; not *har jeg hatt*, where the word is no subject.
    """
    verb, first = words.form(number + 1), number + 2
    if verb not in HAS_OR_IS and verb not in MOVES:
        return False
    if verb in ("vil", "ville") and words.form(first) in NOT_YET:
        return words.form(first + 1) not in _PRONOUNS
    while words.form(first) in NOT_YET and words.gaps[first] == " ":
        first += 1
    if words.form(first + 1) == "år" or _is_relation(words.form(first), words.form(first + 1)):
        return True
    if words.form(first) in _NUMERALS or words.form(first).isdigit():
        is_age = words.form(first) in _NUMERALS or _is_age(words.forms[number], words.form(first))
        return is_age and verb in ("er", "e", "var", "æ", "blir") and words.gaps[first + 1][:1] in _ENDS
    return _is_told_of_persons(words, verb, first)


def _is_told_of_persons(words: Words, verb: str, first: int) -> bool:
    """Return whether one of the next words, before any other subject, is said of persons only."""
    for number in range(first, min(first + MAX_BETWEEN, len(words))):
        form = words.forms[number]
        if words.gaps[number] != " " or form in _PRONOUNS or form in _NO_PERSONS:
            return False
        if verb in GETS and form.endswith(_GIFT_ENDS):
            return True
        if any(form in told and verb in verbs for verbs, told in _TOLD):
            return True
    return False
