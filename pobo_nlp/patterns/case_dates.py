"""Dates as tables hold them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pobo_nlp.batch.difference.cells import as_text

Dates = NDArray[np.datetime64]
TYPED = "dato"
EARLIEST_YEAR = 1900
_TIME = r"(?:[T ]\s*\d\d?[:.]\d\d.*)?"
# How a date is written, as a person calls it.
FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ÅÅÅÅ-MM-DD": re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?){_TIME}"),
        "DD.MM.ÅÅÅÅ": re.compile(rf"(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?(?P<year>\d{{4}}){_TIME}"),
        "DD.MM.ÅÅ": re.compile(rf"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d\d){_TIME}"),
        "DD/MM/ÅÅÅÅ": re.compile(rf"(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{{4}}){_TIME}"),
        "DD/MM/ÅÅ": re.compile(rf"(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d\d){_TIME}"),
        "DD-MM-ÅÅÅÅ": re.compile(rf"(?P<day>\d\d?)-(?P<month>\d\d?)-(?P<year>\d{{4}}){_TIME}"),
        "ÅÅÅÅ/MM/DD": re.compile(rf"(?P<year>\d{{4}})/(?P<month>\d\d?)/(?P<day>\d\d?){_TIME}"),
        "ÅÅÅÅMMDD": re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
        "DD. måned ÅÅÅÅ": re.compile(
            rf"(?P<day>\d\d?)\. ?(?P<month>[a-zæøå]+)\.? (?P<year>\d{{4}}){_TIME}", re.IGNORECASE
        ),
    }
)
_NONE = np.datetime64("NaT", "D")
# Bokmål and nynorsk write the months alike, but for short forms, which begin as the long ones do.
_MONTHS = "januar februar mars april mai juni juli august september oktober november desember".split()
_MIN_MONTH_LETTERS = 3


@dataclass(slots=True)
class DateReader:
    """Reads columns of dates and remembers what they looked like.

    Attributes
    ----------
    forms : how many rows have their date written in which form.
    missing, unreadable : how many have none, and one that is none.
    first_unreadable : where a person finds the first of these; None where there is none.
    """

    forms: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    unreadable: int = 0
    first_unreadable: int | None = None

    def read(self, column: pa.Array, places: Sequence[int]) -> Dates:
        """Return the day of each row, NaT where there is none.

        Parameters
        ----------
        places : where a person finds each row.
        """
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
            return self._typed(column)
        encoded = as_text(column).dictionary_encode()
        cells = encoded.dictionary.to_pylist()
        numbers = encoded.indices.to_numpy(zero_copy_only=False)
        counts = np.bincount(numbers, minlength=len(cells)).tolist()
        days = np.full(len(cells), _NONE)
        for place, (cell, count) in enumerate(zip(cells, counts, strict=True)):
            found = day_of(cell)
            if found is not None:
                days[place] = found[0]
                self.forms[found[1]] += count
            elif cell:
                self.unreadable += count
                if self.first_unreadable is None and count:
                    self.first_unreadable = places[int(np.argmax(numbers == place))]
            else:
                self.missing += count
        return days[numbers] if len(cells) else np.zeros(0, "datetime64[D]")

    def _typed(self, column: pa.Array) -> Dates:
        if pa.types.is_timestamp(column.type) and column.type.tz is not None:
            column = pc.local_timestamp(column.cast(pa.timestamp("us", "Europe/Oslo"), safe=False))
        days = column.cast(pa.date32(), safe=False).cast(pa.int32())
        is_missing = days.is_null().to_numpy(zero_copy_only=False)
        numbers = pc.fill_null(days, 0).to_numpy(zero_copy_only=False).astype("datetime64[D]")
        self.missing += int(is_missing.sum())
        if len(column) > is_missing.sum():
            self.forms[TYPED] += int(len(column) - is_missing.sum())
        return np.where(is_missing, _NONE, numbers)


def day_of(cell: str) -> tuple[date, str] | None:
    """Return the day that a cell names, and the form it is written in; None where it names none.

    Day stands before month, as in Norway.

    Examples
    --------
    >>> day_of("3.4.2024"), day_of("2024-04-03T12:00"), day_of("31.02.2024"), day_of("i fjor")
    ((datetime.date(2024, 4, 3), 'DD.MM.ÅÅÅÅ'), (datetime.date(2024, 4, 3), 'ÅÅÅÅ-MM-DD'), None, None)
    >>> day_of("3. april 2024"), day_of("3. hest 2024")
    ((datetime.date(2024, 4, 3), 'DD. måned ÅÅÅÅ'), None)
    """
    for name, form in FORMS.items():
        if found := form.fullmatch(cell):
            year = int(found["year"])
            year += 2000 if len(found["year"]) == 2 else 0
            if year < EARLIEST_YEAR:
                return None
            try:
                return date(year, _month(found["month"]), int(found["day"])), name
            except ValueError:
                return None
    return None


def _month(written: str) -> int:
    """Return the number of a month; 0, which no month has, where there is none of that name."""
    if written.isdecimal():
        return int(written)
    beginning = written.lower()
    named = (number for number, month in enumerate(_MONTHS, start=1) if month.startswith(beginning))
    return next(named, 0) if len(beginning) >= _MIN_MONTH_LETTERS else 0


def later_than(days: Dates, today: date) -> NDArray[np.bool_]:
    """Return which dates are still to come; a day is granted for clocks that differ."""
    return np.asarray(days > np.datetime64(today + timedelta(days=1)))
