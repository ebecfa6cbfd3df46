"""Which row of the new table is the same inquiry as which row of the old one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pobo_nlp.batch.difference.side import Side
from pobo_nlp.errors import DifferenceError


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Pairs of rows, numbered from 0 in the order of the tables.

    Attributes
    ----------
    by : `id`, or `row` where rows were taken in the order they stand in.
    reason : why they were taken in order; empty otherwise.
    old, new : the two rows of each pair.
    old_alone, new_alone : rows without a counterpart.
    """

    by: Literal["id", "row"]
    reason: str
    old: NDArray[np.int64]
    new: NDArray[np.int64]
    old_alone: NDArray[np.int64]
    new_alone: NDArray[np.int64]


def match(old: Side, new: Side) -> Match:
    """Return the pairs: by id where the ids of both tables are unique, else row by row.

    Raises
    ------
    DifferenceError : where ids cannot be used and the tables differ in length or order, or no id is in both.
    """
    # Most often the new table was made from the old one, row by row: then one look at the ids is enough.
    is_same = old.ids is not None and new.ids is not None and old.ids.equals(new.ids)
    reason = _why_not_by_id([(old, "den gamle")] if is_same else [(old, "den gamle"), (new, "den nye")])
    if reason:
        return _by_row(old, new, reason)
    return _in_order("id", "", old) if is_same else _by_id(old, new)


def _in_order(by: Literal["id", "row"], reason: str, old: Side) -> Match:
    every, none = np.arange(old.rows), np.zeros(0, np.int64)
    return Match(by, reason, every, every, none, none)


def _why_not_by_id(sides: Sequence[tuple[Side, str]]) -> str:
    for side, which in sides:
        if side.ids is None:
            return f"{which} tabellen har ingen kjent id-kolonne"
        if pc.any(pc.equal(side.ids, "")).as_py():
            return f"{which} tabellen har rader uten id"
        if _has_doubles(side.ids):
            return f"{which} tabellen har samme id på flere rader"
    return ""


def _has_doubles(ids: pa.Array) -> bool:
    # Sorted rather than hashed: a table of hashes takes several times the memory of the ids.
    ordered = ids.take(pc.array_sort_indices(ids))
    return bool(pc.any(pc.equal(ordered[1:], ordered[:-1])).as_py())


def _by_id(old: Side, new: Side) -> Match:
    places = pc.index_in(new.ids, value_set=old.ids)
    found = pc.is_valid(places).to_numpy(zero_copy_only=False)
    pairs = np.asarray(pc.drop_null(places).to_numpy(zero_copy_only=False), np.int64)
    if not len(pairs):
        raise DifferenceError(
            f"{old.table.name} og {new.table.name}",
            "ingen id står i begge",
            "Sjekk at det er samme tabell før og etter, eller oppgi kolonnen med --id-column.",
        )
    is_alone = np.ones(old.rows, np.bool_)
    is_alone[pairs] = False
    # In the order of the old table, whatever that of the new one is: the same rows give the same report.
    order = np.argsort(pairs)
    return Match("id", "", pairs[order], np.flatnonzero(found)[order], np.flatnonzero(is_alone), np.flatnonzero(~found))


def _by_row(old: Side, new: Side, reason: str) -> Match:
    place = f"{old.table.name} og {new.table.name}"
    if old.rows != new.rows:
        raise DifferenceError(
            place,
            f"radene kan ikke kobles, for {reason}, og antallet rader er ulikt ({old.rows} og {new.rows})",
            "Oppgi en kolonne med unike id-er med --id-column, eller bruk to tabeller med de samme radene.",
        )
    different = _first_different(old.ids, new.ids)
    if different is not None:
        raise DifferenceError(
            place,
            f"radene kan ikke kobles, for {reason}, og rekkefølgen er ulik: rad {old.places[different]} i den gamle og "
            f"rad {new.places[different]} i den nye har ikke samme id",
            "Sorter tabellene likt, eller oppgi en kolonne med unike id-er med --id-column.",
        )
    return _in_order("row", reason, old)


def _first_different(one: pa.Array | None, other: pa.Array | None) -> int | None:
    if one is None or other is None:
        return None
    place = pc.index(pc.not_equal(one, other), True).as_py()
    return None if place < 0 else int(place)
