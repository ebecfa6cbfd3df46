"""Commands that find out what would make a better model."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pobo_nlp.cli.terminal import echo
from training.commands.options import (
    AnnotationsOption,
    ConfigOption,
    LexiconOption,
    TaxonomyOption,
    WorkersOption,
    sources_of,
)
from training.config import DEFAULT_CONFIG, ROOT, load_config
from training.progress import Progress

app = typer.Typer()


@app.command("search")
def search_command(
    config: ConfigOption = DEFAULT_CONFIG,
    out: Annotated[Path, typer.Option("--out", help="Fila tallene skrives til.")] = ROOT / "docs/search.json",
    kept: Annotated[Path, typer.Option(help="Mappen der ferdige deler tas vare på.")] = ROOT / "build/search",
    spacy: Annotated[str, typer.Option(help="spaCy-modell som lemmaer prøves fra; utelates den, prøves ingen.")] = "",
    workers: WorkersOption = None,
) -> None:
    """Prøv alle kandidatene med nøstet kryssvalidering; fortsetter der den ble stoppet."""
    from training.candidates import candidates
    from training.report import write_json
    from training.run import default_workers
    from training.search import n_cells, search

    settings = load_config(config)
    sources = sources_of(settings, None, None, None)
    tried = candidates(spacy)
    with Progress().bar("Prøver kandidater", n_cells(settings, tried)) as on_done:
        figures = search(sources, settings, kept, tried, workers=workers or default_workers(), on_done=on_done)
    write_json(figures, out)
    echo(f"Best i kryssvalidering: {figures['chosen']}. Tallene ligger i {out}.")


@app.command("learning-curve")
def learning_curve_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
    test: Annotated[Path | None, typer.Option(help="Testfila det måles på; ellers test_balanced.jsonl.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Mappen tall og figur skrives til.")] = ROOT / "docs",
    workers: WorkersOption = None,
) -> None:
    """Mål hva flere henvendelser og flere fraser gir, og tegn det."""
    from pobo_nlp.taxonomy import Taxonomy
    from training.learning_curve import learning_curve, n_points, write
    from training.run import default_workers

    settings = load_config(config)
    sources = sources_of(settings, taxonomy, annotations, lexicon)
    test_file = test or sources.annotations / "test_balanced.jsonl"
    with Progress().bar("Trener på deler av tekster og fraser", n_points()) as on_done:
        points = learning_curve(sources, test_file, settings, workers=workers or default_workers(), on_done=on_done)
    for path in write(points, test_file, Taxonomy.load(sources.taxonomy), out):
        echo(f"{path}")


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
    corpus = read_corpus(sources_of(settings, taxonomy, annotations, None), settings)
    n_bokmal = sum(row.description.get("malform") == "nb" for row in corpus.train)
    with Progress().bar("Oversetter", n_bokmal) as on_done:
        lines = translated(corpus.train, corpus.taxonomy, on_done=on_done)
    write(lines, out)
    echo(f"{len(lines)} tekster ligger i {out}.")


@app.command("translation-gain")
def translation_gain_command(
    config: ConfigOption = DEFAULT_CONFIG,
    translations: Annotated[Path, typer.Option(help="Fila som «translate» skrev.")] = ROOT / "build/apertium.jsonl",
    out: Annotated[Path, typer.Option("--out", help="Fila tallene skrives til.")] = ROOT / "docs/machine-nynorsk.json",
    workers: WorkersOption = None,
) -> None:
    """Mål om maskinoversatt nynorsk i treningen hjelper."""
    from training.report import write_json
    from training.run import default_workers
    from training.translation_gain import translation_gain

    settings = load_config(config)
    sources = replace(sources_of(settings, None, None, None), translations=translations)
    with Progress().bar("Trener med og uten oversettelser", 2 * settings.folds.outer) as on_done:
        figures = translation_gain(sources, settings, workers=workers or default_workers(), on_done=on_done)
    write_json(figures, out)
    echo(f"{out}")
