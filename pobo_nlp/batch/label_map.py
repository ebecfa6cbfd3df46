"""What an office's old codes mean in the label scheme: one-to-one, one-to-many, or nothing.

A map is a TOML file with a table for each dimension: old code = a label, a list of labels (the old case may be any of
them), or an empty string (no counterpart). `[separator]` tells what stands between codes within a cell.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pobo_nlp.errors import InputNotFoundError, LabelMapError
from pobo_nlp.taxonomy import Dimension, Taxonomy

SEPARATORS = "|;,"
JOINT = "|"
# Between labels of which the old code may be any; no id has a space in it.
OR = " / "
_SEPARATOR_TABLE = "separator"

Codes = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class LabelMap:
    """The content of a map, as plain fields.

    Attributes
    ----------
    codes : dimension to codes, each with the labels (ids) that it may stand for: of the dimension, or one of a
        dimension above. In the order of the file.
    separators : dimension to the signs that part codes within a cell.
    """

    codes: tuple[tuple[str, Codes], ...] = ()
    separators: tuple[tuple[str, str], ...] = ()

    def codes_of(self, dimension: str) -> Codes:
        """Return the codes of a dimension."""
        return dict(self.codes).get(dimension, ())

    def separators_of(self, dimension: str) -> str:
        """Return the signs that part codes within a cell of a multi dimension; `|` where the map is silent."""
        return dict(self.separators).get(dimension, JOINT)


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What an old code means in the label scheme.

    Attributes
    ----------
    labels : ids of the dimension's labels that it may be; none where it has no counterpart.
    told : how it is written in `<dimension>_old`.
    is_level : whether it names a label above the dimension, and so any label under that.
    """

    labels: tuple[str, ...]
    told: str
    is_level: bool = False


NO_COUNTERPART = Counterpart((), "")


class CodeBook:
    """Looks old codes of a dimension up: in the map, else among the labels' ids and names, case aside."""

    def __init__(self, dimension: Dimension, label_map: LabelMap, taxonomy: Taxonomy) -> None:
        self.dimension = dimension
        self._codes = label_map.codes_of(dimension.id)
        self._taxonomy = taxonomy

    def counterpart(self, code: str) -> Counterpart | None:
        """Return what a code means, or None where nobody knows."""
        return self._exact.get(code) or self._folded.get(code.casefold())

    def code_for(self, label: str) -> str:
        """Return how the office writes a label: the first code in its map that means this label alone, else its id."""
        return next((code for code, labels in self._codes if labels == (label,)), label)

    @cached_property
    def _exact(self) -> Mapping[str, Counterpart]:
        return {code: self._meaning(labels) for code, labels in self._codes}

    @cached_property
    def _folded(self) -> Mapping[str, Counterpart]:
        found: dict[str, Counterpart] = {}
        for dimension in reversed(self._taxonomy.path(self.dimension)):
            for label in dimension.labels:
                meaning = self._meaning((label.id,), dimension)
                found |= {label.name.casefold(): meaning, label.id.casefold(): meaning}
        return found | {code.casefold(): meaning for code, meaning in self._exact.items()}

    def _meaning(self, labels: Sequence[str], of: Dimension | None = None) -> Counterpart:
        if not labels:
            return NO_COUNTERPART
        own = set(self.dimension.label_ids) if of in (None, self.dimension) else set()
        meant = [label for name in labels for label in ([name] if name in own else self._under(name))]
        is_level = len(labels) == 1 and labels[0] not in own
        return Counterpart(tuple(dict.fromkeys(meant)), OR.join(labels), is_level)

    def _under(self, parent: str) -> list[str]:
        """Return the labels of the dimension that lie under one of a dimension above."""
        return labels_under(self._taxonomy, self.dimension, parent)


def labels_under(taxonomy: Taxonomy, dimension: Dimension, above: str) -> list[str]:
    """Return the labels of a dimension that lie under a label of a dimension above it."""
    if dimension.parent is None:
        return []
    parent = taxonomy.dimension(dimension.parent)
    parents = {above} if above in parent.label_ids else set(labels_under(taxonomy, parent, above))
    return [label.id for label in dimension.labels if label.parent in parents]


def load_map(path: Path, taxonomy: Taxonomy) -> LabelMap:
    """Read and check a map.

    Raises
    ------
    LabelMapError : with every fault of the file.
    InputNotFoundError : where there is no such file.
    """
    if not path.is_file():
        raise InputNotFoundError(path)
    what = f"Oversettelsen {path} kan ikke brukes"
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LabelMapError(what, [f"byte {error.start}: ikke UTF-8; lagre filen som UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise LabelMapError(what, [f"ikke gyldig TOML: {error}"]) from error
    faults = list(_faults(raw, taxonomy))
    if faults:
        raise LabelMapError(what, faults)
    separators = raw.pop(_SEPARATOR_TABLE, {})
    return LabelMap(
        tuple(
            (name, tuple((code.strip(), _labels(value)) for code, value in codes.items()))
            for name, codes in raw.items()
        ),
        tuple((name, "".join(signs)) for name, signs in separators.items()),
    )


def _labels(value: str | Sequence[str]) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    return tuple(dict.fromkeys(label.strip() for label in listed if label.strip()))


def _faults(raw: Mapping[str, object], taxonomy: Taxonomy) -> Iterator[str]:
    known = {dimension.id: dimension for dimension in taxonomy.dimensions}
    for name, table in raw.items():
        if not isinstance(table, dict):
            yield f"«{name}» står utenfor en tabell; sett [{next(iter(known))}] eller en annen dimensjon over"
        elif name == _SEPARATOR_TABLE:
            yield from _separator_faults(table, known)
        elif name not in known:
            yield f"[{name}]: ukjent dimensjon; kjente er {', '.join(known)}"
        else:
            yield from _code_faults(known[name], table, taxonomy)


def _separator_faults(table: Mapping[str, object], known: Mapping[str, Dimension]) -> Iterator[str]:
    for name, signs in table.items():
        place = f"[{_SEPARATOR_TABLE}] {name}"
        if name not in known or known[name].kind != "multi":
            multi = ", ".join(dimension.id for dimension in known.values() if dimension.kind == "multi")
            yield f"{place}: ingen dimensjon med flere etiketter; slike er {multi}"
        listed = signs if isinstance(signs, list) else [signs]
        if not listed or any(not isinstance(sign, str) or sign not in list(SEPARATORS) for sign in listed):
            yield f"{place}: skilletegn er {', '.join(f'«{sign}»' for sign in SEPARATORS)}, eller en liste av dem"


def _code_faults(dimension: Dimension, table: Mapping[str, object], taxonomy: Taxonomy) -> Iterator[str]:
    allowed = {label for step in taxonomy.path(dimension) for label in step.label_ids}
    stripped: set[str] = set()
    for code, value in table.items():
        place = f"[{dimension.id}] {code}"
        if not code.strip() or code.strip() in stripped:
            yield f"{place}: koden er tom eller står to ganger når mellomrom rundt den fjernes"
        stripped.add(code.strip())
        if not isinstance(value, str) and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
            yield f"{place}: skal være en etikett, en liste av etiketter eller en tom streng"
            continue
        for label in _labels(value):
            if label not in allowed:
                yield f"{place}: ukjent etikett «{label}»; se pobo-nlp labels"
