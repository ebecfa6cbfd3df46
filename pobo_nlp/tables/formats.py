"""Which reader and writer belong to a name, and how a file is written: whole, or not at all."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from pobo_nlp.errors import OutputExistsError, PoboError, UnknownFormatError, UnreadableFileError
from pobo_nlp.scratch import scratch_file
from pobo_nlp.tables.compression import compression_of, packed
from pobo_nlp.tables.table import EXCEL_STYLE, CsvStyle, Table, check_names

if TYPE_CHECKING:
    import pyarrow as pa

CSV_ENDINGS = frozenset({".csv", ".tsv", ".txt"})
JSONL_ENDINGS = frozenset({".jsonl", ".ndjson"})
EXCEL, PARQUET = ".xlsx", ".parquet"
# These are compressed within.
SELF_PACKED = frozenset({EXCEL, PARQUET})
KNOWN_ENDINGS = CSV_ENDINGS | JSONL_ENDINGS | SELF_PACKED
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True)
class Place:
    """Where a user says that a table is, or is to be.

    Attributes
    ----------
    address : a path, or the address of a database.
    table, query : of a database: a table, or what to ask for (only for reading).
    key : column whose order a database is read in; else the primary key.
    sheet : of an Excel file: the name of a sheet, or its number from 1.
    """

    address: str
    table: str | None = None
    query: str | None = None
    key: str | None = None
    sheet: str | None = None


class TableWriter(Protocol):
    """Takes the rows of a table, some at a time."""

    def write(self, rows: "pa.RecordBatch") -> None:
        """Write rows of the schema that the writer was opened with."""


def is_database(address: str) -> bool:
    """Return whether an address is that of a database rather than a path."""
    return _ADDRESS.match(address) is not None


def is_table_name(path: Path) -> bool:
    """Return whether a name is that of a table rather than of a plain text."""
    return _ending(path) in KNOWN_ENDINGS - {".txt"}


def open_table(place: Place | Path | str) -> Table:
    """Open a table; the ending of the name tells the format.

    Raises
    ------
    UnknownFormatError : for an ending that is not read here.
    TableError : where the content cannot be read.
    """
    place = as_place(place)
    if is_database(place.address):
        from pobo_nlp.tables.sql import open_sql

        return open_sql(place)
    path = Path(place.address)
    ending = known_ending(path)
    if ending in JSONL_ENDINGS:
        from pobo_nlp.tables.jsonl_files import open_jsonl

        return open_jsonl(path)
    if ending == EXCEL:
        from pobo_nlp.tables.excel_files import open_excel

        return open_excel(path, place.sheet)
    if ending == PARQUET:
        from pobo_nlp.tables.parquet_files import open_parquet

        return open_parquet(path)
    from pobo_nlp.tables.csv_files import open_csv

    return open_csv(path)


@contextmanager
def open_writer(
    place: Place | Path | str, schema: "pa.Schema", *, like: Table, replace: bool = False
) -> Iterator[TableWriter]:
    """Open a table for writing; a file appears under its name when all is written, and not at all after an error.

    What is written depends on the rows alone, not on how many are handed over at a time.

    Parameters
    ----------
    schema : of the table to write.
    like : the table that came in: CSV is written in its style, and those who may read it may read the output.
    replace : an existing file; a table of a database never is.

    Raises
    ------
    OutputExistsError : where there is something under that name.
    TableError : where a format cannot hold a value.
    UnreadableFileError : where the folder or the disk does not take it.
    """
    place = as_place(place)
    if is_database(place.address):
        from pobo_nlp.tables.sql import open_sql_writer

        with open_sql_writer(place, schema, like=like, resume=False) as table_writer:
            yield table_writer
        return
    path = Path(place.address)
    ending = known_ending(path)
    check_names(path, schema.names)
    with (
        whole_file(path, replace=replace, readable_as=like.path) as file,
        _writer(file, path, ending, schema, like.style, place.sheet) as writer,
    ):
        yield writer


@contextmanager
def _writer(
    file: BinaryIO, path: Path, ending: str, schema: "pa.Schema", style: CsvStyle, sheet: str | None
) -> Iterator[TableWriter]:
    if ending == EXCEL:
        from pobo_nlp.tables.excel_writer import excel_writer

        with excel_writer(file, path, schema, sheet) as writer:
            yield writer
    elif ending == PARQUET:
        from pobo_nlp.tables.parquet_files import parquet_writer

        with parquet_writer(file, schema) as writer:
            yield writer
    else:
        with packed(file, compression_of(path)) as sink:
            if ending in JSONL_ENDINGS:
                from pobo_nlp.tables.jsonl_files import JsonlWriter

                yield JsonlWriter(sink, schema)
            else:
                from pobo_nlp.tables.csv_files import CsvWriter

                yield CsvWriter(sink, schema, CsvStyle("\t", EXCEL_STYLE.encoding) if ending == ".tsv" else style)


@contextmanager
def whole_file(path: Path, *, replace: bool, readable_as: Path | None) -> Iterator[BinaryIO]:
    """Open a file that gets its name when all is written, and is gone after an error.

    Parameters
    ----------
    readable_as : a file whose rights it gets; else, it is its owner's alone.
    """
    _refuse_existing(path, replace=replace)
    try:
        with scratch_file(path.parent, path.name) as (descriptor, temporary):
            with _closed_quietly(os.fdopen(descriptor, "wb")) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _refuse_existing(path, replace=replace)
            temporary.replace(path)
            # It holds the same texts as what came in, so the same people may read it: now, and not before.
            if readable_as is not None:
                with suppress(FileNotFoundError):
                    shutil.copymode(readable_as, path)
    except PoboError:
        raise
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error


@contextmanager
def _closed_quietly(file: BinaryIO) -> Iterator[BinaryIO]:
    """Close a file whatever happens: on a full disk, what it could not write it cannot write when closed either."""
    try:
        yield file
    finally:
        with suppress(OSError):
            file.close()


def _refuse_existing(path: Path, *, replace: bool) -> None:
    if path.is_symlink() or path.exists():
        if path.is_dir():
            from pobo_nlp.errors import NotAFileError

            raise NotAFileError(path)
        if not replace:
            raise OutputExistsError(path, "Oppgi et annet navn, eller fjern filen.")


def as_place(place: Place | Path | str) -> Place:
    """Return a place, of which perhaps only the address was named."""
    return place if isinstance(place, Place) else Place(str(place))


def _ending(path: Path) -> str:
    """Return the ending that tells the format, without that of a compression."""
    return (Path(path.stem) if compression_of(path) else path).suffix.lower()


def known_ending(path: Path) -> str:
    """Return the ending that tells the format.

    Raises
    ------
    UnknownFormatError : for an ending that is neither read nor written here.
    """
    ending = _ending(path)
    if compression_of(path) and ending in SELF_PACKED:
        problem = f"en {ending}-fil er komprimert i seg selv"
        raise UnknownFormatError(path, problem, f"Bruk endelsen {ending} alene.")
    if ending not in KNOWN_ENDINGS and not path.is_dir():
        known = ", ".join(sorted(KNOWN_ENDINGS))
        raise UnknownFormatError(
            path, f"endelsen «{path.suffix}» er ukjent", f"Kjente endelser: {known}, og .gz eller .zst etter tekst."
        )
    return ending
