"""What a person approved is taken over into a copy of a table, and can be taken back.

The table itself is never touched. Of a plain text file only the changed cells differ in the copy, byte for byte; other
files are written anew, and the former one is kept beside the copy. Either way `takeover_undo` gives back the very same
bytes. A database table is copied to a new table, and back to another.
"""

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pobo_nlp.batch.label_map import LabelMap
from pobo_nlp.batch.old_labels import check_labels
from pobo_nlp.batch.review_list import FINGERPRINT_CHARS, ReviewList
from pobo_nlp.batch.takeover_files import (
    OTHER_NAME,
    changed_rows,
    content_sha256,
    record_path,
    sha256,
    shown_name,
    whole_file,
    write_table,
)
from pobo_nlp.batch.takeover_plan import Change, decided, map_of, planned
from pobo_nlp.batch.takeover_record import FORMER_ENDING, Record, write_record
from pobo_nlp.batch.takeover_text import Edit, OtherLayoutError, can_be_edited, edited, restored
from pobo_nlp.errors import OutputExistsError, TakeoverError
from pobo_nlp.tables import Place, Table, is_database, open_table, open_writer
from pobo_nlp.taxonomy import Taxonomy

_GZIP, _ZSTD = [".gz"], [".zst"]


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
        raise TakeoverError(f"{shown_name(target)} kan ikke være kopien", [fault])
    if is_database(target.address):
        return
    one, other = _ending(Path(source.address)), _ending(Path(target.address))
    if one != other:
        raise TakeoverError(f"{shown_name(target)} kan ikke være kopien", [f"endelsen er «{other}», tabellens «{one}»"])
    if Path(target.address).exists():
        raise OutputExistsError(target.address, OTHER_NAME)
    if record.exists() and not _is_orphan(target, record):
        raise OutputExistsError(record, OTHER_NAME)


def _ending(path: Path) -> str:
    """Return what tells the format, such as `.csv` or `.csv.gz`."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return "".join(suffixes[-2:] if suffixes[-1:] in (_GZIP, _ZSTD) else suffixes[-1:])


def _is_orphan(target: Place, record: Path) -> bool:
    """Return whether a change file was left by a run that was stopped before its copy was there."""
    return not Path(target.address).exists() and record.is_file()


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
                former_sha256=sha256(source),
                copy=copy.name,
                copy_sha256=sha256(temporary),
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
    return edits if digest.sha256 == sha256(_path(table)) else None


def _write_anew(table: Table, temporary: Path, changes: Sequence[Change], target: Place) -> None:
    written = temporary.with_name(f"{temporary.name}{_ending(Path(target.address))}")
    try:
        with open_writer(Place(str(written), sheet=target.sheet), table.schema, like=table) as writer:
            for rows in changed_rows(table, changes):
                writer.write(rows)
        written.replace(temporary)
    finally:
        written.unlink(missing_ok=True)


def _copy_database(
    table: Table, source: Place, target: Place, record: Path, changes: list[Change], who: tuple[str, str]
) -> None:
    from pobo_nlp.tables.sql import key_of

    if record.exists():
        raise OutputExistsError(record, OTHER_NAME)
    # The copy has no primary key; it is read by the columns that tell the rows of its original apart.
    key = key_of(source)
    write_table(table, target, changes)
    copy = open_table(replace(target, key=key))
    write_record(
        record,
        Record(
            former=table.name,
            former_sha256=content_sha256(table),
            copy=copy.name,
            copy_sha256=content_sha256(copy),
            by=who[0],
            when=who[1],
            way="cells",
            changes=tuple(changes),
            key=key,
        ),
    )


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
