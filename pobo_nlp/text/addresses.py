"""Addresses: of streets and post boxes, of e-mail and of pages."""

import re
from collections.abc import Iterator

from pobo_nlp.text.names import Part, words_of_lists
from pobo_nlp.text.number_cues import ADDRESS
from pobo_nlp.text.spans import UPPER, Span

_BEFORE_AT = re.compile(r"[\w.+-]+")
_FROM_AT = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"""(?:https?://|www\.)[^\s<>"«»]+""")
_DOMAIN = re.compile(
    r"""(?<![\w@.-])(?:[\w-]{1,63}\.){1,4}(?:no|com|org|net|eu|se|dk|info)(?![\w@.-]\w)(?:/[^\s<>"«»]*)?(?!\w|@)"""
)
_END_OF_URL = ".,;:!?)]}'’…"
URL_SIGNS = ("www.", "://", ".no", ".com", ".org", ".net", ".eu", ".se", ".dk", ".info")
SURE_STREETS = (
    "veien vegen vei veg gata gate gaten gt gatan plass plassen allé allè alléen stredet smuget smau bakken bakkane "
    "kroken svingen stubben tunet ringen terrasse terrassen stien torget torvet torg brygge bryggen brygga kaia "
    "kleiva kleiven haugen åsen lia løkka marka jordet lunden toppen grenda grend hagen sletta veita almenningen "
    "allmenningen vollen myra bekken enga engen moen dalen neset odden vika stranda flata feltet råket faret leitet "
    "alleen bakke løkken sletten høgda høyden moa parken bergveien linja skogen brinken roa snippen berget gjerdet".split()
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
    "plass",
    "stubben",
    "stredet",
    "svingen",
    "kroken",
)
_NUMBER = re.compile(r"(?<=[ \u00a0])[0-9]{1,4}(?![0-9])(?: ?[A-Za-z](?!\w))?")
_CODE = re.compile(
    rf"(?:,? {{1,2}}|,? ?\n|, ?)(?:N-|NO-)?[0-9]{{4}} {{1,2}}[{UPPER}][^\W\d_]+(?:[ -](?:i|på|[{UPPER}])[^\W\d_]*){{0,2}}"
)
_FLAT = re.compile(r"(?i),? (?:[hukl]0[0-9]{3}|leil(?:ighet|\.)? ?[0-9]{1,4}|oppgang [a-z](?!\w))")
_STREET = re.compile(
    rf"(?:(?:[{UPPER}][\w.’'-]{{0,30}}|von|de|den|og|på|i|av) ){{0,3}}[{UPPER}][\w.’'-]{{0,40}}(?: [a-zæøåé.]{{2,12}})? $"
)
_WORD = re.compile(r"[\w.’'-]+ $")
_BOX = re.compile(
    rf"(?<!\w)(?i:postboks|pb\.?|boks|p\.?o\.? ?box) [0-9]{{1,5}}(?: [{UPPER}][^\W\d_]+(?: [{UPPER}][^\W\d_]+)?)?"
)
MAX_BEFORE, MIN_CHARS = 60, 4
BOXES = frozenset(("postboks", "boks", "pb", "box"))


def may_end_as_street(form: str) -> bool:
    """Return whether a folded word may be the last of a street's name, or stand before the number of a box."""
    return form.endswith(_STREET_ENDS) or form in BOXES or form in ("gt", "v", "vn")


def streets(text: str) -> Iterator[Span]:
    """Yield addresses of streets with a number, with postcode and place where these follow, and those of post boxes."""
    place = 0
    for number in _NUMBER.finditer(text):
        code = _CODE.match(text, number.end()) or _CODE.match(text, (_flat(text, number.end())))
        start = _beginning(text, number.start(), place, has_code=code is not None)
        if start is not None:
            place = code.end() if code else _flat(text, number.end())
            yield Span("adresse", start, place)
    yield from _boxes(text)


def _flat(text: str, place: int) -> int:
    flat = _FLAT.match(text, place)
    return flat.end() if flat else place


def _beginning(text: str, number: int, place: int, *, has_code: bool) -> int | None:
    """Return where the name of a street before a number begins; None where there is none."""
    window = text[max(place, number - MAX_BEFORE) : number].rpartition("\n")[2]
    last = _WORD.search(window)
    if last is None:
        return None
    word = last.group()[:-1].strip(".'’-")
    is_street = word.lower().endswith(_ONLY_STREETS) and len(word) > MIN_CHARS
    start = _capitalised(window)
    if start is None:
        is_lower = word.islower() and is_street and not word.lower().startswith(_ONLY_STREETS) and not _is_known(word)
        return number - len(last.group()) if is_lower else None
    name = window[start:]
    is_weak = word.lower().endswith(_STREET_ENDS) and not _is_known(name.strip())
    is_alone = name.strip().lower() in _ONLY_STREETS
    told = ADDRESS.are_in(window[:start].lower().replace(":", " ").split()[-3:])
    if (
        (has_code and not _is_box(name))
        or told
        or (not is_alone and (_ends_as_street(name) or (is_weak and _begins_big(name))))
    ):
        return number - len(name)
    return None


def _ends_as_street(name: str) -> bool:
    last = name.split()[-1].lower()
    return last.endswith(_ONLY_STREETS) and not (len(name.split()) == 1 and _is_known(last))


def _begins_big(name: str) -> bool:
    return name.split()[-1][0].isupper() or len(name.split()) > 1


def _is_box(name: str) -> bool:
    return name.strip().lower() in ("postboks", "pb", "pb.", "boks")


def _is_known(word: str) -> bool:
    return bool(words_of_lists().get(word.lower(), 0) & Part.KNOWN)


def _capitalised(window: str) -> int | None:
    """Return where the capitalised words at the end of a window begin, without the first word of a sentence."""
    match = _STREET.search(window)
    if match is None:
        return None
    words = match.group().split()
    start = match.start()
    # *Jeg bor i Storgata 5*: what is no name stands before it.
    while len(words) > 1 and (words[0].lower() in _SMALL or (_is_known(words[0]) and words[0].lower() not in _SIDES)):
        start += window[start:].index(words[0]) + len(words[0])
        start += len(window[start:]) - len(window[start:].lstrip())
        words = words[1:]
    return start if words[0][0].isupper() else None


_SMALL = frozenset("von de den og på i av bor bur adresse adressen adressa adr".split())
_SIDES = frozenset(
    "øvre nedre store lille vestre østre nordre søndre gamle nye ytre indre midtre austre søre vesle".split()
)


def _boxes(text: str) -> Iterator[Span]:
    for box in _BOX.finditer(text):
        code = _CODE.match(text, box.end())
        yield Span("adresse", box.start(), code.end() if code else box.end())


def emails(text: str) -> Iterator[Span]:
    """Yield addresses; in two steps, since one pattern would try a long word without `@` from each of its letters."""
    place = 0
    while "@" in text and (before := _BEFORE_AT.search(text, place)):
        after = _FROM_AT.match(text, before.end())
        place = after.end() if after else before.end()
        if after:
            yield Span("epost", before.start(), place)


def urls(text: str) -> Iterator[Span]:
    """Yield addresses of pages, without the stop of their sentence."""
    if any(sign in text for sign in URL_SIGNS):
        for pattern in (_URL, _DOMAIN):
            for match in pattern.finditer(text):
                end = match.start() + len(match.group().rstrip(_END_OF_URL))
                yield Span("url", match.start(), end)
