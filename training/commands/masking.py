"""The command that judges the masking of what identifies a person."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from pobo_nlp.cli.terminal import echo
from training.commands.options import AnnotationsOption, ConfigOption, sources_of
from training.config import DEFAULT_CONFIG, ROOT, load_config
from training.progress import Progress

app = typer.Typer()


@app.command("masking-check")
def masking_check_command(
    file: Annotated[Path, typer.Option("--file", help="Merkede tekster (JSON Lines).")] = ROOT
    / "tests/data/masking.jsonl",
    names_by: Annotated[
        str | None,
        typer.Option("--names-by", metavar="PIPELINE", help="Mål også med en spaCy-modell, navn eller mappe."),
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Modellen som måles; ellers den i innstillingene.")] = None,
    annotations: AnnotationsOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    out: Annotated[Path, typer.Option("--out", help="Fila tallene skrives til.")] = ROOT / "docs/masking.json",
    guide: Annotated[
        Path | None, typer.Option(help="Veiledning som får tallene i seg; utelates den, skrives bare --out.")
    ] = None,
) -> None:
    """Mål hva maskeringen finner i merkede tekster, og om forslagene avhenger av hvem en tekst handler om."""
    from pobo_nlp.model.scorer import Scorer
    from training.judge import read_test_files
    from training.masking_report import guide_with, masking_figures
    from training.report import write_json

    settings = load_config(config)
    scorer = Scorer.load(model or ROOT / settings.data.out)
    sources = sources_of(settings, None, annotations, None)
    with Progress().step("Maskerer"):
        tests = read_test_files(sources.annotations, scorer.taxonomy)
        figures = masking_figures(
            file, scorer, tests.labelled, names_by=names_by, samples=settings.evaluation.bootstrap, seed=settings.seed
        )
    write_json(figures, out)
    if guide is not None:
        guide.write_text(guide_with(guide.read_text("utf-8"), figures, scorer.taxonomy), "utf-8")
    _tell(figures)
    echo(f"Tallene ligger i {out}.")


def _tell(figures: Mapping[str, Any]) -> None:
    for one in figures["rules"]["requirements"]:
        said = f"{one['kind']}: {one['measure']} {one['found']:.3f}, skal være minst {one['at_least']:g}"
        echo(f"{'ja ' if one['met'] else 'NEI'} {said}")
    for name, of_file in figures["invariance"]["files"].items():
        for dimension, found in of_file["dimensions"].items():
            for variant, difference in found["differences"].items():
                said = f"{name}, {dimension}, {variant}: {100 * difference['value']:+.2f} prosentpoeng"
                echo(f"{_verdict(difference['met'], is_required=difference['is_required'])} {said}")


def _verdict(is_met: bool, *, is_required: bool) -> str:
    if not is_required:
        return "–  "
    return "ja " if is_met else "NEI"
