"""How far a name goes: words with a capital that stand beside each other as the parts of a name do."""

import re

from pobo_nlp.text.name_context import Words
from pobo_nlp.text.name_cues import FIELDS, HOUSES, PARTICLES
from pobo_nlp.text.name_words import MIN_CAPITALS, Look, is_name_too
from pobo_nlp.text.names import LISTED

MAX_PARTS = 5
# As many Norwegian last names end that no list has all of.
_LIKE_LAST = re.compile(
    r".{2}(?:våg|vik|vika|sen|stad|land|nes|berg|rud|seth|set|dal|dahl|heim|haug|haugen|moen|moe|vold|voll|tveit|bakk|"
    r"bakken|lund|strøm|strand|eng|engen|bø|ås|åsen|fjell|holm|eide|hus|rød|sæter|vær|mo|gård|gaard|løkken|myr|ski|ska|ić)s?$"
)
_HOUSE_ENDS = tuple("sykdom sjukdom syndrom sykehus sjukehus sykehjem sjukeheim senter kontor skole".split())


def may_be_part(look: int) -> bool:
    """Return whether a word with a capital may be the first part of a name."""
    if look & Look.NO_NAME and not is_name_too(look):
        return False
    return bool(look & LISTED) or not look & (Look.KNOWN | Look.PLACE)


def is_like_last(form: str) -> bool:
    """Return whether a folded word ends as last names do."""
    return _LIKE_LAST.search(form) is not None


def run_end(words: Words, number: int) -> int:
    """Return where the words end that stand beside each other as the parts of a name do."""
    end = number + 1
    in_capitals = words.looks[number] & Look.CAPITALS
    while end < len(words) and end - number < MAX_PARTS and words.is_beside(end):
        if words.looks[end] & Look.INITIAL and _is_initial(words, end):
            end += 1
        elif words.forms[end] in PARTICLES and _is_part(words, end + 1):
            end += 2
        elif _are_capitals(words, end) if in_capitals else _is_part(words, end):
            end += 1
        else:
            break
    return end


def _are_capitals(words: Words, number: int) -> bool:
    """Return whether a word in capitals can be a part of a name in capitals."""
    look = words.looks[number]
    if not look & Look.CAPITALS:
        return False
    return bool(look & LISTED) or (len(words.forms[number]) > MIN_CAPITALS and not look & (Look.KNOWN | Look.NO_NAME))


def _is_part(words: Words, number: int) -> bool:
    """Return whether a word can be a part of a name that began before it."""
    if number >= len(words):
        return False
    look = words.looks[number]
    if not look & Look.CAPITAL or not words.is_beside(number):
        return False
    return bool(look & (LISTED | Look.PLACE)) or not look & (Look.KNOWN | Look.NO_NAME)


def _is_initial(words: Words, number: int) -> bool:
    """Return whether a capital stands as an initial: with a stop, or before another part."""
    gap = words.gaps[number + 1]
    if gap[:1] in ("", ".", ",", "\n", ")"):
        return True
    is_last = len(gap) == 1 and number + 1 < len(words) and words.spelled[number + 1][0].islower()
    return (is_last and words.forms[number] not in "iåæ") or _is_part(words, number + 1)


def is_house(words: Words, end: int) -> bool:
    """Return whether the word behind a name makes it that of a house, a street or a disease."""
    if end >= len(words) or words.gaps[end] not in (" ", "-"):
        return False
    form, look = words.forms[end], words.looks[end]
    return form in HOUSES or (bool(look & Look.NO_NAME) and not look & Look.CAPITAL and form.endswith(_HOUSE_ENDS))


def turned_end(words: Words, number: int) -> int:
    """Return the end of a name that begins a line with the last name, as in *Haug, Odd*; the word itself if none."""
    first = number + 1
    if first >= len(words) or words.gaps[first] != ", ":
        return number
    last_look, first_look = words.looks[number], words.looks[first]
    is_last = last_look & Look.LAST and not last_look & (Look.FIRST | Look.PLACE)
    if not is_last or not (first_look & Look.CAPITAL and first_look & Look.FIRST):
        return number
    if not words.begins_sentence(number) and words.before(number) not in FIELDS:
        return number
    end = run_end(words, first)
    return end if words.gaps[end][:1] in ("", "\n", ";", "(") or words.does(end) else number
