"""`pobo-nlp mask`: a table without what identifies a person in its texts."""

import json
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pobo_nlp.cli.options import (
    JsonOption,
    KeyOption,
    OutSheetOption,
    OutTableOption,
    QueryOption,
    RowsAtOnceOption,
    SheetOption,
    TableOption,
)
from pobo_nlp.cli.stopping import stoppable
from pobo_nlp.cli.terminal import echo

if TYPE_CHECKING:
    from pobo_nlp.batch.masking import MaskingSummary, MaskText

HELP = """Masker det som kjenner igjen en person i tekstene i en tabell, og skriv resten av tabellen som den er.

Navn, fødselsnummer, telefon, e-post, adresse og annet byttes med [NAVN], [FNR] og så videre. INN og UT er filer (.csv,
.tsv, .xlsx, .parquet, .jsonl, gjerne med .gz eller .zst etter) eller databaseadresser som sqlite:///saker.db. Andre
kolonner enn de med tekst røres ikke.

Det er en hjelp, ingen garanti: noe blir alltid stående, og en person kan kjennes igjen på det som fortelles. Les før
teksten deles. Se docs/masking.md.

Avslutter med 0, 1 ved feil, 2 ved gal bruk, 130 etter Ctrl-C og 143 etter SIGTERM.
"""
NO_GUARANTEE = "Maskering er en hjelp, ingen garanti: les før teksten deles."
STOPPED = "Stanset. Ingenting er skrevet."
NAMES = {
    "fnr": "fødselsnummer og lignende",
    "telefon": "telefonnummer",
    "epost": "e-postadresser",
    "url": "nettadresser",
    "konto": "kontonummer",
    "adresse": "adresser",
    "fodselsdato": "fødselsdatoer",
    "skilt": "bilskilt",
    "saksnummer": "saksnummer",
    "navn": "navn",
}


def command(
    source: Annotated[str, typer.Argument(metavar="INN", help="Fil eller databaseadresse som leses.")],
    target: Annotated[str, typer.Argument(metavar="UT", help="Fil eller databaseadresse som skrives.")],
    text_columns: Annotated[
        list[str] | None,
        typer.Option(
            "--text-column",
            metavar="NAVN",
            help="Kolonne som maskeres; kan gjentas. Ellers kjennes de igjen på navnet.",
        ),
    ] = None,
    names_by: Annotated[
        str | None,
        typer.Option(
            "--names-by",
            metavar="PIPELINE",
            help="spaCy-modell, navn eller mappe, som også leter etter navn; langsomt.",
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Skriv over filen UT. En tabell i en database skrives aldri over.")
    ] = False,
    table: TableOption = None,
    query: QueryOption = None,
    key: KeyOption = None,
    sheet: SheetOption = None,
    out_table: OutTableOption = None,
    out_sheet: OutSheetOption = None,
    rows_at_once: RowsAtOnceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mask the texts of a table; what people read of it is `HELP`."""
    with stoppable(STOPPED):
        from pobo_nlp.batch.arrow import without_pandas
        from pobo_nlp.batch.masking import mask_table
        from pobo_nlp.cli.display import ProgressBar
        from pobo_nlp.tables import Place

        without_pandas()
        with ProgressBar("Maskerer") as bar:
            summary = mask_table(
                Place(source, table=table, query=query, key=key, sheet=sheet),
                Place(target, table=out_table, sheet=out_sheet),
                text_columns=tuple(text_columns or ()),
                mask_text=_masking(names_by),
                restart=restart,
                rows_at_once=rows_at_once,
                on_rows=bar.advance,
            )
    if as_json:
        echo(json.dumps(summary.to_dict(), ensure_ascii=False))
    else:
        _tell(summary)


def _masking(names_by: str | None) -> "MaskText":
    from pobo_nlp.text.masking import mask

    if names_by is None:
        return mask
    from pobo_nlp.text.spacy_names import load_person_finder

    return partial(mask, persons=load_person_finder(names_by))


def _tell(summary: "MaskingSummary") -> None:
    columns = ", ".join(f"«{column}»" for column in summary.text_columns)
    echo(
        f"{summary.rows} rader er skrevet til {summary.target} på {summary.seconds:.1f} s. Maskert er {columns}; "
        "resten av tabellen er som den var."
    )
    for kind, count in summary.kinds.items():
        echo(f"  {NAMES.get(kind, kind)}: {count}")
    echo(f"{summary.masked_texts} av {summary.texts} tekster hadde noe å maskere. {NO_GUARANTEE}")
