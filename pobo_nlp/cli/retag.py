"""`pobo-nlp retag`: suggestions beside what a person once set; what is approved is taken over, or back."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

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
from pobo_nlp.cli.terminal import echo

if TYPE_CHECKING:
    from typer._click.core import Context  # that of typer's own copy of click, which has no public name

    from pobo_nlp.batch.label_map import LabelMap
    from pobo_nlp.batch.summary import Summary
    from pobo_nlp.taxonomy import Taxonomy

DEFAULT = "run"
STATUSES = {
    "unchanged": "uendret",
    "refined": "presisert",
    "changed": "foreslått endret",
    "new": "ny etikett",
    "needs_person": "må avgjøres av et menneske",
}


class DefaultGroup(TyperGroup):
    """A group whose first word is a command, or else belongs to the default one: `retag IN OUT`, `retag apply LIST`."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Put the default command before what is no command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=DefaultGroup,
    help="""Foreslå på nytt for saker som alt har etiketter, uten å endre dem.

pobo-nlp retag INN UT --labels tjenesteomrade=KOLONNE … skriver tabellen med forslagene og hva som blir av hver gammel
etikett (run nedenfor, som ikke trenger å skrives). Det et menneske godkjenner i listene fra pobo-nlp diff, overtas i en
kopi med apply; undo gir den tidligere tabellen tilbake.""",
    no_args_is_help=True,
    rich_markup_mode=None,
    subcommand_metavar="INN UT … | apply LISTE … | undo KOPI …",
)

LabelsOption = Annotated[
    list[str],
    typer.Option(
        "--labels",
        metavar="DIMENSJON=KOLONNE",
        help="Kolonnen der de gamle kodene for en dimensjon står. Oppgis en gang for hver dimensjon.",
    ),
]
MapOption = Annotated[
    Path | None,
    typer.Option("--map", metavar="KART.toml", help="Hva de gamle kodene betyr i etikettskjemaet; se docs/retag.md."),
]
ChangesOption = Annotated[
    Path | None,
    typer.Option("--changes", metavar="DIR", help="Mappen til endringsfilen; ellers ved siden av kopien."),
]


@app.command(DEFAULT)
def run(
    source: Annotated[str, typer.Argument(metavar="INN", help="Fil eller databaseadresse som leses.")],
    target: Annotated[str, typer.Argument(metavar="UT", help="Fil eller databaseadresse som skrives.")],
    labels: LabelsOption,
    map_file: MapOption = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            metavar="P",
            min=0,
            max=1,
            help="En gammel etikett foreslås endret bare der den er mindre sannsynlig enn dette; ellers 0,05.",
        ),
    ] = None,
    model: ModelOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", metavar="A,B", help="Kolonnene som skrives, i denne rekkefølgen; ellers alle."),
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
    as_json: JsonOption = False,
) -> None:
    """Skriv en tabell med forslag ved siden av de gamle etikettene, og hva som blir av hver av dem."""
    from pobo_nlp.batch.columns import text_column_of
    from pobo_nlp.batch.engine import Options, Progress, run_batch
    from pobo_nlp.batch.retag import OLD_THRESHOLD, RetagJob, check_old_codes
    from pobo_nlp.cli.display import ProgressBar
    from pobo_nlp.cli.stopping import stoppable
    from pobo_nlp.tables import Place, Table

    pairs = _pairs(labels)
    taxonomy = _taxonomy(model)
    label_map = _map(map_file, taxonomy)

    def job_of(opened: Table) -> RetagJob:
        limit = OLD_THRESHOLD if threshold is None else threshold
        job = RetagJob(text_column_of(opened, text_column), pairs, label_map, limit)
        check_old_codes(job, opened, taxonomy)
        return job

    with stoppable(), ProgressBar("Foreslår") as bar:
        summary = run_batch(
            Place(source, table=table, query=query, key=key, sheet=sheet),
            Place(target, table=out_table, sheet=out_sheet),
            model,
            job_of=job_of,
            options=Options(
                id_column,
                tuple(name.strip() for listed in columns or () for name in listed.split(",") if name.strip()),
                rows_at_once,
            ),
            workers=workers,
            restart=restart,
            journal=journal,
            progress=Progress(bar.set_total, bar.resume_at, bar.advance, lambda: bar.set_name("Skriver")),
        )
    if as_json:
        echo(json.dumps(summary.to_dict(), ensure_ascii=False))
    else:
        _tell(summary, taxonomy)


@app.command("apply")
def apply(
    lists: Annotated[list[Path], typer.Argument(metavar="LISTE…", help="Lister fra diff, med avgjørelser fylt inn.")],
    source: Annotated[str, typer.Option("--to", metavar="TABELL", help="Tabellen som avgjørelsene gjelder.")],
    target: Annotated[str, typer.Option("--out", metavar="KOPI", help="Kopien som skrives, i samme format.")],
    labels: LabelsOption,
    map_file: MapOption = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAVN", help="Hvem som overtar; ellers den som er logget inn.")
    ] = None,
    model: ModelOption = None,
    id_column: IdColumnOption = None,
    table: TableOption = None,
    query: QueryOption = None,
    key: KeyOption = None,
    sheet: SheetOption = None,
    out_table: OutTableOption = None,
    out_sheet: OutSheetOption = None,
    changes: ChangesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Overta godkjente rader i en kopi av tabellen, og skriv ned hva som ble endret."""
    from pobo_nlp.batch.columns import id_column_of
    from pobo_nlp.batch.review_list import read_review_list
    from pobo_nlp.batch.takeover import take_over
    from pobo_nlp.tables import Place, open_table

    taxonomy = _taxonomy(model)
    place = Place(source, table=table, query=query, key=key, sheet=sheet)
    done = take_over(
        [read_review_list(path) for path in lists],
        place,
        Place(target, table=out_table, sheet=out_sheet),
        _pairs(labels),
        label_map=_map(map_file, taxonomy),
        taxonomy=taxonomy,
        id_column=id_column_of(open_table(place), id_column),
        by=by or _user(),
        when=datetime.now().astimezone().isoformat(timespec="seconds"),
        changes_folder=changes,
    )
    if as_json:
        facts = {"approved": done.approved, "kept": done.kept, "changes": done.changes, "record": str(done.record)}
        echo(json.dumps(facts, ensure_ascii=False))
        return
    echo(
        f"{done.approved} godkjente og {done.kept} avviste avgjørelser; {done.changes} celler er endret i "
        f"{out_table or target}. Hva som ble endret, står i {done.record}."
    )


@app.command("undo")
def undo(
    copy: Annotated[str, typer.Argument(metavar="KOPI", help="Kopien som apply skrev.")],
    target: Annotated[str, typer.Option("--out", metavar="TIDLIGERE", help="Hvor den tidligere tabellen skrives.")],
    table: TableOption = None,
    out_table: OutTableOption = None,
    changes: ChangesOption = None,
) -> None:
    """Gi tilbake nøyaktig den tidligere tabellen."""
    from pobo_nlp.batch.takeover_undo import undo as take_back
    from pobo_nlp.tables import Place

    record = take_back(Place(copy, table=table), Place(target, table=out_table), changes_folder=changes)
    echo(
        f"{out_table or target} er som tabellen var før {record.by} overtok {len(record.changes)} endringer "
        f"{record.when}."
    )


def _pairs(labels: Sequence[str]) -> tuple[tuple[str, str], ...]:
    pairs = [tuple(part.strip() for part in label.split("=", 1)) for label in labels]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise typer.BadParameter("skal være DIMENSJON=KOLONNE, for eksempel arsak=Årsak", param_hint="--labels")
    return tuple((pair[0], pair[1]) for pair in pairs)


def _taxonomy(model: Path | None) -> "Taxonomy":
    """Return the label scheme of a model, without its weights."""
    from pobo_nlp.model.location import default_model
    from pobo_nlp.taxonomy import Taxonomy

    return Taxonomy.load((model or default_model()) / "taxonomy.toml")


def _map(path: Path | None, taxonomy: "Taxonomy") -> "LabelMap":
    from pobo_nlp.batch.label_map import LabelMap, load_map

    return load_map(path, taxonomy) if path is not None else LabelMap()


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "ukjent"


def _tell(summary: "Summary", taxonomy: "Taxonomy") -> None:
    names = {"retag_status": "Raden samlet"}
    names |= {f"{dimension.id}_status": dimension.name for dimension in taxonomy.dimensions}
    for column, counts in summary.counts.items():
        if column in names:
            parts = ", ".join(f"{STATUSES[status]} {rows}" for status, rows in counts.items())
            echo(f"{names[column]}: {parts}.")
    echo(f"{summary.rows} rader er skrevet til {summary.target} på {summary.seconds:.1f} s.")
    if summary.resumed_rows:
        echo(f"{summary.resumed_rows} av dem var gjort i en tidligere kjøring som ble stanset.")
    if summary.errors_file:
        echo(f"Rader som ikke kunne leses, står i {summary.errors_file}.")
