"""What was taken over is taken back: the very same bytes, or a table with the very same values."""

import shutil
from dataclasses import replace
from pathlib import Path

from pobo_nlp.batch.takeover_files import (
    OTHER_NAME,
    content_sha256,
    record_path,
    sha256,
    shown_name,
    whole_file,
    write_table,
)
from pobo_nlp.batch.takeover_record import FORMER_ENDING, Record, read_record
from pobo_nlp.batch.takeover_text import OtherLayoutError, restored
from pobo_nlp.errors import OutputExistsError, TakeoverError
from pobo_nlp.tables import Place, is_database, open_table


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
        raise TakeoverError(
            f"{shown_name(target)} kan ikke skrives", ["en fil blir en fil, en databasetabell en tabell"]
        )
    if is_database(copy.address):
        _restore_table(copy, target, record)
        return record
    path, out = Path(copy.address), Path(target.address)
    if out.exists():
        raise OutputExistsError(out, OTHER_NAME)
    if sha256(path) != record.copy_sha256:
        raise _changed_since(str(path))
    with whole_file(out) as temporary:
        _restore(path, temporary, record)
        if sha256(temporary) != record.former_sha256:
            raise TakeoverError(f"{out} er ikke skrevet", ["resultatet er ikke lik den tidligere tabellen"])
        shutil.copymode(path, temporary)
    return record


def _restore_table(copy: Place, target: Place, record: Record) -> None:
    table = open_table(replace(copy, key=record.key))
    if content_sha256(table) != record.copy_sha256:
        raise _changed_since(table.name)
    write_table(table, target, record.changes, back=True)
    former = open_table(replace(target, key=record.key))
    if content_sha256(former) != record.former_sha256:
        raise TakeoverError(f"{former.name} er skrevet", ["men er ikke lik den tidligere tabellen; bruk den ikke"])


def _restore(path: Path, temporary: Path, record: Record) -> None:
    if record.way == "kept":
        former = path.with_name(path.name + FORMER_ENDING)
        if not former.is_file() or sha256(former) != record.former_sha256:
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
