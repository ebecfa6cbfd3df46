"""Excel workbooks: one sheet is a table whose first row with anything in it is the heading."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from pobo_nlp.errors import ColumnError, DamagedFileError, EmptyTableError, SheetError, TableError
from pobo_nlp.tables.cells import is_text, strings
from pobo_nlp.tables.compression import file_fingerprint, opened
from pobo_nlp.tables.table import CHUNK_CHARS, Chunk, Table, check_names, rows_of_chunk

Cell = str | bool | int | float | dt.date | dt.datetime | dt.time | dt.timedelta
_EMPTY = ""
# Excel keeps every number as a float, and whole ones exactly up to here.
_MAX_WHOLE = 2**53
_TYPES: dict[frozenset[object], pa.DataType] = {
    frozenset({str}): pa.string(),
    frozenset({bool}): pa.bool_(),
    frozenset({int}): pa.int64(),
    frozenset({float}): pa.float64(),
    frozenset({int, float}): pa.float64(),
    frozenset({dt.date}): pa.date32(),
    frozenset({dt.datetime}): pa.timestamp("us"),
    frozenset({dt.date, dt.datetime}): pa.timestamp("us"),
    frozenset({dt.time}): pa.time64("us"),
    frozenset({dt.timedelta}): pa.duration("us"),
}


def open_excel(path: Path, sheet: str | None = None) -> Table:
    """Open a sheet of an Excel workbook, which is held in memory as long as the table is.

    Numbers, dates, times and texts keep their types where a column holds but one; else it is of text, and a number or
    a date stands as a person would write it. Rows without anything are passed over. A column without a name gets one
    that tells its place.

    Parameters
    ----------
    sheet : its name, or its number from 1. None where there is but one that is visible and not empty.

    Raises
    ------
    SheetError : where it is not clear which sheet is meant.
    TableError : where the file is no workbook, or its heading has merged cells.
    """
    cells = _chosen_sheet(path, sheet)
    heading_row, heading = _heading(path, cells)
    columns = [_text(cell).strip() or f"kolonne_{place}" for place, cell in enumerate(heading, start=1)]
    check_names(path, columns)
    kinds = _kinds(cells, heading_row, len(columns))
    types = [_TYPES.get(frozenset(found), pa.string()) for found in kinds]
    schema = pa.schema(list(zip(columns, types, strict=True)))
    return Table(
        str(path),
        schema,
        lambda rows_at_once, skip: _chunks(cells, heading_row, schema, rows_at_once, skip),
        lambda: file_fingerprint(path, part=cells.name),
        path,
    )


def _chosen_sheet(path: Path, sheet: str | None) -> CalamineSheet:
    with opened(path) as file:
        file.read(1)
    problem: TableError
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return _sheet(path, workbook, sheet)
    except PasswordError:
        problem = DamagedFileError(path, "filen er låst med passord", "Lagre den uten passord.")
    except (CalamineError, OSError):
        problem = DamagedFileError(path, "filen er ikke en Excel-arbeidsbok (.xlsx), eller den er skadet")
    # The library's own words may quote what stands in the file.
    raise problem


def _sheet(path: Path, workbook: CalamineWorkbook, sheet: str | None) -> CalamineSheet:
    # Charts have a place among the sheets, but no rows.
    tables = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    names = [one.name for one in tables]
    if sheet is not None:
        if sheet not in names and not (sheet.isdecimal() and 1 <= int(sheet) <= len(names)):
            raise SheetError(path, f"arket «{sheet}» finnes ikke", _which(len(names)))
        return workbook.get_sheet_by_name(sheet if sheet in names else names[int(sheet) - 1])
    visible = [one.name for one in tables if one.visible == SheetVisibleEnum.Visible]
    if len(visible) == 1:
        return workbook.get_sheet_by_name(visible[0])
    filled = [name for name in visible if workbook.get_sheet_by_name(name).height]
    if len(filled) > 1:
        # A sheet may bear a person's name, so none is quoted.
        raise SheetError(path, f"{len(filled)} ark har innhold", f"Velg ett med --sheet. {_which(len(names))}")
    if not filled:
        raise EmptyTableError(path, "arbeidsboken er tom", "Sjekk at eksporten fikk med radene.")
    return workbook.get_sheet_by_name(filled[0])


def _which(n_sheets: int) -> str:
    return f"Oppgi navnet på arket, eller nummeret fra 1 til {n_sheets}."


def _heading(path: Path, cells: CalamineSheet) -> tuple[int, Sequence[Cell]]:
    """Return the first row that holds anything, and its number from 1."""
    for number, row in enumerate(cells.iter_rows(), start=1):
        if any(cell != _EMPTY for cell in row):
            for first, last in cells.merged_cell_ranges or ():
                if first[0] < number <= last[0] + 1:
                    raise ColumnError(
                        path,
                        f"overskriften i rad {number} har sammenslåtte celler",
                        "Del dem opp, og la første rad ha ett navn i hver kolonne.",
                    )
            return number, row
    raise EmptyTableError(path, "arket er tomt", "Sjekk at eksporten fikk med radene.")


def _kinds(cells: CalamineSheet, heading_row: int, n_columns: int) -> list[set[object]]:
    """Return the types that each column has below the heading."""
    kinds: list[set[object]] = [set() for _ in range(n_columns)]
    for row in _rows_below(cells, heading_row):
        for found, cell in zip(kinds, row[1], strict=True):
            if cell != _EMPTY:
                found.add(_kind(cell))
    return kinds


def _kind(cell: Cell) -> object:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _MAX_WHOLE:
        return int
    return type(cell)


def _rows_below(cells: CalamineSheet, heading_row: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, row in enumerate(cells.iter_rows(), start=1):
        if number > heading_row and any(cell != _EMPTY for cell in row):
            yield number, row


def _chunks(cells: CalamineSheet, heading_row: int, schema: pa.Schema, rows_at_once: int, skip: int) -> Iterator[Chunk]:
    most_rows = rows_of_chunk(rows_at_once, len(schema))
    places: list[int] = []
    rows: list[Sequence[Cell]] = []
    n_chars = 0
    for number, row in _rows_below(cells, heading_row):
        if skip:
            skip -= 1
            continue
        places.append(number)
        rows.append(row)
        n_chars += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(rows) == most_rows or n_chars > CHUNK_CHARS:
            yield _chunk(places, rows, schema)
            places, rows, n_chars = [], [], 0
    if rows:
        yield _chunk(places, rows, schema)


def _chunk(places: Sequence[int], rows: Sequence[Sequence[Cell]], schema: pa.Schema) -> Chunk:
    by_column = zip(zip(*rows, strict=True), schema.types, strict=True)
    columns = [_column(column, kind) for column, kind in by_column]
    return Chunk(places, pa.RecordBatch.from_arrays(columns, schema=schema))


def _column(column: Iterable[Cell], kind: pa.DataType) -> pa.Array:
    if is_text(kind):
        return strings(None if cell == _EMPTY else _text(cell) for cell in column)
    convert: Callable[[Cell], object] = _same
    if pa.types.is_integer(kind):
        convert = _whole
    elif pa.types.is_timestamp(kind):
        convert = _with_time
    return pa.array([None if cell == _EMPTY else convert(cell) for cell in column], kind)


def _same(cell: Cell) -> object:
    return cell


def _whole(cell: Cell) -> int:
    return int(cell)  # type: ignore[arg-type]


def _with_time(cell: Cell) -> object:
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        return dt.datetime.combine(cell, dt.time())
    return cell


def _text(cell: Cell) -> str:
    """Return a cell as a person would write it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if _kind(cell) is int:
        return str(_whole(cell))
    return cell.isoformat(" ") if isinstance(cell, dt.datetime) else str(cell)
