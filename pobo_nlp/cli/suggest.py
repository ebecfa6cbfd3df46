"""`pobo-nlp suggest`: suggestions for one text, or for each row of a file."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pobo_nlp.cli.options import IdColumnOption, JsonOption, ModelOption, TextColumnOption
from pobo_nlp.cli.terminal import echo

if TYPE_CHECKING:
    from pobo_nlp.model.scorer import Scorer
    from pobo_nlp.suggestion import Suggestion

STANDARD_INPUT = "-"


def command(
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEKST|-]", help="Teksten; «-» leser den fra standard inn."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help="En tekstfil, eller en tabell (CSV, Excel, Parquet, JSON Lines) med en henvendelse i hver rad.",
        ),
    ] = None,
    model: ModelOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Foreslå tjenesteområde, årsaker og mulige systemsaker for en tekst."""
    if text is not None and file is not None:
        raise typer.BadParameter("oppgi enten en tekst eller --file, ikke begge")
    if text is None and file is None and sys.stdin.isatty():
        raise typer.BadParameter("oppgi en tekst, «-» for standard inn, eller --file")
    from pobo_nlp.model.scorer import Scorer

    scorer = Scorer.load(model)
    pairs = (
        _from_file(file, scorer, id_column, text_column)
        if file is not None
        else _from_text(standard_input() if text in (None, STANDARD_INPUT) else str(text), scorer)
    )
    if as_json:
        for _, suggestion in pairs:
            echo(json.dumps(suggestion.to_dict(), ensure_ascii=False))
        return
    from pobo_nlp.cli.display import console, print_suggestion

    output = console()
    for shown_text, suggestion in pairs:
        print_suggestion(shown_text, suggestion, scorer.taxonomy, output)


def _from_text(text: str, scorer: "Scorer") -> Iterator[tuple[str, "Suggestion"]]:
    yield text, scorer.suggest(text)


def _from_file(
    file: Path, scorer: "Scorer", id_column: str | None, text_column: str | None
) -> Iterator[tuple[str, "Suggestion"]]:
    from pobo_nlp.tables import is_table_name, open_table, read_text

    if not is_table_name(file):
        yield from _from_text(read_text(file), scorer)
        return
    from pobo_nlp.batch.columns import chosen_columns
    from pobo_nlp.batch.scoring import suggested_rows

    table = open_table(file)
    columns = chosen_columns(table, id_column=id_column, text_column=text_column)
    yield from suggested_rows(table, columns, scorer)


def standard_input() -> str:
    """Return what is piped in, UTF-8 or else Windows-1252."""
    content = sys.stdin.buffer.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
