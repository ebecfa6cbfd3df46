"""What taking over and taking back share: the place of the change file, changed rows, files that appear whole."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from pobo_nlp.batch.parts import sync_folder
from pobo_nlp.batch.takeover_plan import Change
from pobo_nlp.batch.takeover_record import ENDING
from pobo_nlp.errors import OutputExistsError, UnreadableFileError
from pobo_nlp.scratch import scratch_file
from pobo_nlp.tables import Place, Table, is_database

ROWS_AT_ONCE = 5_000
OTHER_NAME = "Oppgi et annet navn."


def record_path(copy: Place, folder: Path | None = None) -> Path:
    """Return where the change file of a copy lies: beside it, or for a database in a folder (else the current one)."""
    if is_database(copy.address):
        return (folder or Path()) / f"{copy.table}{ENDING}"
    path = Path(copy.address)
    return (folder or path.parent) / f"{path.name}{ENDING}"


def shown_name(place: Place) -> str:
    """Return how a table is called in messages."""
    return (place.table or "tabellen") if is_database(place.address) else place.address


def changed_rows(table: Table, changes: Sequence[Change], *, back: bool = False) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table with the changes made, or taken back."""
    by_number: dict[int, list[Change]] = {}
    for change in changes:
        by_number.setdefault(change.number, []).append(change)
    names = tuple(dict.fromkeys(change.column for change in changes))
    start = 0
    for chunk in table.chunks(ROWS_AT_ONCE, 0):
        rows = chunk.rows
        here = [number for number in range(start, start + rows.num_rows) if number in by_number]
        for name in names if here else ():
            place = rows.schema.get_field_index(name)
            values = rows.column(place).to_pylist()
            for number in here:
                for change in by_number[number]:
                    if change.column == name:
                        values[number - start] = change.was if back else change.became
            kind = rows.schema.field(place).type
            rows = rows.set_column(place, rows.schema.field(place), pa.array(values, kind))
        start += chunk.rows.num_rows
        yield rows


def write_table(table: Table, target: Place, changes: Sequence[Change], *, back: bool = False) -> None:
    """Write a new table of a database with the changes made, or taken back."""
    from pobo_nlp.tables.sql import open_sql_writer

    with open_sql_writer(target, table.schema, like=table, resume=False) as writer:
        for rows in changed_rows(table, changes, back=back):
            writer.write(rows)


def content_sha256(table: Table) -> str:
    """Return the SHA-256 of all values of a table: a database has no bytes of its own."""
    digest = hashlib.sha256()
    for chunk in table.chunks(ROWS_AT_ONCE, 0):
        digest.update(repr(chunk.rows.to_pylist()).encode("utf-8", errors="surrogatepass"))
    return digest.hexdigest()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Hand out a name to write under; the file appears under its own when all is written, and not after an error."""
    try:
        with scratch_file(path.parent, path.name) as (descriptor, temporary):
            os.close(descriptor)
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
    except OSError as error:
        if isinstance(error, UnreadableFileError | OutputExistsError):
            raise
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error
