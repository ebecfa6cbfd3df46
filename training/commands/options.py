"""Options that several commands have, and what follows from them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from training.config import ROOT, Config
from training.progress import Progress

if TYPE_CHECKING:
    from training.corpus import Sources
    from training.tracking import Store

ConfigOption = Annotated[Path, typer.Option("--config", help="Innstillinger i TOML.", show_default=False)]
TaxonomyOption = Annotated[Path | None, typer.Option("--taxonomy", help="Etikettskjema; ellers det i innstillingene.")]
AnnotationsOption = Annotated[
    Path | None,
    typer.Option("--annotations", help="Fil eller mappe med annoterte tekster (JSON Lines)."),
]
LexiconOption = Annotated[
    Path | None,
    typer.Option(
        "--lexicon",
        help="Fil eller mappe med fraser; utelates den for et annet etikettskjema, brukes ingen.",
    ),
]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="Prosesser samtidig; ellers én for hver kjerne.")]


def sources_of(settings: Config, taxonomy: Path | None, annotations: Path | None, lexicon: Path | None) -> "Sources":
    """Return where the data are: those that were named, else those of the settings."""
    from training.corpus import Sources

    own_taxonomy = ROOT / settings.data.taxonomy
    taxonomy = taxonomy or own_taxonomy
    # The phrases of the settings are about the labels of the settings.
    is_own = taxonomy.resolve() == own_taxonomy.resolve()
    return Sources(
        taxonomy=taxonomy,
        annotations=annotations or ROOT / settings.data.annotations,
        lexicon=lexicon or (ROOT / settings.data.lexicon if is_own else None),
        translations=ROOT / settings.data.translations if is_own and settings.data.translations else None,
    )


def tracking_store() -> "Store":
    """Return the store of runs, after asking whether it answers."""
    from training.tracking import connect

    with Progress().step("Spør lageret for kjøringer"):
        return connect()
