"""Writing of Excel workbooks: one sheet, row by row, with as little in memory as the file format allows."""

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError, XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pobo_nlp.errors import SheetError, TableError
from pobo_nlp.scratch import scratch_folder
from pobo_nlp.tables.cells import floats, is_text, text_cells, values_of

SHEET = "Ark1"
MAX_ROWS = 2**20
MAX_CELL_CHARS = 32_767
# Excel shows fifteen digits of a number and makes zeros of the rest, so a longer one is written as text.
_MAX_DIGITS = 15
_FIRST_DATE = dt.date(1900, 1, 1)
# The file tells when it was made; for equal tables to be equal files, that is always the same.
_MADE = dt.datetime(2000, 1, 1)
_OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "use_zip64": True,
}
_ANOTHER_FORMAT = "Skriv til en .csv-, .jsonl- eller .parquet-fil."
Put = Callable[[int, int, object], object]


@contextmanager
def excel_writer(file: BinaryIO, path: Path, schema: pa.Schema, sheet: str | None) -> Iterator["ExcelWriter"]:
    """Write a workbook to an open file.

    Parameters
    ----------
    path : for messages; what is written lies in its folder until the file is put together.
    """
    with scratch_folder(path.parent, f"{path.name}-rows") as folder:
        workbook = xlsxwriter.Workbook(file, {**_OPTIONS, "tmpdir": str(folder)})
        try:
            workbook.set_properties({"created": _MADE})
            yield ExcelWriter(workbook, path, schema, sheet)
            workbook.close()
        except FileCreateError as error:
            raise error.args[0] from None
        finally:
            # Else, it would write itself when it is thrown away, and so would the rows that wait to be put together.
            workbook.fileclosed = True
            for worksheet in workbook.worksheets():
                with suppress(OSError):
                    worksheet.row_data_fh.close()


class ExcelWriter:
    """Writes rows to a sheet: numbers, dates and texts as such, anything else as text.

    Raises
    ------
    SheetError : where Excel does not allow the name of the sheet.
    """

    def __init__(self, workbook: xlsxwriter.Workbook, path: Path, schema: pa.Schema, sheet: str | None) -> None:
        self._path = path
        self._row = 0
        try:
            self._sheet: Worksheet = workbook.add_worksheet(sheet or SHEET)
        except XlsxWriterException:
            raise SheetError(
                path, "Excel godtar ikke navnet på arket", r"Bruk høyst 31 tegn, og ingen av [ ] : * ? / \."
            ) from None
        self._puts = [self._put_for(workbook, place, field.type) for place, field in enumerate(schema)]
        bold = workbook.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        for place, name in enumerate(schema.names):
            self._check_length(name)
            self._sheet.write_string(0, place, name, bold)

    def write(self, rows: pa.RecordBatch) -> None:
        """Write rows.

        Raises
        ------
        TableError : where there are more than Excel holds, or a text is longer.
        """
        columns = [_values(column, field) for column, field in zip(rows.columns, rows.schema, strict=True)]
        for values in zip(*columns, strict=True):
            self._row += 1
            if self._row >= MAX_ROWS:
                raise TableError(self._path, f"Excel har plass til {MAX_ROWS - 1} rader", _ANOTHER_FORMAT)
            for place, (put, value) in enumerate(zip(self._puts, values, strict=True)):
                if value is not None:
                    put(self._row, place, value)

    def _put_for(self, workbook: xlsxwriter.Workbook, place: int, kind: pa.DataType) -> Put:
        """Return what writes a value of a type, and make its column wide enough for dates."""
        if pa.types.is_boolean(kind):
            return self._put_truth
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return self._put_number
        shown = _shown(kind)
        if shown is None:
            return self._put_text
        pattern, width = shown
        self._sheet.set_column(place, place, width)
        return self._put_time(workbook.add_format({"num_format": pattern}))

    def _put_text(self, row: int, column: int, value: object) -> None:
        text = str(value)
        self._check_length(text)
        self._sheet.write_string(row, column, text)

    def _check_length(self, text: str) -> None:
        # Excel counts as UTF-16 does.
        if len(text) * 2 > MAX_CELL_CHARS and len(text.encode("utf-16-le")) > 2 * MAX_CELL_CHARS:
            where = f"rad {self._row}" if self._row else "overskriften"
            problem = (
                f"{where} har en tekst på mer enn {MAX_CELL_CHARS} tegn, som er det Excel har plass til i en celle"
            )
            raise TableError(self._path, problem, _ANOTHER_FORMAT)

    def _put_truth(self, row: int, column: int, value: object) -> None:
        self._sheet.write_boolean(row, column, value)

    def _put_number(self, row: int, column: int, value: object) -> None:
        if isinstance(value, int | float | Decimal) and _fits(value):
            self._sheet.write_number(row, column, value)
        else:
            self._put_text(row, column, value)

    def _put_time(self, style: Format) -> Put:
        def put(row: int, column: int, value: object) -> None:
            if isinstance(value, dt.date) and (value.date() if isinstance(value, dt.datetime) else value) < _FIRST_DATE:
                self._put_text(row, column, value)
            else:
                self._sheet.write_datetime(row, column, value, style)

        return put


def _shown(kind: pa.DataType) -> tuple[str, int] | None:
    """Return how a date or time is shown, and the width that it needs; None for a type that Excel has not."""
    if pa.types.is_date(kind):
        return "yyyy-mm-dd", 11
    if pa.types.is_timestamp(kind) and kind.tz is None:
        return "yyyy-mm-dd hh:mm:ss", 19
    if pa.types.is_time(kind):
        return "hh:mm:ss", 9
    return ("[h]:mm:ss", 9) if pa.types.is_duration(kind) else None


def _fits(value: float | Decimal) -> bool:
    if isinstance(value, Decimal):
        return bool(value.is_finite()) and len(value.as_tuple().digits) <= _MAX_DIGITS
    if isinstance(value, int):
        return bool(abs(value) < 10**_MAX_DIGITS)
    return math.isfinite(value)


def _values(column: pa.Array, field: pa.Field) -> Sequence[object]:
    kind = column.type
    if pa.types.is_floating(kind):
        return floats(column)
    if is_text(kind) or pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return values_of(column)
    if _shown(kind) is None:
        return text_cells(column, field)
    if not pa.types.is_date(kind):
        # Finer than a millionth of a second is what neither Excel nor Python has.
        column = pc.cast(column, _in_microseconds(kind), safe=False)
    return values_of(column)


def _in_microseconds(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    return pa.time64("us") if pa.types.is_time(kind) else pa.duration("us")
