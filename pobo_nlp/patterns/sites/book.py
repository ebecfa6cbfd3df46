"""The sites that can be recognised, and the names they go by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path

from pobo_nlp.patterns.sites.kinds import kind_of_words
from pobo_nlp.patterns.sites.site import Site
from pobo_nlp.patterns.sites.spelling import spellings, words_of
from pobo_nlp.patterns.sites.tables import (
    Alias,
    Municipality,
    former_municipalities,
    municipalities,
    read_aliases,
    read_rows,
)

_NO_WORDS_OF_A_NAME = frozenset(("hf", "rhf", "helseforetak", "kommune", "herad"))
_IS_HERAD = frozenset(("Kvam", "Ulvik", "Voss"))


class Use(Enum):
    """When a name stands for its site.

    Attributes
    ----------
    ANYWHERE : always; nothing else is called so.
    EXACT : in these capitals and small letters: "SUS", not "sus".
    CAPITAL : with a capital letter.
    PLACE : with a capital letter, after "på", "ved", "til" or "fra": the place is called so, too.
    MUNICIPALITY : by the words around it.
    MUNICIPALITY_WORD : the same, and the name is a common word: "Time", "Ski".
    MUNICIPALITY_SURNAME : the same, and many people are called so: "Lund", "Vik".
    """

    ANYWHERE = "anywhere"
    EXACT = "exact"
    CAPITAL = "capital"
    PLACE = "place"
    MUNICIPALITY = ""
    MUNICIPALITY_WORD = "ord"
    MUNICIPALITY_SURNAME = "navn"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A site that a name may stand for, the county that tells it from others, and whether it was called so before."""

    site: Site
    county: str = ""
    is_former: bool = False


@dataclass(slots=True)
class Name:
    """A name as it is spelled, when it stands for a site, and for which."""

    spelled: str
    use: Use
    meanings: list[Meaning]


@dataclass(slots=True)
class Node:
    """Words that names begin with: the name that ends here, if one does, and the words that may follow."""

    name: Name | None = None
    next: dict[str, "Node"] = field(default_factory=dict)


class SiteBook:
    """Sites by their names.

    Attributes
    ----------
    root : the first words of all names.
    parent_of : name of a site to that of the one it belongs to: hospital, health trust, regional trust.
    """

    def __init__(self, aliases: Iterable[Alias] = ()) -> None:
        self.root = Node()
        self.parent_of: dict[str, str] = {}
        self._add_municipalities()
        self._add_trusts()
        self._add_hospitals()
        self._add_aliases(aliases)
        _let_other_spellings_in(self.root)
        self.first_words = frozenset(self.root.next) | {f"{word}s" for word in self.root.next}

    @classmethod
    def read(cls, aliases: Path | None = None) -> "SiteBook":
        """Return the book of the package's own tables and, where given, a file of own names.

        Own names go before the package's. See `tables.read_aliases` for the file.

        Raises
        ------
        SiteAliasError : where the file cannot be used; all faults at once.
        """
        return _book_of_the_package() if aliases is None else cls(read_aliases(aliases))

    def site_called(self, name: str) -> Site | None:
        """Return the site that a whole name stands for; None where it is unknown or stands for several.

        Examples
        --------
        >>> SiteBook.read().site_called("Helse Bergen HF").kind, SiteBook.read().site_called("Skedsmo kommune").name
        ('helseforetak', 'Lillestrøm kommune')
        """
        words = list(words_of(name.replace("(", " ").replace(")", " ")))
        node = self._node_of(words)
        while (node is None or node.name is None) and words and words[-1] in _NO_WORDS_OF_A_NAME:
            words.pop()
            node = self._node_of(words)
        if node is None or node.name is None:
            return None
        today = [meaning.site for meaning in node.name.meanings if not meaning.is_former]
        sites = today or [meaning.site for meaning in node.name.meanings]
        return sites[0] if len(sites) == 1 else None

    def sites(self) -> tuple[Site, ...]:
        """Return all sites, by name."""
        return tuple(sorted({site.name: site for site in _sites_under(self.root)}.values(), key=lambda one: one.name))

    def _node_of(self, words: Iterable[str]) -> Node | None:
        node: Node | None = self.root
        for word in words:
            node = node.next.get(word) if node is not None else None
        return node

    def _add(self, spelled: str, use: Use, meaning: Meaning, *, goes_before: bool = False) -> None:
        node = self.root
        for word in words_of(spelled):
            node = node.next.setdefault(word, Node())
        if node.name is None or goes_before:
            node.name = Name(spelled, use, [meaning])
        elif all(meaning.site != known.site for known in node.name.meanings):
            node.name.meanings.append(meaning)

    def _add_municipalities(self) -> None:
        sites = _sites_of_municipalities()
        for one in municipalities():
            meaning = Meaning(sites[one.number], one.county)
            self._add(one.name, Use(one.cue), meaning)
            for name in one.other_names:
                self._add(name, Use.MUNICIPALITY, meaning)
        county_of = {one.number: one.county for one in municipalities()}
        for former in former_municipalities():
            for number in former.successors:
                self._add(former.name, Use(former.cue), Meaning(sites[number], county_of[number], True))

    def _add_trusts(self) -> None:
        for row in read_rows("trusts"):
            name, kind = row["name"], kind_of_words(row["name"])
            is_known = kind in ("sykehus", "regionalt helseforetak")
            site = Site(name, kind if is_known else "helseforetak", row["municipality"] or None, name)
            if row["region"]:
                self.parent_of[name] = row["region"]
            self._add_names(row, site)

    def _add_hospitals(self) -> None:
        for row in read_rows("hospitals"):
            site = Site(row["name"], "sykehus", row["municipality"] or None, row["trust"] or None)
            if row["trust"]:
                self.parent_of[site.name] = row["trust"]
            self._add_names(row, site)
        self._add_hospitals_of_trusts()

    def _add_hospitals_of_trusts(self) -> None:
        """Add what a trust and a town together are called: "Helse Bergen Voss", "NLSH i Vesterålen"."""
        abbreviations = {row["name"]: (row["exact"] or "").split("|") for row in read_rows("trusts")}
        for row in read_rows("hospitals"):
            town = _town_of(row["name"], row["trust"])
            if not town:
                continue
            site = Site(row["name"], "sykehus", row["municipality"] or None, row["trust"])
            for trust in filter(None, (row["trust"], *abbreviations[row["trust"]])):
                use = Use.ANYWHERE if trust == row["trust"] else Use.EXACT
                for spelled in (f"{trust} {town}", f"{trust} i {town}"):
                    node = self._node_of(words_of(spelled))
                    if node is None or node.name is None:
                        self._add(spelled, use, Meaning(site))

    def _add_names(self, row: Mapping[str, str], site: Site) -> None:
        uses = (("names", Use.ANYWHERE), ("exact", Use.EXACT), ("place", Use.PLACE))
        for column, use in uses:
            for spelled in (row.get(column) or "").split("|"):
                if spelled:
                    self._add(spelled, use, Meaning(site))
        self._add(site.name, Use.ANYWHERE, Meaning(site))

    def _add_aliases(self, aliases: Iterable[Alias]) -> None:
        for alias in aliases:
            site = alias.site
            if site.trust is not None and site.trust != site.name:
                self.parent_of[site.name] = site.trust
            elif site.municipality is not None and site.kind != "kommune":
                self.parent_of[site.name] = _site_of_municipality(site.municipality).name
            for spelled in (alias.name, site.name):
                self._add(spelled, _use_of(spelled), Meaning(site), goes_before=spelled == alias.name)


@cache
def _book_of_the_package() -> SiteBook:
    return SiteBook()


def kind_of_site(name: str) -> str:
    """Return what kind of place a site is: by the package's tables, or else by the words of its name.

    Examples
    --------
    >>> kind_of_site("Solbakken sykehjem"), kind_of_site("Ahus"), kind_of_site("Bergen"), kind_of_site("Bryggen")
    ('sykehjem', 'sykehus', 'kommune', 'annet')
    """
    site = SiteBook.read().site_called(name)
    return site.kind if site is not None else kind_of_words(name)


@cache
def _sites_of_municipalities() -> Mapping[str, Site]:
    names = [one.name for one in municipalities()]
    return {
        one.number: Site(_official(one, names.count(one.name) > 1), "kommune", one.name) for one in municipalities()
    }


def _town_of(hospital: str, trust: str) -> str:
    """Return the town that tells a hospital from others of its trust; nothing where that is no news."""
    kept = hospital.removeprefix(f"{trust} ").removeprefix("Sykehuset ")
    for ending in (" sykehus", " sjukehus", " universitetssjukehus", " lungesykehus", " sjukestugu"):
        kept = kept.removesuffix(ending)
    return kept if trust and kept != hospital and kept not in trust else ""


def _site_of_municipality(name: str) -> Site:
    return next(site for site in _sites_of_municipalities().values() if site.municipality == name)


def _official(one: Municipality, is_shared: bool) -> str:
    name = f"{one.name} herad" if one.name in _IS_HERAD else f"{one.name} kommune"
    return f"{name} ({one.county})" if is_shared else name


def _use_of(alias: str) -> Use:
    """Return when an own name stands for its site: a word by itself needs the capitals that it has in the file."""
    if len(words_of(alias)) > 1 or alias == alias.lower() or kind_of_words(alias) != "annet":
        return Use.ANYWHERE
    return Use.EXACT if alias.isupper() else Use.CAPITAL


def _sites_under(node: Node) -> Iterator[Site]:
    if node.name is not None:
        yield from (meaning.site for meaning in node.name.meanings)
    for child in node.next.values():
        yield from _sites_under(child)


def _let_other_spellings_in(node: Node) -> None:
    """Lead other spellings of each word to the same node; a word that is a name's own stays that."""
    own = dict(node.next)
    for word, child in own.items():
        _let_other_spellings_in(child)
        for other in spellings(word):
            node.next.setdefault(other, child)
