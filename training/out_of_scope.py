"""Texts that no label fits: other languages, nonsense, advertising. Nothing should be suggested for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from training.annotations import json_objects, string_faults

KINDS = (
    "english",
    "northern_sami",
    "polish",
    "swedish",
    "danish",
    "arabic_transliterated",
    "nonsense",
    "too_short",
    "advertising",
    "journal",
)


@dataclass(frozen=True, slots=True)
class OutOfScopeText:
    """A text for which every label would be wrong.

    Attributes
    ----------
    kind : one of KINDS, why no label fits.
    place : file and line, for messages.
    """

    id: str
    text: str
    kind: str
    place: str


def read_out_of_scope(file: Path) -> tuple[list[OutOfScopeText], list[str]]:
    """Read a file; return what is sound, and the faults of the rest."""
    texts: list[OutOfScopeText] = []
    faults: list[str] = []
    for place, row in json_objects(file, faults):
        of_row = list(_row_faults(row))
        faults += [f"{place} (id {row.get('id', 'mangler')}): {fault}" for fault in of_row]
        if not of_row:
            texts.append(OutOfScopeText(str(row["id"]), str(row["text"]), str(row["kind"]), place))
    return texts, faults


def _row_faults(row: Mapping[str, object]) -> Iterator[str]:
    yield from string_faults(row, ("id", "text", "kind", "annotator", "source"))
    if row.get("kind") not in KINDS:
        yield f"«kind» skal være en av {', '.join(KINDS)}"
