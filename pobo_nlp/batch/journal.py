"""What a run has done so far, so that the next one goes on from there: a folder beside the output.

journal.jsonl   first line: what decides the output (input, model, job, options, versions); then a line for every chunk
                that is done, and one when the writing of the output has begun
<start>.arrow   the rows of a chunk, as they will stand in the output

A line that was cut off, and a part that is not what was written, count as not done.
"""

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa

from pobo_nlp.batch.parts import ENDING, is_whole, read_part, sync_folder, write_part
from pobo_nlp.errors import ChangedRunError, RunningError, UnreadableFileError

JOURNAL = "journal.jsonl"
WRITING = {"writing": True}
Header = Mapping[str, object]
Counts = Mapping[str, Mapping[str, int]]
# What each part of the header decides, as people are told where it has changed.
CHANGES = {
    "input": "innholdet i det som leses er endret",
    "model": "modellen er en annen",
    "job": "valgene for kjøringen er endret",
    "output": "kolonnene som skrives, er endret",
    "rows_at_once": "antall rader om gangen er endret",
    "versions": "programmet eller biblioteker det bruker, er oppdatert",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A chunk that is done.

    Attributes
    ----------
    start : number of its first row, from 0.
    counts : column to value to rows.
    errors : place, id and error code of each row that could not be scored.
    """

    start: int
    rows: int
    sha256: str
    counts: Counts = field(default_factory=dict)
    errors: Sequence[tuple[int, str, str]] = ()

    @property
    def part(self) -> str:
        """Name of the file that holds its rows."""
        return f"{self.start:012d}{ENDING}"


@contextmanager
def open_journal(folder: Path, header: Header, *, restart: bool) -> Iterator["Journal"]:
    """Open the journal of a run, or begin one; it can be gone on with until `Journal.remove` is called.

    A journal in which nothing has been done is taken away when an error comes.

    Raises
    ------
    ChangedRunError : where the journal is of a run with other input, model or options.
    RunningError : where another process holds it.
    UnreadableFileError : where it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder / JOURNAL, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        raise UnreadableFileError(folder, error.strerror or type(error).__name__) from error
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        _lock(file.fileno(), folder)
        journal = Journal(folder, file.fileno())
        journal.begin(header, restart=restart)
        try:
            yield journal
        finally:
            if not journal.entries and not journal.is_writing:
                journal.remove()


class Journal:
    """An open journal.

    Attributes
    ----------
    entries : first row to chunk, of those that are done.
    is_writing : whether the writing of the output has begun: what lies under its name may be ours.
    """

    def __init__(self, folder: Path, descriptor: int) -> None:
        self.folder = folder
        self.entries: dict[int, Entry] = {}
        self.is_writing = False
        self._descriptor = descriptor

    def begin(self, header: Header, *, restart: bool) -> None:
        """Read what was done before, and check that it was the same run."""
        lines = [] if restart else self._whole_lines()
        if len(lines) <= 1:
            # Nothing that would be lost has been done, under whatever header.
            self._clear()
            self._append(header)
            return
        found, *rest = lines
        now = json.loads(json.dumps(header))
        changed = [told for name, told in CHANGES.items() if found.get(name) != now.get(name)]
        if changed:
            raise ChangedRunError(self.folder, changed)
        for line in rest:
            if line == WRITING:
                self.is_writing = True
            else:
                self._take(line)

    def _take(self, line: Mapping[str, object]) -> None:
        entry = Entry(**line)  # type: ignore[arg-type]  # our own line, read back
        if is_whole(self.folder / entry.part, entry.sha256):
            self.entries[entry.start] = entry
        else:
            self.entries.pop(entry.start, None)

    def _whole_lines(self) -> list[dict[str, object]]:
        """Return the lines up to the first that was not written whole, and take away what follows.

        A kill leaves a line without its end; a power cut may leave zeros where a line should stand.
        """
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        lines: list[dict[str, object]] = []
        length = 0
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            for content in file:
                line = _object(content)
                if line is None:
                    break
                lines.append(line)
                length += len(content)
        os.ftruncate(self._descriptor, length)
        return lines

    def add(self, start: int, rows: pa.RecordBatch, counts: Counts, errors: Sequence[tuple[int, str, str]]) -> Entry:
        """Keep the rows of a chunk; when this returns, they last."""
        entry = Entry(start, rows.num_rows, "", counts, errors)
        digest = write_part(self.folder / entry.part, rows)
        entry = Entry(start, rows.num_rows, digest, counts, errors)
        self._append(asdict(entry))
        self.entries[start] = entry
        return entry

    def in_order(self) -> Iterator[Entry]:
        """Yield the chunks in the order of their rows, as far as there is no gap."""
        start = 0
        while (entry := self.entries.get(start)) is not None:
            yield entry
            start += entry.rows

    @property
    def rows(self) -> int:
        """How many rows are done, from the first on without a gap."""
        return sum(entry.rows for entry in self.in_order())

    def parts(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows that are kept, chunk by chunk."""
        for entry in self.in_order():
            yield read_part(self.folder / entry.part)

    def mark_writing(self) -> None:
        """Tell that the output is being written from here on."""
        if not self.is_writing:
            self._append(WRITING)
            self.is_writing = True

    def forget(self) -> None:
        """Take away all that was done."""
        self._clear()

    def remove(self) -> None:
        """Take the journal away; what others have put into its folder stays."""
        self._clear()
        with suppress(OSError):
            (self.folder / JOURNAL).unlink()
            self.folder.rmdir()

    def _clear(self) -> None:
        self.entries.clear()
        self.is_writing = False
        os.ftruncate(self._descriptor, 0)
        for path in [*self.folder.glob(f"*{ENDING}"), *self.folder.glob(f".*{ENDING}-*.tmp")]:
            path.unlink(missing_ok=True)

    def _append(self, line: Mapping[str, object]) -> None:
        content = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        end = os.lseek(self._descriptor, 0, os.SEEK_END)
        try:
            if os.write(self._descriptor, content) < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, end)
            raise
        if end == 0:
            sync_folder(self.folder)


def _object(line: bytes) -> dict[str, object] | None:
    """Return what a line says, or None where it was not written whole."""
    try:
        value = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _lock(descriptor: int, folder: Path) -> None:
    """Hold the journal for this process, however it ends."""
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise RunningError(folder) from None
