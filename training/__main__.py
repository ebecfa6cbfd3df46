"""The model keeper's commands: `python -m training ...`."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pobo_nlp.errors import AnnotationError, PoboError
from training.config import DEFAULT_CONFIG, ROOT, Config, load_config
from training.display import agreed, results, rich_table
from training.progress import Progress

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
    console.print(results(result.metrics))
    console.print(f"Modellen {result.model_id} ligger i {result.folder}.", soft_wrap=True)


@app.command("validate")
def validate_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
) -> None:
    """Si fra om alle feil i etikettskjema, annoteringer, fraser og sjekksummer på én gang, og tell det som finnes."""
    from training.counts import tables
    from training.validate import validate

    settings = load_config(config)
    data = validate(
        _sources(settings, taxonomy, annotations, lexicon),
        near_duplicate=settings.data.near_duplicate,
    )
    console = Console()
    for table in tables(data):
        console.print(rich_table(table))
    typer.echo(f"Ingen feil: {len(data.inquiries)} henvendelser og {len(data.phrases)} fraser.")


@app.command("agreement")
def agreement_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    out: Annotated[Path, typer.Option("--out", help="Fila tallene skrives til (JSON).")] = ROOT / "docs/agreement.json",
    show: Annotated[bool, typer.Option("--list", help="Vis også id-en til hver tekst de er uenige om.")] = False,
) -> None:
    """Mål hvor enige to annotatorer er, der begge har satt merkelapper."""
    from training.agreement import agreement, disagreements, read_pairs
    from training.report import write_json

    settings = load_config(config)
    scheme, pairs = read_pairs(_sources(settings, taxonomy, annotations, None))
    with Progress().step("Trekker utvalg"):
        figures = agreement(scheme, pairs, samples=settings.evaluation.bootstrap, seed=settings.seed)
    write_json(figures, out)
    console = Console()
    console.print(agreed(figures))
    for difference in disagreements(scheme, pairs) if show else ():
        first, second = ("|".join(labels) or "-" for labels in (difference.first, difference.second))
        console.print(f"{difference.id}  {difference.dimension}: {first} / {second}", soft_wrap=True)
    console.print(f"Tallene ligger i {out}.", soft_wrap=True)


@app.command("phrases")
def phrases_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
) -> None:
    """List frasene som treningstekstene sier noe annet om enn styrken gjør."""
    from pobo_nlp.taxonomy import Taxonomy
    from training.annotations import annotation_files, read_annotations
    from training.lexicon import lexicon_files, read_phrases
    from training.phrase_check import contradictions

    sources = _sources(load_config(config), taxonomy, annotations, lexicon)
    scheme = Taxonomy.load(sources.taxonomy)
    rows, faults = read_annotations(annotation_files(sources.annotations).train, scheme)
    phrases, faults_of_phrases = read_phrases(lexicon_files(sources.lexicon) if sources.lexicon else [], scheme)
    if faults or faults_of_phrases:
        raise AnnotationError(str(sources.annotations), [*faults, *faults_of_phrases])
    found = contradictions(phrases, rows)
    console = Console()
    for one in found:
        phrase = one.phrase
        seen = f"styrke {phrase.strength}, men {one.with_label} av {one.seen} tekster"
        most_seen = f"; oftest {one.most_seen}" if one.most_seen else ""
        console.print(f"{phrase.place}: «{phrase.text}» ({phrase.label}): {seen}{most_seen}", soft_wrap=True)
    console.print(f"{len(found)} av {len(phrases)} fraser sier noe annet enn treningstekstene.", soft_wrap=True)


@app.command("learning-curve")
def learning_curve_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
    test: Annotated[Path | None, typer.Option(help="Testfila det måles på; ellers test_balanced.jsonl.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Mappen tall og figur skrives til.")] = ROOT / "docs",
    workers: Annotated[int | None, typer.Option(min=1, help="Prosesser samtidig; ellers én for hver kjerne.")] = None,
) -> None:
    """Mål hva flere henvendelser og flere fraser gir, og tegn det."""
    from pobo_nlp.taxonomy import Taxonomy
    from training.learning_curve import learning_curve, n_points, write
    from training.run import default_workers

    settings = load_config(config)
    sources = _sources(settings, taxonomy, annotations, lexicon)
    test_file = test or sources.annotations / "test_balanced.jsonl"
    with Progress().bar("Trener på deler av tekster og fraser", n_points()) as on_done:
        points = learning_curve(sources, test_file, settings, workers=workers or default_workers(), on_done=on_done)
    for path in write(points, test_file, Taxonomy.load(sources.taxonomy), out):
        typer.echo(f"{path}")


@app.command("translate")
def translate_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    out: Annotated[Path, typer.Option("--out", help="Fila som skrives.")] = ROOT / "build/apertium.jsonl",
) -> None:
    """Oversett treningsdelens bokmål til nynorsk med apertium."""
    from training.corpus import read_corpus
    from training.translate import translated, write

    settings = load_config(config)
    corpus = read_corpus(_sources(settings, taxonomy, annotations, None), settings)
    n_bokmal = sum(row.description.get("malform") == "nb" for row in corpus.train)
    with Progress().bar("Oversetter", n_bokmal) as on_done:
        lines = translated(corpus.train, corpus.taxonomy, on_done=on_done)
    write(lines, out)
    typer.echo(f"{len(lines)} tekster ligger i {out}.")


@app.command("translation-gain")
def translation_gain_command(
    config: ConfigOption = DEFAULT_CONFIG,
    translations: Annotated[Path, typer.Option(help="Fila som «translate» skrev.")] = ROOT / "build/apertium.jsonl",
    out: Annotated[Path, typer.Option("--out", help="Fila tallene skrives til.")] = ROOT / "docs/machine-nynorsk.json",
    workers: Annotated[int | None, typer.Option(min=1, help="Prosesser samtidig; ellers én for hver kjerne.")] = None,
) -> None:
    """Mål om maskinoversatt nynorsk i treningen hjelper."""
    from training.report import write_json
    from training.run import default_workers
    from training.translation_gain import translation_gain

    settings = load_config(config)
    sources = replace(_sources(settings, None, None, None), translations=translations)
    with Progress().bar("Trener med og uten oversettelser", 2 * settings.folds.outer) as on_done:
        figures = translation_gain(sources, settings, workers=workers or default_workers(), on_done=on_done)
    write_json(figures, out)
    typer.echo(f"{out}")


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


@app.command("datasheet")
def datasheet_command(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Skriv tellingene og enigheten i DATASHEET.md på nytt."""
    from training.report import agreement_rounds, datasheet_of
    from training.validate import validate

    settings = load_config(config)
    sources = _sources(settings, None, None, None)
    path = sources.annotations / "DATASHEET.md"
    data = validate(sources, near_duplicate=settings.data.near_duplicate)
    path.write_text(datasheet_of(path.read_text("utf-8"), data, agreement_rounds(ROOT / "docs")), "utf-8")
    typer.echo(f"{path}")


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
        translations=ROOT / settings.data.translations if is_own and settings.data.translations else None,
    )


def main() -> None:
    """Run a command; an error that we know is one message and exit code 1."""
    try:
        app()
    except PoboError as error:
        typer.echo(f"Feil: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
