"""Sites that a text names, and the one it is about."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pobo_nlp.patterns.sites.book import Meaning, Name, Node, SiteBook, Use
from pobo_nlp.patterns.sites.municipality_cues import MUNICIPALITY_WORDS, Standing, standing_of
from pobo_nlp.patterns.sites.site import Site
from pobo_nlp.patterns.sites.words import Words

_MUNICIPALITIES = frozenset((Use.MUNICIPALITY, Use.MUNICIPALITY_WORD, Use.MUNICIPALITY_SURNAME))
_AT = frozenset("på ved til fra frå mot hos".split())
_NO_HOSPITAL = frozenset("stadion hageby plass skole skule hotell gate gata vei veien veg t kino kirke hallen".split())
# Abbreviations that are words, when all is written in capitals.
_WORDS_IN_CAPITALS = frozenset("hus sus unn siv".split())
_JOINTS = frozenset(("i", "på", "avd", "avdeling"))
_FORMER = frozenset("tidligere tidlegare gamle forhenværende daværende dåverande gammel".split())
# "Kongsvinger sykehus (Ahus)": so near, the one tells where the other belongs.
MAX_CHARS_BETWEEN = 10


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
    """Return the sites that a text names, in order and without overlap.

    The time it takes grows with the length of the text alone.

    Examples
    --------
    >>> book = SiteBook.read()
    >>> [mention.site.name for mention in mentions("Bor i Bergen, klager på Helse Bergen og Skedsmo kommune.", book)]
    ['Bergen kommune', 'Helse Bergen', 'Lillestrøm kommune']
    """
    words = Words(text)
    if book.first_words.isdisjoint(words.folded):
        return ()
    return tuple(_mentions(words, book))


def propose(text: str, book: SiteBook) -> Site | None:
    """Return the site that a text is about; None where it names none, or several of which none is clearly the place.

    A service goes before a place, and what belongs to another that is named as well goes before that.

    Examples
    --------
    >>> propose("Ventet fire timer på Ullevål sykehus (OUS). Jeg bor i Asker.", SiteBook.read()).name
    'Ullevål sykehus'
    """
    found = mentions(text, book)
    services = [mention for mention in found if mention.is_service]
    sites = {mention.site for mention in _without_owners(services, book) or found}
    return sites.pop() if len(sites) == 1 else None


def _mentions(words: Words, book: SiteBook) -> Iterator[Mention]:
    first_words, place = book.first_words, 0
    for start, word in enumerate(words.folded):
        if word not in first_words or start < place:
            continue
        for last, name in _names_from(words, start, book.root):
            mention = _mention(words, start, last, name)
            if mention is not None:
                yield mention
            if mention is not None or name.use in _MUNICIPALITIES:
                place = last + 1
                break


def _names_from(words: Words, start: int, root: Node) -> Sequence[tuple[int, Name]]:
    """Return the names that begin with a word, the longest first, with their last words."""
    found: list[tuple[int, Name]] = []
    node, place = root, start
    while place < len(words.folded):
        word = words.folded[place]
        in_full = node.next.get(word)
        ending = in_full if in_full is not None and in_full.name is not None else node.next.get(word.removesuffix("s"))
        if ending is not None and ending.name is not None:
            found.append((place, ending.name))
        if in_full is None or not in_full.next or not words.hang_together(place, loosely=in_full.name is not None):
            break
        node, place = in_full, place + (2 if _is_joined(words, place, in_full) else 1)
    return found[::-1]


def _is_joined(words: Words, place: int, node: Node) -> bool:
    """Return whether a name goes on after a small word: "Sørlandet sykehus i Arendal"."""
    is_joint = node.name is not None and words.at(place + 1) in _JOINTS and words.at(place + 1) not in node.next
    is_near = words.are_adjacent(place + 1) or (words.at(place + 1) == "avd" and words.gap(place + 2) == ". ")
    return is_joint and is_near and words.at(place + 2).removesuffix("s") in node.next


def _mention(words: Words, first: int, last: int, name: Name) -> Mention | None:
    if words.is_address(first, last) or words.goes_on_with_hyphen(last):
        return None
    if name.use in _MUNICIPALITIES:
        return _municipality(words, first, last, name)
    if not _stands_for_its_site(words, first, last, name):
        return None
    site = _meant(words, first, name.meanings)
    return Mention(site, words.spans[first][0], words.spans[last][1], True) if site is not None else None


def _municipality(words: Words, first: int, last: int, name: Name) -> Mention | None:
    standing = standing_of(words, first, last, name.use)
    site = _meant(words, first, name.meanings) if standing is not Standing.NOTHING else None
    if site is None:
        return None
    has_word = words.at(last + 1) in MUNICIPALITY_WORDS and words.hang_together(last)
    end = words.spans[last + 1 if has_word else last][1]
    return Mention(site, words.spans[first][0], end, standing is Standing.SERVICE)


def _stands_for_its_site(words: Words, first: int, last: int, name: Name) -> bool:
    if name.use is Use.ANYWHERE:
        return True
    if name.use is Use.EXACT:
        own = name.spelled.split()
        as_written = (words.original(place, place) for place in range(first, last + 1))
        written = " ".join(one for one in as_written if one in own or one not in _JOINTS)
        is_so = written in (name.spelled, f"{name.spelled}s") or written.replace(" ", "-") == name.spelled
        return is_so and not (name.spelled.lower() in _WORDS_IN_CAPITALS and words.stands_beside_capitals(first, last))
    if not words.has_capital(first):
        return False
    is_at = words.at(first - 1) in _AT and words.are_adjacent(first - 1)
    return name.use is Use.CAPITAL or (is_at and words.at(last + 1) not in _NO_HOSPITAL)


def _meant(words: Words, first: int, meanings: Sequence[Meaning]) -> Site | None:
    """Return which of several sites of a name is meant: by "tidligere", by a county in the text, or as of today."""
    if len(meanings) == 1:
        return meanings[0].site
    chosen: Sequence[Meaning] = meanings
    if words.at(first - 1) in _FORMER:
        chosen = [meaning for meaning in meanings if meaning.is_former] or meanings
    else:
        in_county = [meaning for meaning in meanings if meaning.county in words.counties]
        chosen = in_county or [meaning for meaning in meanings if not meaning.is_former]
    return chosen[0].site if len(chosen) == 1 else None


def _without_owners(found: Sequence[Mention], book: SiteBook) -> list[Mention]:
    """Leave out the trust or municipality of a site that is named as well."""
    owners = {owner for site in {mention.site.name for mention in found} for owner in _owners_of(site, book)}
    return [
        mention
        for at, mention in enumerate(found)
        if mention.site.name not in owners
        or _stands_apart(mention, (*found[max(at - 1, 0) : at], *found[at + 1 : at + 2]), book)
    ]


def _stands_apart(owner: Mention, beside: Iterable[Mention], book: SiteBook) -> bool:
    """Return whether a hospital that is a trust as well ("Ahus") is named for itself, far from what belongs to it."""
    if owner.site.kind != "sykehus" or owner.site.municipality is None:
        return False
    return not any(
        owner.site.name in _owners_of(other.site.name, book)
        and max(owner.start, other.start) - min(owner.end, other.end) <= MAX_CHARS_BETWEEN
        for other in beside
    )


def _owners_of(site: str, book: SiteBook) -> Iterator[str]:
    owner = book.parent_of.get(site)
    while owner is not None:
        yield owner
        owner = book.parent_of.get(owner)
