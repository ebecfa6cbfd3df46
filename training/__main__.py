"""The model keeper's commands: `python -m training ...`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pobo_nlp.errors import PoboError
from training.config import DEFAULT_CONFIG, ROOT, Config, load_config

if TYPE_CHECKING:
    from training.corpus import Sources

app = typer.Typer(
    help="Lager og bedømmer modeller for pobo-nlp.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

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


@app.command("run")
def run_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Mappen modellen skrives til.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Prosesser samtidig; ellers én for hver kjerne.")] = None,
) -> None:
    """Tren, kalibrer og mål en modell, og skriv den med tall og modellkort."""
    from training.progress import Progress
    from training.run import default_workers, run

    settings = load_config(config)
    result = run(
        _sources(settings, taxonomy, annotations, lexicon),
        out or ROOT / settings.data.out,
        settings,
        workers=workers or default_workers(),
        progress=Progress(),
    )
    console = Console()
    console.print(_results(result.metrics))
    console.print(f"Modellen {result.model_id} ligger i {result.folder}.", soft_wrap=True)


@app.command("validate")
def validate_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
) -> None:
    """Si fra om alle feil i etikettskjema, annoteringer, fraser og sjekksummer på én gang."""
    from training.validate import validate

    settings = load_config(config)
    counts = validate(
        _sources(settings, taxonomy, annotations, lexicon),
        near_duplicate=settings.data.near_duplicate,
    )
    typer.echo(f"Ingen feil: {counts.inquiries} henvendelser og {counts.phrases} fraser.")


@app.command("seal")
def seal_command(
    folders: Annotated[list[Path] | None, typer.Argument(help="Mapper; ellers de i innstillingene.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Skriv SHA256SUMS for datamapper etter en villet endring."""
    from training.checksums import write_checksums

    settings = load_config(config)
    for folder in folders or [ROOT / settings.data.annotations, ROOT / settings.data.lexicon]:
        typer.echo(f"{write_checksums(folder)}")


@app.command("readme")
def readme_command(
    model: Annotated[Path | None, typer.Option(help="Modellen som tallene hentes fra.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Skriv eksempelet og tallene i README på nytt fra modellen."""
    from training.report import readme_of

    readme = ROOT / "README.md"
    folder = model or ROOT / load_config(config).data.out
    readme.write_text(readme_of(readme.read_text("utf-8"), folder), "utf-8")


def _sources(settings: Config, taxonomy: Path | None, annotations: Path | None, lexicon: Path | None) -> "Sources":
    from training.corpus import Sources

    own_taxonomy = ROOT / settings.data.taxonomy
    taxonomy = taxonomy or own_taxonomy
    # The phrases of the settings are about the labels of the settings.
    is_own = taxonomy.resolve() == own_taxonomy.resolve()
    return Sources(
        taxonomy=taxonomy,
        annotations=annotations or ROOT / settings.data.annotations,
        lexicon=lexicon or (ROOT / settings.data.lexicon if is_own else None),
    )


def _results(metrics: Mapping[str, Any]) -> Table:
    table = Table(
        title=f"Målt på {metrics['texts']} tekster ({metrics['evaluated_on']})",
        title_justify="left",
    )
    for heading in ("dimensjon", "mål", "verdi", "95 %-intervall"):
        table.add_column(heading)
    for dimension, figures in metrics["dimensions"].items():
        for name, value in figures.items():
            if isinstance(value, dict) and name != "labels":
                interval = f"{value['low']:.3f}-{value['high']:.3f}"
                table.add_row(dimension, name, f"{value['value']:.3f}", interval)
    return table


def main() -> None:
    """Run a command; an error that we know is one message and exit code 1."""
    try:
        app()
    except PoboError as error:
        typer.echo(f"Feil: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
