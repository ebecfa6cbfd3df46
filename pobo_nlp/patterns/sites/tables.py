"""The tables of names: those of the package, and a file of own ones."""

import csv
import io
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from pobo_nlp.errors import SiteAliasError
from pobo_nlp.patterns.sites.kinds import KINDS, kind_of_words
from pobo_nlp.patterns.sites.site import Site
from pobo_nlp.patterns.sites.spelling import words_of
from pobo_nlp.text.normalise import fold

Row = Mapping[str, str]
COLUMNS = ("alias", "name", "kind", "municipality", "trust")
_NEEDED = frozenset(("alias", "name"))
MAX_ALIASES = 100_000
MAX_WORDS = 20


class Municipality(NamedTuple):
    """A municipality of 2024; `cue` says whether its name is a word (`ord`) or a surname (`navn`) as well."""

    number: str
    name: str
    county: str
    other_names: tuple[str, ...]
    cue: str


class Former(NamedTuple):
    """A municipality that is no more, the year it went, and the numbers of those that took over."""

    name: str
    until: int
    successors: tuple[str, ...]
    cue: str


class Alias(NamedTuple):
    """A name of a site from a file of own ones."""

    name: str
    site: Site


@cache
def municipalities() -> tuple[Municipality, ...]:
    """Return the 357 municipalities of 2024. Source: Statistics Norway, classification 131."""
    return tuple(
        Municipality(row["number"], row["name"], row["county"], _several(row["other_names"]), row["cue"])
        for row in read_rows("municipalities")
    )


@cache
def former_municipalities() -> tuple[Former, ...]:
    """Return those that merged from 2002 to 2020."""
    return tuple(
        Former(row["name"], int(row["until"]), _several(row["successors"]), row["cue"]) for row in read_rows("former")
    )


def read_rows(name: str) -> Iterator[Row]:
    """Return the rows of a table of the package."""
    text = files("pobo_nlp.patterns.sites").joinpath("data", f"{name}.tsv").read_text("utf-8")
    yield from csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)


def read_aliases(path: Path) -> list[Alias]:
    """Return the names of a tab-separated file: columns alias and name, if wanted kind, municipality and trust.

    Raises
    ------
    SiteAliasError : where it cannot be used; all faults at once, each with its row and what to do.
    """
    rows = [line.split("\t") for line in _text_of(path).splitlines()]
    header = [fold(cell).strip() for cell in rows[0]] if rows else []
    if not set(header) >= _NEEDED or set(header) - set(COLUMNS) or len(set(header)) < len(header):
        raise SiteAliasError(path, [f"Rad 1: {_HEADER}"])
    if len(rows) > MAX_ALIASES:
        raise SiteAliasError(
            path, [f"Rad {MAX_ALIASES + 1}: flere navn enn {MAX_ALIASES}. Del opp fila eller kort ned."]
        )
    reader = _AliasReader(header)
    found = [reader.read(number, cells) for number, cells in enumerate(rows[1:], 2) if "".join(cells).strip()]
    if reader.faults:
        raise SiteAliasError(path, reader.faults)
    return [alias for alias in found if alias is not None]


_HEADER = (
    "overskriften må ha kolonnene alias og name, og kan ha kind, municipality og trust, hver én gang, med tabulator "
    "mellom. Rett overskriften."
)


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SiteAliasError(path, [f"Fila kan ikke leses ({error.strerror}). Sjekk navnet og rettighetene."]) from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise SiteAliasError(path, [f"Rad {row}: ikke UTF-8. Lagre fila som UTF-8."]) from None


class _AliasReader:
    """Reads rows one by one, and keeps what is wrong with them."""

    def __init__(self, header: list[str]) -> None:
        self.faults: list[str] = []
        self._header = header
        self._site_of: dict[tuple[str, ...], tuple[int, Site]] = {}
        self._named: dict[str, tuple[int, Site]] = {}
        self._municipality_of = {fold(one.name): one.name for one in municipalities()}

    def read(self, number: int, cells: list[str]) -> Alias | None:
        if len(cells) > len(self._header):
            return self._fault(
                number, f"{len(cells)} celler, men overskriften har {len(self._header)}", "Fjern tabulatorer"
            )
        row = {name: " ".join(cell.split()) for name, cell in zip(self._header, cells, strict=False)}
        words = words_of(row.get("alias", ""))
        if not words or not row.get("name"):
            empty = "name" if words else "alias"
            return self._fault(number, f"kolonnen {empty} er tom", "Fyll den ut eller slett raden")
        if len(words) > MAX_WORDS:
            return self._fault(number, f"kolonnen alias har flere enn {MAX_WORDS} ord", "Kort den ned")
        kind = row.get("kind") or kind_of_words(row["name"])
        if kind not in KINDS:
            return self._fault(number, "kolonnen kind har en ukjent verdi", f"Bruk en av: {', '.join(KINDS)}")
        place = row.get("municipality", "")
        municipality = self._municipality_of.get(fold(place).removesuffix(" kommune"))
        if place and municipality is None:
            cure = "Skriv navnet som i dag, som Bergen"
            return self._fault(number, "kolonnen municipality har ingen av de 357 kommunene", cure)
        site = Site(row["name"], kind, municipality, row.get("trust") or None)
        return self._kept(number, Alias(row["alias"], site), words)

    def _kept(self, number: int, alias: Alias, words: tuple[str, ...]) -> Alias | None:
        first, site = self._site_of.setdefault(words, (number, alias.site))
        if site.name != alias.site.name:
            return self._fault(number, f"samme alias som i rad {first}, men et annet navn", "Behold ett av dem")
        first, site = self._named.setdefault(alias.site.name, (number, alias.site))
        if site != alias.site:
            problem = f"samme navn som i rad {first}, men annen kind, municipality eller trust"
            return self._fault(number, problem, "La radene si det samme")
        return alias

    def _fault(self, number: int, problem: str, cure: str) -> Alias | None:
        self.faults.append(f"Rad {number}: {problem}. {cure}.")
        return None


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()
