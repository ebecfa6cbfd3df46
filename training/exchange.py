"""Other details in place of those that a text has: what a suggestion must not depend on.

All of them are invented. Numbers that have a check digit get a right one, so that they are found like real ones.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pobo_nlp.patterns.sites.book import SiteBook
from pobo_nlp.patterns.sites.mentions import Mention, mentions
from pobo_nlp.patterns.sites.tables import municipalities
from pobo_nlp.text.masking import PLACEHOLDERS, identifier_spans

FIRST_NAMES = tuple(
    "Astrid Per Ingrid Lars Solveig Knut Ragnhild Olav Kristin Håkon Berit Trond Sigrid Geir Marit Øyvind "
    "Synnøve Terje Máret Ánte Elle Jovnna Inga Fatima Mohammed Amina Hassan Agnieszka Piotr Nguyen "
    "Svetlana Yusuf Samira Tomasz".split()
)
LAST_NAMES = tuple(
    "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen "
    "Eriksen Jørgensen Halvorsen Sørensen Gundersen Kvaløy Aasland Utsi Eira Gaup Kowalski Nowak Hussain "
    "Ahmed Ali Tran Ivanova Yilmaz".split()
)
STREETS = ("Granveien", "Skolegata", "Furuvegen", "Kirkevegen", "Storgata", "Nyveien")
POST_PLACES = ("7030 Trondheim", "4006 Stavanger", "9008 Tromsø", "6800 Førde", "2317 Hamar")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_MUNICIPALITY = "kommune"
_KONTO_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Person:
    """Details of somebody who does not exist, as they are written in a text."""

    name: str
    number: str
    phone: str
    address: str
    place: str

    @property
    def signature(self) -> str:
        """Return what somebody might end a text with."""
        return f"\nHilsen {self.name}, fødselsnummer {self.number}, tlf. {self.phone}, {self.address}"

    @property
    def whereabouts(self) -> str:
        """Return what somebody might tell of where they live."""
        return f"\nJeg bor i {self.place}."


# Somebody whose details are masked, and who lives nowhere that has a name.
MASKED_PERSON = Person(
    PLACEHOLDERS["navn"], PLACEHOLDERS["fnr"], PLACEHOLDERS["telefon"], PLACEHOLDERS["adresse"], "kommunen"
)


class Exchange:
    """Makes texts with other details.

    Parameters
    ----------
    seed : the same one gives the same details.
    """

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311
        self._book = SiteBook.read()
        # Names that are neither words nor surnames as well.
        self._places = tuple(one.name for one in municipalities() if not one.cue)

    def person(self) -> Person:
        """Return the details of somebody who does not exist."""
        return Person(
            self._name("Fornavn Etternavn"),
            self._fnr(),
            self._phone(),
            self._address(),
            self._dice.choice(self._places),
        )

    def identifiers(self, text: str) -> str:
        """Return a text with other identifiers in place of those that the masking finds."""
        spans = identifier_spans(text)
        return _replaced(text, [(start, end, self._other(kind, text[start:end])) for kind, start, end in spans])

    def places(self, text: str) -> str:
        """Return a text with other municipalities and hospitals in place of those that it names."""
        found = [(one, self._other_place(text[one.start : one.end], one)) for one in mentions(text, self._book)]
        return _replaced(text, [(one.start, one.end, other) for one, other in found])

    def _other(self, kind: str, was: str) -> str:
        if kind == "navn":
            return self._name(was)
        if kind == "fnr":
            return self._fnr()
        if kind == "konto":
            return self._konto()
        if kind == "epost":
            return f"{self._dice.choice(FIRST_NAMES).lower()}.{self._dice.choice(LAST_NAMES).lower()}@epost.no"
        if kind == "url":
            return f"https://www.{self._dice.choice(LAST_NAMES).lower()}.no"
        if kind == "adresse":
            return self._address()
        if kind == "fodselsdato":
            return f"{self._dice.randint(1, 28):02}.{self._dice.randint(1, 12):02}.{self._dice.randint(1930, 2015)}"
        # A telephone number, a plate, a case number: the same form with other digits.
        return _DIGIT.sub(lambda _: str(self._dice.randint(2, 9)), was)

    def _name(self, was: str) -> str:
        """Return a name of as many words, written as another was."""
        n_words = len(_WORD.findall(was))
        words = [self._dice.choice(FIRST_NAMES) for _ in range(max(1, n_words - 1))]
        words += [self._dice.choice(LAST_NAMES)] if n_words > 1 else []
        name = " ".join(words)
        return name.lower() if was.islower() else name

    def _fnr(self) -> str:
        """Return a number with right check digits and a birth month above 80: that of nobody (as Tenor makes them)."""
        from stdnum.no.fodselsnummer import calc_check_digit1, calc_check_digit2

        while True:
            born = f"{self._dice.randint(1, 28):02}{self._dice.randint(81, 92)}{self._dice.randint(40, 99)}"
            number = f"{born}{self._dice.randint(0, 499):03}"
            number += calc_check_digit1(number)
            # A check digit of 10 means that there is no such number.
            if len(number) == 10 and len(number := number + calc_check_digit2(number)) == 11:
                return number

    def _konto(self) -> str:
        while True:
            number = "".join(str(self._dice.randint(1, 9)) for _ in range(10))
            rest = sum(weight * int(digit) for weight, digit in zip(_KONTO_WEIGHTS, number, strict=True)) % 11
            if rest != 1:
                number += str((11 - rest) % 11)
                return f"{number[:4]}.{number[4:6]}.{number[6:]}"

    def _phone(self) -> str:
        return f"9{self._dice.randint(10, 99)} {self._dice.randint(10, 99)} {self._dice.randint(100, 999)}"

    def _address(self) -> str:
        return f"{self._dice.choice(STREETS)} {self._dice.randint(1, 99)}, {self._dice.choice(POST_PLACES)}"

    def _other_place(self, was: str, mention: Mention) -> str:
        """Return a name of the same kind: a municipality for one, and for a hospital or a trust, another one."""
        if mention.site.kind == _MUNICIPALITY:
            ending = f" {_MUNICIPALITY}" if was.casefold().endswith(_MUNICIPALITY) else ""
            return f"{self._dice.choice(self._places)}{ending}"
        alike = [site.name for site in self._book.sites() if site.kind == mention.site.kind]
        return self._dice.choice(alike) if alike else was


def _replaced(text: str, others: Sequence[tuple[int, int, str]]) -> str:
    parts, place = [], 0
    for start, end, other in others:
        parts += [text[place:start], other]
        place = end
    return "".join([*parts, text[place:]])
