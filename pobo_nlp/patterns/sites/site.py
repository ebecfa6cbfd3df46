"""A place that gives services."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A place that gives health or care services, or answers for them.

    Attributes
    ----------
    name : the official one; "Herøy kommune (Nordland)" where two municipalities share it.
    kind : one of `KINDS`.
    municipality : where it is; None where it is in several.
    trust : the health trust it belongs to, or is; None where it belongs to none.
    """

    name: str
    kind: str
    municipality: str | None = None
    trust: str | None = None
