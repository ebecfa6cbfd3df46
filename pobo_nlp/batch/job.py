"""What is done to the rows of a table: which columns it reads, which it adds, and what stands in them.

A job is sent to worker processes and to Spark's executors, so it holds plain fields only. Whoever runs it, one machine
or many, the same rows give the same columns.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from pobo_nlp.batch.answers import answer_schema, answers
from pobo_nlp.batch.columns import ADDED_TO_TAKEN_NAME
from pobo_nlp.batch.error_codes import NO_TEXT, NOT_SCORED, NOT_TEXT, NUL_CHARACTER, TOO_LARGE
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.scores import Scores
from pobo_nlp.taxonomy import Taxonomy

REVIEW = "review"
# A text of more bytes is no inquiry but a fault of the export; the model reads only the beginning of a text anyway.
MAX_TEXT_BYTES = 2**20
NUL = "\x00"


class Job(Protocol):
    """Adds columns to a table. A frozen dataclass of plain fields, so that it can be sent to another process."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the input columns that `columns` needs, that of the text first."""

    def counted(self, taxonomy: Taxonomy) -> tuple[str, ...]:
        """Return plain names of added columns whose values (joined by `|` where several) the summary counts."""

    def schema(self, table: pa.Schema, taxonomy: Taxonomy) -> pa.Schema:
        """Return the columns that are added to a table, under names that it does not have."""

    def columns(self, scorer: Scorer, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Return the added columns for some rows.

        Parameters
        ----------
        rows : all columns of the table, or at least those of `reads`.

        Returns
        -------
        As many rows, and the columns of `schema` in its order, under whatever names. The column whose plain name is
        `review` holds an error code where a row could not be scored; see `pobo_nlp.batch.error_codes`.
        """


@dataclass(frozen=True, slots=True)
class SuggestJob:
    """Suggests labels for every row (the batch table of the design)."""

    text_column: str

    @property
    def reads(self) -> tuple[str, ...]:
        """The text alone."""
        return (self.text_column,)

    def counted(self, taxonomy: Taxonomy) -> tuple[str, ...]:
        """Return the dimensions, which of them is settled, and the reasons for review."""
        return (*(dimension.id for dimension in taxonomy.dimensions), "settled", REVIEW)

    def schema(self, table: pa.Schema, taxonomy: Taxonomy) -> pa.Schema:
        """Return the columns of a suggestion, with an ending where the table has the name already."""
        return beside(table, answer_schema(taxonomy))

    def columns(self, scorer: Scorer, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Return the suggestions for some rows."""
        scores, faults = scored(scorer, column_of(rows, self.text_column))
        return with_errors(answers(scorer, scores), faults)


def beside(table: pa.Schema, added: pa.Schema) -> pa.Schema:
    """Return added columns under names that are free in a table: a taken one ends in `_suggested`."""
    taken = set(table.names)
    fields = []
    for field in added:
        name = field.name
        while name in taken:
            name += ADDED_TO_TAKEN_NAME
        taken.add(name)
        fields.append(field.with_name(name))
    return pa.schema(fields)


def column_of(rows: pa.RecordBatch, name: str) -> pa.Array:
    """Return a column with the metadata of its field kept in mind: JSON text becomes what it says."""
    place = rows.schema.get_field_index(name)
    field, column = rows.schema.field(place), rows.column(place)
    if (field.metadata or {}).get(b"json") != b"1":
        return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())
    return _from_json(column)


def _from_json(column: pa.Array) -> pa.Array:
    """Return JSON scalars as text; a list or an object stays a value that `scored` refuses."""
    values = [None if text is None else json.loads(text) for text in column.to_pylist()]
    return pa.array(
        [_NOT_A_TEXT if isinstance(value, list | dict) else _as_text(value) for value in values], pa.string()
    )


# Stands for a list or an object; a text that came in cannot hold it alone without being refused as well.
_NOT_A_TEXT = NUL + "list"


def _as_text(value: object) -> str | None:
    if isinstance(value, list | dict):
        return _NOT_A_TEXT
    return value if value is None or isinstance(value, str) else json.dumps(value)


def scored(scorer: Scorer, texts: pa.Array) -> tuple[Scores, dict[int, str]]:
    """Score texts; what cannot be scored counts as an empty text and is told by place and error code.

    Returns
    -------
    Scores of all texts, and the code of each row (counted from 0) that could not be scored.
    """
    values, faults = readable(texts)
    try:
        return scorer.scores(values), faults
    except Exception:
        # One text must not take the others with it, whatever it stumbled over; what it holds is told to nobody.
        faults |= {place: NOT_SCORED for place, text in enumerate(values) if not _can_be_scored(scorer, text)}
    return scorer.scores(["" if place in faults else text for place, text in enumerate(values)]), faults


def readable(texts: pa.Array) -> tuple[list[str], dict[int, str]]:
    """Return texts with an empty one for each that is not handed to a model, and why, by its place."""
    faults = _faults(texts)
    return ["" if place in faults else text for place, text in enumerate(texts.to_pylist())], faults


def _can_be_scored(scorer: Scorer, text: str) -> bool:
    try:
        scorer.scores([text])
    except Exception:
        return False
    return True


def _faults(texts: pa.Array) -> dict[int, str]:
    """Return the error code of each text that is not handed to the model."""
    checks = {
        NUL_CHARACTER: pc.match_substring(texts, NUL),
        NOT_TEXT: pc.equal(texts, _NOT_A_TEXT),
        TOO_LARGE: pc.greater(pc.binary_length(texts), MAX_TEXT_BYTES),
        NO_TEXT: pc.is_null(texts),
    }
    return {
        int(place): code
        for code, where in checks.items()
        for place in pc.indices_nonzero(pc.fill_null(where, False)).to_pylist()
    }


def with_errors(added: pa.RecordBatch, faults: Mapping[int, str], *, review: str = REVIEW) -> pa.RecordBatch:
    """Return added columns with error codes in place of the reasons for review."""
    if not faults:
        return added
    place = added.schema.get_field_index(review)
    values = added.column(place).to_pylist()
    for row, code in faults.items():
        values[row] = code
    return added.set_column(place, added.schema.field(place), pa.array(values, added.schema.field(place).type))


def named(added: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return what a job's `columns` gave under the names of its `schema`."""
    return pa.RecordBatch.from_arrays(added.columns, schema=schema)
