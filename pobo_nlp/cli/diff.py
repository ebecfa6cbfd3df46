"""`pobo-nlp diff`: what is different between two tables of the same inquiries."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pobo_nlp.cli.options import IdColumnOption, JsonOption, ModelOption
from pobo_nlp.cli.terminal import echo

if TYPE_CHECKING:
    from pobo_nlp.batch.difference.summary import Summary

HELP = """Vis hva som blir annerledes fra en tabell til en annen: rapport med bilder, og lister å gå gjennom.

GAMMEL og NY er to tabeller med de samme henvendelsene: den tidligere tabellen og det retag skrev, eller to kjøringer av
batch med ulike modeller. Ingen tekst kommer med i rapporten eller listene, og tall under fem vises ikke."""


def command(
    old: Annotated[str, typer.Argument(metavar="GAMMEL", help="Fil eller databaseadresse.")],
    new: Annotated[str, typer.Argument(metavar="NY", help="Fil eller databaseadresse.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Mappe for rapporten: ny, tom eller en tidligere.")],
    id_column: IdColumnOption = None,
    date_column: Annotated[
        str | None, typer.Option("--date-column", metavar="NAVN", help="Kolonnen med dato; ellers kjennes den igjen.")
    ] = None,
    dimensions: Annotated[
        list[str] | None,
        typer.Option("--dimension", metavar="DIMENSJON", help="Bare denne; kan gjentas. Ellers alle i begge tabeller."),
    ] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--labels",
            metavar="DIMENSJON=KOLONNE",
            help="Kolonnen i GAMMEL der etikettene for en dimensjon står; ellers den som heter som dimensjonen.",
        ),
    ] = None,
    new_labels: Annotated[
        list[str] | None,
        typer.Option("--new-labels", metavar="DIMENSJON=KOLONNE", help="Det samme for NY."),
    ] = None,
    model: ModelOption = None,
    table: Annotated[str | None, typer.Option("--table", metavar="NAVN", help="Tabell i databasen GAMMEL.")] = None,
    query: Annotated[str | None, typer.Option("--query", metavar="SQL", help="Spørring til GAMMEL.")] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="NAVN", help="Entydig kolonne i GAMMEL.")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAVN", help="Ark i Excel-filen GAMMEL.")] = None,
    new_table: Annotated[str | None, typer.Option("--new-table", metavar="NAVN", help="Tabell i databasen NY.")] = None,
    new_query: Annotated[str | None, typer.Option("--new-query", metavar="SQL", help="Spørring til NY.")] = None,
    new_key: Annotated[str | None, typer.Option("--new-key", metavar="NAVN", help="Entydig kolonne i NY.")] = None,
    new_sheet: Annotated[str | None, typer.Option("--new-sheet", metavar="NAVN", help="Ark i Excel-filen NY.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Vis hva som blir annerledes fra en tabell til en annen."""
    from pobo_nlp.batch.difference.columns import Choice
    from pobo_nlp.batch.difference.compare import Progress, compare
    from pobo_nlp.cli.display import ProgressBar
    from pobo_nlp.model.location import default_model
    from pobo_nlp.tables import Place
    from pobo_nlp.taxonomy import Taxonomy

    choice = Choice(
        id_column, date_column, tuple(dimensions or ()), _pairs(labels, "--labels"), _pairs(new_labels, "--new-labels")
    )
    taxonomy = Taxonomy.load((model or default_model()) / "taxonomy.toml")
    with ProgressBar("Leser") as bar:
        summary = compare(
            Place(old, table=table, query=query, key=key, sheet=sheet),
            Place(new, table=new_table, query=new_query, key=new_key, sheet=new_sheet),
            out,
            taxonomy,
            choice,
            progress=Progress(bar.set_name, bar.advance),
        )
    if as_json:
        echo(json.dumps(summary.to_dict(), ensure_ascii=False))
    else:
        _tell(summary)


def _pairs(labels: Sequence[str] | None, option: str) -> dict[str, str]:
    pairs = [label.partition("=") for label in labels or ()]
    if any(not name.strip() or not column.strip() for name, _, column in pairs):
        raise typer.BadParameter("skal være DIMENSJON=KOLONNE, for eksempel arsak=Årsak", param_hint=option)
    return {name.strip(): column.strip() for name, _, column in pairs}


def _tell(summary: "Summary") -> None:
    from pobo_nlp.batch.difference.summary import sentences

    how = "id" if summary.matched_by == "id" else f"radnummer, for {summary.reason}"
    echo(f"{summary.matched} rader er koblet på {how}.")
    if any(summary.unmatched):
        echo(f"Uten motpart: {summary.unmatched[0]} i den gamle og {summary.unmatched[1]} i den nye; se unmatched.csv.")
    for found in summary.dimensions:
        echo(f"{found.figures.dimension.name}: {' '.join(sentences(found))}")
    echo(f"Rapporten er {summary.out / 'index.html'}, med lister å gå gjennom ved siden av.")
