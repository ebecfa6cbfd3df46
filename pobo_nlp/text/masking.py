"""Identifiers of persons are found by rule, so that they never become features.

It is a help, not a guarantee: a name without a cue, or a number written in words, is not found.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple, Protocol

LOWER = "abcdefghijklmnopqrstuvwxyzæøåáčđŋšŧžéèöäü"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÁČĐŊŠŦŽ"
_CAPITALISED = rf"[{UPPER}][{LOWER}]+"

_BEFORE_AT = re.compile(r"[\w.+-]+")
_FROM_AT = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"""(?:https?://|www\.)[^\s<>"«»]+""")
# A stretch that can hold a number of a person; the exact patterns are tried inside these few.
_NUMBERS = re.compile(r"[+0-9][0-9 ./-]{4,}[0-9]")
# The order matters: at one place the first kind that fits is taken.
_NUMBER = re.compile(
    r"""(?<![\d/])(?:
    (?P<fnr>\d{6}[ .-]?\d{5}(?!\d))
  | (?P<konto>\d{4}[ .]\d{2}[ .]\d{5}(?!\d))
  | (?P<telefon>(?:(?:\+|00)47[ ]?)?(?:[2-9]\d(?:[ ]?\d\d){3}|[2-9]\d\d[ ]\d\d[ ]\d\d\d)(?![\d/])
      | \+\d{1,3}(?:[ ]?\d{2,4}){2,5}(?!\d))
  | (?P<fodselsdato>(?<!\.)[0-3]?\d(?P<sign>[./-])[01]?\d(?P=sign)(?:19|20)?\d\d(?!\d))
    )""",
    re.VERBOSE,
)
END_OF_STREETS = ("veien", "vegen", "vei", "veg", "gata", "gate", "gaten", "assen", "augen", "akken")
_STREET_STEMS = ("vei", "veg", "gat", "plass", "haug", "bakk")
_ADDRESS = re.compile(
    rf"{_CAPITALISED}(?: [{UPPER}{LOWER}]+)? "
    rf"(?<={'|'.join(f'{end:.>5} ' for end in END_OF_STREETS)})"
    rf"\d{{1,3}}[A-Z]?(?:,? \d{{4}} {_CAPITALISED})?"
)
# Capitalised words in a row, with initials between; not the first word of a sentence, which always is capitalised.
_NAMES = re.compile(
    rf"[{UPPER}](?<![{LOWER}]{{3}}[.!?] .)[{LOWER}]+(?:-{_CAPITALISED})?"
    rf"(?: (?:[{UPPER}]\.|{_CAPITALISED}(?:-{_CAPITALISED})?)){{0,3}}"
)
# Words before a name.
CUES = frozenset("heter heiter navn navnet namn namnet fru frøken herr hr dr doktor hilsen helsing mvh".split())
_END_OF_SENTENCE = ".!?\n"
# Two capitalised words in a row inside a sentence are a person, unless a word names a place or an institution.
_NO_PERSON = re.compile(
    r"(?i)(?:ytre|indre|øvre|nedre|nordre|søndre|store|lille|vestre|austre|østre)\b|(?:sykehus|sjukehus|sykehjem|"
    r"sjukeheim|kommune|bydel|legesenter|legevakt|senter|klinikk|helse|fylke|omsorg|statsforvalter|norge|noreg|ombud|"
    r"universitet|institutt|poliklinikk|avdeling|sengepost|mottak|akutt|team|kontor|tjeneste|teneste|ortoped|kirurg|"
    r"medisin|geriatr|psykiatr|nav|dps|bup)|\b(?:post|vest|øst|aust|nord|sør)\b"
)
URL_SIGNS = ("www.", "://")
MAX_CHARS_BEFORE = 20
# What stands in a masked text for each kind of identifier; where two are as long, the first is taken.
PLACEHOLDERS: Mapping[str, str] = {
    "fnr": "[FNR]",
    "telefon": "[TELEFON]",
    "epost": "[EPOST]",
    "url": "[URL]",
    "konto": "[KONTO]",
    "adresse": "[ADRESSE]",
    "fodselsdato": "[FØDSELSDATO]",
    "skilt": "[SKILT]",
    "saksnummer": "[SAKSNUMMER]",
    "navn": "[NAVN]",
}


class Span(NamedTuple):
    """A stretch of the text that identifies a person: kind, first and one past the last character."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with placeholders for its identifiers.

    Attributes
    ----------
    text : with placeholders.
    spans : of the identifiers, in the original text.
    """

    text: str
    spans: tuple[Span, ...]

    def places(self) -> list[tuple[int, int]]:
        """Return where the placeholder of each span begins and ends in the masked text."""
        found, shift = [], 0
        for kind, start, end in self.spans:
            length = len(PLACEHOLDERS[kind])
            found.append((start + shift, start + shift + length))
            shift += length - (end - start)
        return found


class PersonFinder(Protocol):
    """Finds persons in a text, such as a trained pipeline does."""

    def __call__(self, text: str) -> Iterable[tuple[int, int]]:
        """Return where the names of persons begin and end."""
        ...


def mask(text: str, persons: PersonFinder | None = None) -> Masked:
    """Return a text with a placeholder for each identifier.

    It is a help, never a guarantee: what no rule and no list knows, is still there.

    Examples
    --------
    >>> mask("Ring meg på 977 00 654, hilsen Kari Nes").text
    'Ring meg på [TELEFON], hilsen [NAVN]'
    """
    spans = tuple(identifier_spans(text, persons=persons))
    parts, place = [], 0
    for kind, start, end in spans:
        parts += [text[place:start], PLACEHOLDERS[kind]]
        place = end
    return Masked("".join([*parts, text[place:]]), spans)


class Sought(IntFlag):
    """What is searched for in a text."""

    NAMES = 1
    NUMBERS = 2
    ADDRESSES = 4
    EMAILS = 8
    URLS = 16


ALL_SOUGHT = sum(Sought)


def identifier_spans(text: str, sought: int = ALL_SOUGHT, *, persons: PersonFinder | None = None) -> list[Span]:
    """Return the spans that identify a person, in order and without overlap.

    Parameters
    ----------
    sought : a sum of `Sought`; the text surely holds nothing else.
    persons : finds names besides those that rules and lists find.

    Examples
    --------
    >>> identifier_spans("Ring meg på 977 00 654, hilsen Kari Nes")
    [Span(kind='telefon', start=12, end=22), Span(kind='navn', start=31, end=39)]
    """
    found = [span for group, spans_of in _SPANS.items() if group & sought for span in spans_of(text)]
    if persons is not None:
        found += [Span("navn", start, end) for start, end in persons(text)]
    return _without_overlap(found) if found else found


def _numbers(text: str) -> Iterator[Span]:
    for stretch in _NUMBERS.finditer(text):
        for match in _NUMBER.finditer(text, stretch.start(), stretch.end()):
            kind = next(name for name, part in match.groupdict().items() if part is not None)
            yield Span(kind, *match.span())


# Most texts are spared the search for what they cannot hold.
def _addresses(text: str) -> Iterator[Span]:
    if any(stem in text for stem in _STREET_STEMS):
        for match in _ADDRESS.finditer(text):
            yield Span("adresse", *match.span())


def _emails(text: str) -> Iterator[Span]:
    """Yield addresses; in two steps, since one pattern would try a long word without `@` from each of its letters."""
    place = 0
    while "@" in text and (before := _BEFORE_AT.search(text, place)):
        after = _FROM_AT.match(text, before.end())
        place = after.end() if after else before.end()
        if after:
            yield Span("epost", before.start(), place)


def _urls(text: str) -> Iterator[Span]:
    if any(sign in text for sign in URL_SIGNS):
        for match in _URL.finditer(text):
            yield Span("url", *match.span())


def _persons(text: str) -> Iterator[Span]:
    for match in _NAMES.finditer(text):
        start, end = match.span()
        before = text[max(0, start - MAX_CHARS_BEFORE) : start].rstrip(" ")
        if before.rstrip(".,:\n").rpartition(" ")[2].lower() in CUES:
            yield Span("navn", start, end)
        elif " " in match.group():
            names = match.group()
            if not before or before[-1] in _END_OF_SENTENCE:
                # The first word of a line may be a name or not.
                start += names.index(" ") + 1
            if " " in text[start:end] and not _NO_PERSON.search(text, start, end):
                yield Span("navn", start, end)


def _without_overlap(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


# Where two begin and end at the same places, the first is taken.
_SPANS: Mapping[int, Callable[[str], Iterator[Span]]] = {
    Sought.NAMES.value: _persons,
    Sought.NUMBERS.value: _numbers,
    Sought.ADDRESSES.value: _addresses,
    Sought.EMAILS.value: _emails,
    Sought.URLS.value: _urls,
}
