"""`pobo-nlp similar`: which inquiries of a table are most like a text."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from pobo_nlp.cli.suggest import STANDARD_INPUT, standard_input
from pobo_nlp.cli.terminal import echo

if TYPE_CHECKING:
    from rich.text import Text

    from pobo_nlp.patterns.similar import Found, SimilarCase
    from pobo_nlp.taxonomy import Taxonomy

# Half of the texts of the corpus have no other text that is this close.
COMMON_WORDS = 0.15
HELP = """Finn henvendelsene i en tabell som ligner mest på en tekst.

Likhet er cosinus mellom to tekster slik modellen ser dem, fra 0 til 1. Ingen tekst vises uten --with-quotes."""


def command(
    source: Annotated[str, typer.Option("--in", metavar="TABELL", help="Fil eller databaseadresse det letes i.")],
    text: Annotated[
        str | None, typer.Argument(metavar="[TEKST|-]", help="Teksten; «-» leser den fra standard inn.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="En tekstfil å lese teksten fra.")] = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, max=1000, help="Hvor mange som vises.")] = 10,
    with_quotes: Annotated[
        bool, typer.Option("--with-quotes", help="Vis de første ordene av hver, høyst 20, uten det som kjennes igjen.")
    ] = False,
    model: ModelOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    table: TableOption = None,
    query: QueryOption = None,
    key: KeyOption = None,
    sheet: SheetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Finn henvendelsene i en tabell som ligner mest på en tekst."""
    sought = _sought(text, file)
    from pobo_nlp.cli.display import ProgressBar
    from pobo_nlp.model.scorer import Scorer
    from pobo_nlp.patterns.case_columns import CaseOptions
    from pobo_nlp.patterns.similar import Options, find_similar
    from pobo_nlp.tables import Place, open_table

    opened = open_table(Place(source, table=table, query=query, key=key, sheet=sheet))
    options = Options(text_column, CaseOptions(id=id_column), top, with_quotes)
    scorer = Scorer.load(model)
    with ProgressBar("Leser") as bar:
        found = find_similar(sought, opened, scorer, options, progress=bar.advance)
    if as_json:
        echo(json.dumps(_facts(found, scorer.model_id), ensure_ascii=False))
    else:
        _tell(found, scorer.taxonomy)


def _sought(text: str | None, file: Path | None) -> str:
    if text is not None and file is not None:
        raise typer.BadParameter("oppgi enten en tekst eller --file, ikke begge")
    if file is not None:
        from pobo_nlp.tables import is_table_name, read_text

        if is_table_name(file):
            raise typer.BadParameter("--file er en tekstfil med én tekst; tabellen det letes i, oppgis med --in")
        return read_text(file)
    if text is None and sys.stdin.isatty():
        raise typer.BadParameter("oppgi en tekst, «-» for standard inn, eller --file")
    return standard_input() if text in (None, STANDARD_INPUT) else str(text)


def _facts(found: "Found", model_id: str) -> dict[str, object]:
    return {
        "model": model_id,
        "rows": found.n_rows,
        "without_text": found.n_without_text,
        "similar": [_facts_of(case) for case in found.cases],
    }


def _facts_of(case: "SimilarCase") -> dict[str, object]:
    facts: dict[str, object] = {"id": case.id, "row": case.row, "similarity": round(case.similarity, 4)}
    facts |= {name: value for name, value in (("date", case.date), ("site", case.site)) if value}
    facts |= {"region": case.region} if case.region else {}
    facts["labels"] = {dimension: list(labels) for dimension, labels in case.labels.items()}
    return facts if case.quote is None else facts | {"quote": case.quote}


def _tell(found: "Found", taxonomy: "Taxonomy") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from pobo_nlp.cli.display import console

    output = console()
    if not found.cases:
        output.print(f"Ingen av {found.n_rows} henvendelser har noe til felles med teksten.")
        return
    columns = found.columns
    table = Table(
        title="Lignende henvendelser", title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 1, 0)
    )
    table.add_column("Likhet", justify="right", style="cyan")
    table.add_column("Sak" if columns.id is not None else "Rad", style="bold")
    shown = {"Dato": columns.date, "Sted": columns.site, "Region": columns.region}
    for title in (title for title, column in shown.items() if column is not None):
        table.add_column(title)
    has_more = any(case.labels or case.quote for case in found.cases)
    if has_more:
        table.add_column("Merket som", ratio=1)
    for case in found.cases:
        cells = [f"{case.similarity:.2f}".replace(".", ","), case.id]
        places = zip((case.date, case.site, case.region), shown.values(), strict=True)
        cells += [cell for cell, column in places if column is not None]
        table.add_row(*map(Text, cells), *([_described(case, taxonomy)] if has_more else []))
    output.print(table)
    if found.cases[0].similarity < COMMON_WORDS:
        output.print("Ingen ligner mye: så lav likhet kommer av vanlige ord som er felles.", style="yellow")
    without = f", {found.n_without_text} av dem uten tekst" if found.n_without_text else ""
    output.print(f"{found.n_rows} henvendelser er sammenlignet{without}. Rådgiveren avgjør.", style="dim")


def _described(case: "SimilarCase", taxonomy: "Taxonomy") -> "Text":
    """Return the labels of a case, those of the dimensions that tell most, and the quote where one is asked for."""
    from rich.text import Text

    lines = []
    for one in taxonomy.predicted:
        if labels := case.labels.get(one.id):
            names = " · ".join(one.label(label).name for label in labels)
            lines.append(Text(f"{one.name}: ", style="dim").append(names, style="not dim"))
    if case.quote:
        lines.append(Text(f"«{case.quote}»", style="italic"))
    return Text("\n").join(lines)
