"""Addresses: of streets and post boxes, of e-mail and of pages."""

import re
from collections.abc import Iterator

from pobo_nlp.text.name_words import Look, look_of, may_begin_name
from pobo_nlp.text.names import LISTED, Part, words_of_lists
from pobo_nlp.text.number_cues import ADDRESS
from pobo_nlp.text.spans import UPPER, Digits, Span

_IN_LOCAL_PART = frozenset("._+-")
_FROM_AT = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"""(?:https?://|www\.)[^\s<>"«»]+""")
_DOMAIN = re.compile(r"""(?<![\w@.-])(?:[\w-]{1,63}\.){1,4}(?:no|com|org|net)(?![\w@.-]\w)(?:/[^\s<>"«»]*)?(?!\w|@)""")
_END_OF_URL = ".,;:!?)]}'’…"
URL_SIGNS = ("www.", "://", ".no", ".com", ".org", ".net")
SURE_STREETS = (
    "veien vegen vei veg gata gate gaten gt gatan plass plassen allé allè alléen stredet smuget smau bakken bakkane "
    "kroken svingen stubben tunet ringen terrasse terrassen stien torget torvet torg brygge bryggen brygga kaia "
    "kleiva kleiven haugen åsen lia løkka marka jordet lunden toppen grenda grend hagen sletta veita almenningen "
    "allmenningen vollen myra bekken enga engen moen dalen neset odden vika stranda flata feltet råket faret leitet "
    "alleen bakke løkken sletten høgda høyden moa parken bergveien linja skogen brinken roa snippen berget "
    "gjerdet".split()
)
_STREET_ENDS = tuple(SURE_STREETS)
_ONLY_STREETS = (
    "veien",
    "vegen",
    "gata",
    "gaten",
    "gate",
    "vei",
    "veg",
    "gt",
    "allé",
    "street",
    "road",
    "avenue",
    "plass",
    "stubben",
    "stredet",
    "svingen",
    "kroken",
)
# A letter, or the last number of several houses.
_LETTER = re.compile(r"(?:[A-Za-z]| [A-Ha-h]|[-–][0-9]{1,3}[A-Za-z]?)(?!\w)")
_MEASURE = re.compile(
    r"[ \u00a0]?(?:kilo|kg|cm|km|m|mg|ml|år|års|prosent|%|kroner|kr|ganger|gonger|gang|timer|timar|dager|dagar|døgn|min"
    r"|minutt|minutter|meter|mnd|måneder|månader|uker|veker|personer|personar|pasienter|stk|av|til)(?!\w)"
)
_CODE = re.compile(
    rf"(?:,? {{1,2}}|,? ?\n|, ?)(?:N-|NO-)?[0-9]{{4}} {{1,2}}"
    rf"[{UPPER}][^\W\d_]+(?:[ -](?:i|på|[{UPPER}])[^\W\d_]*){{0,2}}"
)
_FLAT = re.compile(r"(?i),? (?:[hukl]0[0-9]{3}|leil(?:ighet|\.)? ?[0-9]{1,4}|oppgang [a-z](?!\w))")
_STREET = re.compile(
    rf"(?:(?:[{UPPER}][\w.’'-]{{0,30}}|von|de|den|og|på|i|av) ){{0,3}}"
    rf"[{UPPER}][\w.’'-]{{0,40}}(?: [a-zæøåé.]{{2,12}})?$"
)
_OF_BOX = re.compile(rf"(?: [{UPPER}][^\W\d_]+){{0,2}}")
MAX_BEFORE, MIN_CHARS, MAX_DIGITS, TOLD_BEFORE = 60, 4, 4, 4
_BLANKS = " \u00a0"
_NAME_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]+)(?:, |,? ?\n)$")
_NO_LETTER = re.compile(r"[\W_]")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
BOXES = frozenset(("postboks", "boks", "pb", "box"))


def may_end_as_street(form: str) -> bool:
    """Return whether a folded word may be the last of a street's name, or stand before the number of a box."""
    return form.endswith(_STREET_ENDS) or form in BOXES or form in ("gt", "v", "vn")


def streets(text: str, digits: Digits) -> Iterator[Span]:
    """Yield addresses of streets with a number, with postcode and place where these follow, and those of post boxes."""
    place = 0
    for number, end in digits:
        if (
            end - number <= MAX_DIGITS
            and number > place
            and text[number - 1] in _BLANKS
            and _may_be_street(text, number)
        ):
            window = text[max(place, number - MAX_BEFORE) : number - 1].rpartition("\n")[2]
            address = _box(text, window, number, end) or _street(text, window, number, end)
            if address:
                yield address
                place = address.end


def _may_be_street(text: str, number: int) -> bool:
    """Return whether the word before a number may be the last of an address."""
    word = text[max(text.rfind(" ", 0, number - 1), number - MAX_BEFORE) + 1 : number - 1].rstrip(".'’-")
    last = _NO_LETTER.split(word)[-1]
    return may_end_as_street(last.lower()) or (last[:1].isupper() and may_begin_name(last))


def _box(text: str, window: str, number: int, end: int) -> Span | None:
    word = window[window.rfind(" ") + 1 :]
    if word.lower().rstrip(".").lstrip("(") not in BOXES:
        return None
    of_box = _OF_BOX.match(text, end)
    code = _CODE.match(text, end) or _CODE.match(text, of_box.end() if of_box else end)
    start = number - 1 - len(word.lstrip("("))
    return Span("adresse", start, code.end() if code else of_box.end() if of_box else end)


def _street(text: str, window: str, number: int, end: int) -> Span | None:
    if letter := _LETTER.match(text, end):
        end = letter.end()
    if flat := _FLAT.match(text, end):
        end = flat.end()
    code = _CODE.match(text, end)
    word = window[window.rfind(" ") + 1 :].lower().strip(".'’-")
    told = window[window.rfind(" ") + 1 :][:1].isupper() and ADDRESS.are_in(
        window.lower().replace(":", " ").split()[-TOLD_BEFORE:]
    )
    behind_name = _is_behind_name(text, number - 1 - len(window[window.rfind(" ") + 1 :]))
    if not (code or told or behind_name or word.endswith(_STREET_ENDS)) or (code is None and _MEASURE.match(text, end)):
        return None
    name = _name_of_street(window, word, is_sure=code is not None or told or behind_name)
    return Span("adresse", number - 1 - len(name), code.end() if code else end) if name else None


def _is_behind_name(text: str, start: int) -> bool:
    """Return whether a word stands behind the name of a person and a comma or a new line, and may be that of a farm."""
    before = _NAME_BEFORE.search(text[max(0, start - MAX_BEFORE) : start])
    word = _FIRST_WORD.match(text, start)
    if before is None or word is None or look_of(word.group()) & (Look.KNOWN | Look.NO_NAME):
        return False
    look = look_of(before.group(1))
    return bool(look & Look.CAPITAL) and (bool(look & LISTED) or not look & (Look.KNOWN | Look.NO_NAME | Look.PLACE))


def _name_of_street(window: str, word: str, *, is_sure: bool) -> str:
    """Return the name of a street at the end of a window; nothing where there is none."""
    name = _capitalised(window)
    is_street = word.endswith(_ONLY_STREETS) and len(word) > MIN_CHARS and not _is_known(word)
    if not name:
        return window[window.rfind(" ") + 1 :] if is_street and not word.startswith(_ONLY_STREETS) else ""
    has_more = " " in name
    ends = (word.endswith(_ONLY_STREETS) and word not in _ONLY_STREETS) or (has_more and word in _ONLY_STREETS)
    if is_sure or (ends and (has_more or not _is_known(word))):
        return name
    is_big = has_more or name[:1].isupper()
    return name if is_big and word.endswith(_STREET_ENDS) and word not in _ONLY_STREETS and not _is_known(word) else ""


def _is_known(word: str) -> bool:
    return bool(words_of_lists().get(word.lower(), 0) & Part.KNOWN)


def _capitalised(window: str) -> str:
    """Return the words with capitals at the end of a window, without those that are no names, as in *Jeg bor i ...*."""
    match = _STREET.search(window)
    words = match.group().split(" ") if match else []
    while words and (words[0].lower() in _SMALL or not words[0][:1].isupper() or _is_no_part(words)):
        words = words[1:]
    return " ".join(words)


def _is_no_part(words: list[str]) -> bool:
    """Return whether the first of some words stands before the name of a street."""
    return len(words) > 1 and _is_known(words[0]) and words[0].lower() not in _SIDES


_SMALL = frozenset("von de den og på i av bor bur adresse adressen adressa adr".split())
_SIDES = frozenset(
    "øvre nedre store lille vestre østre nordre søndre gamle nye ytre indre midtre austre søre vesle".split()
)


def emails(text: str) -> Iterator[Span]:
    """Yield addresses, found from their sign: the letters before it are gone through once."""
    place, sign = 0, text.find("@")
    while sign >= 0:
        start = sign
        while start > place and (text[start - 1].isalnum() or text[start - 1] in _IN_LOCAL_PART):
            start -= 1
        after = _FROM_AT.match(text, sign) if start < sign else None
        place = after.end() if after else sign + 1
        if after:
            yield Span("epost", start, place)
        sign = text.find("@", place)


def urls(text: str) -> Iterator[Span]:
    """Yield addresses of pages, without the stop of their sentence."""
    if any(sign in text for sign in URL_SIGNS):
        for pattern in (_URL, _DOMAIN):
            for match in pattern.finditer(text):
                end = match.start() + len(match.group().rstrip(_END_OF_URL))
                yield Span("url", match.start(), end)
