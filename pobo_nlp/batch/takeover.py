"""What a person approved is taken over into a copy of a table, and can be taken back.

The table itself is never touched. Of a plain text file only the changed cells differ in the copy, byte for byte; other
files are written anew, and the former one is kept beside the copy. Either way `undo` gives back the very same bytes. A
database table is copied to a new table, and back to another.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from pobo_nlp.batch.label_map import LabelMap
from pobo_nlp.batch.old_labels import check_labels
from pobo_nlp.batch.parts import sync_folder
from pobo_nlp.batch.review_list import FINGERPRINT_CHARS, ReviewList
from pobo_nlp.batch.takeover_plan import Change, decided, map_of, planned
from pobo_nlp.batch.takeover_record import ENDING, FORMER_ENDING, Record, read_record, write_record
from pobo_nlp.batch.takeover_text import Edit, OtherLayoutError, can_be_edited, edited, restored
from pobo_nlp.errors import OutputExistsError, TakeoverError, UnreadableFileError
from pobo_nlp.tables import Place, Table, is_database, open_table, open_writer
from pobo_nlp.taxonomy import Taxonomy

ROWS_AT_ONCE = 5_000
_GZIP, _ZSTD = [".gz"], [".zst"]
_CURE = "Oppgi et annet navn."


@dataclass(frozen=True, slots=True)
class Takeover:
    """What was taken over.

    Attributes
    ----------
    approved, kept : decisions to change a cell, and to leave it.
    changes : cells that differ; an approved label may have stood there already.
    record : the change file.
    """

    approved: int
    kept: int
    changes: int
    record: Path


def record_path(copy: Place, folder: Path | None = None) -> Path:
    """Return where the change file of a copy lies: beside it, or for a database in a folder (else the current one)."""
    if is_database(copy.address):
        return (folder or Path()) / f"{copy.table}{ENDING}"
    path = Path(copy.address)
    return (folder or path.parent) / f"{path.name}{ENDING}"


def take_over(
    lists: Sequence[ReviewList],
    source: Place,
    target: Place,
    columns: Sequence[tuple[str, str]],
    *,
    label_map: LabelMap,
    taxonomy: Taxonomy,
    id_column: str | None,
    by: str,
    when: str,
    changes_folder: Path | None = None,
) -> Takeover:
    """Write a copy of a table with what was approved, and the change file.

    Parameters
    ----------
    columns : dimension and the column that holds its old codes.
    by, when : go into the change file.

    Raises
    ------
    TakeoverError : with every decision that does not fit the table; nothing is written then.
    LabelsError, ColumnError : where a dimension or column does not exist.
    OutputExistsError : where the copy is there already.
    """
    record = record_path(target, changes_folder)
    _refuse(source, target, record)
    table = open_table(source)
    check_labels(columns, table, taxonomy)
    _check_fingerprint(table, lists)
    columns_of = dict(columns)
    cells = map_of(label_map, columns_of, table, taxonomy)
    decisions = decided(lists, cells)
    changes, n_rows = planned(table, decisions, cells, columns_of, id_column=id_column)
    if is_database(source.address):
        _copy_database(table, source, target, record, changes, (by, when))
    else:
        _copy_file(table, target, record, changes, n_rows, (by, when))
    approved = sum(one.labels is not None for one in decisions)
    return Takeover(approved, len(decisions) - approved, len(changes), record)


def _refuse(source: Place, target: Place, record: Path) -> None:
    if is_database(source.address) != is_database(target.address):
        fault = "en fil kopieres til en fil, og en databasetabell til en databasetabell"
        raise TakeoverError(f"{_name(target)} kan ikke være kopien", [fault])
    if is_database(target.address):
        return
    one, other = _ending(Path(source.address)), _ending(Path(target.address))
    if one != other:
        raise TakeoverError(f"{_name(target)} kan ikke være kopien", [f"endelsen er «{other}», tabellens «{one}»"])
    if Path(target.address).exists():
        raise OutputExistsError(target.address, _CURE)
    if record.exists() and not _is_orphan(target, record):
        raise OutputExistsError(record, _CURE)


def _ending(path: Path) -> str:
    """Return what tells the format, such as `.csv` or `.csv.gz`."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return "".join(suffixes[-2:] if suffixes[-1:] in (_GZIP, _ZSTD) else suffixes[-1:])


def _is_orphan(target: Place, record: Path) -> bool:
    """Return whether a change file was left by a run that was stopped before its copy was there."""
    return not Path(target.address).exists() and record.is_file()


def _name(place: Place) -> str:
    return (place.table or "tabellen") if is_database(place.address) else place.address


def _check_fingerprint(table: Table, lists: Sequence[ReviewList]) -> None:
    fingerprint = table.fingerprint()[:FINGERPRINT_CHARS]
    faults = [
        f"{review.path}: listen er laget for en annen tabell, eller {table.name} er endret siden; lag listen på nytt"
        for review in lists
        if review.rows and review.table != fingerprint
    ]
    if faults:
        raise TakeoverError("Ingenting er overtatt", faults)


def _copy_file(
    table: Table, target: Place, record: Path, changes: list[Change], n_rows: int, who: tuple[str, str]
) -> None:
    source, copy = _path(table), Path(target.address)
    with whole_file(copy) as temporary:
        edits = _edited(table, temporary, changes, n_rows)
        if edits is None:
            _write_anew(table, temporary, changes, target)
            with whole_file(copy.with_name(copy.name + FORMER_ENDING)) as former:
                shutil.copyfile(source, former)
        with suppress(FileNotFoundError):
            shutil.copymode(source, temporary)
        # The change file is there before the copy: a copy that cannot be undone never exists.
        write_record(
            record,
            Record(
                former=source.name,
                former_sha256=_sha256(source),
                copy=copy.name,
                copy_sha256=_sha256(temporary),
                by=who[0],
                when=who[1],
                way="kept" if edits is None else "edits",
                changes=tuple(changes),
                edits=tuple(edits or ()),
            ),
        )


def _path(table: Table) -> Path:
    if table.path is None:
        raise TakeoverError(table.name, ["er ingen fil"])
    return table.path


def _edited(table: Table, temporary: Path, changes: Sequence[Change], n_rows: int) -> list[Edit] | None:
    """Copy a text file with the changed cells replaced; None where that cannot be taken back to the same bytes."""
    if not can_be_edited(table):
        return None
    try:
        with _path(table).open("rb") as file, temporary.open("wb") as copy:
            edits = edited(file, copy, table, changes, n_rows)
        digest = _Digest()
        with temporary.open("rb") as copy:
            restored(copy, digest, edits)
    except (OtherLayoutError, ValueError, IndexError, UnicodeDecodeError):
        return None
    return edits if digest.sha256 == _sha256(_path(table)) else None


def _write_anew(table: Table, temporary: Path, changes: Sequence[Change], target: Place) -> None:
    written = temporary.with_name(f"{temporary.name}{_ending(Path(target.address))}")
    try:
        with open_writer(Place(str(written), sheet=target.sheet), table.schema, like=table) as writer:
            for rows in _changed(table, changes):
                writer.write(rows)
        written.replace(temporary)
    finally:
        written.unlink(missing_ok=True)


def _changed(table: Table, changes: Sequence[Change], *, back: bool = False) -> Iterator[pa.RecordBatch]:
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


def _copy_database(
    table: Table, source: Place, target: Place, record: Path, changes: list[Change], who: tuple[str, str]
) -> None:
    from pobo_nlp.tables.sql import key_of

    if record.exists():
        raise OutputExistsError(record, _CURE)
    # The copy has no primary key; it is read by the columns that tell the rows of its original apart.
    key = key_of(source)
    _write_table(table, target, changes)
    copy = open_table(replace(target, key=key))
    write_record(
        record,
        Record(
            former=table.name,
            former_sha256=_content_sha256(table),
            copy=copy.name,
            copy_sha256=_content_sha256(copy),
            by=who[0],
            when=who[1],
            way="cells",
            changes=tuple(changes),
            key=key,
        ),
    )


def _write_table(table: Table, target: Place, changes: Sequence[Change], *, back: bool = False) -> None:
    from pobo_nlp.tables.sql import open_sql_writer

    with open_sql_writer(target, table.schema, like=table, resume=False) as writer:
        for rows in _changed(table, changes, back=back):
            writer.write(rows)


def _content_sha256(table: Table) -> str:
    """Return the SHA-256 of all values of a table: a database has no bytes of its own."""
    digest = hashlib.sha256()
    for chunk in table.chunks(ROWS_AT_ONCE, 0):
        digest.update(repr(chunk.rows.to_pylist()).encode("utf-8", errors="surrogatepass"))
    return digest.hexdigest()


def undo(copy: Place, target: Place, *, changes_folder: Path | None = None) -> Record:
    """Write the table that a copy was made of.

    Raises
    ------
    TakeoverError : where the copy has been changed since, or what is needed is gone.
    OutputExistsError : where the output is there already.
    """
    record_file = record_path(copy, changes_folder)
    record = read_record(record_file)
    if is_database(copy.address) != is_database(target.address):
        raise TakeoverError(f"{_name(target)} kan ikke skrives", ["en fil blir en fil, en databasetabell en tabell"])
    if is_database(copy.address):
        _restore_table(copy, target, record)
        return record
    path, out = Path(copy.address), Path(target.address)
    if out.exists():
        raise OutputExistsError(out, _CURE)
    if _sha256(path) != record.copy_sha256:
        raise _changed_since(str(path))
    with whole_file(out) as temporary:
        _restore(path, temporary, record)
        if _sha256(temporary) != record.former_sha256:
            raise TakeoverError(f"{out} er ikke skrevet", ["resultatet er ikke lik den tidligere tabellen"])
        shutil.copymode(path, temporary)
    return record


def _restore_table(copy: Place, target: Place, record: Record) -> None:
    table = open_table(replace(copy, key=record.key))
    if _content_sha256(table) != record.copy_sha256:
        raise _changed_since(table.name)
    _write_table(table, target, record.changes, back=True)
    former = open_table(replace(target, key=record.key))
    if _content_sha256(former) != record.former_sha256:
        raise TakeoverError(f"{former.name} er skrevet", ["men er ikke lik den tidligere tabellen; bruk den ikke"])


def _restore(path: Path, temporary: Path, record: Record) -> None:
    if record.way == "kept":
        former = path.with_name(path.name + FORMER_ENDING)
        if not former.is_file() or _sha256(former) != record.former_sha256:
            fault = f"{former} mangler eller er endret; hent den fra en sikkerhetskopi"
            raise TakeoverError("Den tidligere tabellen kan ikke gis tilbake", [fault])
        shutil.copyfile(former, temporary)
        return
    try:
        with path.open("rb") as file, temporary.open("wb") as out:
            restored(file, out, record.edits)
    except OtherLayoutError:
        raise _changed_since(str(path)) from None


def _changed_since(name: str) -> TakeoverError:
    fault = "den er endret etter at avgjørelsene ble overtatt; det som er gjort siden, ville gått tapt"
    return TakeoverError(f"{name} kan ikke angres", [fault])


class _Digest:
    """Takes bytes as a file does, and keeps their SHA-256."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self._hash.update(content)
        return len(content)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Hand out a name to write under; the file appears under its own when all is written, and not after an error."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".tmp")
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error
    temporary = Path(name)
    os.close(descriptor)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if isinstance(error, UnreadableFileError | OutputExistsError):
            raise
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
