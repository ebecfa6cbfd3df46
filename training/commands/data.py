"""Commands that check and describe the data."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pobo_nlp.cli.display import console
from pobo_nlp.cli.terminal import echo
from pobo_nlp.errors import AnnotationError
from training.commands.options import (
    AnnotationsOption,
    ConfigOption,
    LexiconOption,
    TaxonomyOption,
    sources_of,
)
from training.config import DEFAULT_CONFIG, ROOT, load_config
from training.display import agreed, rich_table
from training.progress import Progress

app = typer.Typer()


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
        sources_of(settings, taxonomy, annotations, lexicon),
        near_duplicate=settings.data.near_duplicate,
    )
    output = console()
    for table in tables(data):
        output.print(rich_table(table))
    echo(f"Ingen feil: {len(data.inquiries)} henvendelser og {len(data.phrases)} fraser.")


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
    scheme, pairs = read_pairs(sources_of(settings, taxonomy, annotations, None))
    with Progress().step("Trekker utvalg"):
        figures = agreement(scheme, pairs, samples=settings.evaluation.bootstrap, seed=settings.seed)
    write_json(figures, out)
    output = console()
    output.print(agreed(figures))
    for difference in disagreements(scheme, pairs) if show else ():
        first, second = ("|".join(labels) or "-" for labels in (difference.first, difference.second))
        output.print(f"{difference.id}  {difference.dimension}: {first} / {second}", soft_wrap=True, markup=False)
    output.print(f"Tallene ligger i {out}.", soft_wrap=True, markup=False)


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

    sources = sources_of(load_config(config), taxonomy, annotations, lexicon)
    scheme = Taxonomy.load(sources.taxonomy)
    rows, faults = read_annotations(annotation_files(sources.annotations).train, scheme)
    phrases, faults_of_phrases = read_phrases(lexicon_files(sources.lexicon) if sources.lexicon else [], scheme)
    if faults or faults_of_phrases:
        raise AnnotationError(str(sources.annotations), [*faults, *faults_of_phrases])
    found = contradictions(phrases, rows)
    output = console()
    for one in found:
        phrase = one.phrase
        seen = f"styrke {phrase.strength}, men {one.with_label} av {one.seen} tekster"
        most_seen = f"; oftest {one.most_seen}" if one.most_seen else ""
        output.print(
            f"{phrase.place}: «{phrase.text}» ({phrase.label}): {seen}{most_seen}", soft_wrap=True, markup=False
        )
    output.print(
        f"{len(found)} av {len(phrases)} fraser sier noe annet enn treningstekstene.", soft_wrap=True, markup=False
    )


@app.command("seal")
def seal_command(
    folders: Annotated[list[Path] | None, typer.Argument(help="Mapper; ellers de i innstillingene.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Skriv SHA256SUMS for datamapper etter en villet endring."""
    from training.checksums import write_checksums

    settings = load_config(config)
    for folder in folders or [ROOT / settings.data.annotations, ROOT / settings.data.lexicon]:
        echo(f"{write_checksums(folder)}")


@app.command("datasheet")
def datasheet_command(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Skriv tellingene og enigheten i DATASHEET.md på nytt."""
    from training.report import agreement_rounds, datasheet_of
    from training.validate import validate

    settings = load_config(config)
    sources = sources_of(settings, None, None, None)
    path = sources.annotations / "DATASHEET.md"
    data = validate(sources, near_duplicate=settings.data.near_duplicate)
    path.write_text(datasheet_of(path.read_text("utf-8"), data, agreement_rounds(ROOT / "docs")), "utf-8")
    echo(f"{path}")


@app.command("readme")
def readme_command(
    model: Annotated[Path | None, typer.Option(help="Modellen som tallene hentes fra.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Skriv eksempelet og tallene i README på nytt fra modellen og fra «make bench»."""
    from training.report import readme_of

    readme = ROOT / "README.md"
    folder = model or ROOT / load_config(config).data.out
    benchmark = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))
    readme.write_text(readme_of(readme.read_text("utf-8"), folder, benchmark), "utf-8")
