"""Tables written to files and read back."""

from pathlib import Path

import pyarrow as pa
import pytest

from pobo_nlp.tables import Place, Table, open_table, open_writer
from pobo_nlp.tables.table import EXCEL_STYLE


def _like(style=EXCEL_STYLE, path=None):
    return Table("inn", pa.schema([]), lambda rows_at_once, skip: iter(()), lambda: "", path, style)


@pytest.fixture(scope="session")
def like():
    """Return a table that came in, in a style."""
    return _like


@pytest.fixture(scope="session")
def put():
    """Write an Arrow table to a place, some rows at a time."""

    def _put(path, table, *, rows_at_once=100, style=EXCEL_STYLE, sheet=None, replace=False):
        place = Place(str(path), sheet=sheet)
        with open_writer(place, table.schema, like=_like(style), replace=replace) as writer:
            for rows in table.to_batches(rows_at_once):
                writer.write(rows)
        return Path(path)

    return _put


@pytest.fixture(scope="session")
def take():
    """Read a whole table."""

    def _take(path, *, rows_at_once=100, skip=0, sheet=None):
        table = open_table(Place(str(path), sheet=sheet))
        return pa.Table.from_batches([chunk.rows for chunk in table.chunks(rows_at_once, skip)], table.schema)

    return _take
