"""What a report is about: everything that was found, before it is written down."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pobo_nlp.patterns.candidates import Candidate
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.drift import Drift
from pobo_nlp.patterns.groups import Group
from pobo_nlp.patterns.periods import Kind
from pobo_nlp.patterns.roles import Roles
from pobo_nlp.patterns.series import Series
from pobo_nlp.patterns.sites import Proposal
from pobo_nlp.patterns.suppression import Shown
from pobo_nlp.patterns.surges import Band, Surge
from pobo_nlp.patterns.themes import Themes

Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Counts:
    """All series of a report, and what of them may be shown.

    Attributes
    ----------
    period : of the series over time; those by year are there besides.
    pairs : the shortest period that pairs are counted by.
    is_dated : whether there are dates; without them all cases stand in one period that means nothing.
    """

    series: Sequence[Series]
    shown: Shown
    period: Kind
    is_dated: bool
    pairs: Kind = "year"
    _by: Mapping[tuple[tuple[str, ...], Kind], list[Series]] = field(init=False, repr=False)
    _at: Mapping[tuple[Key, Kind], Series] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by: dict[tuple[tuple[str, ...], Kind], list[Series]] = {}
        at: dict[tuple[Key, Kind], Series] = {}
        for one in self.series:
            kind = one.periods[0].kind
            by.setdefault((tuple(name for name, _ in one.key), kind), []).append(one)
            at[one.key, kind] = one
        object.__setattr__(self, "_by", by)
        object.__setattr__(self, "_at", at)

    def by(self, *names: str, kind: Kind | None = None) -> list[Series]:
        """Return the series of some dimensions or places; those of the longest period where none is named."""
        if kind is not None:
            return self._by.get((names, kind), [])
        return next((self._by[names, one] for one in ("year", "quarter", "month") if (names, one) in self._by), [])

    def at(self, key: Key, kind: Kind) -> Series | None:
        """Return a series."""
        return self._at.get((key, kind))

    def over_time(self, key: Key) -> Series | None:
        """Return a series by the shortest period that it is counted by, years not counted."""
        kinds = (kind for kind in (self.period, self.pairs) if kind != "year" and (key, kind) in self._at)
        return next((self._at[key, kind] for kind in kinds), None)

    def in_year(self, key: Key, year: int) -> int | None:
        """Return how many cases a series has in a year; None where that is hidden."""
        series = self.at(key, "year")
        if series is None:
            return None
        shown = self.shown.periods(series)
        place = year - series.periods[0].year
        return int(series.observed[place]) if 0 <= place < len(shown) and shown[place] else None

    def total(self, key: Key) -> Series | None:
        """Return a series whose total may be shown; None else."""
        found = next((self._at[key, kind] for kind in ("year", "quarter", "month") if (key, kind) in self._at), None)
        return found if found is not None and self.shown.total(found) else None


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes
    ----------
    source : name of the table.
    made : day of the report.
    cases : those within the time of the report.
    correction : how counts were corrected, as a sentence.
    notes : what a reader has to know of the table, as sentences.
    surges : found ones; `n_tested` series were tested.
    bands : of the series that are drawn.
    corrected : name of a list to its count after correction, with its interval.
    n_without_site : rows without a site; `proposals` are sites that their texts tell of.
    quotes : place of a case to some words of its text, only where they were asked for.
    """

    source: str
    made: datetime.date
    taxonomy_version: str
    cases: Cases
    roles: Roles
    counts: Counts
    correction: str
    notes: tuple[str, ...]
    surges: tuple[Surge, ...] = ()
    n_tested: int = 0
    bands: Mapping[Key, Band] = field(default_factory=dict)
    corrected: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    candidates: Sequence[Candidate] = ()
    groups: Sequence[Group] = ()
    themes: Themes | None = None
    has_texts: bool = False
    n_without_site: int = 0
    proposals: Sequence[Proposal] = ()
    drift: Drift | None = None
    quotes: Mapping[int, str] = field(default_factory=dict)

    @property
    def min_cell(self) -> int:
        """Counts under it are hidden."""
        return self.counts.shown.min_cell

    @property
    def years(self) -> list[int]:
        """The latest year of the table and the two before, as far as there are any."""
        total = self.counts.at((), "year")
        return [one.year for one in total.periods][-3:] if total is not None and self.counts.is_dated else []
