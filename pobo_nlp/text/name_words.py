"""What the spelling of a word and the lists tell of it: whether it may be part of the name of a person."""

import re
from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Generic, TypeVar

from pobo_nlp.text.name_cues import (
    ADDRESSES,
    ALSO_NAMES,
    BEFORE_LOWER,
    CALLED,
    FIELDS,
    GREETINGS,
    LOWER_BEHIND_RELATION,
    PETS,
    POSSESSIVES,
    RELATIONS,
    ROLE_ENDS,
    ROLES,
)
from pobo_nlp.text.names import LISTED, Part, words_of_lists
from pobo_nlp.text.normalise import INVISIBLE, fold
from pobo_nlp.text.places import is_place

# Letters, with the marks of decomposed text and invisible characters; hyphens and apostrophes between them.
_LETTERS = rf"\w[\w\u0300-\u036f{INVISIBLE}]*"
WORD = re.compile(rf"{_LETTERS}(?:[-'’]{_LETTERS})*")
_HYPHENS = re.compile("[-'’]")
# As in *Vesle-Per*.
_LITTLE = frozenset("lille vesle litle veslle store gamle".split())
# As in *Mattis'en*.
_ARTICLE = re.compile("['’]en$")
# A word that ends or begins so is an institution, whatever else it is.
_INSTITUTION = re.compile(
    "(?:sykehus|sjukehus|sykehjem|sjukehei|kommune|bydel|legesenter|legevakt|senter|klinikk|helse|fylke|omsorg|"
    "ombud|universitet|institutt|avdeling|sengepost|mottak|akutt|kontor|tjenest|tenest|ortoped|kirurg|medisin|geriatr|"
    "psykiatr|forening|forbund|direktorat|nemnd|skole|skule|hospital|hjemme|eldreheim|aldersh|loven$|lova$|syndrom|apotek|"
    "barnehage|forskrift|utvalg|register|helses|departement|undersøkelse|sykdom|sjukdom|senteret|bygg|habilitering|"
    "(?:vei|veien|vegen|gata|gate|gaten|torget|plassen|brygga|laget|gruppa|gruppen|rådet|styret|posten|teamet)$)"
)
Value = TypeVar("Value")
UNKNOWN = 2
MAX_KEPT, MAX_KEPT_CHARS = 2**16, 60
# Shorter ones are rather abbreviations.
MIN_CAPITALS = 3


class Look(Part):
    """What a spelled word is, as a sum: what the lists tell of it, and how it is written."""

    PLACE = 128
    CAPITAL = 256
    CAPITALS = 512
    INITIAL = 1024
    # What makes a text worth a closer look.
    OF_INTEREST = 2048


_PET_ENDS = re.compile(r"(?:mann|mor|gutt|pus|ern|en|a|ane)s?$")
_SURELY_FIRST = Part.FIRST | Part.CHOSEN | Part.ORDINARY | Part.NO_NAME | Part.KNOWN
_NEVER = Look.KNOWN | Look.NO_NAME | Look.PLACE
CUES = BEFORE_LOWER | ADDRESSES | LOWER_BEHIND_RELATION
_NEVER_NAMES = GREETINGS | CALLED | FIELDS | ROLES | RELATIONS | POSSESSIVES


def is_name_too(found: int) -> bool:
    """Return whether a word that is no name may be one all the same: an everyday word, such as *Mai*."""
    return bool(found & Look.ORDINARY and found & Look.CHOSEN)


class Sign:
    """What a folded word tells before it is known how it is spelled.

    `ANY_CASE`: a name may begin here or follow. `CAPITAL`: with a capital, it may be one. `UNKNOWN`: the same, where a
    small letter follows the capital.
    """

    ANY_CASE = 1
    CAPITAL = 2
    UNKNOWN = 4


def name_signs(form: str) -> int:
    """Return a sum of `Sign` for a folded word."""
    found = of_form(form)
    signs = Sign.ANY_CASE if found & Look.LOWER or form in CUES else 0
    if found & Look.NO_NAME and not is_name_too(found):
        return signs
    if found & LISTED:
        return signs | Sign.CAPITAL
    return signs if found & _NEVER else signs | Sign.UNKNOWN


def look_of(word: str) -> int:
    """Return a sum of `Look` for a word as it is spelled."""
    word = _ARTICLE.sub("", word)
    letters = fold(word)
    pieces = _HYPHENS.split(letters)
    found = of_form(letters) if len(pieces) == 1 else _of_pieces(_HYPHENS.split(word), pieces)
    if word[0].isupper():
        found |= _of_capitals(word)
    if _is_of_interest(letters, found):
        found |= Look.OF_INTEREST
    return found


def _is_of_interest(form: str, found: int) -> bool:
    """Return whether a word may be part of a name, or stands before one."""
    if form in CUES:
        return True
    if found & Look.NO_NAME and not is_name_too(found):
        return False
    if found & Look.CAPITAL:
        return bool(found & LISTED) or not found & _NEVER
    return bool(found & (LISTED if found & Look.CAPITALS else Look.LOWER))


def _of_capitals(word: str) -> int:
    if len(word) == 1:
        return Look.INITIAL
    if word.isupper():
        return Look.CAPITALS
    is_capital = any(piece[:1].isupper() and piece[1:2].islower() for piece in _HYPHENS.split(word))
    return Look.CAPITAL if is_capital else 0


def of_form(form: str) -> int:
    """Return what the lists tell of a folded word; the genitive of a name is one too."""
    lists = words_of_lists()
    found = lists.get(form, 0)
    if not found and form[-1:] == "s":
        found = lists.get(form[:-1], 0)
        if found & Part.KNOWN and not found & Part.FIRST:
            found = int(Part.KNOWN)
    if form in PETS or form in ALSO_NAMES or (not found and _is_pet_name(form, lists)):
        found |= Part.FIRST | Part.ORDINARY | Part.CHOSEN
    if not found & LISTED and (form in _NEVER_NAMES or form.endswith(ROLE_ENDS)):
        found |= Part.KNOWN
    if not found & LISTED and (not form.isalpha() or _INSTITUTION.search(form)):
        found |= Part.NO_NAME
    is_person = found & Part.CHOSEN and (
        form.endswith(("sen", "sens")) or found & (Part.FIRST | Part.ORDINARY) == Part.FIRST
    )
    return found | (0 if is_person or not is_place(form) else Look.PLACE)


def _is_pet_name(form: str, lists: Mapping[str, int]) -> bool:
    """Return whether a word is made of a first name, as *Olemann*, *Karimor* and *Jonasen* are."""
    first = _PET_ENDS.sub("", form)
    return len(first) < len(form) and any(
        lists.get(name, 0) & _SURELY_FIRST == Part.FIRST | Part.CHOSEN for name in (first, first.removesuffix("e"))
    )


def _of_pieces(spelled: list[str], pieces: list[str]) -> int:
    """Return what a word with hyphens is: a name where its pieces may be, or an apostrophe stands in it."""
    forms = [piece for piece in pieces if len(piece) > 1 and piece not in _LITTLE] or pieces
    found = [of_form(form) for form in forms]
    is_small = not any(piece[0].isupper() for piece in spelled)
    if is_small and all(part & LISTED for part in found) and any(part & Look.LOWER for part in found):
        return Look.FIRST | Look.LOWER | Look.CHOSEN
    if any(part & Look.NO_NAME for part in found) or not all(
        piece[0].isupper() or len(piece) == 1 for piece in spelled
    ):
        return Look.NO_NAME
    if any(len(piece) > 1 and piece.isupper() for piece in spelled) and not all(piece.isupper() for piece in spelled):
        return Look.NO_NAME
    some, every = reduce(or_, found), reduce(and_, found)
    listed = (found[0] & Look.FIRST) | (some & Look.LAST)
    if not listed:
        return Look.NO_NAME if some & _NEVER else 0
    return listed | (some & Look.CHOSEN) | (every & (Look.ORDINARY | Look.PLACE))


class _Kept(dict[str, Value], Generic[Value]):
    """Keeps what was found of the words that it was asked for, as long as there are not too many."""

    def __init__(self, find: Callable[[str], Value]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> Value:
        found = self._find(word)
        if len(self) >= MAX_KEPT:
            self.clear()
        if len(word) <= MAX_KEPT_CHARS:
            self[word] = found
        return found


def _held(piece: str) -> int:
    words = WORD.findall(piece)
    told = [look for _, look in map(seen_of, words) if look & Look.OF_INTEREST]
    if len(words) != 1 or not piece.rstrip(",.!?").isalpha() or not told or told[0] & LISTED or fold(piece) in CUES:
        return int(bool(told))
    return UNKNOWN if told[0] & Look.CAPITAL else 1


# Return the folded form of a spelled word and its look; whether a name may begin with it.
seen_of = _Kept(lambda word: (fold(word), look_of(word))).__getitem__
may_begin_name = _Kept(lambda word: bool(seen_of(word)[1] & (Look.OF_INTEREST | Look.INITIAL))).__getitem__
# Returns whether a piece of text without blanks holds a word that makes the text worth a closer look: 0 for none,
# UNKNOWN for a single word that has a capital and is in no list.
name_held = _Kept(_held).__getitem__
