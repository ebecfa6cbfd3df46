"""`pobo-nlp model`: what a model is, and whether it is whole."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pobo_nlp.cli.options import JsonOption
from pobo_nlp.cli.terminal import echo

app = typer.Typer(help="Se på en modell, eller kontroller den.", no_args_is_help=True, rich_markup_mode=None)

MAIN_FIGURES = ("top_1", "micro_f1")

FolderArgument = Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Modellmappe; ellers den som følger med.")]


@app.command("info")
def info(folder: FolderArgument = None, as_json: JsonOption = False) -> None:
    """Vis hva modellen er, hva den ble trent på, og hva den ble målt til."""
    from pobo_nlp.model.artefact_reader import load
    from pobo_nlp.model.location import default_model

    loaded = load(folder or default_model())
    artefact = loaded.artefact
    facts: dict[str, object] = {
        "model": loaded.id,
        "folder": str(loaded.folder),
        "taxonomy_version": artefact.taxonomy.version,
        "dimensions": {dimension.id: len(dimension.labels) for dimension in artefact.taxonomy.dimensions},
        "features": artefact.features.n_features,
        "min_words": artefact.limits.min_words,
        "max_chars": artefact.limits.max_chars,
        **artefact.provenance,
        "measured": _main_figures(loaded.folder),
    }
    if as_json:
        echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    from pobo_nlp.cli.display import print_facts

    print_facts(facts)


def _main_figures(folder: Path) -> dict[str, str]:
    """Return the first figures of each dimension with their intervals, from the metrics that were verified."""
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    return {
        f"{dimension} {name}": f"{figures[name]['value']:.3f} ({figures[name]['low']:.3f}-{figures[name]['high']:.3f})"
        for dimension, figures in metrics["dimensions"].items()
        for name in MAIN_FIGURES
        if name in figures
    }


@app.command("verify")
def verify(
    folder: FolderArgument = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FIL", help="Offentlig nøkkel (PEM) som modellen skal være signert for."),
    ] = None,
) -> None:
    """Kontroller at hver fil i modellen er den som ble laget, og med --key hvem som ga den ut.

    Er POBO_NLP_MODEL_KEY satt til en offentlig nøkkel, leser ingen kommando en modell uten signatur.
    """
    from pobo_nlp.model.artefact_reader import load
    from pobo_nlp.model.location import default_model
    from pobo_nlp.model.signature import trusted_key

    loaded = load(folder or default_model(), key=key)
    echo(f"Modellen {loaded.id} er hel: alle filer i {loaded.folder} stemmer med manifestet.")
    if asked := key or trusted_key():
        echo(f"Den er signert av den som har den private nøkkelen til {asked}.")
