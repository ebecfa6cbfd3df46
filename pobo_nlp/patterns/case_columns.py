"""Which columns of a tagged table hold the date, the place and the labels, and who set the labels."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pobo_nlp.batch.columns import ADDED_TO_TAKEN_NAME, id_column_of
from pobo_nlp.errors import ColumnError
from pobo_nlp.tables import Table
from pobo_nlp.taxonomy import Taxonomy

# Names that offices give these columns, the likeliest first; case does not matter.
DATE_NAMES = (
    "dato", "date", "mottatt", "mottatt_dato", "mottattdato", "opprettet", "opprettet_dato", "opprettetdato",
    "registrert", "registrert_dato", "registrertdato", "innkommet", "innkommet_dato", "henvendelsesdato", "created",
    "created_at", "received",
)  # fmt: skip
SITE_NAMES = (
    "sted", "tjenestested", "virksomhet", "site", "enhet", "institusjon", "behandlingssted", "tjenesteyter",
)  # fmt: skip
REGION_NAMES = ("kommune", "fylke", "region", "kontor", "kommunenavn", "municipality", "office")
REVIEW, MALFORM, MODEL = "review", "malform", "model"


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """What a user says of a table; where nothing is named, columns are recognised.

    Attributes
    ----------
    id, date, site, region : columns.
    labels : dimension to the column that holds the labels a person set.
    today : cases dated after it are counted as faults; None for no such check.
    rows_at_once : that are read.
    """

    id: str | None = None
    date: str | None = None
    site: str | None = None
    region: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    today: datetime.date | None = None
    rows_at_once: int = 20_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where the labels of a dimension stand; None where no such column is in the table."""

    human: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """The columns that are read; None for what the table does not have."""

    id: str | None
    date: str | None
    site: str | None
    region: str | None
    sources: Mapping[str, Source]
    review: str | None
    malform: str | None
    model: str | None


def case_columns(table: Table, taxonomy: Taxonomy, options: CaseOptions) -> CaseColumns:
    """Return the columns of a table.

    Raises
    ------
    ColumnError : where a named column is missing.
    UnknownLabelError : where labels are named for a dimension that is not in the scheme.
    """
    for dimension in options.labels:
        taxonomy.dimension(dimension)
    names = table.schema.names
    model = _latest(names, MODEL)
    return CaseColumns(
        id=id_column_of(table, options.id),
        date=_named(table, options.date, DATE_NAMES),
        site=_named(table, options.site, SITE_NAMES),
        region=_named(table, options.region, REGION_NAMES),
        sources={one.id: _source(table, one.id, options.labels.get(one.id), model) for one in taxonomy.dimensions},
        review=_latest(names, REVIEW) if model else None,
        malform=_latest(names, MALFORM) if model else None,
        model=model,
    )


def _source(table: Table, dimension: str, named: str | None, model: str | None) -> Source:
    if named is not None:
        named = _named(table, named, ())
    latest = _latest(table.schema.names, dimension)
    is_suggested = latest is not None and latest != dimension
    if named is not None:
        suggested = latest if is_suggested or model is not None else None
        return Source(named, suggested if suggested != named else None)
    if is_suggested:
        return Source(dimension if dimension in table.schema.names else None, latest)
    return Source(None, latest) if model is not None else Source(latest, None)


def _latest(names: Sequence[str], name: str) -> str | None:
    """Return the column of a name; where a batch found it taken and added one beside it, the one that it added."""
    found = None
    while name in names:
        found = name
        name += ADDED_TO_TAKEN_NAME
    if found is None and name + ADDED_TO_TAKEN_NAME in names:
        return name + ADDED_TO_TAKEN_NAME
    return found


def _named(table: Table, named: str | None, known: Sequence[str]) -> str | None:
    if named is not None:
        if named not in table.schema.names:
            cure = f"Tabellen har {len(table.schema.names)} kolonner; sjekk navnet."
            raise ColumnError(table.name, f"kolonnen «{named}» finnes ikke", cure)
        return named
    return recognised(table, known)


def recognised(table: Table, known: Sequence[str]) -> str | None:
    """Return the column that has one of the known names, the likeliest first; None where there is none."""
    found = {column.strip().casefold(): column for column in reversed(table.schema.names)}
    return next((found[name] for name in known if name in found), None)
