"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

ModelOption = Annotated[
    Path | None,
    typer.Option("--model", metavar="DIR", help="Modellmappe; ellers den som følger med."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Skriv JSON for programmer.")]
IdColumnOption = Annotated[
    str | None,
    typer.Option("--id-column", metavar="NAVN", help="Kolonnen med id; ellers kjennes den igjen."),
]
TextColumnOption = Annotated[
    str | None,
    typer.Option("--text-column", metavar="NAVN", help="Kolonnen med tekst; ellers kjennes den igjen."),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", metavar="N", min=1, help="Prosesser som leser tekster; gjerne én per kjerne.")
]
RestartOption = Annotated[
    bool, typer.Option("--restart", help="Begynn på nytt: glem en stanset kjøring, og skriv over filen UT.")
]
JournalOption = Annotated[
    Path | None,
    typer.Option("--journal", metavar="DIR", help="Mappen der det som er gjort, tas vare på; ellers ved siden av UT."),
]
TableOption = Annotated[str | None, typer.Option("--table", metavar="NAVN", help="Tabell i databasen som leses.")]
QueryOption = Annotated[
    str | None, typer.Option("--query", metavar="SQL", help="Spørring i stedet for tabell; trenger --key.")
]
KeyOption = Annotated[
    str | None, typer.Option("--key", metavar="NAVN", help="Entydig kolonne å lese i rekkefølge av; ellers nøkkelen.")
]
SheetOption = Annotated[
    str | None,
    typer.Option("--sheet", metavar="NAVN", help="Ark i Excel som leses, navn eller nummer; ellers det første."),
]
OutTableOption = Annotated[
    str | None, typer.Option("--out-table", metavar="NAVN", help="Ny tabell i databasen som skrives.")
]
OutSheetOption = Annotated[str | None, typer.Option("--out-sheet", metavar="NAVN", help="Ark i Excel som skrives.")]
# For tests, which must not need thousands of rows to have several chunks.
RowsAtOnceOption = Annotated[int | None, typer.Option("--rows-at-once", min=1, hidden=True)]
