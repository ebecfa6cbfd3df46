"""Identifiers of persons are found by rule, so that they never become features.

It is a help, not a guarantee: a name without a cue, or a number written in words, is not found.
"""

import re
from typing import NamedTuple

_CAPITALISED = r"[A-ZÆØÅÁČĐŊŠŦŽ][a-zæøåáčđŋšŧžéèöäü]+"
_NAME = rf"{_CAPITALISED}(?:[ -](?:[A-ZÆØÅ]\.|{_CAPITALISED})){{0,3}}"

# The order matters: at one place the first kind that fits is taken.
_WITH_DIGITS_OR_SIGNS = re.compile(
    r"""
    (?P<epost>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<url>(?:https?://|www\.)[^\s<>"«»]+)
  | (?P<fnr>(?<!\d)\d{6}[ .-]?\d{5}(?!\d))
  | (?P<konto>(?<!\d)\d{4}[ .]\d{2}[ .]\d{5}(?!\d))
  | (?P<telefon>(?<![\d/])(?:(?:\+|00)47[ ]?)?
        (?:[2-9]\d(?:[ ]?\d\d){3}|[2-9]\d\d[ ]\d\d[ ]\d\d\d)(?![\d/])
      | \+\d{1,3}(?:[ ]?\d{2,4}){2,5}(?!\d))
  | (?P<dato>(?<![\d.])[0-3]?\d(?P<skille>[./-])[01]?\d(?P=skille)(?:19|20)?\d\d(?!\d))
  | (?P<adresse>[A-ZÆØÅ][a-zæøå]+(?:[ ][A-ZÆØÅa-zæøå]+)?(?:veien|vegen|vei|veg|gata|gaten|gate|bakken|plassen|haugen)
        [ ]\d{1,3}[A-Z]?(?:,?[ ]\d{4}[ ][A-ZÆØÅ][a-zæøå]+)?)
    """,
    re.VERBOSE,
)
_CUE = re.compile(
    r"\b(?:[Hh]eter|[Hh]eiter|[Nn]avn(?:et)?(?: er|:)|[Nn]amn(?:et)?(?: er|:)|[Ff]ru|[Ff]røken|[Hh]err|[Hh]r\.|"
    r"[Dd]r\.|[Dd]oktor|[Hh]ilsen|[Hh]elsing|[Mm]vh\.?,?)\s+"
    rf"(?P<navn>{_NAME})"
)
# Two capitalised words in a row inside a sentence: a person, unless a word names a place or an institution.
_PAIR = re.compile(rf"(?<=[a-zæøå,;(:0-9] )(?P<navn>{_CAPITALISED}(?:-{_CAPITALISED})?(?: {_CAPITALISED}){{1,3}})\b")
_NO_PERSON = re.compile(
    r"(?i)^(?:ytre|indre|øvre|nedre|nordre|søndre|store|lille|vestre|austre|østre)\b|(?:sykehus|sjukehus|sykehjem|sjukeheim|kommune|bydel|legesenter|legevakt|senter|klinikk|helse|fylke|"
    r"omsorg|statsforvalter|norge|noreg|ombud|universitet|institutt|poliklinikk|avdeling|nav|dps|bup)"
)


class Span(NamedTuple):
    """A stretch of the text that identifies a person: kind, first and one past the last character."""

    kind: str
    start: int
    end: int


def identifier_spans(text: str) -> list[Span]:
    """Return the spans that identify a person, in order and without overlap.

    Examples
    --------
    >>> identifier_spans("Ring meg på 977 00 654, hilsen Kari Nes")
    [Span(kind='telefon', start=12, end=22), Span(kind='navn', start=31, end=39)]
    """
    found = [Span(str(match.lastgroup), match.start(), match.end()) for match in _WITH_DIGITS_OR_SIGNS.finditer(text)]
    found += [Span("navn", *match.span("navn")) for match in _CUE.finditer(text)]
    found += [
        Span("navn", *match.span("navn")) for match in _PAIR.finditer(text) if not _NO_PERSON.search(match["navn"])
    ]
    return _without_overlap(found)


def _without_overlap(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
