"""Bokmål inquiries in nynorsk by machine: apertium-nno-nob, a rule-based translator in Debian that runs offline."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pobo_nlp.errors import MissingProgramError, PoboError
from pobo_nlp.taxonomy import Taxonomy
from training.annotations import Annotation

# Each call loads the translator anew, so many texts go in one.
TEXTS_AT_ONCE = 50
_MARK = "=== {} ==="
_MARKED = re.compile(r"^=== \d+ ===$", re.MULTILINE)


def translated(
    rows: Sequence[Annotation], taxonomy: Taxonomy, *, on_done: Callable[[], None]
) -> list[dict[str, object]]:
    """Return each bokmål inquiry in nynorsk, as a line of an annotation file.

    The group is that of the original, so that the two never stand on both sides of a split; the labels are the
    original's.

    Raises
    ------
    MissingProgramError : where apertium is not installed.
    PoboError : where apertium fails.
    """
    bokmal = [row for row in rows if row.description.get("malform") == "nb"]
    lines: list[dict[str, object]] = []
    for start in range(0, len(bokmal), TEXTS_AT_ONCE):
        part = bokmal[start : start + TEXTS_AT_ONCE]
        for row, text in zip(part, to_nynorsk([row.text for row in part]), strict=True):
            lines.append(_line(row, text, taxonomy))
            on_done()
    return lines


def to_nynorsk(texts: Sequence[str]) -> list[str]:
    """Return bokmål texts in nynorsk; words that apertium does not know are kept."""
    if shutil.which("apertium") is None:
        raise MissingProgramError("apertium", "apertium-nno-nob")
    marked = "".join(f"{_MARK.format(number)}\n\n{text}\n\n" for number, text in enumerate(texts))
    # The program is found on the path on purpose: where Debian puts it differs.
    done = subprocess.run(
        ["apertium", "-u", "nob-nno"],  # noqa: S607
        input=marked,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        raise PoboError(f"apertium stoppet med kode {done.returncode}. Er pakken apertium-nno-nob installert?")
    found = [text.strip() for text in _MARKED.split(done.stdout)[1:]]
    if len(found) != len(texts):
        raise PoboError(f"apertium ga {len(found)} tekster for {len(texts)}.")
    return found


def _line(row: Annotation, text: str, taxonomy: Taxonomy) -> dict[str, object]:
    labels = {
        dimension.id: list(row.labels[dimension.id]) if dimension.kind == "multi" else row.labels[dimension.id][0]
        for dimension in taxonomy.predicted
    }
    return {
        "id": f"{row.id}-nn",
        "text": text,
        **labels,
        **row.description,
        "malform": "nn",
        "group": row.group,
        "source": "apertium",
        "near_miss": sorted(row.near_miss),
    }


def write(lines: Sequence[Mapping[str, object]], out: Path) -> None:
    """Write annotation lines as JSON Lines."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
