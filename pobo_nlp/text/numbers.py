"""Numbers that identify a person: of birth, account, telephone, plate and case, and dates of birth."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pobo_nlp.text import checked_numbers as checked
from pobo_nlp.text import number_cues as cues
from pobo_nlp.text.name_words import Look, look_of
from pobo_nlp.text.names import LISTED
from pobo_nlp.text.spans import Digits, Span

# What stands between the digits of one number.
_BETWEEN, MAX_BETWEEN = frozenset(" .-–/\n\t\u00a0\u2007\u2009\u202f()"), 3
# A birth number stands in two columns at times, or goes on in the next line.
MAX_BETWEEN_COLUMNS, N_DATE = 40, 6
_WORD = re.compile(r"[^\W\d_]+")
_NEW_THOUGHT = re.compile(r".*[0-9;!?]", re.DOTALL)
MIN_DIGITS, MAX_BEFORE, N_WORDS = 4, 48, 5
N_BIRTH, N_LOCAL, N_PLATE = 11, 8, 5
# More groups than any number has, so that each is looked at a bounded number of times.
MAX_GROUPS, MAX_CASE = 16, 48
_AS_BIRTH_NUMBERS = frozenset({(6, 5), (2, 2, 2, 5)})
NORWAY = "47"
_MONTHS = (
    "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember|"
    "jan|feb|apr|jun|jul|aug|sept?|okt|nov|des|january|february|march|may|june|july|october|december"
)
_DATE = re.compile(
    r"[0-3]?[0-9]([./ -])[01]?[0-9][./ -]{1,2}(?:[12][890])?[0-9]{2}(?![0-9])"
    r"|(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])|[0-3][0-9][01][0-9](?:19|20)?[0-9]{2}(?![0-9])"
)
_NAMED_DATE = re.compile(rf"(?i)[0-3]?[0-9]\.? ?(?:{_MONTHS})\.?,? (?:19|20)[0-9]{{2}}(?![0-9])")
_CASE = re.compile(r"[0-9][0-9A-Za-z]*(?:[/.\-](?=[A-Za-z]*[0-9])[0-9A-Za-z]+)*")
_CASE_PREFIX = re.compile(r"(?<![A-Za-zÆØÅæøå])[A-ZÆØÅ]{1,6}[-/ ]?$")
_IS_TIME = re.compile(
    r"[0-9]{1,2}[.:][0-9]{2}$|[0-3]?[0-9][./-][01]?[0-9][./-](?:[12][890])?[0-9]{2}$|(?:19|20)[0-9]{2}$"
)
_PLATE = re.compile(r"(?<![^\W\d_])[A-Za-z]{2}[ \u00a0-]?$")
# Letters that no Norwegian plate has, and what else is written so.
_NO_PLATE = re.compile("[GIMOQW]|NR|PB|KR")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[0-9]{1,3})?(?![A-Za-z0-9])")
_FOREIGN = re.compile(r"(?:\(?\+|00 ?)[1-9][0-9]{0,2}\)?(?:[ .\-/\u00a0()]{0,2}[0-9]){4,13}(?![0-9])")
_AMOUNT = re.compile(r"(?i)[ \u00a0]?(?:kr\b|kroner|,-|mg|ml|%|stk|nok\b|euro)")
_GROUPINGS = frozenset({(8,), (2, 2, 2, 2), (3, 2, 3)})
_GROUPINGS_TOLD = frozenset({(4, 4), (3, 3, 2), (2, 3, 3), (2, 6), (3, 5), (5, 3), (1, 2, 2, 3), (2, 2, 4), (4, 2, 2)})


class _Group(NamedTuple):
    digits: str
    start: int
    end: int


def numbers(text: str, digits: Digits) -> Iterator[Span]:
    """Yield the numbers and dates that identify a person."""
    yield from _in_columns(text, digits)
    for stretch in _stretches(text, digits):
        if sum(end - start for start, end in stretch) >= MIN_DIGITS or _NAMED_DATE.match(text, stretch[0][0]):
            yield from _in_stretch(text, [_Group(text[start:end], start, end) for start, end in stretch])


def _in_columns(text: str, digits: Digits) -> Iterator[Span]:
    """Yield birth numbers whose date stands far from the rest, with nothing but white space between."""
    for number in range(1, len(digits)):
        (before, behind), (start, end) = digits[number - 1], digits[number]
        if MAX_BETWEEN < start - behind <= MAX_BETWEEN_COLUMNS and text[behind:start].isspace():
            first = number - 1
            while first and behind - before < N_DATE and before - digits[first - 1][1] <= MAX_BETWEEN:
                first -= 1
                before = digits[first][0]
            written = text[before:behind] + text[start:end]
            found = "".join(filter(str.isdecimal, written))
            if len(found) == N_BIRTH and found.isascii() and checked.is_birth_number(found):
                yield Span("fnr", before, end)


def _stretches(text: str, digits: Digits) -> Iterator[list[tuple[int, int]]]:
    """Yield digits that stand as near to each other as those of one number."""
    stretch: list[tuple[int, int]] = []
    for start, end in digits:
        if stretch and not (
            start - stretch[-1][1] <= MAX_BETWEEN and _BETWEEN.issuperset(text[stretch[-1][1] : start])
        ):
            yield stretch
            stretch = []
        stretch.append((start, end))
    if stretch:
        yield stretch


def _in_stretch(text: str, groups: list[_Group]) -> Iterator[Span]:
    place = 0
    for number, group in enumerate(groups):
        if group.start >= place and (span := _at(text, groups, number)) is not None:
            place = span.end
            yield span


def _at(text: str, groups: list[_Group], number: int) -> Span | None:
    """Return the identifier that begins with a group of digits, or has letters or a sign before it."""
    before = _words_before(text, groups[number].start)
    behind = groups[number : number + MAX_GROUPS]
    return (
        _international(text, groups[number])
        or _eleven(text, behind, before)
        or _birth_date(text, groups[number], before)
        or _case(text, groups, number, before)
        or _plate(text, groups, number, before)
        or _telephone(text, behind, before)
    )


def _words_before(text: str, place: int) -> list[str]:
    """Return the folded words before a place, back to a number or the end of a thought."""
    window = text[max(0, place - MAX_BEFORE) : place].lower()
    if cut := _NEW_THOUGHT.match(window):
        window = window[cut.end() :]
    return _WORD.findall(window)[-N_WORDS:]


def _international(text: str, group: _Group) -> Span | None:
    """Return an IBAN, or a telephone number that begins with the number of a country."""
    start = group.start
    match = _IBAN.match(text, start - 2) if start >= 2 and text[start - 2 : start].isupper() else None
    if match and checked.is_iban(match.group()):
        return Span("konto", *match.span())
    if start and text[start - 1] == "+":
        start -= 2 if text[start - 2 : start] == "(+" else 1
    elif not group.digits.startswith("00"):
        return None
    match = _FOREIGN.match(text, start)
    while match and not checked.is_telephone(match.group()):
        # A number behind it may have been taken for a part of it.
        last = max(match.group().rfind(sign) for sign in " \u00a0")
        match = _FOREIGN.match(text, start, start + last) if last > 0 else None
    return Span("telefon", *match.span()) if match else None


def _birth_date(text: str, group: _Group, before: list[str]) -> Span | None:
    match = _NAMED_DATE.match(text, group.start) or _DATE.match(text, group.start)
    if match is None or text[group.start - 1 : group.start] in ("/", "-"):
        return None
    # The letter alone tells where the date follows at once.
    is_told = cues.BIRTH.are_in([*(word for word in before[:-1] if word != "f"), *before[-1:]])
    has_sign = not match.group().isdigit()
    if is_told or (has_sign and _is_behind_name(text, *match.span())):
        return Span("fodselsdato", *match.span())
    return None


def _is_behind_name(text: str, start: int, end: int) -> bool:
    """Return whether a date stands alone in parentheses behind a name."""
    if text[start - 1 : start] != "(" or text[end : end + 1] != ")":
        return False
    before = _WORD.findall(text[max(0, start - MAX_BEFORE) : start - 1])
    look = look_of(before[-1]) if before else 0
    return bool(look & (Look.CAPITAL | Look.CAPITALS)) and bool(look & LISTED or not look & (Look.KNOWN | Look.NO_NAME))


def _eleven(text: str, groups: list[_Group], before: list[str]) -> Span | None:
    """Return a birth number or the number of an account: eleven digits."""
    sizes, end = _sizes(groups, N_BIRTH)
    if not sizes:
        return None
    digits = "".join(group.digits for group in groups[: len(sizes)])
    span = (groups[0].start, end)
    if "/" in text[slice(*span)] or "(" in text[slice(*span)]:
        return Span("fnr", *span) if sizes in _AS_BIRTH_NUMBERS and checked.is_birth_number(digits) else None
    is_account = sizes == (4, 2, 5) or cues.ACCOUNT.are_in(before)
    if not is_account and checked.is_birth_number(digits):
        return Span("fnr", *span)
    if checked.has_date(digits) and (
        cues.BIRTH_NUMBER.are_in(before) or (sizes in _AS_BIRTH_NUMBERS and not is_account)
    ):
        return Span("fnr", *span)
    if is_account and (cues.ACCOUNT.are_in(before) or text[groups[0].end] == "." or checked.is_account(digits)):
        return Span("konto", *span)
    if cues.BIRTH_NUMBER.are_in(before):
        return Span("fnr", *span)
    return Span("konto", *span) if sizes == (N_BIRTH,) and checked.is_account(digits) else None


def _sizes(groups: list[_Group], wanted: int) -> tuple[tuple[int, ...], int]:
    """Return the sizes of the first groups that have so many digits together, and where they end; none if none do."""
    sizes: list[int] = []
    for group in groups:
        sizes.append(len(group.digits))
        if sum(sizes) >= wanted:
            return (tuple(sizes), group.end) if sum(sizes) == wanted else ((), 0)
    return (), 0


def _case(text: str, groups: list[_Group], number: int, before: list[str]) -> Span | None:
    start = groups[number].start
    match = _CASE.match(text, start, start + MAX_CASE)
    if match is None or sum(letter.isdigit() for letter in match.group()) < MIN_DIGITS or _IS_TIME.match(match.group()):
        return None
    prefix = _CASE_PREFIX.search(text[max(0, start - 8) : start])
    begin = start - len(prefix.group()) if prefix else start
    words = before[:-1] if prefix and before and before[-1] == prefix.group().rstrip(" -/").lower() else list(before)
    if prefix and cues.CASE.are_in([prefix.group().rstrip(" -/").lower()]):
        words, begin = list(before), start
    while words and words[-1] in cues.FILLERS and not (words[-1] == "id" and len(words) == 1):
        words.pop()
    if words and cues.CASE.are_in(words[-1:]) and "\n" not in text[match.start() : match.end()]:
        return Span("saksnummer", begin, match.end())
    return None


def _plate(text: str, groups: list[_Group], number: int, before: list[str]) -> Span | None:
    group = groups[number]
    letters = _PLATE.search(text[max(0, group.start - 4) : group.start])
    if letters is None or (
        number + 1 < len(groups)
        and groups[number + 1].start - group.end < 2
        and text[group.end] != "\n"
        and text[group.end] != "."
    ):
        return None
    series = letters.group()[:2]
    is_told = cues.PLATE.are_in(before[:-1])
    fits = len(group.digits) == N_PLATE or (is_told and len(group.digits) == N_PLATE - 1)
    if fits and (series.isupper() or is_told) and not _NO_PLATE.search(series.upper()):
        return Span("skilt", group.start - len(letters.group()), group.end)
    return None


def _telephone(text: str, groups: list[_Group], before: list[str]) -> Span | None:
    """Return a Norwegian telephone number, or a foreign one without the number of its country."""
    is_told = cues.TELEPHONE.are_in(before)
    start = groups[0].start
    if groups[0].digits == NORWAY:
        sizes, end = _sizes(groups[1:], N_LOCAL)
        if sizes in _GROUPINGS:
            return Span("telefon", start, end)
    sizes, end = _sizes(groups, N_LOCAL)
    if not sizes:
        return _national(text, groups) if is_told else None
    written = text[start:end]
    is_parted = sizes in _GROUPINGS and len(sizes) > 1
    if (
        written[0] in "01"
        or "/" in written
        or "(" in written
        or _is_part(text, start, end, is_parted=is_parted)
        or _AMOUNT.match(text, end)
    ):
        return None
    if cues.NO_TELEPHONE.are_in(before[-2:]) or (sizes == (N_LOCAL,) and not is_told and checked.is_day(written)):
        return None
    if sizes in _GROUPINGS or (is_told and sizes in _GROUPINGS_TOLD):
        return Span("telefon", start, end)
    return None


def _national(text: str, groups: list[_Group]) -> Span | None:
    """Return a number that begins with zero, as those of Sweden do."""
    written = text[groups[0].start : groups[-1].end]
    n_digits = sum(len(group.digits) for group in groups)
    if written.startswith("0") and N_LOCAL < n_digits <= N_BIRTH and "/" not in written and "." not in written:
        return Span("telefon", groups[0].start, groups[-1].end)
    return None


def _is_part(text: str, start: int, end: int, *, is_parted: bool) -> bool:
    """Return whether a number is part of something longer: a word, a fraction, a decimal number."""
    before, behind = text[max(0, start - 1) : start], text[end : end + 2]
    if is_parted and "/" in (before, behind[:1]):
        return False
    if before.isalnum() or before in ("/", "_", "§", "-") or behind[:1].isalnum() or behind[:1] in ("/", "_"):
        return True
    return behind[:1] in (",", ".", "-") and behind[1:].isdigit()
