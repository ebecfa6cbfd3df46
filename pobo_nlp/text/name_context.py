"""The words of a stretch of text, each with what stands beside it."""

import re
from itertools import accumulate

from pobo_nlp.text.name_cues import DEEDS, FIELDS, GREETINGS, POSSESSIVES, RELATIONS, SHORT_ROLES, SPEECH
from pobo_nlp.text.name_words import WORD, Look, seen_of

MAX_GAP = 4
ABBREVIATIONS = (
    frozenset(
        "dr hr fr frk prof st mr mrs ms f eks bl tlf nr ca kl jf ev evt mvh vh pas med phil ing adm ass avd kst "
        "spes".split()
    )
    | SHORT_ROLES
)
STARTS = '.!?:;\n"«»“”(–—•*'
_BLANKS = (" ", "\u00a0", "  ")
_BETWEEN = ("", ",", ":", "(", "«", '"')
_OF_SOMEONE = RELATIONS | POSSESSIVES
_SPLIT = re.compile(f"({WORD.pattern})")


class Words:
    """The words of a stretch of text.

    Attributes
    ----------
    spelled, forms, looks : of each word: as it is written, folded, and a sum of `Look`. Lists beside each other, since
        one object a word would take longer than all rules.
    gaps : what stands before each word, and behind the last.
    starts_text : whether the first word is the first of the text.
    ends_text : whether no word of the text follows.
    behind_name : the number of the word behind the name that was found last; 0 where none was.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self._parts: list[str] = _SPLIT.split(text[start:end])
        self._start = start
        self.spelled = self._parts[1::2]
        self.gaps = self._parts[::2]
        seen = list(map(seen_of, self.spelled))
        self.forms = [form for form, _ in seen]
        self.looks = [look for _, look in seen]
        self.starts_text = start == 0 and not self.gaps[0]
        self.ends_text = end >= len(text)
        self.behind_name = 0

    def __len__(self) -> int:
        return len(self.spelled)

    def bounds(self) -> list[int]:
        """Return where each word ends, behind where the stretch begins; the gaps count as words."""
        return list(accumulate(map(len, self._parts), initial=self._start))

    def forms_of(self, start: int, end: int) -> list[str]:
        """Return the folded forms of words that follow each other, as far as they are there."""
        return self.forms[max(start, 0) : max(end, 0)]

    def form(self, number: int) -> str:
        """Return the folded form of a word; nothing where there is none."""
        return self.forms[number] if 0 <= number < len(self.forms) else ""

    def before(self, number: int) -> str:
        """Return the folded form of the word before, if no sentence ends between."""
        if number == 0:
            return ""
        gap, before = self.gaps[number], self.forms[number - 1]
        if gap == " ":
            return before
        if len(gap) > MAX_GAP:
            return ""
        if before in GREETINGS:
            return before
        if before in FIELDS:
            return before if gap.strip() in ("", ":", ",") else ""
        if gap.strip(" \u00a0") in _BETWEEN or (gap[:1] == "." and before in ABBREVIATIONS):
            return before if "," not in gap or before in _OF_SOMEONE else ""
        return ""

    def is_beside(self, number: int) -> bool:
        """Return whether a word stands right behind the one before, or behind an initial with its stop."""
        gap = self.gaps[number]
        return gap in _BLANKS or (gap in (". ", ".") and bool(self.looks[number - 1] & Look.INITIAL))

    def begins_sentence(self, number: int) -> bool:
        """Return whether a word has its capital from the sentence or the line that it begins."""
        if number == 0:
            return True
        gap = self.gaps[number]
        if gap == " " or (gap[:1] == "." and self.forms[number - 1] in ABBREVIATIONS):
            return False
        return any(sign in gap for sign in STARTS)

    def is_signature(self, number: int) -> bool:
        """Return whether a word stands alone on the last line of a text."""
        is_last = self.ends_text and number + 1 == len(self) and not self.gaps[-1].strip()
        return is_last and "\n" in self.gaps[number]

    def in_heading(self, number: int) -> bool:
        """Return whether most words around have a capital, as in a heading."""
        around = self.looks[max(number - 4, 0) : number + 5]
        capitals = sum(bool(look & (Look.CAPITAL | Look.CAPITALS)) for look in around)
        return len(around) > 2 and 2 * capitals > len(around) + 1

    def does(self, number: int) -> bool:
        """Return whether a word that follows another tells what a person does, and rarely anything else."""
        return number < len(self) and self.gaps[number] == " " and self.forms[number] in DEEDS

    def speaks(self, number: int) -> bool:
        """Return whether a word that follows another tells what only a person does."""
        return number < len(self) and self.gaps[number] == " " and self.forms[number] in SPEECH
