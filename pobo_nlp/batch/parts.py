"""Chunks of a result on disk: one Arrow file each, there whole or not at all, until the table can be written."""

import hashlib
import os
from pathlib import Path

import pyarrow as pa

from pobo_nlp.scratch import scratch_file

ENDING = ".arrow"
_COMPRESSION = "lz4"


def write_part(path: Path, rows: pa.RecordBatch) -> str:
    """Write rows to a file that only its owner can read, and return the SHA-256 of its content."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression=_COMPRESSION)) as writer:
        writer.write_batch(rows)
    content = sink.getvalue()
    write_whole(path, content)
    return hashlib.sha256(content).hexdigest()


def read_part(path: Path) -> pa.RecordBatch:
    """Return the rows of a file."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        return reader.get_batch(0)


def is_whole(path: Path, digest: str) -> bool:
    """Return whether a file is there with the content that was written."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def write_whole(path: Path, content: bytes | pa.Buffer) -> None:
    """Write a file that is there whole or not at all, also after the power has gone; its owner alone may read it."""
    with scratch_file(path.parent, path.name) as (descriptor, temporary):
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were given or taken away in a folder last; where folders cannot be opened, the system does."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
