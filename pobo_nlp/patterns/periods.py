"""Months, quarters and years that follow one another, and which of them a case falls in."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["month", "quarter", "year"]
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
_NAMES = (
    "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "desember",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, a quarter or a year.

    Attributes
    ----------
    number : of periods since year 0.

    Examples
    --------
    >>> Period.of(datetime.date(2024, 5, 17), "quarter").name
    '2. kvartal 2024'
    """

    kind: Kind
    number: int

    @classmethod
    def of(cls, day: datetime.date, kind: Kind) -> "Period":
        """Return the period that a day falls in."""
        return cls(kind, (day.year * 12 + day.month - 1) // MONTHS[kind])

    @property
    def start(self) -> datetime.date:
        """The first day."""
        year, month = divmod(self.number * MONTHS[self.kind], 12)
        return datetime.date(year, month + 1, 1)

    @property
    def end(self) -> datetime.date:
        """The last day."""
        return self.next.start - datetime.timedelta(days=1)

    @property
    def next(self) -> "Period":
        """The one that follows."""
        return Period(self.kind, self.number + 1)

    @property
    def year(self) -> int:
        """The year it is in."""
        return self.start.year

    @property
    def season(self) -> int:
        """Its place in the year, from 0."""
        return self.number % (12 // MONTHS[self.kind])

    @property
    def name(self) -> str:
        """What a reader calls it."""
        if self.kind == "year":
            return str(self.year)
        if self.kind == "quarter":
            return f"{self.season + 1}. kvartal {self.year}"
        return f"{_NAMES[self.season]} {self.year}"

    @property
    def code(self) -> str:
        """A short name that sorts in time: 2024-05, 2024-K2 or 2024."""
        if self.kind == "year":
            return str(self.year)
        return f"{self.year}-K{self.season + 1}" if self.kind == "quarter" else f"{self.year}-{self.season + 1:02}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Periods, and where each case stands in them.

    Attributes
    ----------
    periods : consecutive, the empty ones included.
    codes : shape (n_cases,), place of the period; -1 for a case without a date or outside.
    first_day, last_day : what the cases, or the user, say the time is from and to; None where there is no case.
    """

    periods: Sequence[Period]
    codes: NDArray[np.int32]
    first_day: datetime.date | None
    last_day: datetime.date | None

    def is_whole(self, place: int) -> bool:
        """Return whether the whole of a period lies within the time; one that is cut short is not to be compared."""
        if self.first_day is None or self.last_day is None:
            return False
        period = self.periods[place]
        return self.first_day <= period.start and period.end <= self.last_day


def timeline(
    dates: NDArray[np.datetime64],
    kind: Kind,
    *,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Timeline:
    """Return the periods of dates.

    Parameters
    ----------
    dates : days; NaT where there is none.
    since, until : the first and the last day that count; else those of the dates. Where the dates alone tell, the first
        and the last period count as whole when a case falls within a week of their start and end.
    """
    within = ~np.isnat(dates)
    within &= dates >= np.datetime64(since) if since is not None else within
    within &= dates <= np.datetime64(until) if until is not None else within
    codes = np.full(len(dates), -1, np.int32)
    if not within.any():
        return Timeline((), codes, since, until)
    first, last = dates[within].min().astype(object), dates[within].max().astype(object)
    begin, end = Period.of(since or first, kind), Period.of(until or last, kind)
    periods = tuple(Period(kind, number) for number in range(begin.number, end.number + 1))
    months = dates[within].astype("datetime64[M]").astype(np.int64) + 1970 * 12
    codes[within] = months // MONTHS[kind] - begin.number
    return Timeline(periods, codes, since or _start(first, kind), until or _end(last, kind))


_SLACK = datetime.timedelta(days=7)


def _start(first: datetime.date, kind: Kind) -> datetime.date:
    start = Period.of(first, kind).start
    return start if first - start <= _SLACK else first


def _end(last: datetime.date, kind: Kind) -> datetime.date:
    end = Period.of(last, kind).end
    return end if end - last <= _SLACK else last
