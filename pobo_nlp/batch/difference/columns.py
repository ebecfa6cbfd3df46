"""Which columns of the two tables are held against each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pobo_nlp.batch.columns import ADDED_TO_TAKEN_NAME, id_column_of
from pobo_nlp.errors import DifferenceError
from pobo_nlp.tables import Table
from pobo_nlp.taxonomy import Dimension, Taxonomy

DATE_NAMES = (
    "dato", "date", "mottatt", "opprettet", "registrert", "mottatt_dato", "opprettet_dato", "registrert_dato",
    "innkommet", "created", "created_at", "received", "år", "aar", "year",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """What a user named; where nothing is named, columns are recognised.

    Attributes
    ----------
    dimensions : ids of those to compare; empty for all that both tables have.
    old_labels, new_labels : dimension to the column of its labels in each table.
    """

    id: str | None = None
    date: str | None = None
    dimensions: tuple[str, ...] = ()
    old_labels: Mapping[str, str] = field(default_factory=dict)
    new_labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """A dimension, and the columns that tell of it.

    Attributes
    ----------
    before : in the old table; of a retagged table, what the old codes mean (in the new table).
    after : in the new table.
    proposed, status, old_probability : of a retagged table; None where the new table is none.
    probability : of `after`; None where the new table has none.
    """

    dimension: Dimension
    before: str
    after: str
    probability: str | None
    proposed: str | None = None
    status: str | None = None
    old_probability: str | None = None

    @property
    def is_retagged(self) -> bool:
        """Whether the new table says itself what became of each old label."""
        return self.status is not None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that are read.

    Attributes
    ----------
    date : of the old table or, where that has none, of the new one (`date_is_new`).
    review : of the new table: why a person should look.
    old_model, new_model : which model labelled the rows.
    """

    old_id: str | None
    new_id: str | None
    date: str | None
    date_is_new: bool
    review: str | None
    old_model: str | None
    new_model: str | None
    compared: tuple[Compared, ...]


def chosen_columns(old: Table, new: Table, taxonomy: Taxonomy, choice: Choice) -> Columns:
    """Return the columns that were named, or else are recognised by their names.

    Raises
    ------
    ColumnError : where a named id column is missing.
    DifferenceError : where another named column is missing, or the tables have no dimension in common.
    UnknownLabelError : where a named dimension is not in the label scheme.
    """
    for name in (*choice.dimensions, *choice.old_labels, *choice.new_labels):
        taxonomy.dimension(name)
    for table, labels in ((old, choice.old_labels), (new, choice.new_labels)):
        for column in labels.values():
            if column not in table.schema.names:
                raise _missing(table, column)
    compared = tuple(_compared(old, new, taxonomy, choice))
    if not compared:
        known = ", ".join(dimension.id for dimension in taxonomy.dimensions)
        cure = f"Oppgi dem med --labels og --new-labels, dimensjon=kolonne. Dimensjonene er {known}."
        raise DifferenceError(f"{old.name} og {new.name}", "ingen kolonner med etiketter i begge", cure)
    date, date_is_new = _date(old, new, choice.date)
    return Columns(
        old_id=_id(old, choice.id, other=new),
        new_id=_id(new, choice.id, other=old),
        date=date,
        date_is_new=date_is_new,
        review=_latest(new, "review"),
        old_model=_latest(old, "model"),
        new_model=_latest(new, "model"),
        compared=compared,
    )


def _compared(old: Table, new: Table, taxonomy: Taxonomy, choice: Choice) -> list[Compared]:
    wanted = choice.dimensions or tuple(dimension.id for dimension in taxonomy.dimensions)
    found = [(name, _of_dimension(old, new, taxonomy.dimension(name), choice)) for name in wanted]
    for name, compared in found:
        if compared is None and (name in choice.dimensions or name in choice.old_labels or name in choice.new_labels):
            cure = f"Oppgi kolonnene med --labels {name}=KOLONNE (gammel) og --new-labels {name}=KOLONNE (ny)."
            raise DifferenceError(f"{old.name} og {new.name}", f"dimensjonen «{name}» står ikke i begge", cure)
    return [compared for _, compared in found if compared is not None]


def _of_dimension(old: Table, new: Table, dimension: Dimension, choice: Choice) -> Compared | None:
    name = dimension.id
    after = choice.new_labels.get(name) or _latest(new, name)
    probability = _latest(new, f"{name}_probability")
    meant, status, proposed = (_latest(new, f"{name}_{ending}") for ending in ("old", "status", "proposed"))
    if meant and status and proposed and after and name not in choice.new_labels:
        return Compared(dimension, meant, after, probability, proposed, status, _latest(new, f"{name}_old_probability"))
    before = choice.old_labels.get(name) or _latest(old, name)
    return Compared(dimension, before, after, probability) if before and after else None


def _latest(table: Table, name: str) -> str | None:
    """Return the column of a name; where a batch found it taken and added one beside it, the one that it added."""
    found = None
    while name in table.schema.names:
        found = name
        name += ADDED_TO_TAKEN_NAME
    return found


def _id(table: Table, named: str | None, *, other: Table) -> str | None:
    if named is not None:
        return id_column_of(table, named)
    # A name that both tables have is the likelier one.
    own, others = id_column_of(table, None), id_column_of(other, None)
    return others if others in table.schema.names else own


def _date(old: Table, new: Table, named: str | None) -> tuple[str | None, bool]:
    if named is not None:
        if named in old.schema.names:
            return named, False
        if named in new.schema.names:
            return named, True
        raise _missing(old, named)
    for table, is_new in ((old, False), (new, True)):
        by_name = {column.strip().casefold(): column for column in reversed(table.schema.names)}
        for name in DATE_NAMES:
            if name in by_name:
                return by_name[name], is_new
    return None, False


def _missing(table: Table, column: str) -> DifferenceError:
    others: Sequence[str] = table.schema.names
    return DifferenceError(table.name, f"kolonnen «{column}» finnes ikke", f"Tabellen har {len(others)} kolonner.")
