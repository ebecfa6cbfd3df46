"""Candidates for a system case: what recurs at one site, in one municipality, or at one kind of site in several."""

import datetime
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.vectors import CaseVectors

Kind = Literal["flag", "cause_area"]


@dataclass(frozen=True)
class Candidate:
    """Cases that together may be more than single cases.

    Attributes
    ----------
    kind : the same flag, or the same cause in the same area.
    labels : (dimension, label) that all cases have.
    also : (dimension, label) that stand out at the same place and time, and would be candidates by themselves.
    site : None where the cases are of several sites.
    site_kind : what kind of site all cases are of; None where they are of any kind.
    municipalities : names of the regions of the cases, in alphabetical order.
    first, last : days of the first and the last case.
    n, n_human : cases, and those of them whose label a person set.
    expected : cases that would be there if the label were as frequent as at other sites of the kind.
    score : how surprising the number is: minus the decimal logarithm of the probability of so many cases or more.
    trend : `nytt`, `økende`, `jevnt` or `avtakende`, against as many days before.
    why : one sentence.
    question : what an adviser should ask.
    rows : places in `Cases`, by date.
    look_also : places in `Cases` of cases without the label whose text is as close to the others as they are to each
        other, the closest first.
    """

    kind: Kind
    labels: tuple[tuple[str, str], ...]
    also: tuple[tuple[str, str], ...]
    site: str | None
    site_kind: str | None
    municipalities: tuple[str, ...]
    first: datetime.date
    last: datetime.date
    n: int
    n_human: int
    expected: float
    score: float
    trend: str
    why: str
    question: str
    rows: NDArray[np.int64]
    look_also: NDArray[np.int64]


def find_candidates(
    cases: Cases, vectors: CaseVectors | None, *, window_days: int = 92, min_cell: int = 5
) -> list[Candidate]:
    """Return the candidates, the most surprising first.

    Parameters
    ----------
    vectors : None where there is no text; nothing is then listed to look at as well.
    window_days : days that the cases of a candidate lie within.
    """
    return []
