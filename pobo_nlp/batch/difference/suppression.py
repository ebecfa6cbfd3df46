"""No small cell is shown, and none can be had by subtraction.

Every count is rounded to the nearest five; one under five, zero too, is not shown. What is derived (differences,
shares) is derived from what is shown. So a sum minus its shown parts tells what is hidden only to within two for each
number that takes part. Where even that would pin a hidden count down, the smallest shown part of the sum is hidden
too, or the sum itself where no part is shown (complementary suppression, as in statistical offices: Hundepool et al.,
Statistical Disclosure Control, 2012).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST_SHOWN = 5
# How far a count may lie from what is shown of it.
ERROR = 2
# A hidden count must have so many possible values, at least, for one who knows the shown parts and their sum.
LEAST_POSSIBLE = 3

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[Key]):
    """Counts that add up to another, which a reader may subtract from each other.

    Attributes
    ----------
    total : its key; or the number itself, where it is known exactly to all.
    """

    total: Key | None
    parts: Sequence[Key]
    known: int = 0


def rounded(count: int) -> int | None:
    """Return what is shown of a count by itself; None for one that is too small.

    Examples
    --------
    >>> rounded(4), rounded(5), rounded(7), rounded(8), rounded(1232)
    (None, 5, 5, 10, 1230)
    """
    return None if count < LEAST_SHOWN else LEAST_SHOWN * round(count / LEAST_SHOWN)


def shown(counts: Mapping[Key, int], sums: Sequence[Sum[Key]]) -> dict[Key, int | None]:
    """Return what is shown of each count.

    Parameters
    ----------
    counts : all that the report tells, totals too.
    sums : how they hang together. A key that is in no sum is rounded alone.
    """
    result = {key: rounded(count) for key, count in counts.items()}
    withheld: set[Key] = set()
    is_changed = True
    while is_changed:
        is_changed = False
        for one in sums:
            if not withheld.intersection(one.parts) and _is_pinned(one, result):
                smallest = _smallest(one, result)
                key = one.total if smallest is None else smallest
                if key is not None:
                    result[key] = None
                    withheld.add(key)
                    is_changed = True
    return result


def _smallest(one: Sum[Key], result: Mapping[Key, int | None]) -> Key | None:
    seen = [(value, place) for place, key in enumerate(one.parts) if (value := result[key]) is not None]
    return one.parts[min(seen)[1]] if seen else None


def _is_pinned(one: Sum[Key], result: Mapping[Key, int | None]) -> bool:
    """Return whether the sum leaves a hidden part too few possible values; that it is zero may be known."""
    low, high = possible(one, result)
    return high > 0 and high - low + 1 < LEAST_POSSIBLE


def possible(one: Sum[Key], result: Mapping[Key, int | None]) -> tuple[int, int]:
    """Return the least and the most that a single hidden part may be for one who sees the rest of the sum."""
    most = LEAST_SHOWN - 1
    seen = [value for key in one.parts if (value := result[key]) is not None]
    others = len(one.parts) - len(seen) - 1
    total = one.known if one.total is None else result[one.total]
    if others < 0 or total is None:
        return 0, most
    least_total, most_total = (total, total) if one.total is None else _behind(total)
    least_left = least_total - sum(_behind(value)[1] for value in seen)
    most_left = most_total - sum(_behind(value)[0] for value in seen)
    return max(0, least_left - most * others), min(most, most_left)


def _behind(value: int) -> tuple[int, int]:
    """Return the least and the most that a shown count may be."""
    return max(value - ERROR, LEAST_SHOWN), value + ERROR
