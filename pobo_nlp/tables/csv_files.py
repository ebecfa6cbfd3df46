"""CSV as Norwegian Excel and other programs write it: `;`, `,` or tab between, quoted line breaks within."""

import codecs
import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import pyarrow as pa

from pobo_nlp.errors import EmptyTableError, EncodingError, RowError
from pobo_nlp.tables.cells import csv_cells, strings
from pobo_nlp.tables.compression import ByteSink, file_fingerprint, opened
from pobo_nlp.tables.encoding import recognised_encoding
from pobo_nlp.tables.formulas import neutralised, restored, restored_column
from pobo_nlp.tables.table import CHUNK_CHARS, Chunk, CsvStyle, Table, check_names, rows_of_chunk

DELIMITERS = (";", ",", "\t")
EXCEL_HINT = re.compile(r"(?i)\"?sep=[;,\t]\"?\r?\n")


def open_csv(path: Path) -> Table:
    """Open a CSV file; its encoding and delimiter are recognised.

    All columns are text: an id of 007 stays what it is. An apostrophe before what could be a formula is taken away,
    which `CsvWriter` puts there. A column without a name gets one that tells its place, such
    as `kolonne_3`.

    Raises
    ------
    TableError : where the file is no CSV file with a heading; while reading, where a row does not fit it.
    """
    # A cell may hold a whole journal; the limit of the csv module is 128 kB, for the process.
    csv.field_size_limit(sys.maxsize)
    encoding = recognised_encoding(path)
    style = CsvStyle(_recognised_delimiter(path, encoding), encoding)
    heading = next(_records(path, style), None)
    if heading is None:
        raise EmptyTableError(path, "filen er tom", "Sjekk at eksporten fikk med radene.")
    columns = [restored(name.strip()) or f"kolonne_{place}" for place, name in enumerate(heading[1], start=1)]
    check_names(path, columns, row=heading[0])
    schema = pa.schema([(name, pa.string()) for name in columns])
    return Table(
        str(path),
        schema,
        lambda rows_at_once, skip: _chunks(path, style, schema, rows_at_once, skip),
        lambda: file_fingerprint(path),
        path,
        style,
    )


def _recognised_delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that parts the heading into most columns; `;` where there is but one."""
    found: dict[str, int] = {}
    for delimiter in DELIMITERS:
        try:
            heading = next(_records(path, CsvStyle(delimiter, encoding)), None)
        except RowError:
            heading = None
        found[delimiter] = len(heading[1]) if heading is not None else 0
    return max(DELIMITERS, key=lambda delimiter: found[delimiter])


def _records(path: Path, style: CsvStyle) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a file, each with the line where it begins; empty lines are passed over."""
    with opened(path) as unpacked, io.TextIOWrapper(unpacked, style.encoding, newline="") as file:
        line = 1
        problem: RowError | EncodingError
        try:
            # Excel's own hint of the delimiter may stand above the heading.
            first = file.readline()
            skipped = 1 if EXCEL_HINT.fullmatch(first) else 0
            line += skipped
            reader = csv.reader(file if skipped else chain((first,), file), delimiter=style.delimiter, strict=True)
            for record in reader:
                if record:
                    yield line, record
                line = reader.line_num + 1 + skipped
            return
        except csv.Error:
            problem = RowError(
                path, "anførselstegn som ikke passer sammen", "Doble anførselstegn inne i et felt.", row=line
            )
        except UnicodeDecodeError:
            problem = EncodingError(path, "filen er endret mens den ble lest", "Prøv igjen.", row=line)
        # Raised outside of the clause: the module's own words may quote the field.
        raise problem


def _chunks(path: Path, style: CsvStyle, schema: pa.Schema, rows_at_once: int, skip: int) -> Iterator[Chunk]:
    n_columns = len(schema)
    most_rows = rows_of_chunk(rows_at_once, n_columns)
    places: list[int] = []
    rows: list[list[str]] = []
    n_chars = 0
    records = _records(path, style)
    next(records, None)
    for line, record in records:
        if len(record) != n_columns:
            raise RowError(
                path,
                f"{len(record)} felter, men overskriften har {n_columns}",
                "Sett felt med skilletegn eller linjeskift i anførselstegn.",
                row=line,
            )
        if skip:
            skip -= 1
            continue
        places.append(line)
        rows.append(record)
        n_chars += sum(map(len, record))
        if len(rows) == most_rows or n_chars > CHUNK_CHARS:
            yield _chunk(places, rows, schema)
            places, rows, n_chars = [], [], 0
    if rows:
        yield _chunk(places, rows, schema)


def _chunk(places: Sequence[int], rows: Sequence[Sequence[str]], schema: pa.Schema) -> Chunk:
    columns = [restored_column(strings(column)) for column in zip(*rows, strict=True)]
    return Chunk(places, pa.RecordBatch.from_arrays(columns, schema=schema))


class CsvWriter:
    """Writes rows to an open file.

    A cell of text that a spreadsheet would take for a formula begins with an apostrophe (docs/adr/0022). A character
    that the encoding lacks is written as HTML writes it (`&#269;`): nothing is lost, nothing stops a run.

    Parameters
    ----------
    schema : of the table.
    """

    def __init__(self, file: ByteSink, schema: pa.Schema, style: CsvStyle) -> None:
        csv.field_size_limit(sys.maxsize)
        self._file = file
        self._encoding = style.encoding
        self._encoder = codecs.getincrementalencoder(style.encoding)()
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, delimiter=style.delimiter, lineterminator="\r\n")
        self._put([list(map(neutralised, schema.names))])

    def write(self, rows: pa.RecordBatch) -> None:
        """Write rows; a missing value is an empty field."""
        fields = rows.schema
        columns = [csv_cells(column, field) for column, field in zip(rows.columns, fields, strict=True)]
        self._put(list(zip(*columns, strict=True)))

    def _put(self, rows: Sequence[Sequence[str | None]]) -> None:
        try:
            data = self._encoder.encode(self._as_csv(rows))
        except UnicodeEncodeError:
            data = self._encoder.encode(self._as_csv([[self._written_out(cell) for cell in row] for row in rows]))
        self._file.write(data)

    def _as_csv(self, rows: Iterable[Sequence[str | None]]) -> str:
        self._text.seek(0)
        self._text.truncate()
        self._writer.writerows(rows)
        return self._text.getvalue()

    def _written_out(self, cell: str | None) -> str | None:
        return None if cell is None else cell.encode(self._encoding, "xmlcharrefreplace").decode(self._encoding)
