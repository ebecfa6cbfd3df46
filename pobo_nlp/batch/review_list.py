"""The list that a person goes through before anything is taken over: one line a row and dimension, and a decision.

`diff` writes it, a person fills the column `decision` (in Excel, say), `retag apply` reads it. It holds no text.
"""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import NamedTemporaryFile

from pobo_nlp.errors import ReviewListError, UnreadableFileError
from pobo_nlp.tables.formulas import neutralised

# How much of a table's fingerprint stands on each line; enough to know the table again.
FINGERPRINT_CHARS = 16
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A line of a review list.

    Attributes
    ----------
    row : where a person finds it in the table: `Chunk.places` of the table that is to be changed (OLD of a `diff`).
    id : of the inquiry; empty where the table has no id column.
    dimension : id of the dimension.
    old : what the old label means in the scheme, as `<dimension>_old` of a retagged table has it: label ids joined by
        `|`; of labels that one code may stand for, `a / b`.
    suggested : label ids joined by `|`; what the cell becomes if the decision is `ja`. `<dimension>_proposed` of a
        retagged table; for `needs_person`, which has none, the most probable label `<dimension>`.
    probability : of what is suggested; of the least probable label where there are several.
    old_probability : of the old label; of the least probable where there are several; None where there is none.
    status : `unchanged`, `refined`, `changed`, `new` or `needs_person`.
    decision : `ja` (take what is suggested), `nei` (keep the old), label ids joined by `|` (this instead), or empty:
        not decided yet, nothing happens.
    """

    row: int
    id: str
    dimension: str
    old: str
    suggested: str
    probability: float | None
    old_probability: float | None
    status: str
    decision: str = ""


COLUMNS = (*(field.name for field in fields(ReviewRow)), "table")


@dataclass(frozen=True, slots=True)
class ReviewList:
    """A review list that was read.

    Attributes
    ----------
    table : beginning of the fingerprint of the table that the rows are rows of.
    """

    path: Path
    table: str
    rows: tuple[ReviewRow, ...]


def write_review_list(path: Path, rows: Iterable[ReviewRow], *, fingerprint: str) -> int:
    """Write a list as Norwegian Excel opens it, whole or not at all, readable by its owner alone.

    Parameters
    ----------
    rows : in the order that a person shall see them, most certain first.
    fingerprint : of the table that `row` numbers the rows of; `apply` refuses a table that has changed since.

    Returns
    -------
    How many lines were written.
    """
    temporary = None
    count = 0
    try:
        with NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8-sig", newline=""
        ) as file:
            temporary = Path(file.name)
            writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
            writer.writerow(COLUMNS)
            for row in rows:
                writer.writerow([*_cells(row), fingerprint[:FINGERPRINT_CHARS]])
                count += 1
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return count


def _cells(row: ReviewRow) -> Iterator[str]:
    for name in COLUMNS[:-1]:
        value = getattr(row, name)
        yield "" if value is None else f"{value:.4f}" if isinstance(value, float) else neutralised(str(value))


def read_review_list(path: Path) -> ReviewList:
    """Read a list that a person has filled: CSV as any program saves it, or Excel.

    Raises
    ------
    ReviewListError : with every line that is none.
    TableError : where the file cannot be read.
    """
    from pobo_nlp.tables import open_table

    table = open_table(path)
    missing = [name for name in COLUMNS if name not in table.schema.names]
    if missing:
        raise ReviewListError(path, [f"kolonnen «{name}» mangler" for name in missing])
    rows: list[ReviewRow] = []
    faults: list[str] = []
    of_tables: set[str] = set()
    for chunk in table.chunks(ROWS_AT_ONCE, 0):
        for place, cells in zip(chunk.places, chunk.rows.select(COLUMNS).to_pylist(), strict=True):
            try:
                rows.append(_row(cells))
                of_tables.add(_text(cells["table"]))
            except ValueError:
                faults.append(f"linje {place}: «row» skal være et helt tall, og sannsynlighetene tall eller tomme")
    if len(of_tables) > 1:
        faults.append("linjene hører til ulike tabeller (kolonnen «table»); bruk én liste for hver tabell")
    if faults:
        raise ReviewListError(path, faults)
    return ReviewList(path, next(iter(of_tables), ""), tuple(rows))


def _row(cells: Mapping[str, object]) -> ReviewRow:
    text = {name: _text(value) for name, value in cells.items()}
    return ReviewRow(
        row=int(text["row"]),
        id=text["id"],
        dimension=text["dimension"],
        old=text["old"],
        suggested=text["suggested"],
        probability=_probability(text["probability"]),
        old_probability=_probability(text["old_probability"]),
        status=text["status"],
        decision=text["decision"],
    )


def _text(value: object) -> str:
    """Return a cell as it looks to a person: Excel keeps whole numbers as 12.0."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _probability(cell: str) -> float | None:
    # A Norwegian Excel writes 0,93.
    return float(cell.replace(",", ".")) if cell else None
