"""The change file: what was, what became, in which row, who and when. It lies beside the copy and holds no text.

First line: which table was copied to which, by whom, and how the former is got back. Then a line for each cell.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pobo_nlp.batch.parts import write_whole
from pobo_nlp.batch.takeover_plan import Change
from pobo_nlp.batch.takeover_text import Edit
from pobo_nlp.errors import InputNotFoundError, TakeoverError

ENDING = ".changes.jsonl"
FORMER_ENDING = ".former"
FORMAT = 1
# How the former table is got back: by putting back what was replaced; from a file that was kept; cell by cell.
Way = Literal["edits", "kept", "cells"]


@dataclass(frozen=True, slots=True)
class Record:
    """What was taken over.

    Attributes
    ----------
    former, copy : names of the two tables, and SHA-256 of what they hold.
    when : time in ISO 8601, with the zone.
    edits : of each change, where the way is `edits`.
    key : columns that a database table is read in the order of; rows are counted in that order.
    """

    former: str
    former_sha256: str
    copy: str
    copy_sha256: str
    by: str
    when: str
    way: Way
    changes: tuple[Change, ...]
    edits: tuple[Edit, ...] = ()
    key: str | None = None


def write_record(path: Path, record: Record) -> None:
    """Write a change file, whole or not at all, readable by its owner alone."""
    facts = {"format": FORMAT, "changes": len(record.changes)}
    header = facts | {
        name: getattr(record, name)
        for name in ("former", "former_sha256", "copy", "copy_sha256", "by", "when", "way", "key")
    }
    lines: list[dict[str, object]] = [header]
    edits: Sequence[Edit | None] = record.edits or [None] * len(record.changes)
    for change, edit in zip(record.changes, edits, strict=True):
        line = asdict(change)
        if edit is not None:
            line |= {"at": edit.at, "bytes_was": _as_text(edit.was), "bytes_became": _as_text(edit.became)}
        lines.append(line)
    write_whole(path, "".join(json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in lines).encode())


def read_record(path: Path) -> Record:
    """Read a change file.

    Raises
    ------
    InputNotFoundError : where there is none.
    TakeoverError : where it is not whole.
    """
    if not path.is_file():
        raise InputNotFoundError(path)
    try:
        header, *lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if header.pop("format") != FORMAT or header.pop("changes") != len(lines):
            raise ValueError
        edits = tuple(
            Edit(line.pop("at"), _as_bytes(line.pop("bytes_was")), _as_bytes(line.pop("bytes_became")))
            for line in lines
            if "at" in line
        )
        return Record(**header, changes=tuple(Change(**line) for line in lines), edits=edits)
    except (ValueError, KeyError, TypeError):
        fault = "filen er skadet eller skrevet av en annen versjon; hent den fra en sikkerhetskopi"
        raise TakeoverError(f"Endringene i {path} kan ikke leses", [fault]) from None


def _as_text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _as_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
