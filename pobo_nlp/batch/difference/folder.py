"""The folder of a report: it appears whole, or not at all, and what a person has filled in is not written over."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from pobo_nlp.errors import OutputExistsError, PoboError, UnreadableFileError
from pobo_nlp.scratch import scratch_folder

# Names the files of a report, each with its checksum.
CONTENTS = "contents.json"
MADE_BY = "pobo-nlp diff"


def refuse_other_than_report(folder: Path, made_by: str = MADE_BY) -> None:
    """Check that a folder is new, empty, or holds an earlier report as it was written.

    Raises
    ------
    OutputExistsError : where something would be lost.
    """
    cure = "Oppgi en ny eller tom mappe med --out."
    try:
        if not folder.exists():
            return
        if not folder.is_dir():
            raise OutputExistsError(folder, cure, problem="er ikke en mappe")
        present = {path.name for path in folder.iterdir()}
        if not present:
            return
        written = _written(folder, made_by)
        if written is None or not present <= {*written, CONTENTS}:
            raise OutputExistsError(folder, cure, problem=f"har annet innhold enn en rapport fra {made_by}")
        changed = sorted(name for name in present - {CONTENTS} if _digest(folder / name) != written[name])
    except OSError as error:
        if isinstance(error, PoboError):
            raise
        raise UnreadableFileError(folder, error.strerror or type(error).__name__) from error
    if changed:
        problem = f"har filer som er endret siden rapporten ble skrevet ({', '.join(changed)})"
        raise OutputExistsError(folder, f"Avgjørelser ville gått tapt. {cure}", problem=problem)


def _written(folder: Path, made_by: str) -> dict[str, str] | None:
    """Return the files of an earlier report with their checksums; None where the folder is none."""
    try:
        found = json.loads((folder / CONTENTS).read_text("utf-8"))
    except (FileNotFoundError, IsADirectoryError, ValueError):
        return None
    files = found.get("files") if isinstance(found, dict) and found.get("made_by") == made_by else None
    return files if isinstance(files, dict) else None


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def whole_folder(folder: Path, *, made_by: str = MADE_BY) -> Iterator[Path]:
    """Yield a private folder that gets its name at the end, in place of an earlier report; after an error it is gone.

    Raises
    ------
    OutputExistsError : where something would be lost.
    UnreadableFileError : where the disk does not take it.
    """
    folder = Path(os.path.realpath(folder))
    refuse_other_than_report(folder, made_by)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(folder.parent, folder.name) as work:
            new = work / "new"
            new.mkdir(mode=0o700)
            yield new
            _seal(new, made_by)
            refuse_other_than_report(folder, made_by)
            if folder.exists():
                folder.replace(work / "old")
            try:
                new.replace(folder)
            except OSError:
                if (work / "old").exists():
                    (work / "old").replace(folder)
                raise
    except PoboError:
        raise
    except OSError as error:
        raise UnreadableFileError(folder, error.strerror or type(error).__name__) from error


def _seal(folder: Path, made_by: str) -> None:
    """Write down what the folder holds; ids stand in its files, so they are their owner's alone."""
    names = sorted(path.name for path in folder.iterdir())
    contents = {"made_by": made_by, "files": {name: _digest(folder / name) for name in names}}
    (folder / CONTENTS).write_text(json.dumps(contents, indent=1) + "\n", "utf-8")
    for path in folder.iterdir():
        path.chmod(0o600)
        with path.open("rb") as file:
            os.fsync(file.fileno())
