"""Writes a report into a folder: the page, the tables, and everything as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from pobo_nlp.patterns.report.contents import Report
from pobo_nlp.patterns.report.findings import findings
from pobo_nlp.patterns.report.page import page
from pobo_nlp.patterns.report.tables import SCHEMAS, Row, tables_of
from pobo_nlp.tables.cells import is_text
from pobo_nlp.tables.formulas import neutralised_column

PAGE, NUMBERS = "index.html", "rapport.json"


def write_report(report: Report, folder: Path) -> None:
    """Write `index.html`, `rapport.json`, and each table as CSV and as Parquet."""
    tables = tables_of(report)
    for name, rows in tables.items():
        table = pa.Table.from_pylist(rows, SCHEMAS[name])
        pa_csv.write_csv(_for_spreadsheets(table), folder / f"{name}.csv")
        pa_parquet.write_table(table, folder / f"{name}.parquet")
    content = {**facts(report), "tabeller": {name: _compact(name, rows) for name, rows in tables.items()}}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (folder / NUMBERS).write_text(text + "\n", "utf-8")
    (folder / PAGE).write_text(page(report), "utf-8")


def _compact(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return a table with its names once: a third of the size."""
    columns = SCHEMAS[name].names
    return {"kolonner": columns, "rader": [[row[column] for column in columns] for row in rows]}


def _for_spreadsheets(table: pa.Table) -> pa.Table:
    """Return a table without formulas: names of places come from texts that anyone may have written."""
    columns = [
        neutralised_column(column.combine_chunks()) if is_text(column.type) else column for column in table.columns
    ]
    return pa.table(columns, schema=table.schema)


def facts(report: Report) -> dict[str, Any]:
    """Return what a program wants to know of a report, but for its tables."""
    total = report.counts.total(())
    return {
        "tabell": report.source,
        "laget": report.made.isoformat(),
        "etikettskjema": report.taxonomy_version,
        "modeller": sorted(report.cases.models),
        "periode": report.counts.period,
        "minste_tall": report.min_cell,
        "henvendelser": total.total.observed if total is not None else None,
        "retting": report.correction,
        "merknader": list(report.notes),
        "funn": [one.sentence for one in findings(report)],
        "serier_provd": report.n_tested,
        "avvik": dict(report.drift.verdict) if report.drift is not None else None,
    }
