"""Where the result goes: the table, the list of rows that could not be scored, the summary, and the journal's place."""

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pobo_nlp.batch.columns import is_same_file
from pobo_nlp.batch.journal import Journal
from pobo_nlp.batch.parts import write_whole
from pobo_nlp.errors import NotAFileError, OutputExistsError, TableError, UnreadableFileError
from pobo_nlp.scratch import clear_leftovers
from pobo_nlp.tables import Place, Table, is_database, open_writer
from pobo_nlp.tables.formats import known_ending
from pobo_nlp.tables.formulas import neutralised
from pobo_nlp.tables.table import check_names

ERRORS_ENDING = ".errors.csv"
SUMMARY_ENDING = ".summary.json"
_OTHER_THAN_NAME = re.compile(r"[^\w.-]+")
_CURE = "Bruk --restart for å skrive den på nytt, eller oppgi et annet navn."
_CURE_OF_DATABASE = "Oppgi en annen tabell med --out-table, eller slett den som er der."
Error = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes
    ----------
    errors_file : the list of rows that could not be scored; None where there are none.
    texts_with_nul : texts that this run wrote with U+FFFD for NUL, which the database cannot store.
    """

    errors_file: Path | None
    texts_with_nul: int


class Target:
    """Where a run writes.

    Parameters
    ----------
    journal : folder in which the folder of the journal lies; None for beside the output, or for a database the folder
        that the command was given in.

    Attributes
    ----------
    name : for messages.
    journal, errors, summary : a folder and two files whose names are made from that of the output.
    """

    def __init__(self, place: Place, journal: Path | None) -> None:
        self._place = place
        self._path = None if is_database(place.address) else Path(place.address)
        self.name = _public_name(place) if self._path is None else str(self._path)
        self._may_replace = False
        beside = Path() if self._path is None else self._path.parent
        base = _OTHER_THAN_NAME.sub("_", place.table or "tabell") if self._path is None else self._path.name
        self.journal = (journal if journal is not None else beside) / f".{base}.batch"
        self.errors = beside / f"{base}{ERRORS_ENDING}"
        self.summary = beside / f"{base}{SUMMARY_ENDING}"

    def refuse(self, source: Place) -> None:
        """Refuse, before any work, what could not be written in the end."""
        if self._path is not None:
            if is_same_file(Path(source.address), self._path):
                raise TableError(self.name, "inn og ut er samme fil", "Oppgi et annet navn for det som skrives.")
            if self._path.is_dir():
                raise NotAFileError(self._path)
        for folder in {self.errors.parent, self.journal.parent}:
            if not folder.is_dir():
                raise UnreadableFileError(self._path or folder, f"mappen {folder} finnes ikke")
            if not os.access(folder, os.W_OK):
                raise UnreadableFileError(self._path or folder, f"mappen {folder} er skrivebeskyttet")
        if self._path is not None:
            known_ending(self._path)

    def refuse_columns(self, schema: pa.Schema) -> None:
        """Refuse, before any work, columns that the output cannot hold."""
        if self._path is None:
            from pobo_nlp.tables.sql import columns_of_new_table

            columns_of_new_table(self._place, schema)
        else:
            check_names(self.name, schema.names)

    def refuse_existing(self, *, is_ours: bool, restart: bool) -> None:
        """Refuse an output that is there already.

        Parameters
        ----------
        is_ours : whether a stopped run had begun to write it.
        restart : whether a file is to be replaced. A table of a database never is.

        Raises
        ------
        OutputExistsError
        """
        self._may_replace = is_ours or restart
        if is_ours:
            return
        if self._path is None:
            from pobo_nlp.tables.sql import table_exists

            if table_exists(self._place):
                raise OutputExistsError(self.name, _CURE_OF_DATABASE)
        elif self._path.exists() and not restart:
            finished = self.summary.is_file()
            problem = "er skrevet ferdig av en tidligere kjøring" if finished else "finnes allerede"
            raise OutputExistsError(self.name, _CURE, problem=problem)

    def write(self, kept: Journal, schema: pa.Schema, *, like: Table) -> Written:
        """Write all rows that are kept, and the list of errors if there are any."""
        is_resumed = kept.is_writing
        kept.mark_writing()
        self._remove_leftovers()
        errors = [error for entry in kept.in_order() for error in entry.errors]
        if errors:
            write_whole(self.errors, as_csv(errors))
        else:
            self.errors.unlink(missing_ok=True)
        texts_with_nul = self._write_table(kept, schema, like, is_resumed=is_resumed)
        return Written(self.errors if errors else None, texts_with_nul)

    def _write_table(self, kept: Journal, schema: pa.Schema, like: Table, *, is_resumed: bool) -> int:
        if self._path is not None:
            with open_writer(self._place, schema, like=like, replace=self._may_replace) as file:
                for rows in kept.parts():
                    file.write(rows)
            return 0
        from pobo_nlp.tables.sql import open_sql_writer

        with open_sql_writer(self._place, schema, like=like, resume=is_resumed) as table:
            for rows in after(kept.parts(), table.rows_written):
                table.write(rows)
        return table.texts_with_nul

    def _remove_leftovers(self) -> None:
        """Take away what a process that was killed while writing has left: it holds people's texts."""
        for path in (self._path, self.errors, self.summary):
            if path is not None:
                clear_leftovers(path.parent, path.name)

    def write_summary(self, summary: Mapping[str, object]) -> None:
        """Write the summary, for those who come in the morning."""
        write_whole(self.summary, json.dumps(summary, ensure_ascii=False, indent=2).encode() + b"\n")


def _public_name(place: Place) -> str:
    """Return the address of a database without user and password, with its table."""
    from pobo_nlp.tables.sql_database import parsed_address, public_name

    return f"{public_name(parsed_address(place.address))}, tabellen {place.table}"


def after(parts: Iterable[pa.RecordBatch], skip: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows that follow the first ones."""
    for rows in parts:
        if skip < rows.num_rows:
            yield rows.slice(skip)
        skip = max(skip - rows.num_rows, 0)


def as_csv(errors: Iterable[tuple[object, str, str]]) -> bytes:
    """Return the list of errors as Norwegian Excel opens it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("row", "id", "code"))
    writer.writerows((row, neutralised(row_id), code) for row, row_id, code in errors)
    return text.getvalue().encode("utf-8-sig", errors="replace")
