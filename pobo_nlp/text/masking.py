"""Identifiers of persons are found by rule and by list, so that they never become features, and can be masked.

It is a help, never a guarantee: a name that is in no list and has no telling word beside it, or a number written in
words, is not found (docs/masking.md has the figures).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Protocol

from pobo_nlp.text import persons as names
from pobo_nlp.text.addresses import emails, streets, urls
from pobo_nlp.text.numbers import numbers
from pobo_nlp.text.spans import Span, digits_of

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
__all__ = ["PLACEHOLDERS", "Masked", "PersonFinder", "Sought", "Span", "identifier_spans", "mask"]
_ORDER = {kind: place for place, kind in enumerate(PLACEHOLDERS)}


class PersonFinder(Protocol):
    """Finds persons in a text, such as a trained pipeline does."""

    def __call__(self, text: str) -> Iterable[tuple[int, int]]:
        """Return where the names of persons begin and end."""
        ...


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


class Sought(IntFlag):
    """What is searched for in a text."""

    NAMES = 1
    NUMBERS = 2
    ADDRESSES = 4
    EMAILS = 8
    URLS = 16


ALL_SOUGHT = sum(Sought)
# Plain numbers, since enumerations are slow.
NAMES, NUMBERS, ADDRESSES, EMAILS, URLS = map(int, Sought)
# What is taken out of a text before its words are read: names are silent as words, wherever they stand
BEFORE_READING = ALL_SOUGHT - NAMES


def mask(text: str, persons: PersonFinder | None = None) -> Masked:
    """Return a text with a placeholder for each identifier.

    It is a help, never a guarantee: what no rule and no list knows, is still there.

    Parameters
    ----------
    persons : finds names besides those that rules and lists find.

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
    found = list(_found(text, sought))
    if persons is not None:
        found += [Span("navn", start, end) for start, end in persons(text) if 0 <= start < end <= len(text)]
    return _without_overlap(found) if len(found) > 1 else found


def _found(text: str, sought: int) -> Iterator[Span]:
    if sought & NAMES:
        yield from names.persons(text)
    if sought & (NUMBERS | ADDRESSES) and (digits := digits_of(text)):
        if sought & NUMBERS:
            yield from numbers(text, digits)
        if sought & ADDRESSES:
            yield from streets(text, digits)
    if sought & EMAILS:
        yield from emails(text)
    if sought & URLS:
        yield from urls(text)


def _without_overlap(spans: Iterable[Span]) -> list[Span]:
    """Return the longest of those that overlap; of those as long, the kind that comes first."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, _ORDER[span.kind])):
        while kept and span.start < kept[-1].end and span.end - span.start > kept[-1].end - kept[-1].start:
            kept.pop()
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
