"""The model keeper's commands: `python -m training ...`."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pobo_nlp.cli.display import console
from pobo_nlp.errors import AnnotationError, PoboError, RunNotFoundError
from training.config import DEFAULT_CONFIG, ROOT, Config, load_config
from training.display import agreed, answers, compared, results, rich_table, verdict
from training.progress import Progress

if TYPE_CHECKING:
    from training.corpus import Sources
    from training.run_record import TrackedRun
    from training.tracking import Store

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
    track: Annotated[
        bool, typer.Option(help="Hold kjøringen i MLflow (MLFLOW_TRACKING_URI, ellers mlflow.db).")
    ] = True,
) -> None:
    """Tren, kalibrer og mål en modell, og skriv den med tall og modellkort."""
    from training.run import default_workers, run

    settings = load_config(config)
    store = _tracking_store() if track else None
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
    if store is not None:
        _track(result.folder, settings, config, store)


@app.command("track")
def track_command(
    model: Annotated[Path | None, typer.Argument(help="Modellens mappe; ellers den i innstillingene.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Legg en ferdig modell i MLflow som en kjøring, for en som ble laget uten, eller da lageret falt ut."""
    settings = load_config(config)
    _track(model or ROOT / settings.data.out, settings, config, _tracking_store())


@app.command("report")
def report_command(
    model: Annotated[Path | None, typer.Option(help="Modellen som måles; ellers den i innstillingene.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Siden som skrives (HTML).")] = ROOT / "docs/report.html",
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
    from_metrics: Annotated[
        bool, typer.Option("--from-metrics", help="Skriv siden på nytt fra metrics.json, uten å måle noe.")
    ] = False,
    baselines: Annotated[bool, typer.Option(help="Lær opp enklere metoder og mål dem på de samme tekstene.")] = True,
    track: Annotated[bool, typer.Option(help="Legg rapporten ved modellens kjøring i MLflow.")] = True,
    workers: Annotated[int | None, typer.Option(min=1, help="Prosesser samtidig; ellers én for hver kjerne.")] = None,
) -> None:
    """Mål en ferdig modell på testfilene, og skriv evalueringsrapporten."""
    from pobo_nlp.model.artefact import load
    from training.reporting import Places, report, report_again, write_page_without_texts
    from training.run import default_workers

    settings = load_config(config)
    sources = _sources(settings, taxonomy, annotations, lexicon)
    # The figures in docs are about the labels of the settings.
    docs = ROOT / "docs" if taxonomy is None else None
    places = Places(model or ROOT / settings.data.out, sources, docs, out)
    store = _tracking_store() if track else None
    tracked = _run_of(load(places.model).id, store) if store is not None else None
    if from_metrics:
        model_id = report_again(places, settings)
    else:
        model_id = report(
            places,
            settings,
            with_baselines=baselines,
            workers=workers or default_workers(),
            progress=Progress(),
        )
    typer.echo(f"Rapporten om {model_id} ligger i {out}.")
    if store is not None and tracked is not None:
        # No text of any inquiry goes into the store, not even a synthetic one.
        with TemporaryDirectory() as temporary:
            page = Path(temporary) / out.name
            write_page_without_texts(places, settings, page)
            store.add_report(tracked, places.model, page)
        typer.echo(f"Den ligger også ved modellens kjøring hos {store.place}.")


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


@app.command("compare")
def compare_command(
    a: Annotated[str, typer.Argument(help="Modellen det sammenlignes med: mappe, kjøring, modell-id eller champion.")],
    b: Annotated[str, typer.Argument(help="Modellen som sammenlignes: mappe, kjøring, modell-id eller champion.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: Annotated[bool, typer.Option("--json", help="Skriv alt som JSON.")] = False,
) -> None:
    """Sammenlign to modeller: hvor enige de er, hva som har flyttet seg, og hvilke tall som skiller dem."""
    from pobo_nlp.taxonomy import Taxonomy
    from training.compare import compare, to_dict
    from training.model_source import model_source
    from training.tricky import TRICKY, counted, read_tricky, side_by_side

    settings = load_config(config)
    with TemporaryDirectory() as temporary:
        sources = [model_source(name, Path(temporary) / place) for place, name in (("a", a), ("b", b))]
        (scorer_a, kept_a), (scorer_b, kept_b) = (source.open() for source in sources)
    with Progress().step("Trekker utvalg"):
        comparison = compare(
            kept_a, kept_b, scorer_b.taxonomy, samples=settings.evaluation.bootstrap, seed=settings.seed
        )
    lines = side_by_side(read_tricky(TRICKY, Taxonomy.default()), scorer_a, scorer_b)
    if as_json:
        typer.echo(json.dumps(to_dict(comparison, lines), ensure_ascii=False, indent=1))
        return
    output = console()
    for shown in compared(comparison, scorer_b.taxonomy):
        output.print(shown)
    if lines:
        output.print(answers(lines, counted(lines), scorer_b.taxonomy))
    else:
        output.print("De vriene tekstene gjelder et annet etikettskjema og er ikke spurt om.")
    for shown in verdict(comparison, scorer_b.taxonomy):
        output.print(shown)


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


@app.command("search")
def search_command(
    config: ConfigOption = DEFAULT_CONFIG,
    out: Annotated[Path, typer.Option("--out", help="Fila tallene skrives til.")] = ROOT / "docs/search.json",
    kept: Annotated[Path, typer.Option(help="Mappen der ferdige deler tas vare på.")] = ROOT / "build/search",
    spacy: Annotated[str, typer.Option(help="spaCy-modell som lemmaer prøves fra; utelates den, prøves ingen.")] = "",
    workers: Annotated[int | None, typer.Option(min=1, help="Prosesser samtidig; ellers én for hver kjerne.")] = None,
) -> None:
    """Prøv alle kandidatene med nøstet kryssvalidering; fortsetter der den ble stoppet."""
    from training.candidates import candidates
    from training.report import write_json
    from training.run import default_workers
    from training.search import n_cells, search

    settings = load_config(config)
    sources = _sources(settings, None, None, None)
    tried = candidates(spacy)
    with Progress().bar("Prøver kandidater", n_cells(settings, tried)) as on_done:
        figures = search(sources, settings, kept, tried, workers=workers or default_workers(), on_done=on_done)
    write_json(figures, out)
    typer.echo(f"Best i kryssvalidering: {figures['chosen']}. Tallene ligger i {out}.")


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


@app.command("release")
def release_command(
    run: Annotated[str, typer.Argument(help="Kjøringen: id-en dens, modellens id (navn@hash) eller modellens mappe.")],
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    reason: Annotated[str, typer.Option(help="Hvorfor modellen tas i bruk selv om noe taler mot den.")] = "",
) -> None:
    """Registrer modellen til en kjøring og ta den i bruk, hvis den er hel og ikke dårligere enn den som er i bruk."""
    from pobo_nlp.taxonomy import Taxonomy
    from training.release import release, tracked_run

    settings = load_config(config)
    wanted = Taxonomy.load(taxonomy or ROOT / settings.data.taxonomy)
    store = _tracking_store()
    with Progress().step("Sammenligner med modellen som er i bruk"):
        samples, seed = settings.evaluation.bootstrap, settings.seed
        done = release(store, tracked_run(store, run), wanted, reason=reason, samples=samples, seed=seed)
    for objection in done.overridden:
        typer.echo(f"Tross: {objection}", err=True)
    before = f" Før var det versjon {done.before.number}." if done.before else ""
    typer.echo(
        f"Versjon {done.version.number} ({done.version.tags['model_id']}) er nå champion hos {store.place}.{before}"
    )


@app.command("rollback")
def rollback_command() -> None:
    """Ta i bruk igjen den modellen som var i bruk før den nåværende."""
    from training.release import rollback

    store = _tracking_store()
    now, before = rollback(store)
    typer.echo(
        f"Versjon {now.number} er champion igjen hos {store.place}, og versjon {before.number} er det ikke lenger."
    )


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


def _track(model: Path, settings: Config, config: Path, store: "Store") -> None:
    from training.code_version import code_version
    from training.run_record import record_of

    tracked = store.log(record_of(model, settings, config, code_version=code_version(ROOT)))
    typer.echo(f"Kjøringen {tracked.id} ligger hos {store.place}.")


def _run_of(model_id: str, store: "Store") -> "TrackedRun | None":
    try:
        return store.find_run(model_id)
    except RunNotFoundError:
        typer.echo(f"{model_id} har ingen kjøring hos {store.place}; lag en med «python -m training track».", err=True)
        return None


def _tracking_store() -> "Store":
    from training.tracking import connect

    with Progress().step("Spør lageret for kjøringer"):
        return connect()


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
