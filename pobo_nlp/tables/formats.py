"""Which reader and writer belong to a file name, and how a file is written: whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from pobo_nlp.errors import PoboError, UnknownFormatError, UnreadableFileError
from pobo_nlp.tables.csv_files import CsvWriter, open_csv
from pobo_nlp.tables.jsonl_files import JsonlWriter, open_jsonl
from pobo_nlp.tables.table import EXCEL_STYLE, CsvStyle, Table, Value

CSV_ENDINGS = frozenset({".csv", ".tsv", ".txt"})
JSONL_ENDINGS = frozenset({".jsonl", ".ndjson"})


class TableWriter(Protocol):
    """Takes rows one after another."""

    def write(self, values: Mapping[str, Value]) -> None:
        """Write a row."""


def is_table_name(path: Path) -> bool:
    """Return whether a name is that of a table rather than of a plain text."""
    return path.suffix.lower() in (CSV_ENDINGS | JSONL_ENDINGS) - {".txt"}


def open_table(path: Path) -> Table:
    """Open a table; the ending of the name tells the format.

    Raises
    ------
    UnknownFormatError : for an ending that is not read here.
    TableError : where the content cannot be read.
    """
    return open_jsonl(path) if _is_jsonl(path) else open_csv(path)


@contextmanager
def open_writer(path: Path, columns: Sequence[str], *, like: Table) -> Iterator[TableWriter]:
    """Open a file for writing; it appears under its name when all is written, and not at all after an error.

    Parameters
    ----------
    columns : of the table to write.
    like : the table that came in: CSV is written in its style.
    """
    is_jsonl = _is_jsonl(path)
    style = CsvStyle("\t", EXCEL_STYLE.encoding) if path.suffix.lower() == ".tsv" else like.style
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".tmp")
        # A character that the encoding lacks, or half of a pair, becomes a question mark: nothing stops a run.
        with open(  # noqa: PTH123
            descriptor,
            "w",
            encoding="utf-8" if is_jsonl else style.encoding,
            errors="replace",
            newline="",
        ) as file:
            yield JsonlWriter(file) if is_jsonl else CsvWriter(file, columns, style)
            file.flush()
            os.fsync(file.fileno())
        # It holds the same texts as what came in, so the same people may read it; if that is gone, its owner alone.
        with suppress(FileNotFoundError):
            shutil.copymode(like.path, temporary)
        Path(temporary).replace(path)
    except PoboError:
        raise
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error
    finally:
        if temporary is not None:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()


def _is_jsonl(path: Path) -> bool:
    ending = path.suffix.lower()
    if ending not in CSV_ENDINGS | JSONL_ENDINGS and not path.is_dir():
        known = ", ".join(sorted(CSV_ENDINGS | JSONL_ENDINGS))
        raise UnknownFormatError(path, f"endelsen «{ending}» er ukjent", f"Kjente endelser: {known}.")
    return ending in JSONL_ENDINGS
