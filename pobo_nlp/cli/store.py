"""`pobo-nlp store`: what advisers have decided: looked at, brought out, and removed in time."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pobo_nlp.cli.options import (
    IdColumnOption,
    JsonOption,
    KeyOption,
    OutTableOption,
    QueryOption,
    SheetOption,
    TableOption,
    TextColumnOption,
)
from pobo_nlp.cli.terminal import echo

if TYPE_CHECKING:
    from pobo_nlp.store.export import Written
    from pobo_nlp.store.retention import Info
    from pobo_nlp.store.store import Store

app = typer.Typer(
    help="Se på, hent ut eller slett det rådgivere har avgjort.", no_args_is_help=True, rich_markup_mode=None
)

DEFAULT_STORE = "avgjorelser.db"
StoreOption = Annotated[
    str,
    typer.Option("--store", metavar="LAGER", envvar="POBO_NLP_STORE", help="SQLite-fil eller adressen til PostgreSQL."),
]
TaxonomyOption = Annotated[
    Path | None, typer.Option("--taxonomy", help="Et annet etikettskjema (TOML) enn det som følger med.")
]
STATUSES = {
    "decided": "avgjort",
    "unknown": "vet ikke",
    "none_of_these": "ingen av disse",
    "withdrawn": "angret",
    "accepted": "foreslått og valgt",
    "changed": "valgt i stedet for forslaget",
    "rejected": "foreslått og ikke valgt",
    "added": "valgt uten å være foreslått",
}


@app.command("info")
def info(store: StoreOption = DEFAULT_STORE, as_json: JsonOption = False) -> None:
    """Vis hva lageret holder: tall, ingen navn og ingen tekst."""
    from pobo_nlp.store.retention import describe

    found = describe(_opened(store))
    if as_json:
        echo(json.dumps(asdict(found), ensure_ascii=False, default=str))
        return
    from pobo_nlp.cli.display import print_facts

    print_facts(_facts(found))


@app.command("export")
def export(
    out: Annotated[str, typer.Argument(metavar="UT", help="Ny fil; for en tabell også en databaseadresse.")],
    to: Annotated[
        Literal["annotations", "table"],
        typer.Option("--to", help="annotations: å trene på, der teksten er tatt vare på. table: å telle."),
    ],
    store: StoreOption = DEFAULT_STORE,
    out_table: OutTableOption = None,
    taxonomy: TaxonomyOption = None,
) -> None:
    """Skriv det som er avgjort, som annotasjoner (JSON Lines) eller som en tabell for patterns."""
    from pobo_nlp.store.export import export_annotations, export_table
    from pobo_nlp.tables import Place

    opened = _opened(store, taxonomy)
    if to == "annotations":
        _tell(export_annotations(opened, Path(out)), out)
    else:
        _tell(export_table(opened, Place(out, table=out_table)), out)


@app.command("purge")
def purge(
    older_than: Annotated[
        str,
        typer.Option("--older-than", metavar="ALDER", help="90d, 24m, 2y, eller en dato: 2024-01-31."),
    ],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Slett henvendelser som sist ble avgjort før dette, og ta dem bort fra filen."""
    from pobo_nlp.store.database import StoreDatabase
    from pobo_nlp.store.retention import before
    from pobo_nlp.store.retention import purge as purge_store
    from pobo_nlp.store.store import now_in_utc

    moment = before(older_than, now=now_in_utc())
    done = purge_store(StoreDatabase(store, must_exist=True), decided_before=moment)
    inquiries = _counted(done.inquiries, "henvendelse", "henvendelser")
    echo(
        f"Slettet det som er eldre enn {moment:%Y-%m-%d}: {inquiries} med "
        f"{_counted(done.versions, 'versjon', 'versjoner')} og {_counted(done.texts, 'tekst', 'tekster')}, og "
        f"{done.queued} i kø. Sikkerhetskopier må slettes for seg."
    )
    if not done.is_compact:
        echo(
            "Filen er ikke pakket, for et annet program bruker den: rester kan ligge i den. Kjør samme kommando igjen.",
            err=True,
        )
        raise typer.Exit(1)


@app.command("import")
def import_queue(
    source: Annotated[str, typer.Argument(metavar="INN", help="Tabell med henvendelser: fil eller databaseadresse.")],
    queue: Annotated[str, typer.Option("--queue", metavar="NAVN", help="Køen de legges i.")],
    store: StoreOption = DEFAULT_STORE,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    table: TableOption = None,
    query: QueryOption = None,
    key: KeyOption = None,
    sheet: SheetOption = None,
) -> None:
    """Legg henvendelser fra en tabell i kø. Teksten slettes når henvendelsen er avgjort."""
    from pobo_nlp.store.intake import inquiries_of
    from pobo_nlp.tables import Place, open_table

    found = open_table(Place(source, table=table, query=query, key=key, sheet=sheet))
    opened = _opened(store, must_exist=False)
    n_added = opened.queue.add(queue, inquiries_of(found, id_column=id_column, text_column=text_column))
    echo(f"{_counted(n_added, 'ny henvendelse', 'nye henvendelser')} er lagt i køen {queue}.")


@app.command("new-key")
def new_key(store: StoreOption = DEFAULT_STORE) -> None:
    """Lag en ny nøkkel der den gamle er tapt. Like tekster fra før kjennes da ikke igjen."""
    from pobo_nlp.store.database import renew_key

    renew_key(store)
    echo("Lageret har en ny nøkkel. Ta en sikkerhetskopi av den, et annet sted enn lageret.")


def _opened(store: str, taxonomy: Path | None = None, *, must_exist: bool = True) -> "Store":
    from pobo_nlp.store.store import Store
    from pobo_nlp.taxonomy import Taxonomy

    scheme = Taxonomy.load(taxonomy) if taxonomy is not None else Taxonomy.default()
    return Store(store, scheme, must_exist=must_exist)


def _tell(written: "Written", out: str) -> None:
    from pobo_nlp.tables import is_database

    place = "databasen" if is_database(out) else out
    echo(f"{_counted(written.rows, 'henvendelse', 'henvendelser')} er skrevet til {place}.")
    for reason, count in written.left_out.items():
        echo(f"Utelatt, {reason}: {count}")


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _facts(found: "Info") -> dict[str, object]:
    return {
        "lager": found.place,
        "form": found.form,
        "henvendelser": found.inquiries,
        "versjoner": found.versions,
        "første": found.first.date() if found.first else "",
        "siste": found.last.date() if found.last else "",
        **{STATUSES[name]: count for name, count in found.statuses.items()},
        **{f"etiketter {STATUSES[name]}": count for name, count in found.outcomes.items()},
        **{f"modell {name}": count for name, count in found.models.items()},
        "tekster som er tatt vare på": found.kept_texts,
        **{f"kø {one.queue}": f"{one.closed} av {one.total}, {one.claimed} i arbeid" for one in found.queues},
    }
