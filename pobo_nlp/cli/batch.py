"""`pobo-nlp batch`: suggestions for every row of a table."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from pobo_nlp.cli.options import (
    IdColumnOption,
    JournalOption,
    JsonOption,
    KeyOption,
    ModelOption,
    OutSheetOption,
    OutTableOption,
    QueryOption,
    RestartOption,
    RowsAtOnceOption,
    SheetOption,
    TableOption,
    TextColumnOption,
    WorkersOption,
)
from pobo_nlp.cli.spark import Engine, refuse_options, run
from pobo_nlp.cli.stopping import stoppable
from pobo_nlp.cli.terminal import echo

if TYPE_CHECKING:
    from pobo_nlp.batch.summary import Summary

HELP = """Foreslå for hver rad i en tabell, og skriv tabellen med forslagene ved siden av.

INN og UT er filer (.csv, .tsv, .xlsx, .parquet, .jsonl, gjerne med .gz eller .zst etter) eller databaseadresser som
sqlite:///saker.db. Ved siden av UT skrives UT.summary.json og, om noen rader ikke lot seg lese, UT.errors.csv med
radnummer, id og feilkode. Stanses kjøringen, fortsetter samme kommando der den slapp.

Feilkoder i review: error_no_text (ikke noe tekstfelt), error_not_text (en liste eller et objekt), error_nul_character
(NUL-tegn), error_too_large (over 1 MiB), error_not_scored (modellen klarte ikke å lese teksten).

Med --engine spark leses tabellen av en klynge og skrives som en mappe av Parquet eller CSV (docs/spark.md).

Avslutter med 0, 1 ved feil, 2 ved gal bruk, 130 etter Ctrl-C og 143 etter SIGTERM.
"""


def command(
    source: Annotated[str, typer.Argument(metavar="INN", help="Fil eller databaseadresse som leses.")],
    target: Annotated[str, typer.Argument(metavar="UT", help="Fil eller databaseadresse som skrives.")],
    model: ModelOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--columns",
            metavar="A,B",
            help="Kolonnene som skrives, i denne rekkefølgen: av INN og av de nye. Ellers alle.",
        ),
    ] = None,
    workers: WorkersOption = 1,
    restart: RestartOption = False,
    journal: JournalOption = None,
    table: TableOption = None,
    query: QueryOption = None,
    key: KeyOption = None,
    sheet: SheetOption = None,
    out_table: OutTableOption = None,
    out_sheet: OutSheetOption = None,
    rows_at_once: RowsAtOnceOption = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="Det som leser tekstene: denne maskinen, eller Apache Spark.")
    ] = Engine.HERE,
    master: Annotated[
        str | None,
        typer.Option("--master", metavar="URL", help="Klyngen, som spark://tjener:7077; ellers denne maskinen."),
    ] = None,
    spark_conf: Annotated[
        list[str] | None,
        typer.Option("--spark-conf", metavar="NAVN=VERDI", help="En av Sparks egne innstillinger; kan gjentas."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Vis også forslagene som tabell.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Suggest for every row; what people read of it is `HELP`."""
    only_here = {
        "--workers": workers > 1, "--restart": restart, "--journal": journal, "--sheet": sheet,
        "--out-table": out_table, "--out-sheet": out_sheet, "--show": show,
    }  # fmt: skip
    refuse_options(engine, only_here, {"--master": master, "--spark-conf": spark_conf})
    if engine is Engine.SPARK:
        summary = run(
            source, target, model, id_column, text_column, _names(columns or ()),
            table=table, query=query, key=key, master=master, settings=spark_conf or (), rows_at_once=rows_at_once,
        )  # fmt: skip
        _report(summary, as_json=as_json)
        return
    with stoppable():
        from pobo_nlp.batch.arrow import without_pandas
        from pobo_nlp.batch.columns import text_column_of
        from pobo_nlp.batch.engine import Options, Progress, run_batch
        from pobo_nlp.batch.job import SuggestJob
        from pobo_nlp.cli.display import ProgressBar, print_table
        from pobo_nlp.tables import Place

        without_pandas()
        out = Place(target, table=out_table, sheet=out_sheet)
        with ProgressBar("Foreslår") as bar:
            summary = run_batch(
                Place(source, table=table, query=query, key=key, sheet=sheet),
                out,
                model,
                job_of=lambda opened: SuggestJob(text_column_of(opened, text_column)),
                options=Options(id_column, _names(columns or ()), rows_at_once),
                workers=workers,
                restart=restart,
                journal=journal,
                progress=Progress(bar.set_total, bar.resume_at, bar.advance, lambda: bar.set_name("Skriver")),
            )
    if show:
        print_table(out, summary)
    _report(summary, as_json=as_json)


def _report(summary: "Summary", *, as_json: bool) -> None:
    if as_json:
        echo(json.dumps(summary.to_dict(), ensure_ascii=False))
    else:
        _tell(summary)


def _names(options: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.strip() for option in options for name in option.split(",") if name.strip())


def _tell(summary: "Summary") -> None:
    from pobo_nlp.cli.display import print_summary

    print_summary(summary)
    echo(
        f"{summary.rows} rader fra kolonnen «{summary.text_column}» er skrevet til {summary.target} på "
        f"{summary.seconds:.1f} s ({summary.rows_per_second:.0f} rader/s)."
    )
    if summary.resumed_rows:
        echo(f"{summary.resumed_rows} av dem var gjort i en tidligere kjøring som ble stanset.")
    if summary.repeated_ids:
        echo(f"{summary.repeated_ids} rader har en id som står før i tabellen; radnummeret skiller dem.")
    if summary.errors_file:
        rows = "1 rad kunne ikke leses; den" if summary.errors == 1 else f"{summary.errors} rader kunne ikke leses; de"
        echo(f"{rows} står i {summary.errors_file}.")
    if summary.texts_with_nul:
        echo(f"Tekster der � står for NUL, som databasen ikke kan lagre: {summary.texts_with_nul}.")
