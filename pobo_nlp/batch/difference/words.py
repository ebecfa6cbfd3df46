"""How numbers and statuses are written in the report, in Norwegian."""

from collections.abc import Sequence

SPACE = "\u00a0"
MINUS = "\u2212"
# Of a count that is not shown.
HIDDEN = "<5"
NOTHING = "uten etikett"
# Where a label of a multi dimension came from, or went, when no other took its place.
ADDED, REMOVED = "lagt til", "fjernet"
UNDATED = "uten dato"

# The order is that of the page: what stays, what is proposed, what a person must see to.
STATUSES = {
    "unchanged": "Uendret",
    "refined": "Presisert",
    "changed": "Endret",
    "new": "Ny",
    "needs_person": "Trenger et menneske",
}
PROPOSED = ("refined", "changed", "new")


def count(value: int | None) -> str:
    r"""Return a count with a space between the thousands.

    Examples
    --------
    >>> count(12345), count(None)
    ('12\xa0345', '<5')
    """
    return HIDDEN if value is None else f"{value:,}".replace(",", SPACE)


def signed(value: int | None) -> str:
    r"""Return a difference with its sign.

    Examples
    --------
    >>> signed(1250), signed(-5), signed(0), signed(None)
    ('+1\xa0250', '−5', '0', '–')
    """
    if value is None:
        return "–"
    return ("+" if value > 0 else MINUS if value < 0 else "") + count(abs(value))


def share(part: int | None, whole: int | None) -> str:
    r"""Return a share in per cent with one decimal.

    Examples
    --------
    >>> share(25, 200), share(None, 200)
    ('12,5\xa0%', '–')
    """
    if part is None or not whole:
        return "–"
    return f"{100 * part / whole:.1f}{SPACE}%".replace(".", ",")


def compact(value: int) -> str:
    """Return a count that fits a small cell.

    Examples
    --------
    >>> compact(985), compact(9995), compact(12345)
    ('985', '9995', '12k')
    """
    return str(value) if value < 10_000 else f"{value / 1000:.0f}k"


def listed(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b og c', 'a')
    """
    return " og ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def shortened(name: str, most: int) -> str:
    """Return a name that fits beside a picture.

    Examples
    --------
    >>> shortened("Kommunal helse- og omsorgstjeneste", 20)
    'Kommunal helse- og …'
    """
    return name if len(name) <= most else f"{name[: most - 2].rstrip()} …"
