"""What an adviser has decided, inquiry by inquiry."""

import secrets
from dataclasses import dataclass, field

from pobo_nlp.store import Store, Version

VERSIONS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Case:
    """An inquiry that an adviser has decided.

    Attributes
    ----------
    newest : version, which may be another's.
    history : all versions, the newest first.
    save_key : of an undo from this page.
    """

    newest: Version
    history: tuple[Version, ...]
    save_key: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    @property
    def can_be_undone(self) -> bool:
        """Whether there is anything to take back."""
        return self.newest.status != "withdrawn"


def cases_of(store: Store, by: str, start: int) -> tuple[list[Case], int | None]:
    """Return some of the inquiries that a person has decided, last decided first, and where the next ones begin.

    Parameters
    ----------
    start : how many of the person's versions are passed over.
    """
    found = store.decided_by(by, limit=VERSIONS_AT_ONCE + 1, offset=start)
    ids = dict.fromkeys(version.inquiry_id for version in found[:VERSIONS_AT_ONCE])
    cases = []
    for inquiry_id in ids:
        if history := store.history(inquiry_id)[::-1]:
            cases.append(Case(history[0], tuple(history)))
    return cases, start + VERSIONS_AT_ONCE if len(found) > VERSIONS_AT_ONCE else None
