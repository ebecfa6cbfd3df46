"""`pobo-nlp patterns`: what recurs in a tagged table, as a report for the quality team."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pobo_nlp.cli.options import (
    IdColumnOption,
    JsonOption,
    KeyOption,
    ModelOption,
    QueryOption,
    SheetOption,
    TableOption,
    TextColumnOption,
)
from pobo_nlp.cli.terminal import echo

if TYPE_CHECKING:
    from pobo_nlp.patterns.report.contents import Report

HELP = """Finn det som går igjen i en merket tabell: utvikling, økninger og mulige systemsaker, som rapport med bilder.

INN er det «pobo-nlp batch» eller «retag» skrev, eller kontorets egen tabell, med dato og gjerne sted og kommune. Ingen
tekst kommer med uten --with-quotes, og tall under fem vises ikke."""


def command(
    source: Annotated[str, typer.Argument(metavar="INN", help="Fil eller databaseadresse.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Mappe for rapporten: ny, tom eller en tidligere.")],
    date_column: Annotated[
        str | None, typer.Option("--date-column", metavar="NAVN", help="Kolonnen med dato; ellers kjennes den igjen.")
    ] = None,
    site_column: Annotated[
        str | None, typer.Option("--site-column", metavar="NAVN", help="Kolonnen med sted; ellers kjennes den igjen.")
    ] = None,
    region_column: Annotated[
        str | None,
        typer.Option("--region-column", metavar="NAVN", help="Kolonnen med kommune, fylke eller kontor."),
    ] = None,
    period: Annotated[
        Literal["month", "quarter"], typer.Option("--period", help="Hva utviklingen vises i: måneder eller kvartaler.")
    ] = "month",
    since: Annotated[
        datetime.datetime | None,
        typer.Option("--since", metavar="ÅÅÅÅ-MM-DD", formats=["%Y-%m-%d"], help="Første dag som telles."),
    ] = None,
    until: Annotated[
        datetime.datetime | None,
        typer.Option("--until", metavar="ÅÅÅÅ-MM-DD", formats=["%Y-%m-%d"], help="Siste dag som telles."),
    ] = None,
    min_cell: Annotated[
        int, typer.Option("--min-cell", metavar="N", min=2, max=1000, help="Tall under dette vises ikke.")
    ] = 5,
    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--labels",
            metavar="DIMENSJON=KOLONNE",
            help="Kolonnen med etiketter satt av mennesker, for eksempel arsak=Årsak; kan gjentas.",
        ),
    ] = None,
    with_quotes: Annotated[
        bool,
        typer.Option("--with-quotes", help="Ta med utdrag på høyst 20 ord, uten det som kjenner igjen en person."),
    ] = False,
    site_aliases: Annotated[
        Path | None, typer.Option("--site-aliases", metavar="FIL", help="Egne navn på steder, som TSV.")
    ] = None,
    model: ModelOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    table: TableOption = None,
    query: QueryOption = None,
    key: KeyOption = None,
    sheet: SheetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Finn det som går igjen i en merket tabell."""
    if since is not None and until is not None and until < since:
        raise typer.BadParameter("er før --since", param_hint="--until")
    named = _pairs(labels)
    from pobo_nlp.cli.display import ProgressBar
    from pobo_nlp.patterns.cases import CaseOptions
    from pobo_nlp.patterns.report.write import facts
    from pobo_nlp.patterns.run import Options, Progress, make_report
    from pobo_nlp.tables import Place

    options = Options(
        CaseOptions(id_column, date_column, site_column, region_column, named, datetime.date.today()),
        text_column,
        period,
        since.date() if since is not None else None,
        until.date() if until is not None else None,
        min_cell,
        site_aliases,
        with_quotes,
    )
    with ProgressBar("Leser") as bar:
        report = make_report(
            Place(source, table=table, query=query, key=key, sheet=sheet),
            out,
            model,
            options,
            progress=Progress(bar.set_name, bar.advance),
        )
    if as_json:
        echo(json.dumps({**facts(report), "mappe": str(out)}, ensure_ascii=False))
    else:
        _tell(report, out)


def _pairs(labels: Sequence[str] | None) -> dict[str, str]:
    pairs = [label.partition("=") for label in labels or ()]
    if any(not name.strip() or not column.strip() for name, _, column in pairs):
        raise typer.BadParameter("skal være DIMENSJON=KOLONNE, for eksempel arsak=Årsak", param_hint="--labels")
    return {name.strip(): column.strip() for name, _, column in pairs}


def _tell(report: "Report", out: Path) -> None:
    from pobo_nlp.patterns.report.findings import findings

    for note in report.notes:
        echo(f"Merk: {note}")
    for number, one in enumerate(findings(report), 1):
        echo(f"{number}. {one.sentence}")
    echo(f"Rapporten er {out / 'index.html'}, med de samme tallene som CSV, Parquet og JSON ved siden av.")
