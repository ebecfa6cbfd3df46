"""Inquiries with the labels that a person gave, read from JSON Lines and checked.

Faults are collected over all files and told together, each with file, line and id, never with the text.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pobo_nlp.batch.old_labels import looks_like_text
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
    "hard": bool,
}
NEAR_MISS = "near_miss"
_VALUES: Mapping[str, frozenset[str]] = {
    "malform": frozenset({"nb", "nn"}),
    "register": frozenset({"skjema", "telefonnotat", "brev", "kort"}),
}
# Texts that no label fits; they have no labels, and are read by training.out_of_scope.
OUT_OF_SCOPE = "test_other.jsonl"


@dataclass(frozen=True, slots=True)
class Annotation:
    """An inquiry and its labels.

    Attributes
    ----------
    place : file and line, for messages.
    labels : predicted dimension to labels; exactly one for a single dimension.
    group : texts of one group never stand on both sides of a split.
    description : the keys of the line that describe the inquiry, such as malform and register.
    near_miss : labels of multi dimensions whose pattern is almost there, but not met.
    """

    id: str
    text: str
    place: str
    labels: Mapping[str, tuple[str, ...]]
    group: str
    description: Mapping[str, str | bool]
    near_miss: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnnotationFiles:
    """Annotation files by what they are for, which their names tell.

    Attributes
    ----------
    train : to train on.
    dev : `dev*`, that a run judges its model on; it may be chosen by them.
    test : `test*`, that no run reads.
    out_of_scope : `test_other.jsonl` where there is one: texts that no label fits.
    """

    train: Sequence[Path]
    dev: Sequence[Path] = ()
    test: Sequence[Path] = ()
    out_of_scope: Path | None = None


def annotation_files(path: Path) -> AnnotationFiles:
    """Return the files of a path: one file to train on, or a folder of `*.jsonl`."""
    if path.is_file():
        return AnnotationFiles([path])
    if not path.is_dir():
        raise InputNotFoundError(path)
    found = sorted(path.glob("*.jsonl"))
    if not found:
        raise InputNotFoundError(path / "*.jsonl")
    labelled = [file for file in found if file.name != OUT_OF_SCOPE]
    return AnnotationFiles(
        train=[file for file in labelled if not file.name.startswith(("dev", "test"))],
        dev=[file for file in labelled if file.name.startswith("dev")],
        test=[file for file in labelled if file.name.startswith("test")],
        out_of_scope=path / OUT_OF_SCOPE if path / OUT_OF_SCOPE in found else None,
    )


def read_annotations(files: Iterable[Path], taxonomy: Taxonomy) -> tuple[list[Annotation], list[str]]:
    """Read files; return what is sound, and the faults of the rest."""
    annotations: list[Annotation] = []
    faults: list[str] = []
    first_place: dict[str, str] = {}
    for file in files:
        lines = list(json_objects(file, faults))
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


def json_objects(file: Path, faults: list[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield place and content of each line that holds a JSON object; add a fault for each that does not."""
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
    yield from string_faults(row, ("id", "text"))
    for dimension in taxonomy.predicted:
        yield from label_faults(row, dimension, taxonomy)
    yield from _near_miss_faults(row, taxonomy)
    for key in sorted(described):
        if key not in row:
            yield f"«{key}» mangler"
        elif not isinstance(row[key], _DESCRIBING[key]):
            yield f"«{key}» har feil type"
        elif key in _VALUES and row[key] not in _VALUES[key]:
            yield f"«{key}» skal være en av {', '.join(sorted(_VALUES[key]))}"


def string_faults(row: Mapping[str, object], keys: Iterable[str]) -> Iterator[str]:
    """Yield a fault for each key without a string that says something."""
    for key in keys:
        if key not in row:
            yield f"«{key}» mangler"
        elif not isinstance(row[key], str):
            yield f"«{key}» skal være en streng"
        elif not str(row[key]).strip():
            yield f"«{key}» er tom"


def _near_miss_faults(row: Mapping[str, object], taxonomy: Taxonomy) -> Iterator[str]:
    labels = row.get(NEAR_MISS, [])
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        yield f"«{NEAR_MISS}» skal være en liste av strenger"
        return
    known: set[str] = set()
    given: set[str] = set()
    for dimension in taxonomy.predicted:
        of_dimension = row.get(dimension.id)
        if dimension.kind == "multi" and isinstance(of_dimension, list):
            known.update(dimension.label_ids)
            given.update(map(str, of_dimension))
    yield from (f"ukjent etikett {_named(label)} i «{NEAR_MISS}»" for label in labels if label not in known)
    yield from (f"etiketten {_named(label)} er både gitt og i «{NEAR_MISS}»" for label in labels if label in given)


def _named(label: str) -> str:
    """Return a label as an error may name it: not where a text stands in the place of one."""
    return "(ser ut som tekst, og gjengis ikke)" if looks_like_text(label) else f"«{label}»"


def label_faults(row: Mapping[str, object], dimension: Dimension, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a fault for each label of a dimension that is missing, unknown, doubled or of the wrong parent."""
    value = row.get(dimension.id)
    if dimension.id not in row:
        yield f"«{dimension.id}» mangler"
        return
    labels = value if dimension.kind == "multi" else [value]
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        yield f"«{dimension.id}» skal være {'en liste av strenger' if dimension.kind == 'multi' else 'en streng'}"
        return
    known = set(dimension.label_ids)
    yield from (f"ukjent etikett {_named(label)} i «{dimension.id}»" for label in labels if label not in known)
    yield from (
        f"etiketten {_named(label)} står to ganger i «{dimension.id}»"
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


def labels_of(row: Mapping[str, object], taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """Return predicted dimension to the labels of a line without faults."""
    labels: dict[str, tuple[str, ...]] = {}
    for dimension in taxonomy.predicted:
        value = row[dimension.id]
        labels[dimension.id] = tuple(value) if isinstance(value, list) else (str(value),)
    return labels


def _annotation(row: Mapping[str, object], place: str, taxonomy: Taxonomy) -> Annotation:
    near_miss = row.get(NEAR_MISS)
    description = {key: value for key, value in row.items() if key in _DESCRIBING and isinstance(value, str | bool)}
    return Annotation(
        id=str(row["id"]),
        text=str(row["text"]),
        place=place,
        labels=labels_of(row, taxonomy),
        group=str(row.get("group", row["id"])),
        description=description,
        near_miss=frozenset(near_miss) if isinstance(near_miss, list) else frozenset(),
    )
