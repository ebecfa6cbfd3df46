"""A text as words, and what stands between and around them."""

import re
import unicodedata

from pobo_nlp.patterns.sites.counties import counties_in
from pobo_nlp.patterns.sites.spelling import WORD
from pobo_nlp.text.normalise import INVISIBLE, fold

_ANY_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_SPACE = re.compile(r"[^\S\n]+|[^\S\n]*\n[^\S\n]*|\s?[-–/]\s?")
_LOOSE = re.compile(r",?\s|\s?[(/,–-]\s?")
_SHORT = 4


class Words:
    """The words of a text.

    Attributes
    ----------
    folded : in lower case, composed.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        found = WORD.findall(text)
        is_plain = text.isascii() or (unicodedata.is_normalized("NFC", text) and not _ANY_INVISIBLE.search(text))
        self.folded = [word.lower() for word in found] if is_plain else [fold(word) for word in found]
        self._counties: frozenset[str] | None = None
        self._spans: list[tuple[int, int]] | None = None

    @property
    def spans(self) -> list[tuple[int, int]]:
        """First character of each word and one past the last; found when first asked for."""
        if self._spans is None:
            self._spans = [found.span() for found in WORD.finditer(self.text)]
        return self._spans

    @property
    def counties(self) -> frozenset[str]:
        """The counties that the text names."""
        if self._counties is None:
            self._counties = counties_in(self.folded)
        return self._counties

    def at(self, place: int) -> str:
        """Return a folded word; empty beyond the text's ends."""
        return self.folded[place] if 0 <= place < len(self.folded) else ""

    def original(self, first: int, last: int) -> str:
        """Return the text from one word to another, both included."""
        return self.text[self.spans[first][0] : self.spans[last][1]]

    def has_capital(self, place: int) -> bool:
        """Return whether a word begins with a capital letter."""
        return 0 <= place < len(self.folded) and self.text[self.spans[place][0]].isupper()

    def gap(self, before: int) -> str:
        """Return what stands before a word and after the one before it; of something long, both its ends."""
        end = self.spans[before][0]
        start = self.spans[before - 1][1] if before else 0
        return (
            self.text[start:end]
            if end - start <= 2 * _SHORT
            else self.text[start : start + _SHORT] + self.text[end - _SHORT : end]
        )

    def hang_together(self, place: int, *, loosely: bool = False) -> bool:
        """Return whether a word and the next may be of one name: a space or hyphen between, or, loosely, a comma."""
        if place < 0 or place + 1 >= len(self.folded):
            return False
        gap = self.gap(place + 1)
        if (_LOOSE if loosely else _SPACE).fullmatch(gap):
            return True
        return gap.strip() == "." and self.folded[place] in ("st", "sct")

    def are_adjacent(self, place: int) -> bool:
        """Return whether nothing but a space parts a word from the next."""
        return 0 <= place < len(self.folded) - 1 and self.gap(place + 1) in (" ", "\u00a0", "  ")

    def stands_beside_capitals(self, first: int, last: int) -> bool:
        """Return whether a word beside some is all in capitals: capitals then tell nothing of these."""
        beside = [self.original(at, at) for at in (first - 1, last + 1) if 0 <= at < len(self.folded)]
        return any(len(word) > 1 and word.isupper() for word in beside)

    def goes_on_with_hyphen(self, last: int) -> bool:
        """Return whether a word is the first half of a double name or a stretch: "Sunnaas-Hansen", "Oslo-Bergen"."""
        return last + 1 < len(self.folded) and self.gap(last + 1) == "-" and self.has_capital(last + 1)

    def is_address(self, first: int, last: int) -> bool:
        """Return whether the words are part of an e-mail or web address."""
        start, end = self.spans[first][0], self.spans[last][1]
        after = self.text[end : end + 2]
        return (
            (start > 0 and self.text[start - 1] in "@._")
            or after[:1] in ("@", "_")
            or (after[:1] == "." and after[1:].islower())
        )
