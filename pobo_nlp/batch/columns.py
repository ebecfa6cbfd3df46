"""Which columns hold the id and the text, and which are added."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pobo_nlp.errors import ColumnError
from pobo_nlp.suggestion import LabelSuggestion, Suggestion
from pobo_nlp.tables import Table
from pobo_nlp.taxonomy import Dimension, Taxonomy

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
    id : None where there is none; the row's line in the file is its id then.
    """

    id: str | None
    text: str


def chosen_columns(table: Table, *, id_column: str | None, text_column: str | None) -> Columns:
    """Return the columns that were named, or else are recognised by their name.

    Raises
    ------
    ColumnError : where a named column is missing, or no text column is recognised.
    """
    for name in (id_column, text_column):
        if name is not None and name not in table.columns:
            raise ColumnError(table.path, f"kolonnen «{name}» finnes ikke", _existing(table.columns))
    text = text_column or _recognised(table.columns, TEXT_NAMES)
    if text is None:
        raise ColumnError(
            table.path,
            "ingen kolonne med tekst",
            f"Oppgi den med --text-column. {_existing(table.columns)}",
            row=1,
        )
    return Columns(id_column or _recognised(table.columns, ID_NAMES), text)


def _recognised(columns: Sequence[str], names: Sequence[str]) -> str | None:
    found = {column.strip().casefold(): column for column in reversed(columns)}
    return next((found[name] for name in names if name in found), None)


def _existing(columns: Sequence[str]) -> str:
    """Tell of the heading without quoting it: in a file that has none, a person's text stands there."""
    return f"Filen har {len(columns)} kolonner; kjente navn er {', '.join(TEXT_NAMES)}."


def added_columns(taxonomy: Taxonomy, existing: Sequence[str]) -> dict[str, str]:
    """Return each column that a suggestion fills, and the name it gets beside those of the input."""
    wanted: list[str] = []
    for dimension in taxonomy.dimensions:
        wanted += [dimension.id, f"{dimension.id}_probability"]
        if dimension.kind == "single":
            wanted += [f"{dimension.id}_2", f"{dimension.id}_3"]
    wanted += ["settled", "review", "malform", "model"]
    taken = set(existing)
    names = {}
    for column in wanted:
        name = column
        while name in taken:
            name += ADDED_TO_TAKEN_NAME
        taken.add(name)
        names[column] = name
    return names


def cells(suggestion: Suggestion, taxonomy: Taxonomy) -> dict[str, str | float | None]:
    """Return the values of the added columns for a suggestion, by the names in `added_columns`."""
    values: dict[str, str | float | None] = {}
    for dimension in taxonomy.dimensions:
        labels = suggestion.suggestions[dimension.id]
        values |= (_single if dimension.kind == "single" else _multi)(dimension, labels)
    values["settled"] = JOINT.join(where for where in suggestion.settled.values() if where)
    values["review"] = JOINT.join(suggestion.review)
    values["malform"] = suggestion.malform
    values["model"] = suggestion.model
    return values


def _single(dimension: Dimension, labels: Sequence[LabelSuggestion]) -> dict[str, str | float | None]:
    ranked = [label.label for label in labels] + [""] * 3
    return {
        dimension.id: ranked[0],
        f"{dimension.id}_probability": round(labels[0].probability, 4) if labels else None,
        f"{dimension.id}_2": ranked[1],
        f"{dimension.id}_3": ranked[2],
    }


def _multi(dimension: Dimension, labels: Sequence[LabelSuggestion]) -> dict[str, str | float | None]:
    accepted = [label for label in labels if label.accepted]
    return {
        dimension.id: JOINT.join(label.label for label in accepted),
        f"{dimension.id}_probability": JOINT.join(f"{label.probability:.4f}" for label in accepted),
    }


def is_same_file(one: Path, other: Path) -> bool:
    """Return whether two paths lead to the same existing file."""
    return one.exists() and other.exists() and one.samefile(other)
