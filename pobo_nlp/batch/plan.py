"""A run that has been thought through: what is read, what is added, what is written, and so many rows at a time."""

from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np
import pyarrow as pa

from pobo_nlp.batch.columns import id_column_of, written_columns
from pobo_nlp.batch.job import Job
from pobo_nlp.tables import Table
from pobo_nlp.taxonomy import Taxonomy

# A chunk is what may be lost at a stop, and what lies in memory: so many rows, fewer where they have many columns.
ROWS_AT_ONCE = 1024
CELLS_AT_ONCE = 2**20
MIN_ROWS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Options:
    """What decides the output, besides input, model and job.

    Attributes
    ----------
    id_column : for the list of errors.
    columns : to write, of the input and of the added ones; all where there are none.
    rows_at_once : in a chunk; None for what fits the table.
    """

    id_column: str | None = None
    columns: tuple[str, ...] = ()
    rows_at_once: int | None = None


@dataclass(frozen=True)
class Plan:
    """A run that has been thought through.

    Attributes
    ----------
    plain : the added columns under their plain names; the places are those of `added`.
    output : the columns that are written.
    """

    table: Table
    job: Job
    id_column: str | None
    counted: tuple[str, ...]
    plain: pa.Schema
    added: pa.Schema
    output: pa.Schema
    rows_at_once: int

    @property
    def names(self) -> dict[str, str]:
        """Plain name of each added column to the name it has in the output."""
        return dict(zip(self.plain.names, self.added.names, strict=True))

    def header(self, fingerprint: str, model_id: str) -> dict[str, object]:
        """Return all that decides the output, as the journal keeps it.

        Parameters
        ----------
        fingerprint : of the table.
        """
        return {
            "input": fingerprint,
            "model": model_id,
            "job": {"kind": type(self.job).__name__, **asdict(self.job), "id_column": self.id_column},  # type: ignore[call-overload]
            "output": [f"{one.name}: {one.type}" for one in self.output],
            "rows_at_once": self.rows_at_once,
            "versions": {"pobo-nlp": version("pobo-nlp"), "numpy": np.__version__, "pyarrow": pa.__version__},
        }


def planned(table: Table, job: Job, options: Options, taxonomy: Taxonomy) -> Plan:
    """Return the plan of a run, or refuse it."""
    added = job.schema(table.schema, taxonomy)
    names = written_columns(table, added, options.columns)
    fields = {one.name: one for one in [*table.schema, *added]}
    wide = max(CELLS_AT_ONCE // max(len(table.schema), 1), MIN_ROWS_AT_ONCE)
    return Plan(
        table=table,
        job=job,
        id_column=id_column_of(table, options.id_column),
        counted=job.counted(taxonomy),
        plain=job.schema(pa.schema([]), taxonomy),
        added=added,
        output=pa.schema([fields[name] for name in names]),
        rows_at_once=options.rows_at_once or min(ROWS_AT_ONCE, wide),
    )
