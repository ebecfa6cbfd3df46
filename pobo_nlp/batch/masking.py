"""A table goes in, the same table without what identifies a person in its texts comes out.

It is a help, never a guarantee: a name that no list and no cue gives away is still there, and so is what identifies a
person by what is told.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

import pyarrow as pa

from pobo_nlp.batch.columns import TEXT_NAMES, text_column_of
from pobo_nlp.batch.old_labels import as_text
from pobo_nlp.batch.output import Target
from pobo_nlp.errors import DatabaseError
from pobo_nlp.tables import Place, Table, TableWriter, is_database, open_table, open_writer
from pobo_nlp.tables.table import JSON_TEXT
from pobo_nlp.text.masking import PLACEHOLDERS, Masked, mask

ROWS_AT_ONCE = 1_000
MaskText = Callable[[str], Masked]


@dataclass(frozen=True, slots=True)
class MaskingSummary:
    """What was masked.

    Attributes
    ----------
    texts : cells that held a text, and of those, how many something was found in.
    kinds : kind of identifier to how many were found.
    """

    target: str
    text_columns: tuple[str, ...]
    rows: int
    texts: int
    masked_texts: int
    kinds: Mapping[str, int]
    seconds: float

    def to_dict(self) -> dict[str, object]:
        """Return the same for programs."""
        return asdict(self)


class TextMasking:
    """Masks texts, and counts what it found.

    Parameters
    ----------
    mask_text : what masks one text.
    """

    def __init__(self, mask_text: MaskText = mask) -> None:
        self._mask_text = mask_text
        self._kinds: Counter[str] = Counter()
        self.texts = 0
        self.masked_texts = 0

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind were found, in the order that the kinds are told in."""
        return {kind: self._kinds[kind] for kind in PLACEHOLDERS if self._kinds[kind]}

    def column(self, cells: pa.Array, field: pa.Field) -> pa.Array:
        """Return the cells of a column as texts, masked; a cell without a value stays so."""
        change = self._in_json if is_json(field) else self._in_cell
        return pa.array([None if cell is None else change(cell) for cell in cells.to_pylist()], pa.string())

    def _in_json(self, cell: str) -> str:
        """Return JSON with every text of it masked: what stands in a list or an object is a text too."""
        return json.dumps(self._in_value(json.loads(cell)), ensure_ascii=False)

    def _in_value(self, value: object) -> object:
        if isinstance(value, list):
            return [self._in_value(part) for part in value]
        if isinstance(value, dict):
            return {name: self._in_value(part) for name, part in value.items()}
        if value is None or isinstance(value, bool):
            return value
        # A number may be that of a person; one that is not stays a number.
        text = as_text(value)
        masked = self._in_cell(text)
        return value if masked == text else masked

    def _in_cell(self, cell: object) -> str:
        masked = self._mask_text(as_text(cell))
        self.texts += 1
        self.masked_texts += bool(masked.spans)
        self._kinds.update(span.kind for span in masked.spans)
        return masked.text


def mask_table(
    source: Place,
    target: Place,
    *,
    text_columns: Sequence[str] = (),
    mask_text: MaskText = mask,
    restart: bool = False,
    rows_at_once: int | None = None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> MaskingSummary:
    """Write a table with its texts masked and everything else as it was.

    Nothing is there under the name of the output until all is written, and nothing after an error.

    Parameters
    ----------
    text_columns : named columns; none for every one that is recognised by its name.
    mask_text : what masks one text: the rules alone, or with something else that finds persons.
    restart : replace a file that is there. A table of a database never is.
    on_rows : called with the number of rows done since the last call.

    Raises
    ------
    OutputExistsError : where there is something under the name of the output.
    ColumnError : where a named column is missing, or none is recognised.
    TableError : where the table cannot be read or written.
    """
    begun = time.monotonic()
    out = Target(target, None)
    out.refuse(source)
    table = open_table(source)
    columns = text_columns_of(table, text_columns)
    schema = masked_schema(table.schema, columns)
    out.refuse_columns(schema)
    out.refuse_existing(is_ours=False, restart=restart)
    masking, rows = TextMasking(mask_text), 0
    with _written(target, schema, table, replace=restart) as file:
        for chunk in table.chunks(rows_at_once or ROWS_AT_ONCE, 0):
            file.write(_masked_rows(chunk.rows, schema, columns, masking))
            rows += chunk.rows.num_rows
            on_rows(chunk.rows.num_rows)
    seconds = round(time.monotonic() - begun, 3)
    return MaskingSummary(out.name, columns, rows, masking.texts, masking.masked_texts, masking.kinds, seconds)


def text_columns_of(table: Table, named: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that were named, or else all that are recognised: one left out would be left unmasked."""
    if named:
        return tuple(dict.fromkeys(text_column_of(table, name) for name in named))
    likeliest = text_column_of(table, None)
    others = [name for name in table.schema.names if name.strip().casefold() in TEXT_NAMES]
    return tuple(dict.fromkeys([likeliest, *(text_column_of(table, name) for name in others)]))


def masked_schema(schema: pa.Schema, columns: Sequence[str]) -> pa.Schema:
    """Return the schema of the output: what is masked is text."""
    return pa.schema([field.with_type(pa.string()) if field.name in columns else field for field in schema])


def is_json(field: pa.Field) -> bool:
    """Return whether the values of a column are JSON text."""
    return (field.metadata or {}).get(b"json") == JSON_TEXT[b"json"]


def _masked_rows(
    rows: pa.RecordBatch, schema: pa.Schema, columns: Sequence[str], masking: TextMasking
) -> pa.RecordBatch:
    cells = [
        masking.column(column, field) if field.name in columns else column
        for column, field in zip(rows.columns, rows.schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(cells, schema=schema)


@contextmanager
def _written(target: Place, schema: pa.Schema, like: Table, *, replace: bool) -> Iterator[TableWriter]:
    if not is_database(target.address):
        with open_writer(target, schema, like=like, replace=replace) as file:
            yield file
        return
    from pobo_nlp.tables.sql import open_sql_writer

    with open_sql_writer(target, schema, like=like) as table:
        try:
            yield table
        except BaseException:
            with suppress(DatabaseError):
                table.drop()
            raise
