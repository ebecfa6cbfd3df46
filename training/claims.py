"""What a notebook says in its first cell, held against the figures of the moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from training.counts import Table

HOLDS, FAILS = "ja", "NEI"
NOTE = "Et svar øverst stemmer ikke lenger med tallene. Skriv det om."


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, the figures behind it, and whether they bear it out."""

    said: str
    figures: str
    holds: bool


def claims_table(claims: Sequence[Claim]) -> Table:
    """Return a table of claims; below it stands what to do where one fails."""
    rows = [(claim.said, claim.figures, HOLDS if claim.holds else FAILS) for claim in claims]
    note = "" if all(claim.holds for claim in claims) else NOTE
    return Table("Svarene øverst, holdt mot tallene", ("svar", "tall", "stemmer"), rows, note)
