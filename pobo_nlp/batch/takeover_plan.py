"""From the decisions of a person to the cells that change, with every fault found before anything is written."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from pobo_nlp.batch.label_map import JOINT, OR, LabelMap
from pobo_nlp.batch.old_labels import Cells, as_text
from pobo_nlp.batch.review_list import ReviewList, ReviewRow
from pobo_nlp.errors import TakeoverError
from pobo_nlp.tables import Chunk, Table
from pobo_nlp.taxonomy import Taxonomy

ROWS_AT_ONCE = 5_000
YES, NO = "ja", "nei"
Cell = str | int | float | bool | None | list[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that a table's cell is to follow.

    Attributes
    ----------
    place : file and line of the list, for messages.
    labels : that shall stand; None where the old ones stay.
    """

    place: str
    line: ReviewRow
    labels: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that changes.

    Attributes
    ----------
    number : of the row among the table's, from 0.
    row : where a person finds it.
    was, became : the cell's value.
    """

    number: int
    row: int
    id: str
    dimension: str
    column: str
    was: Cell
    became: Cell


def decided(lists: Sequence[ReviewList], cells: Mapping[str, Cells]) -> list[Decided]:
    """Return what was decided in some lists; lines without a decision are passed over.

    Raises
    ------
    TakeoverError : with every decision that cannot be read, and every cell that was decided twice.
    """
    faults: list[str] = []
    found: dict[tuple[int, str], Decided] = {}
    for review in lists:
        for number, line in enumerate(review.rows, start=2):
            if not line.decision:
                continue
            place = f"{review.path.name}, rad {number}"
            if line.dimension not in cells:
                faults.append(f"{place}: dimensjonen «{line.dimension}» har ingen kolonne; oppgi den med --labels")
                continue
            labels = _labels(line, cells[line.dimension])
            if labels == ():
                faults.append(f"{place}: avgjørelsen er verken «ja» (med et forslag), «nei» eller en etikett")
            earlier = found.setdefault((line.row, line.dimension), Decided(place, line, labels))
            if earlier.line is not line:
                faults.append(f"{place}: rad {line.row} i tabellen er alt avgjort i {earlier.place} ({line.dimension})")
    if faults:
        raise TakeoverError("Ingenting er overtatt", faults)
    return list(found.values())


def _labels(line: ReviewRow, cells: Cells) -> tuple[str, ...] | None:
    """Return the labels that a decision means; none where it means nothing."""
    answer = line.decision.casefold()
    if answer == NO:
        return None
    wanted = line.suggested if answer == YES else line.decision
    whole = _label(wanted, cells)
    parts = [whole] if whole else [_label(part.strip(), cells) for part in wanted.split(JOINT)]
    is_whole = all(parts) and (cells.dimension.kind == "multi" or len(parts) == 1)
    return tuple(dict.fromkeys(filter(None, parts))) if is_whole else ()


def _label(code: str, cells: Cells) -> str | None:
    """Return the one label that an id, a name or a code of the office means."""
    if code in cells.dimension.label_ids:
        return code
    meant = cells.book.counterpart(code)
    return meant.labels[0] if meant is not None and len(meant.labels) == 1 and not meant.is_level else None


def planned(
    table: Table,
    decisions: Iterable[Decided],
    cells: Mapping[str, Cells],
    columns: Mapping[str, str],
    *,
    id_column: str | None,
) -> tuple[list[Change], int]:
    """Return the cells that change, in the order of the table, and how many rows the table has.

    Parameters
    ----------
    cells, columns : by dimension.

    Raises
    ------
    TakeoverError : with every decision whose row does not exist, or is another than it was.
    """
    by_row: dict[int, list[Decided]] = {}
    for one in decisions:
        by_row.setdefault(one.line.row, []).append(one)
    changes: list[Change] = []
    faults: list[str] = []
    number = 0
    for chunk in table.chunks(ROWS_AT_ONCE, 0):
        for place, inside in _wanted(chunk, by_row):
            row_id = _id(chunk, inside, id_column)
            for one in by_row.pop(place):
                cell = _cell(chunk, inside, columns[one.line.dimension])
                fault = _fault(one, row_id, cell, cells)
                if fault is not None:
                    faults.append(f"{one.place}: {fault}")
                elif one.labels is not None:
                    dimension = one.line.dimension
                    became = _became(cell, one.labels, cells[dimension])
                    change = Change(number + inside, place, row_id, dimension, columns[dimension], cell, became)
                    if became != cell:
                        changes.append(change)
        number += chunk.rows.num_rows
    faults += [f"{one.place}: rad {place} finnes ikke i {table.name}" for place, of in by_row.items() for one in of]
    if faults:
        raise TakeoverError("Ingenting er overtatt", faults)
    return _fitting(changes, table.schema), number


def _wanted(chunk: Chunk, by_row: Mapping[int, object]) -> Iterator[tuple[int, int]]:
    for inside, place in enumerate(chunk.places):
        if place in by_row:
            yield place, inside


def _id(chunk: Chunk, inside: int, id_column: str | None) -> str:
    if id_column is None:
        return ""
    return as_text(chunk.rows.column(id_column)[inside].as_py()).strip()


def _cell(chunk: Chunk, inside: int, column: str) -> Cell:
    value: Cell = chunk.rows.column(chunk.rows.schema.get_field_index(column))[inside].as_py()
    return value


def _fault(one: Decided, row_id: str, cell: Cell, cells: Mapping[str, Cells]) -> str | None:
    # Without an id column, a list may tell the row in its place.
    if one.line.id != row_id and (row_id or one.line.id != str(one.line.row)):
        return f"rad {one.line.row} i tabellen har en annen id enn i listen"
    if not _holds_what_it_held(one.line, cell, cells):
        return f"etiketten i rad {one.line.row} er en annen enn da listen ble laget"
    return None


def _holds_what_it_held(line: ReviewRow, cell: Cell, cells: Mapping[str, Cells]) -> bool:
    """Return whether a cell still says what the list tells of the old label.

    The list may tell less than the cell, or of the level where the cell is empty.
    """
    old = {label for group in line.old.split(JOINT) for label in group.split(OR) if label}
    now = cells[line.dimension].old_labels(cell)
    if not now.groups:
        return not old or len(cells) > 1
    return old <= {label for group in now.groups for label in (*group.labels, *group.told.split(OR))}


def _became(cell: Cell, labels: Sequence[str], cells: Cells) -> Cell:
    """Return a cell that says some labels, with the codes that it has already where these say them."""
    book = cells.book
    present: dict[str, str] = {}
    for code in cells.codes(cell):
        meant = book.counterpart(code)
        if meant is not None and len(meant.labels) == 1 and not meant.is_level:
            present.setdefault(meant.labels[0], code)
    kept = [code for label, code in present.items() if label in labels]
    codes = [*kept, *(book.code_for(label) for label in labels if label not in present)]
    return cell if set(codes) == set(cells.codes(cell)) else cells.joined(codes, cell)


def _fitting(changes: Sequence[Change], schema: pa.Schema) -> list[Change]:
    """Return the changes with values of the columns' types: an office's codes may be numbers."""
    faults: list[str] = []
    fitting: list[Change] = []
    for change in changes:
        kind = schema.field(change.column).type
        try:
            value = pa.array([change.became]).cast(_plain(kind))[0].as_py()
            fitting.append(replace(change, became=value))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            code = json.dumps(change.became, ensure_ascii=False)
            faults.append(
                f"rad {change.row}: kolonnen «{change.column}» er av typen {kind} og tar ikke {code}; "
                "gi etiketten en kode i kartet (--map)"
            )
    if faults:
        raise TakeoverError("Ingenting er overtatt", faults)
    return fitting


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def map_of(label_map: LabelMap, columns: Mapping[str, str], table: Table, taxonomy: Taxonomy) -> dict[str, Cells]:
    """Return, by dimension, how the cells of its column are read."""
    return {
        name: Cells(table.schema.field(column), taxonomy.dimension(name), label_map, taxonomy)
        for name, column in columns.items()
    }
