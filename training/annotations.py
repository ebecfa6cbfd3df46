"""Inquiries with the labels that a person gave, read from JSON Lines and checked.

Faults are collected over all files and told together, each with file, line and id, never with the text.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pobo_nlp.errors import InputNotFoundError
from pobo_nlp.taxonomy import Dimension, Taxonomy

# Keys that describe an inquiry rather than label it; a file has each of them in all of its lines or in none.
_DESCRIBING: Mapping[str, type] = {
    "malform": str,
    "register": str,
    "group": str,
    "annotator": str,
    "source": str,
    "pii": bool,
}
_VALUES: Mapping[str, frozenset[str]] = {
    "malform": frozenset({"nb", "nn"}),
    "register": frozenset({"skjema", "telefonnotat", "brev", "kort"}),
}
# Files that are only evaluated on, by the beginning of their name.
EVALUATION_PREFIXES = ("test", "dev")


@dataclass(frozen=True, slots=True)
class Annotation:
    """An inquiry and its labels.

    Attributes
    ----------
    place : file and line, for messages.
    labels : predicted dimension to labels; exactly one for a single dimension.
    group : texts of one group never stand on both sides of a split.
    description : the keys of the line that describe the inquiry, such as malform and register.
    """

    id: str
    text: str
    place: str
    labels: Mapping[str, tuple[str, ...]]
    group: str
    description: Mapping[str, str | bool]


def annotation_files(path: Path) -> tuple[list[Path], list[Path]]:
    """Return the files to train on and those that are only evaluated on.

    Parameters
    ----------
    path : one file, or a folder of `*.jsonl`, where `test*` and `dev*` are for evaluation.
    """
    if path.is_file():
        return [path], []
    if not path.is_dir():
        raise InputNotFoundError(path)
    found = sorted(path.glob("*.jsonl"))
    if not found:
        raise InputNotFoundError(path / "*.jsonl")
    for_evaluation = [file for file in found if file.name.startswith(EVALUATION_PREFIXES)]
    return [file for file in found if file not in for_evaluation], for_evaluation


def read_annotations(files: Iterable[Path], taxonomy: Taxonomy) -> tuple[list[Annotation], list[str]]:
    """Read files; return what is sound, and the faults of the rest."""
    annotations: list[Annotation] = []
    faults: list[str] = []
    first_place: dict[str, str] = {}
    for file in files:
        lines = list(_objects(file, faults))
        described = {key for _, row in lines for key in _DESCRIBING if key in row}
        for place, row in lines:
            of_row = list(_row_faults(row, taxonomy, described))
            row_id = str(row.get("id", ""))
            if row_id and row_id in first_place:
                of_row.append(f"id står også i {first_place[row_id]}")
            first_place.setdefault(row_id, place)
            faults += [f"{place} (id {row_id or 'mangler'}): {fault}" for fault in of_row]
            if not of_row:
                annotations.append(_annotation(row, place, taxonomy))
    return annotations, faults


def _objects(file: Path, faults: list[str]) -> Iterator[tuple[str, dict[str, object]]]:
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        place = f"{file.name}:{number}"
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            faults.append(f"{place}: ikke UTF-8")
        except (json.JSONDecodeError, RecursionError):
            faults.append(f"{place}: ikke gyldig JSON")
        else:
            if isinstance(row, dict):
                yield place, row
            else:
                faults.append(f"{place}: ikke et JSON-objekt")


def _row_faults(row: Mapping[str, object], taxonomy: Taxonomy, described: set[str]) -> Iterator[str]:
    for key in ("id", "text"):
        if key not in row:
            yield f"«{key}» mangler"
        elif not isinstance(row[key], str):
            yield f"«{key}» skal være en streng"
        elif not str(row[key]).strip():
            yield f"«{key}» er tom"
    for dimension in taxonomy.predicted:
        yield from _label_faults(row, dimension, taxonomy)
    for key in sorted(described):
        if key not in row:
            yield f"«{key}» mangler"
        elif not isinstance(row[key], _DESCRIBING[key]):
            yield f"«{key}» har feil type"
        elif key in _VALUES and row[key] not in _VALUES[key]:
            yield f"«{key}» skal være en av {', '.join(sorted(_VALUES[key]))}"


def _label_faults(row: Mapping[str, object], dimension: Dimension, taxonomy: Taxonomy) -> Iterator[str]:
    value = row.get(dimension.id)
    if dimension.id not in row:
        yield f"«{dimension.id}» mangler"
        return
    labels = value if dimension.kind == "multi" else [value]
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        yield f"«{dimension.id}» skal være {'en liste av strenger' if dimension.kind == 'multi' else 'en streng'}"
        return
    known = set(dimension.label_ids)
    yield from (f"ukjent etikett «{label}» i «{dimension.id}»" for label in labels if label not in known)
    yield from (
        f"etiketten «{label}» står to ganger i «{dimension.id}»"
        for label, count in Counter(labels).items()
        if count > 1
    )
    if dimension.kind == "single" and labels[0] in known:
        yield from _parent_faults(row, str(labels[0]), dimension, taxonomy)


def _parent_faults(row: Mapping[str, object], label: str, dimension: Dimension, taxonomy: Taxonomy) -> Iterator[str]:
    for step in taxonomy.path(dimension)[1:]:
        parent = dimension.label(label).parent
        if step.id in row and row[step.id] != parent:
            yield f"«{step.id}» er feil: {label} hører under {parent}"
        dimension, label = step, str(parent)


def _annotation(row: Mapping[str, object], place: str, taxonomy: Taxonomy) -> Annotation:
    labels: dict[str, tuple[str, ...]] = {}
    for dimension in taxonomy.predicted:
        value = row[dimension.id]
        labels[dimension.id] = tuple(value) if isinstance(value, list) else (str(value),)
    description = {key: value for key, value in row.items() if key in _DESCRIBING and isinstance(value, str | bool)}
    return Annotation(
        id=str(row["id"]),
        text=str(row["text"]),
        place=place,
        labels=labels,
        group=str(row.get("group", row["id"])),
        description=description,
    )


def shared_text_faults(annotations: Sequence[Annotation], pairs: Iterable[tuple[int, int, float]]) -> list[str]:
    """Return a fault for each pair of texts that are the same or nearly so.

    Parameters
    ----------
    pairs : places in `annotations`, and how alike the two are in [0, 1].
    """
    faults = defaultdict(list)
    for first, second, similarity in pairs:
        one, other = annotations[first], annotations[second]
        how = "samme tekst som" if one.text.strip() == other.text.strip() else "nesten samme tekst som"
        faults[other.place].append(
            f"{other.place} (id {other.id}): {how} {one.place} (id {one.id}), likhet {similarity:.2f}"
        )
    return [fault for of_place in faults.values() for fault in of_place]
