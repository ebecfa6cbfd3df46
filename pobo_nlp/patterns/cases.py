"""A tagged table by column: when, where, which labels, and who set them. No text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pobo_nlp.batch.difference.cells import as_text
from pobo_nlp.patterns.case_cells import Bools, Codes, LabelCells, PlaceNames, joined, no_codes, parent_of, texts_of
from pobo_nlp.patterns.case_columns import CaseColumns, CaseOptions, case_columns
from pobo_nlp.patterns.case_dates import DateReader, later_than
from pobo_nlp.tables import Chunk, Table
from pobo_nlp.taxonomy import Dimension, Taxonomy

__all__ = ["CaseColumns", "CaseOptions", "Cases", "Faults", "read_cases"]


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a table, counted.

    Attributes
    ----------
    has_date_column : whether there is one.
    without_date, unreadable_date, future_date : rows.
    first_unreadable_date : where a person finds the first of the unreadable ones.
    date_forms : form to rows.
    unknown_labels : dimension to rows with a label that the scheme does not know.
    several_labels : dimension to rows with several labels where one is wanted; none of them counts.
    without_labels : rows with no label at all.
    missing_dimensions : that no column tells of.
    """

    has_date_column: bool = True
    without_date: int = 0
    unreadable_date: int = 0
    first_unreadable_date: int | None = None
    future_date: int = 0
    date_forms: Mapping[str, int] = field(default_factory=dict)
    unknown_labels: Mapping[str, int] = field(default_factory=dict)
    several_labels: Mapping[str, int] = field(default_factory=dict)
    without_labels: int = 0
    missing_dimensions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cases:
    """Inquiries of a table, in its order.

    Attributes
    ----------
    ids : as in the table; a row's number where it has none.
    rows : row number in the table, from 1.
    dates : days; NaT where missing, unreadable or still to come.
    site, region : number of the name; -1 where empty.
    labels : dimension to shape (n, n_labels), parents included; a single dimension has at most one True a row.
    is_human : dimension to whether a person set it.
    review : whether the model says that a person is needed.
    malform : `nb`, `nn`, `other` or empty.
    models : model id to rows.
    """

    ids: Sequence[str]
    rows: NDArray[np.int64]
    dates: NDArray[np.datetime64]
    site: Codes
    site_names: tuple[str, ...]
    region: Codes
    region_names: tuple[str, ...]
    labels: Mapping[str, Bools]
    is_human: Mapping[str, Bools]
    review: Bools
    malform: NDArray[np.str_]
    models: Counter[str]
    taxonomy: Taxonomy
    faults: Faults
    columns: CaseColumns | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: NDArray[np.int64] | Bools) -> "Cases":
        """Return some cases, by their places or a mask; names keep their numbers."""
        places = np.flatnonzero(places) if places.dtype == np.bool_ else places
        return Cases(
            [self.ids[place] for place in places.tolist()],
            self.rows[places],
            self.dates[places],
            self.site[places],
            self.site_names,
            self.region[places],
            self.region_names,
            {name: values[places] for name, values in self.labels.items()},
            {name: values[places] for name, values in self.is_human.items()},
            self.review[places],
            self.malform[places],
            self.models,
            self.taxonomy,
            self.faults,
            self.columns,
        )


def read_cases(table: Table, taxonomy: Taxonomy, options: CaseOptions | None = None) -> Cases:
    """Read the columns of a table, some rows at a time.

    Raises
    ------
    ColumnError : where a named column is missing.
    TableError : where the table cannot be read.
    """
    options = options or CaseOptions()
    reader = _Reader(taxonomy, case_columns(table, taxonomy, options))
    for chunk in table.chunks(options.rows_at_once, 0):
        reader.add(chunk)
    return reader.cases(options)


class _Reader:
    def __init__(self, taxonomy: Taxonomy, columns: CaseColumns) -> None:
        self.taxonomy, self.columns = taxonomy, columns
        self.ids: list[str] = []
        self.dates, self.date_reader = [np.zeros(0, "datetime64[D]")], DateReader()
        self.site, self.site_names = [no_codes()], PlaceNames()
        self.region, self.region_names = [no_codes()], PlaceNames()
        self.read = {dimension.id: LabelCells(dimension) for dimension in taxonomy.dimensions}
        self.labels = {one.id: [np.zeros((0, len(one.labels)), np.bool_)] for one in taxonomy.dimensions}
        self.is_human = {one.id: [np.zeros(0, np.bool_)] for one in taxonomy.dimensions}
        self.review, self.malform = [np.zeros(0, np.bool_)], [np.zeros(0, "<U5")]
        self.models: Counter[str] = Counter()

    def add(self, chunk: Chunk) -> None:
        rows, columns = chunk.rows, self.columns
        n_rows = rows.num_rows
        if columns.id is not None:
            self.ids += as_text(rows.column(columns.id)).to_pylist()
        else:
            self.ids += map(str, chunk.places)
        if columns.date is not None:
            self.dates.append(self.date_reader.read(rows.column(columns.date), chunk.places))
        else:
            self.dates.append(np.full(n_rows, np.datetime64("NaT", "D")))
        for name, codes, names in (
            (columns.site, self.site, self.site_names),
            (columns.region, self.region, self.region_names),
        ):
            codes.append(names.codes(rows.column(name)) if name is not None else np.full(n_rows, -1, np.int32))
        for name, (labels, is_human) in self._labels(rows).items():
            self.labels[name].append(labels)
            self.is_human[name].append(is_human)
        self._add_answers(rows)

    def _labels(self, rows: pa.RecordBatch) -> dict[str, tuple[Bools, Bools]]:
        found = {dimension.id: self._own_labels(dimension, rows) for dimension in self.taxonomy.dimensions}
        for dimension in self.taxonomy.predicted:
            for child, parent in zip(self.taxonomy.path(dimension), self.taxonomy.path(dimension)[1:], strict=False):
                found[parent.id] = parent_of(found[child.id], found[parent.id], child, parent)
        return found

    def _own_labels(self, dimension: Dimension, rows: pa.RecordBatch) -> tuple[Bools, Bools]:
        source, reader = self.columns.sources[dimension.id], self.read[dimension.id]
        n_rows = rows.num_rows
        labels, is_human = np.zeros((n_rows, len(dimension.labels)), np.bool_), np.zeros(n_rows, np.bool_)
        if source.model is not None:
            labels, _ = reader.read(rows.column(source.model))
        if source.human is not None:
            set_by_person, is_human = reader.read(rows.column(source.human))
            if source.model is None and dimension.kind == "multi":
                # No label is an answer, too, where only persons have answered.
                is_human = np.ones(n_rows, np.bool_)
            labels = np.where(is_human[:, None], set_by_person, labels)
        return labels, is_human

    def _add_answers(self, rows: pa.RecordBatch) -> None:
        columns, n_rows = self.columns, rows.num_rows
        empty = np.zeros(n_rows, "<U5")
        self.malform.append(texts_of(rows, columns.malform).astype("<U5") if columns.malform else empty)
        self.review.append(texts_of(rows, columns.review) != "" if columns.review else empty != "")
        if columns.model is not None:
            for entry in as_text(rows.column(columns.model)).value_counts().to_pylist():
                if entry["values"]:
                    self.models[entry["values"]] += entry["counts"]

    def cases(self, options: CaseOptions) -> Cases:
        site, site_names = self.site_names.in_order(np.concatenate(self.site))
        region, region_names = self.region_names.in_order(np.concatenate(self.region))
        dates = np.concatenate(self.dates)
        future = later_than(dates, options.today) if options.today is not None else np.zeros(len(dates), np.bool_)
        labels = {name: joined(parts) for name, parts in self.labels.items()}
        return Cases(
            ids=self.ids,
            rows=np.arange(1, len(self.ids) + 1),
            dates=np.where(future, np.datetime64("NaT", "D"), dates),
            site=site,
            site_names=site_names,
            region=region,
            region_names=region_names,
            labels=labels,
            is_human={name: np.concatenate(parts) for name, parts in self.is_human.items()},
            review=np.concatenate(self.review),
            malform=np.concatenate(self.malform),
            models=self.models,
            taxonomy=self.taxonomy,
            faults=self._faults(int(future.sum()), labels),
            columns=self.columns,
        )

    def _faults(self, n_future: int, labels: Mapping[str, Bools]) -> Faults:
        is_labelled = np.zeros(len(self.ids), np.bool_)
        for values in labels.values():
            is_labelled |= values.any(axis=1)
        return Faults(
            has_date_column=self.columns.date is not None,
            without_date=self.date_reader.missing,
            unreadable_date=self.date_reader.unreadable,
            first_unreadable_date=self.date_reader.first_unreadable,
            future_date=n_future,
            date_forms=dict(self.date_reader.forms),
            unknown_labels={name: reader.unknown for name, reader in self.read.items() if reader.unknown},
            several_labels={name: reader.several for name, reader in self.read.items() if reader.several},
            without_labels=int((~is_labelled).sum()),
            missing_dimensions=tuple(
                name for name, source in self.columns.sources.items() if source.human is source.model is None
            ),
        )
