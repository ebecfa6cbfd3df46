"""Which columns hold the id and the text, and which are added."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pobo_nlp.errors import ColumnError

if TYPE_CHECKING:
    import pyarrow as pa

    from pobo_nlp.tables import Table

# Names that offices give these columns, the likeliest first; case does not matter.
ID_NAMES = ("id", "saksnr", "saksnummer", "sak_id", "saksid")
TEXT_NAMES = ("tekst", "text", "henvendelse", "henvendelsestekst", "fritekst")
JOINT = "|"
ADDED_TO_TAKEN_NAME = "_suggested"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that are read.

    Attributes
    ----------
    id : None where there is none; the row's place in the table is its id then.
    """

    id: str | None
    text: str


def chosen_columns(table: "Table", *, id_column: str | None, text_column: str | None) -> Columns:
    """Return the columns that were named, or else are recognised by their name.

    Raises
    ------
    ColumnError : where a named column is missing, no text column is recognised, or its values are no texts.
    """
    return Columns(id_column_of(table, id_column), text_column_of(table, text_column))


def id_column_of(table: "Table", named: str | None) -> str | None:
    """Return the column that was named, or the one that is recognised, if any; its values are no lists or bytes."""
    _refuse_missing(table, named)
    if named is not None:
        _refuse_other_than_text(table, named, "id-ene", "--id-column")
        return named
    found = _recognised(table.schema.names, ID_NAMES)
    return found if found is None or _holds_text(table, found) else None


def text_column_of(table: "Table", named: str | None) -> str:
    """Return the column that was named, or the one that is recognised; its values are texts."""
    _refuse_missing(table, named)
    names = table.schema.names
    text = named or _recognised(names, TEXT_NAMES)
    if text is None:
        raise ColumnError(
            table.name, "ingen kolonne med tekst", f"Oppgi den med --text-column. {_existing(names)}", row=1
        )
    _refuse_other_than_text(table, text, "teksten", "--text-column")
    return text


def _refuse_missing(table: "Table", named: str | None) -> None:
    if named is not None and named not in table.schema.names:
        raise ColumnError(table.name, f"kolonnen «{named}» finnes ikke", _existing(table.schema.names))


def _refuse_other_than_text(table: "Table", name: str, what: str, option: str) -> None:
    """Refuse lists, objects and bytes: whatever they were made into, it would not be the text that somebody wrote."""
    if not _holds_text(table, name):
        problem = f"kolonnen «{name}» med {what} er av typen {table.schema.field(name).type}"
        raise ColumnError(table.name, problem, f"Gjør den om til tekst, eller oppgi en annen med {option}.")


def _holds_text(table: "Table", name: str) -> bool:
    import pyarrow as pa

    kind = table.schema.field(name).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def written_columns(table: "Table", added: "pa.Schema", named: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of the output: all, or those that were named, in the order they were named in.

    Raises
    ------
    ColumnError : where a named one is neither in the table nor added, or is named twice.
    """
    existing = (*table.schema.names, *added.names)
    if not named:
        return existing
    for name in named:
        if name not in existing:
            cure = f"Velg blant kolonnene i tabellen og de nye: {', '.join(added.names)}."
            raise ColumnError(table.name, f"kolonnen «{name}» i --columns finnes ikke", cure)
        if named.count(name) > 1:
            raise ColumnError(table.name, f"kolonnen «{name}» står to ganger i --columns", "Nevn den én gang.")
    return tuple(named)


def _recognised(columns: Sequence[str], names: Sequence[str]) -> str | None:
    found = {column.strip().casefold(): column for column in reversed(columns)}
    return next((found[name] for name in names if name in found), None)


def _existing(columns: Sequence[str]) -> str:
    """Tell of the heading without quoting it: in a file that has none, a person's text stands there."""
    return f"Tabellen har {len(columns)} kolonner; kjente navn er {', '.join(TEXT_NAMES)}."


def is_same_file(one: Path, other: Path) -> bool:
    """Return whether two paths lead to the same existing file."""
    return one.exists() and other.exists() and one.samefile(other)
