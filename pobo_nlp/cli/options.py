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
