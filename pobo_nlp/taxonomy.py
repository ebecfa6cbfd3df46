"""The label scheme as data: dimensions, their labels, and which label follows from which.

A scheme is a TOML file: `[[dimension]]` tables with `id`, `navn`, `kind` (`single`: exactly one label, `multi`: none or
more) and, where the dimension's label decides that of another, `parent`; then one `[[<dimension id>]]` table a label.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeGuard

from pobo_nlp.errors import InputNotFoundError, TaxonomyError, UnknownLabelError

Kind = Literal["single", "multi"]
# "|" joins labels in a table's cell, and ids become column names, which no spreadsheet may take for a formula.
_ID = re.compile(r"(?![=+@＝＋－＠-])[^\s|;,\"'\x00-\x1f\x7f-\x9f]+")
_RESERVED = frozenset({"id", "text", "version", "dimension", "settled", "review", "malform", "model"})
# Endings of the columns that a table gets beside the one named as the dimension.
_COLUMN_ENDINGS = ("_probability", "_2", "_3")
_TEXT_KEYS = ("definisjon", "monster")
# A file that someone else may have written must not keep a machine busy: a key of many parts (`a.a.a`) takes time that
# grows with their square, and so do many dimensions; where there is a parent, there is a table of labels by labels.
MAX_BYTES, MAX_DOTS, MAX_DIMENSIONS, MAX_LABELS = 2**18, 100, 100, 2_000


@dataclass(frozen=True, slots=True)
class Label:
    """A label: what it is called, means and borders on.

    Attributes
    ----------
    parent : label of the parent dimension that follows from this one, where there is one.
    definition : what it means; for a flag the pattern it stands for.
    border : what it is not, and which label that has instead.
    question : what an adviser is asked, for a flag.
    share : share of all inquiries in [0, 1], where a source gives one.
    """

    id: str
    name: str
    parent: str | None = None
    definition: str = ""
    border: str = ""
    question: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A question that an inquiry is labelled on."""

    id: str
    name: str
    kind: Kind
    parent: str | None
    labels: tuple[Label, ...]

    @property
    def label_ids(self) -> tuple[str, ...]:
        """Ids of the labels, in the order of the file."""
        return tuple(label.id for label in self.labels)

    def label(self, label_id: str) -> Label:
        """Return a label by its id."""
        for label in self.labels:
            if label.id == label_id:
                return label
        raise UnknownLabelError(label_id, known=self.label_ids)


@dataclass(frozen=True)
class Taxonomy:
    """A valid label scheme."""

    version: str
    dimensions: tuple[Dimension, ...]

    @classmethod
    def load(cls, path: Path) -> "Taxonomy":
        """Read and check a file.

        Raises
        ------
        TaxonomyError : with every fault of the file.
        InputNotFoundError : where there is no such file.
        """
        if not path.is_file():
            raise InputNotFoundError(path)
        return cls.from_toml(path.read_bytes(), source=str(path))

    @classmethod
    def default(cls) -> "Taxonomy":
        """Return the scheme that this package brings along."""
        return cls.from_toml(default_toml(), source="taxonomy.toml")

    @classmethod
    def from_toml(cls, content: bytes, *, source: str) -> "Taxonomy":
        """Parse and check the content of a file; `source` names it in errors."""
        raw = _parsed(content, source)
        faults = list(_faults(raw))
        if faults:
            raise TaxonomyError(source, faults)
        return cls(str(raw.get("version", "")), tuple(_dimension(entry, raw) for entry in raw["dimension"]))

    @cached_property
    def predicted(self) -> tuple[Dimension, ...]:
        """The dimensions that a model learns: all but parents, whose label follows."""
        parents = {dimension.parent for dimension in self.dimensions}
        return tuple(dimension for dimension in self.dimensions if dimension.id not in parents)

    def dimension(self, dimension_id: str) -> Dimension:
        """Return a dimension by its id."""
        for dimension in self.dimensions:
            if dimension.id == dimension_id:
                return dimension
        raise UnknownLabelError(dimension_id, known=[dimension.id for dimension in self.dimensions])

    def path(self, dimension: Dimension) -> tuple[Dimension, ...]:
        """Return a dimension followed by its parent, that one's parent, and so on up."""
        if dimension.parent is None:
            return (dimension,)
        return (dimension, *self.path(self.dimension(dimension.parent)))


def default_toml() -> bytes:
    """Return the content of the scheme that this package brings along."""
    return files("pobo_nlp").joinpath("taxonomy.toml").read_bytes()


def _parsed(content: bytes, source: str) -> dict[str, Any]:
    """Return what a TOML file holds, unless it is one that keeps a machine busy."""
    if len(content) > MAX_BYTES or any(line.count(b".") > MAX_DOTS for line in content.split(b"\n")):
        raise TaxonomyError(source, [f"mer enn {MAX_BYTES} tegn, eller mer enn {MAX_DOTS} punktum på en linje"])
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise TaxonomyError(source, [f"byte {error.start}: ikke UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise TaxonomyError(source, [f"ikke gyldig TOML: {error}"]) from error
    except (ValueError, RecursionError, OverflowError) as error:
        raise TaxonomyError(source, ["for dypt, eller med for store tall, for en TOML-fil"]) from error


def _dimension(entry: Mapping[str, str], raw: Mapping[str, Sequence[Mapping[str, object]]]) -> Dimension:
    kind: Kind = "multi" if entry["kind"] == "multi" else "single"
    labels = tuple(_label(label) for label in raw[entry["id"]])
    return Dimension(entry["id"], entry.get("navn", entry["id"]), kind, entry.get("parent"), labels)


def _label(entry: Mapping[str, object]) -> Label:
    share = next(
        (value for key, value in sorted(entry.items(), reverse=True) if key.startswith("andel_")),
        None,
    )
    return Label(
        id=str(entry["id"]),
        name=str(entry.get("navn", entry["id"])),
        parent=str(entry["parent"]) if "parent" in entry else None,
        definition=" ".join(str(entry[key]) for key in _TEXT_KEYS if key in entry),
        border=str(entry.get("grense", "")),
        question=str(entry.get("sporsmal", "")),
        share=float(share) if isinstance(share, int | float) and 0 <= share <= 1 else None,
    )


def _faults(raw: Mapping[str, object]) -> Iterator[str]:
    dimensions = raw.get("dimension")
    if not _is_list_of_tables(dimensions) or not dimensions:
        yield "ingen [[dimension]]: minst én dimensjon må stå i filen"
        return
    many = [name for name, value in raw.items() if isinstance(value, list) and len(value) > MAX_LABELS]
    if many or len(dimensions) > MAX_DIMENSIONS:
        yield f"det går høyst {MAX_DIMENSIONS} dimensjoner, med høyst {MAX_LABELS} etiketter hver"
        return
    untyped = list(_type_faults("dimension", dimensions))
    if untyped:
        # Nothing more can be said of a file whose ids and parents are no strings.
        yield from untyped
        return
    yield from _dimension_faults(dimensions)
    known = {str(entry.get("id")): entry for entry in dimensions}
    for key, value in raw.items():
        if key != "dimension" and key not in known and isinstance(value, list):
            yield f"[[{key}]]: etiketter for en dimensjon som ikke er erklært med [[dimension]]"
    for name, entry in known.items():
        yield from _label_faults(name, entry, raw)


def _type_faults(name: str, entries: Sequence[Mapping[str, object]]) -> Iterator[str]:
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry.get("id"), str):
            yield f"[[{name}]] nummer {number}: id mangler eller er ingen streng"
        if not isinstance(entry.get("parent", ""), str):
            yield f"[[{name}]] nummer {number}: parent er ingen streng"


def _dimension_faults(dimensions: Sequence[Mapping[str, object]]) -> Iterator[str]:
    ids = [str(entry.get("id", "")) for entry in dimensions]
    kinds = dict(zip(ids, (entry.get("kind") for entry in dimensions), strict=True))
    parents = [str(entry["parent"]) for entry in dimensions if "parent" in entry]
    yield from (f"dimensjonen «{name}» står to ganger" for name in _doubled(ids))
    yield from (f"to dimensjoner har «{name}» som parent" for name in _doubled(parents))
    for name, entry in zip(ids, dimensions, strict=True):
        if not _ID.fullmatch(name) or name in _RESERVED:
            yield f"dimensjonen «{name}»: id mangler, har ulovlige tegn eller er et opptatt ord"
        if any(name == f"{other}{ending}" for other in ids for ending in _COLUMN_ENDINGS):
            yield f"dimensjonen «{name}»: id er som navnet på en kolonne for en annen dimensjon"
        if entry.get("kind") not in ("single", "multi"):
            yield f"dimensjonen «{name}»: kind må være single eller multi"
        if "parent" not in entry:
            continue
        if entry["parent"] not in ids:
            yield f"dimensjonen «{name}»: ukjent parent «{entry['parent']}»"
        elif entry.get("kind") != "single" or kinds[str(entry["parent"])] != "single":
            yield f"dimensjonen «{name}»: bare dimensjoner av typen single kan ha eller være parent"
        if _is_its_own_ancestor(name, dimensions):
            yield f"dimensjonen «{name}»: er sin egen forelder gjennom parent"


def _is_its_own_ancestor(name: str, dimensions: Sequence[Mapping[str, object]]) -> bool:
    parent_of = {entry.get("id"): entry.get("parent") for entry in dimensions}
    ancestor = parent_of.get(name)
    for _ in dimensions:
        if ancestor is None or ancestor == name:
            break
        ancestor = parent_of.get(ancestor)
    return ancestor == name


def _label_faults(name: str, dimension: Mapping[str, object], raw: Mapping[str, object]) -> Iterator[str]:
    entries = raw.get(name)
    if not _is_list_of_tables(entries) or not entries:
        yield f"dimensjonen «{name}» mangler: ingen [[{name}]] med etiketter"
        return
    untyped = list(_type_faults(name, entries))
    if untyped:
        yield from untyped
        return
    ids = [str(entry["id"]) for entry in entries]
    yield from (f"{name}: etiketten «{label}» står to ganger" for label in _doubled(ids))
    parent_entries = raw.get(str(dimension.get("parent")))
    parents = {entry.get("id") for entry in parent_entries} if _is_list_of_tables(parent_entries) else set()
    for label, entry in zip(ids, entries, strict=True):
        if not _ID.fullmatch(label):
            yield f"{name}: id «{label}» mangler eller har ulovlige tegn"
        if "parent" in dimension and entry.get("parent") not in parents:
            yield f"{name}: «{label}» har ukjent parent «{entry.get('parent', '')}»"
        if "parent" not in dimension and "parent" in entry:
            yield f"{name}: «{label}» har parent, men dimensjonen har ingen"


def _is_list_of_tables(value: object) -> TypeGuard[list[dict[str, object]]]:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _doubled(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
