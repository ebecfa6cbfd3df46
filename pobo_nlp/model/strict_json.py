"""JSON in which nothing can be read in two ways, and values of the kind that is expected."""

import json
import math
from collections.abc import Sequence


def as_json(value: object, *, indent: int | None = None) -> bytes:
    """Return a value as JSON in UTF-8, with a line feed at the end; infinity and NaN are refused."""
    return (json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False) + "\n").encode()


def parsed_json(content: bytes) -> object:
    """Return what a JSON file holds.

    Raises
    ------
    ValueError : where it is none, or an object has two values of one name, or a number is NaN, infinite or too long.
    RecursionError : where it is too deep.
    """
    return json.loads(content.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refused)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("two values of one name")
    return found


def _refused(constant: str) -> object:
    raise ValueError(constant)


def table(value: object) -> dict[str, object]:
    """Return a JSON object, or raise TypeError."""
    if not isinstance(value, dict):
        raise TypeError("table")
    return value


def items(value: object) -> list[object]:
    """Return a JSON array, or raise TypeError."""
    if not isinstance(value, list):
        raise TypeError("items")
    return value


def string(value: object) -> str:
    """Return a string, or raise TypeError."""
    if not isinstance(value, str):
        raise TypeError("string")
    return value


def strings(value: object) -> tuple[str, ...]:
    """Return an array of strings, or raise TypeError."""
    return tuple(map(string, items(value)))


def number(value: object, *, lowest: float, highest: float) -> float:
    """Return a number between two others, both included, or raise TypeError or ValueError."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError("number")
    # Compared before it becomes a float, which a whole number may be too large for.
    if not lowest <= value <= highest or not math.isfinite(value):
        raise ValueError("number")
    return float(value)


def whole(value: object, *, lowest: int, highest: int) -> int:
    """Return a whole number between two others, both included, or raise TypeError or ValueError."""
    if not isinstance(value, int):
        raise TypeError("whole number")
    return int(number(value, lowest=lowest, highest=highest))
