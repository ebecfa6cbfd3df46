"""Cells of a table as the comparison sees them: text, codes for labels, years, probabilities."""

import json
import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

JOINT = "|"
# What other programs join the labels of a cell with; no id of a scheme holds any of them.
_JOINTS = re.compile(r"[|;,]")
NO_YEAR = 0
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_ISO = r"^\s*(?P<year>\d{4})(?:-\d\d?(?:-\d\d?(?:[T ].*)?)?|\d{4})?\s*$"
_NORWEGIAN = r"^\s*\d\d?[./]\s?\d\d?[./]\s?(?P<year>\d{4})(?:[T ].*)?$"


def as_text(column: pa.Array) -> pa.Array:
    """Return a column as text without spaces around; a missing value is empty, and 12.0 is 12 as in a spreadsheet."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type):
        joined = [JOINT.join(map(str, cell)) if isinstance(cell, list) else "" for cell in column.to_pylist()]
        return pa.array(joined, pa.large_string())
    if pa.types.is_floating(column.type) and pc.all(pc.equal(column, pc.trunc(column))).as_py():
        column = column.cast(pa.int64())
    return pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.large_string()), ""))


def years(column: pa.Array) -> NDArray[np.int16]:
    """Return the year of each date, `NO_YEAR` where there is none; text may be ISO or dd.mm.yyyy.

    Examples
    --------
    >>> years(pa.array(["2019-03-01", "1.4.2020", "31.12.2021 09:30", "20220105", "2023", "i fjor", None])).tolist()
    [2019, 2020, 2021, 2022, 2023, 0, 0]
    """
    if pa.types.is_temporal(column.type) and not pa.types.is_time(column.type):
        found = pc.year(column)
    else:
        text = as_text(column)
        found = pc.coalesce(*(pc.struct_field(pc.extract_regex(text, form), "year") for form in (_ISO, _NORWEGIAN)))
        found = found.cast(pa.int64())
    numbers = pc.fill_null(found, NO_YEAR).to_numpy(zero_copy_only=False)
    is_likely = (numbers >= EARLIEST_YEAR) & (numbers <= LATEST_YEAR)
    return np.where(is_likely, numbers, NO_YEAR).astype(np.int16)


def probabilities(column: pa.Array) -> NDArray[np.float32]:
    """Return a probability for each row, the least where a cell holds several, NaN where it holds none.

    Examples
    --------
    >>> probabilities(pa.array(["0.9|0.8", "", "0,75", "ja"])).round(2).tolist()
    [0.800000011920929, nan, 0.75, nan]
    """
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return np.asarray(pc.fill_null(column.cast(pa.float32()), np.nan).to_numpy(zero_copy_only=False), np.float32)
    return np.fromiter(map(_least, as_text(column).to_pylist()), np.float32, len(column))


def _least(cell: str) -> float:
    try:
        return min(float(part.replace(",", ".")) for part in cell.split(JOINT))
    except ValueError:
        return float("nan")


class Vocabulary:
    """Gives every different cell of a dimension a number, the same in all columns.

    Parameters
    ----------
    is_multi : whether a cell may hold several labels; their order does not matter.

    Attributes
    ----------
    values : number to cell, labels joined by `|` and in order.
    labels : all that were met.
    longest_label : number of characters.
    """

    def __init__(self, *, is_multi: bool) -> None:
        self._is_multi = is_multi
        self._number_of: dict[str, int] = {}
        self.values: list[str] = []
        self.labels: set[str] = set()
        self.longest_label = 0

    def codes(self, column: pa.Array) -> NDArray[np.int32]:
        """Return the number of each cell."""
        encoded = as_text(column).dictionary_encode()
        numbers = np.array([self.code(cell) for cell in encoded.dictionary.to_pylist()], np.int32)
        return numbers[encoded.indices.to_numpy(zero_copy_only=False)] if len(numbers) else np.zeros(0, np.int32)

    def code(self, cell: str) -> int:
        """Return the number of one cell, a new one where it was not met before."""
        value = JOINT.join(self.labels_in(cell))
        if value not in self._number_of:
            self._number_of[value] = len(self.values)
            self.values.append(value)
            labels = self.labels_in(value)
            self.labels.update(labels)
            self.longest_label = max(self.longest_label, *map(len, labels), 0)
        return self._number_of[value]

    def labels_in(self, cell: str) -> Sequence[str]:
        """Return the labels of a cell; none where it is empty."""
        return labels_of(cell) if self._is_multi else [cell] if cell else []


def labels_of(cell: str) -> Sequence[str]:
    """Return the labels of a cell with several, each once and in order.

    Examples
    --------
    >>> labels_of("tillit|ventetid; tillit"), labels_of('["tillit", "ventetid"]'), labels_of("")
    (['tillit', 'ventetid'], ['tillit', 'ventetid'], [])
    """
    parts = _json_list(cell) if cell.startswith("[") else None
    return sorted({part.strip() for part in (_JOINTS.split(cell) if parts is None else parts) if part.strip()})


def _json_list(cell: str) -> list[str] | None:
    """Return the parts of a list that a JSON Lines file holds; None where the cell is none."""
    try:
        found = json.loads(cell)
    except ValueError:
        return None
    return [str(part) for part in found] if isinstance(found, list) else None
