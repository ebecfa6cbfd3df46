"""Cells that a spreadsheet would take for a formula get an apostrophe in CSV, and lose it when they are read again.

A text that begins with `=`, `+`, `-` or `@` is a formula to Excel and its like, which can call programs and send what
stands in other cells elsewhere; what an unknown person has written in a web form must not (docs/adr/0022). Source:
OWASP, "CSV Injection".
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

# Signs that a formula begins with; after a tab or a line break, some programs look for them too. The last four are
# those of Japanese keyboards, which Excel knows.
_BEGINNINGS = r"'*[=+\-@\t\r\n＝＋－＠]"
# A sign before a number, or alone, calls nothing: numbers and telephone numbers stay what they are.
_NUMBER = "'*(?:-|[+-][0-9][0-9 .,\u00a0]*)"
_FORMULA = re.compile(rf"(?={_BEGINNINGS})(?!{_NUMBER}\Z)")
# As Java writes it, for Spark.
APOSTROPHE_OF_FORMULA = rf"\A'(?={_BEGINNINGS})(?!{_NUMBER}\z)"


def neutralised(cell: str) -> str:
    """Return what stands in CSV for a cell: with one apostrophe more, if it could be a formula.

    Examples
    --------
    >>> neutralised("=1+1"), neutralised("'=1+1"), neutralised("-5"), neutralised("+47 977 00 654"), neutralised("'nei")
    ("'=1+1", "''=1+1", '-5', '+47 977 00 654', "'nei")
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """Return the cell that `neutralised` made this of.

    Examples
    --------
    >>> restored("'=1+1"), restored("'nei"), restored("=1+1")
    ('=1+1', "'nei", '=1+1')
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def neutralised_column(column: pa.Array) -> pa.Array:
    """Return a column of texts as it stands in CSV."""
    if not pc.any(pc.match_substring_regex(column, rf"\A(?:{_BEGINNINGS})")).as_py():
        return column
    return pa.array([None if cell is None else neutralised(cell) for cell in column.to_pylist()], column.type)


def restored_column(column: pa.Array) -> pa.Array:
    """Return the column that `neutralised_column` made this of."""
    if not pc.any(pc.starts_with(column, "'")).as_py():
        return column
    return pa.array([None if cell is None else restored(cell) for cell in column.to_pylist()], column.type)
