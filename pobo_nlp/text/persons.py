"""Names of persons are found by lists, and by the words beside them.

A word that is a name and nothing else is one anywhere; one that is an everyday word too, such as Odd or Berg, needs a
capital inside a sentence, another name beside it, or a word that tells of a person, such as a title or a relation.
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from pobo_nlp.text.name_cues import (
    ADDRESSES,
    BEFORE_LOWER,
    CALLED,
    DEEDS,
    ENGLISH_TITLES,
    FIELDS,
    GREETINGS,
    HOUSES,
    LOWER_BEHIND_RELATION,
    LOWER_LAST,
    MONTHS,
    PARTICLES,
    PLACE_WORDS,
    POSSESSIVES,
    RATHER_NAMES,
    RELATIONS,
    ROLE_ENDS,
    ROLES,
    ROLES_OR_VERBS,
    SPEECH,
    TALKED,
    WITH,
)
from pobo_nlp.text.name_words import CUES, UNKNOWN, WORD, Look, is_name_too, may_begin_name, name_held, seen_of
from pobo_nlp.text.names import LISTED
from pobo_nlp.text.spans import Span

MAX_PARTS = 5
MAX_GAP = 4
CHARS_BEFORE, CHARS_BEHIND = 60, 90
_SURE_LAST = re.compile(r"(?:sen|son|ssen|sson|ski|ska|sdatter|sdotter|vić|wicz)s?$")
# As many Norwegian last names end that no list has all of.
_LIKE_LAST = re.compile(
    r".{2}(?:våg|vik|vika|sen|stad|land|nes|berg|rud|seth|set|dal|dahl|heim|haug|haugen|moen|moe|vold|voll|tveit|bakk|"
    r"bakken|lund|strøm|strand|eng|engen|bø|ås|åsen|fjell|holm|eide|hus|rød|sæter|vær|mo|gård|gaard|løkken|myr|ski|ska|ić)s?$"
)
# As the names of farms end, and of the houses for old people that are called after them.
_FARM = re.compile(r"(?:haug|haugen|bakken|bakke|heim|vang|tun|bø|gård|gården|lia|moen|hagen|berget|åsen|bo|li)s?$")
_SIDES = frozenset("indre ytre øvre nedre nordre søndre søre vestre østre austre store lille".split())
_OF_PERSONS = frozenset("med av for hos og ifølge".split())
_ABBREVIATIONS = frozenset(
    "dr hr fr frk prof st mr mrs ms f eks bl tlf nr ca kl jf ev evt mvh vh pas med phil ing adm ass avd".split()
)
_PRONOUNS = frozenset("jeg eg æ je han hun ho hu ham henne hen æg i my she he her him vi hæn".split())
LONGEST_ABBREVIATION = max(map(len, _ABBREVIATIONS))
STARTS = '.!?:;\n"«»“”(–—•*'
_NOT_LOWER = frozenset("fra frå og til alle dere dokker ha for så meg oss med en ein ei et jeg eg vi i på".split())


class _Word(NamedTuple):
    form: str
    look: int
    start: int
    end: int


def persons(text: str) -> Iterator[Span]:
    """Yield the names of persons."""
    pieces = text.split(" ")
    told = list(map(name_held, pieces))
    if any(told):
        numbers = [n for n, held in enumerate(told) if held and (held != UNKNOWN or not _only_begins(pieces, n))]
        if numbers:
            ends = list(accumulate(map(len, pieces)))
            # One blank stands before each piece but the first.
            for start, end in _regions(text, [(ends[number] + number, len(pieces[number])) for number in numbers]):
                yield from _Names(text, start, end).spans()


def _only_begins(pieces: list[str], number: int) -> bool:
    """Return whether a word that is in no list has its capital from a sentence, and stands before no other capital."""
    if number + 1 < len(pieces) and not pieces[number + 1][:1].islower():
        return False
    before = pieces[number - 1] if number else "."
    return (
        number == 0
        or before[-1:] in ("!", "?")
        or (
            before[-1:] == "."
            and before[-LONGEST_ABBREVIATION - 2 : -1].isalpha()
            and len(before) > LONGEST_ABBREVIATION + 1
        )
    )


def _regions(text: str, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where words stand that may be names, with as much before and behind as tells whether they are.

    Parameters
    ----------
    found : where pieces with such words end, and how long they are.
    """
    first, last = 0, -1
    for end, length in found:
        begin = end - length - CHARS_BEFORE
        if begin > last >= 0:
            yield _whole_words(text, first, last)
        if begin > last or last < 0:
            first = max(0, begin)
        last = end + CHARS_BEHIND
    yield _whole_words(text, first, last)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a stretch without the rests of words that it cuts."""
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, min(end, len(text))


class _Words:
    """The words of a stretch of text, each looked at when it is asked for."""

    def __init__(self, text: str, start: int, end: int) -> None:
        found = [(match.group(), match.span()) for match in WORD.finditer(text, start, end)]
        self.spelled = [word for word, _ in found]
        self._spans = [span for _, span in found]

    def __len__(self) -> int:
        return len(self.spelled)

    def __getitem__(self, number: int) -> _Word:
        return _Word(*seen_of(self.spelled[number]), *self._spans[number])

    def part(self, start: int, end: int) -> list[_Word]:
        """Return some words that follow each other."""
        return [self[number] for number in range(max(start, 0), min(end, len(self)))]


class _Names:
    """The words of a text, and the names among them."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._words = _Words(text, start, end)
        # The word behind the last name that was found.
        self._last = 0

    def spans(self) -> Iterator[Span]:
        """Yield the names in order."""
        place = 0
        for number in self._candidates():
            if number >= place and (end := self._end(number)) > number:
                yield Span("navn", self._words[number].start, self._with_apostrophe(self._words[end - 1].end))
                self._last = place = end

    def _candidates(self) -> list[int]:
        """Return the words that a name may begin with."""
        found = [number for number, word in enumerate(self._words.spelled) if may_begin_name(word)]
        behind = [number + 1 for number in found if self._words[number].form in CUES and number + 1 < len(self._words)]
        return sorted({*found, *behind}) if behind else found

    def _with_apostrophe(self, end: int) -> int:
        """Return the end of a genitive such as *Johannes'*."""
        is_genitive = self._text[end - 1] in "sxz" and self._text[end : end + 1] in ("'", "’")
        return end + is_genitive if self._text[end + 1 : end + 2] in (" ", "") else end

    def _end(self, number: int) -> int:
        """Return which word is the first behind the name that begins at a word; the word itself where none does."""
        word = self._words[number]
        if word.look & Look.CAPITAL or (word.look & Look.CAPITALS and word.look & LISTED):
            return self._capitalised(number)
        if word.look & Look.INITIAL:
            return self._initials(number)
        if word.look & (Look.CAPITAL | Look.CAPITALS):
            return self._behind_field(number)
        return self._lower(number)

    # Names with a capital.

    def _capitalised(self, number: int) -> int:
        if self._before(number) == "st" and self._words[number].form in ("olav", "olavs", "hans", "hansen"):
            return number
        if not self._may_be_part(number):
            return self._behind_field(number) if self._words[number].look & Look.CAPITALS else number
        end = self._run(number)
        if self._is_house(end):
            return number
        while end > number and not self._is_person(number, end):
            # A shorter run may be one, where its last word was none.
            end = end - 1 if end - number > 1 and not self._words[end - 1].look & LISTED else number
        return end

    def _behind_field(self, number: int) -> int:
        """Return the end of a name in capitals that is in no list, behind *Navn:* or the like."""
        is_told = self._before(number) in BEFORE_LOWER - CALLED
        if not is_told or self._words[number].look & (Look.NO_NAME | Look.KNOWN):
            return number
        end = number + 1
        while end < len(self._words) and end - number < MAX_PARTS and self._is_beside(end):
            if not self._words[end].look & Look.CAPITALS or self._words[end].look & (Look.KNOWN | Look.NO_NAME):
                break
            end += 1
        return end

    def _may_be_part(self, number: int) -> bool:
        """Return whether a word with a capital may be the first part of a name."""
        word = self._words[number]
        if word.look & Look.NO_NAME and not is_name_too(word.look):
            return False
        return bool(word.look & LISTED) or not word.look & (Look.KNOWN | Look.PLACE)

    def _run(self, number: int) -> int:
        """Return where the words end that stand beside each other as the parts of a name do."""
        end = number + 1
        capitals = self._words[number].look & Look.CAPITALS
        while end < len(self._words) and end - number < MAX_PARTS and self._is_beside(end):
            word = self._words[end]
            if word.look & Look.INITIAL and self._is_initial(end):
                end += 1
            elif word.form in PARTICLES and self._is_part(end + 1):
                end += 2
            elif self._are_capitals(word) if capitals else self._is_part(end):
                end += 1
            else:
                break
        return end

    def _are_capitals(self, word: _Word) -> bool:
        """Return whether a word in capitals can be a part of a name in capitals."""
        look = word.look
        if not look & Look.CAPITALS:
            return False
        return bool(look & LISTED) or (len(word.form) > MIN_CAPITALS and not look & (Look.KNOWN | Look.NO_NAME))

    def _is_part(self, number: int) -> bool:
        """Return whether a word can be a part of a name that began before it."""
        if number >= len(self._words):
            return False
        look = self._words[number].look
        if not look & Look.CAPITAL or not self._is_beside(number):
            return False
        return bool(look & (LISTED | Look.PLACE)) or not look & (Look.KNOWN | Look.NO_NAME)

    def _is_initial(self, number: int) -> bool:
        """Return whether a capital stands as an initial: with a stop, or before another part."""
        behind = self._text[self._words[number].end : self._words[number].end + 2]
        is_last = behind[:1] in ("", ".", ",", "\n", ")") or (
            behind[1:].islower() and self._words[number].form not in "iåæ"
        )
        return is_last or self._is_part(number + 1)

    def _initials(self, number: int) -> int:
        """Return the end of a name that begins with initials, as in *K. Hansen*."""
        end = number
        while end < len(self._words) and self._words[end].look & Look.INITIAL and end - number < MAX_PARTS:
            if self._text[self._words[end].end : self._words[end].end + 1] != ".":
                return number
            end += 1
        if end < len(self._words) and self._is_beside(end, initial=True) and self._may_be_part(end):
            if self._words[end].look & Look.CAPITAL and self._words[end].look & LISTED:
                end = self._run(end)
                return number if self._is_house(end) else end
            if self._words[end].look & Look.CAPITAL and not self._words[end].look & Look.NO_NAME:
                return end + 1 if self._is_told(number) or self._is_like_last(end) else number
        return number

    def _is_house(self, end: int) -> bool:
        """Return whether a word behind a name makes it that of a house, a street or a disease."""
        if end >= len(self._words) or self._gap(end) not in (" ", "-"):
            return False
        form = self._words[end].form
        return form in HOUSES or (
            bool(self._words[end].look & Look.NO_NAME)
            and self._words[end].look & Look.CAPITAL == 0
            and form.endswith(_HOUSE_ENDS)
        )

    # Is a run of words a person?

    def _is_person(self, number: int, end: int) -> bool:
        looks = [word.look for word in self._words.part(number, end)]
        if self._is_told(number):
            return True
        if len(looks) > 1:
            return self._are_person(number, end, looks)
        look = looks[0]
        if not look & LISTED:
            return self._is_unknown_person(number)
        if look & (Look.ORDINARY | Look.PLACE | Look.KNOWN | Look.CAPITALS):
            return self._is_ordinary_person(number)
        return self._is_listed_person(number)

    def _is_told(self, number: int) -> bool:
        """Return whether the words before tell that a person is named."""
        before = self._before(number)
        if not before and self._last != number:
            return False
        if before in GREETINGS or before in FIELDS or before in ADDRESSES:
            return True
        look = self._words[number].look
        if before in ENGLISH_TITLES:
            return bool(self._words[number - 1].look & Look.CAPITAL)
        if before in CALLED:
            return bool(look & Look.FIRST) or self._is_of_person(number)
        if before in ROLES_OR_VERBS and not look & LISTED:
            return False
        if before in ("er", "is") and number > 1 and self._words[number - 2].form in (*FIELDS, "mitt", "mitt"):
            return not look & Look.PLACE
        if before in ROLES or before in RELATIONS or before.endswith(ROLE_ENDS):
            return not self._begins_sentence(number) and (not look & Look.PLACE or bool(look & Look.FIRST))
        if before in POSSESSIVES and number > 1 and self._words[number - 2].form in RELATIONS:
            return not self._begins_sentence(number)
        if before in ("han", "ho", "hun", "hu", "n", "a") and look & Look.FIRST:
            return not self._begins_sentence(number)
        # The second of two persons, as in *Mette og Per*.
        in_list = 0 < self._last == number and self._gap(number) == ", "
        return (in_list or (before in ("og", "and") and 0 < self._last == number - 1)) and bool(look & LISTED)

    def _is_of_person(self, number: int) -> bool:
        """Return whether somebody, not something, is called so."""
        forms = {word.form for word in self._words.part(number - 4, number - 1)}
        return bool(forms & (_PRONOUNS | RELATIONS | ROLES)) or (number == 1 and self._words[0].start == 0)

    def _are_person(self, number: int, end: int, looks: list[int]) -> bool:
        """Return whether several words are a person."""
        first, begins = looks[0], self._begins_sentence(number)
        is_listed = any(look & LISTED and not look & Look.PLACE for look in looks)
        behind_place = self._before(number) in PLACE_WORDS and not begins
        if first & Look.FIRST:
            if first & (Look.ORDINARY | Look.KNOWN | Look.PLACE):
                more = any(look & (LISTED | Look.INITIAL) for look in looks[1:]) or self._is_like_last(end - 1)
                return more or (not begins and not behind_place)
            return True
        if first & Look.LAST and not first & Look.ORDINARY:
            return is_listed and not (behind_place and not any(look & Look.FIRST for look in looks))
        if not first & LISTED:
            if is_listed:
                sure = any(look & LISTED and not look & (Look.PLACE | Look.ORDINARY) for look in looks)
                return sure or not (begins or behind_place)
            is_place = any(look & Look.PLACE for look in looks)
            is_sent = self._before(number) in ("til", "fra", "frå", "to", "from") and self._is_like_last(end - 1)
            return (not begins or self._does(end)) and (not behind_place or is_sent) and not is_place
        # A last name that is a word too, before another name.
        return any(look & Look.FIRST and not look & Look.ORDINARY for look in looks[1:]) or (
            not begins and not behind_place
        )

    def _is_like_last(self, number: int) -> bool:
        return _LIKE_LAST.search(self._words[number].form) is not None

    def _is_listed_person(self, number: int) -> bool:
        """Return whether a word is a person that is a name and no everyday word."""
        word = self._words[number]
        before = self._before(number)
        if word.look & Look.FIRST:
            if word.look & Look.CHOSEN:
                return True
            return not self._begins_sentence(number) or self._does(number + 1)
        if _SURE_LAST.search(word.form):
            return bool(word.look & Look.CHOSEN) or self._is_human(number)
        if before in CALLED or (before in PLACE_WORDS and before != "til" and not self._begins_sentence(number)):
            return False
        is_farm = before in _SIDES or (_FARM.search(word.form) and before not in _OF_PERSONS)
        return (bool(word.look & Look.CHOSEN) and not is_farm) or self._does(number + 1) or self._is_talked_with(number)

    def _is_human(self, number: int) -> bool:
        return self._does(number + 1) or self._is_talked_with(number)

    def _is_ordinary_person(self, number: int) -> bool:
        """Return whether a name that is an everyday word, or a place, is a person."""
        word = self._words[number]
        before = self._before(number)
        if word.look & Look.CAPITALS:
            return False
        if self._begins_sentence(number):
            if not word.look & Look.FIRST:
                return not word.look & Look.PLACE and self._speaks(number + 1)
            return self._begins_with_person(number)
        if word.form in MONTHS and (before in ("i", "til", "fra", "frå", "den", "in", "of") or before[-1:].isdigit()):
            return False
        if word.look & Look.PLACE:
            return self._is_talked_with(number)
        if word.look & Look.FIRST:
            return before not in ("i", "på", "in") and not self._in_heading(number)
        return self._is_talked_with(number) or (
            before not in PLACE_WORDS and self._speaks(number + 1) and not self._in_heading(number)
        )

    def _begins_with_person(self, number: int) -> bool:
        """Return whether a sentence begins with a person, not with the word that is written the same."""
        following = self._next(number)
        if following is None:
            return False
        if following.form == "og" and number + 2 < len(self._words):
            other = self._words[number + 2]
            return bool(other.look & Look.CAPITAL and other.look & Look.FIRST)
        word = self._words[number]
        if word.form in RATHER_NAMES:
            return following.form in DEEDS
        return following.form in SPEECH or (following.form in DEEDS and self._is_of_someone(number + 2))

    def _is_of_someone(self, number: int) -> bool:
        """Return whether the words behind a verb tell of a person's own doings."""
        forms = {word.form for word in self._words.part(number, number + 8)}
        return bool(forms & {"sin", "sitt", "sine", "seg", "selv", "sjølv", "hans", "hun", "han", "ho"})

    def _is_unknown_person(self, number: int) -> bool:
        """Return whether a word with a capital that is in no list is a person."""
        if self._begins_sentence(number) or self._before(number) in PLACE_WORDS:
            return False
        return self._is_talked_with(number) or (self._speaks(number + 1) and not self._in_heading(number))

    def _is_talked_with(self, number: int) -> bool:
        before = self._before(number)
        if self._begins_sentence(number) or before not in WITH:
            return False
        return number > 1 and any(word.form in TALKED for word in self._words.part(number - 4, number - 1))

    # What stands beside a word.

    def _gap(self, number: int) -> str:
        """Return what stands between a word and the one before."""
        return self._text[self._words[number - 1].end : self._words[number].start]

    def _is_beside(self, number: int, *, initial: bool = False) -> bool:
        """Return whether a word stands right behind the one before, or behind an initial with its stop."""
        gap = self._gap(number)
        if gap in (" ", "\u00a0", "  "):
            return True
        return gap in (". ", ".") and bool(self._words[number - 1].look & Look.INITIAL)

    def _before(self, number: int) -> str:
        """Return the folded word before, if no sentence ends between."""
        if number == 0:
            return ""
        gap, before = self._gap(number), self._words[number - 1].form
        if len(gap) > MAX_GAP:
            return ""
        if before in GREETINGS:
            return before
        if before in FIELDS:
            return before if gap.strip() in ("", ":", ",") else ""
        if gap.strip(" \u00a0") in ("", ",", ":", "(", "«", '"') or (gap[:1] == "." and before in _ABBREVIATIONS):
            return before if "," not in gap or before in RELATIONS | POSSESSIVES else ""
        return ""

    def _next(self, number: int) -> _Word | None:
        if number + 1 >= len(self._words) or self._gap(number + 1) != " ":
            return None
        return self._words[number + 1]

    def _does(self, number: int) -> bool:
        return number < len(self._words) and self._gap(number) == " " and self._words[number].form in DEEDS

    def _speaks(self, number: int) -> bool:
        return number < len(self._words) and self._gap(number) == " " and self._words[number].form in SPEECH

    def _begins_sentence(self, number: int) -> bool:
        """Return whether a word has its capital from the sentence or the line that it begins."""
        if number == 0:
            return True
        gap = self._gap(number)
        if gap == " ":
            return False
        if gap[:1] == "." and self._words[number - 1].form in _ABBREVIATIONS:
            return False
        return any(sign in gap for sign in STARTS)

    def _in_heading(self, number: int) -> bool:
        """Return whether most words around have a capital, as in a heading."""
        around = self._words.part(number - 4, number + 5)
        capitals = sum(bool(word.look & (Look.CAPITAL | Look.CAPITALS)) for word in around)
        return len(around) > 2 and 2 * capitals > len(around) + 1

    # Names in lower case.

    def _lower(self, number: int) -> int:
        word, before = self._words[number], self._before(number)
        if word.form in POSSESSIVES:
            return number
        if before in BEFORE_LOWER and before not in CALLED:
            return self._lower_behind_greeting(number)
        if word.look & Look.LOWER:
            return self._lower_run(number)
        if (
            before in CALLED
            and before in BEFORE_LOWER
            and self._is_of_person(number)
            and word.look & LISTED
            and len(word.form) > MIN_LOWER
        ):
            return self._lower_run(number)
        if before in ADDRESSES and word.look & LISTED and len(word.form) > MIN_LOWER:
            return self._lower_run(number)
        if word.form in LOWER_BEHIND_RELATION and number > 1 and self._is_whose(before, self._words[number - 2].form):
            return self._lower_run(number)
        return number

    def _is_whose(self, before: str, first: str) -> bool:
        """Return whether two words are a relation and whose it is, in either order."""
        return (before in POSSESSIVES and first in RELATIONS) or (before in RELATIONS and first in POSSESSIVES)

    def _lower_run(self, number: int) -> int:
        """Return where a name in lower case ends."""
        end, before = number + 1, self._before(number)
        is_told = before in BEFORE_LOWER or before in ADDRESSES or before == "er"
        while end < len(self._words) and end - number < MAX_PARTS and self._is_beside(end):
            word = self._words[end]
            is_last = is_told and word.look & Look.LAST and len(word.form) > MIN_LOWER and word.form not in DEEDS
            if not (
                is_last
                or word.look & Look.LOWER
                or word.form in LOWER_LAST
                or word.form.removesuffix("s") in LOWER_LAST
            ):
                break
            end += 1
        return number if self._is_house(end) else end

    def _lower_behind_greeting(self, number: int) -> int:
        """Return the end of a name in lower case behind *mvh* or *Navn:*: the rest of a short line."""
        end = number
        while end < len(self._words) and (end == number or self._is_beside(end)):
            word = self._words[end]
            if (word.look & (Look.KNOWN | Look.NO_NAME) and not word.look & LISTED) or word.form in _NOT_LOWER:
                return self._lower_run(number) if self._words[number].look & Look.LOWER else number
            end += 1
        if not self._words[number].look & LISTED and end - number > MAX_UNKNOWN:
            return number
        return (
            end
            if end - number < MAX_PARTS
            and all(c.form.replace("-", "").isalpha() for c in self._words.part(number, end))
            else number
        )


MIN_LOWER, MIN_CAPITALS = 2, 3
MAX_UNKNOWN = 3
_HOUSE_ENDS = (
    "sykdom",
    "sjukdom",
    "syndrom",
    "sykehus",
    "sjukehus",
    "sykehjem",
    "sjukeheim",
    "senter",
    "kontor",
    "skole",
)
