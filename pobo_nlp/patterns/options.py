"""What a report is asked for, and who is told how far it has come."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pobo_nlp.patterns.cases import CaseOptions
from pobo_nlp.patterns.periods import Kind
from pobo_nlp.patterns.suppression import MIN_CELL


@dataclass(frozen=True)
class Options:
    """What is asked for.

    Attributes
    ----------
    text_column : None for the one that is recognised; a table without texts gets a report without what needs them.
    since, until : the first and the last day that count.
    aliases : a file of own names of sites.
    with_quotes : whether some words of texts are shown, at most twenty, without what identifies a person.
    """

    cases: CaseOptions = field(default_factory=CaseOptions)
    text_column: str | None = None
    period: Kind = "month"
    since: datetime.date | None = None
    until: datetime.date | None = None
    min_cell: int = MIN_CELL
    aliases: Path | None = None
    with_quotes: bool = False


@dataclass(frozen=True)
class Progress:
    """Who is told how far it has come."""

    begin: Callable[[str], None] = lambda name: None
    advance: Callable[[int], None] = lambda rows: None
