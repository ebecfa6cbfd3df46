"""Sites that a text names."""

from typing import NamedTuple

from pobo_nlp.patterns.sites.book import Site, SiteBook


class Mention(NamedTuple):
    """A site named in a text.

    Attributes
    ----------
    start, end : first character and one past the last.
    is_service : whether the name is that of a service ("Bergen kommune", "Ahus"), and not only of a place ("i Bergen").
    """

    site: Site
    start: int
    end: int
    is_service: bool


def mentions(text: str, book: SiteBook) -> tuple[Mention, ...]:
    """Return the sites that a text names, in order and without overlap."""
    return ()


def propose(text: str, book: SiteBook) -> Site | None:
    """Return the site that a text is about; None where it names none, or several of which none is clearly the place."""
    return None
