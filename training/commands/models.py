"""Commands that make, judge and release models."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pobo_nlp.cli.display import console
from pobo_nlp.cli.terminal import echo
from pobo_nlp.errors import RunNotFoundError
from pobo_nlp.scratch import scratch_folder
from training.commands.options import (
    AnnotationsOption,
    ConfigOption,
    LexiconOption,
    TaxonomyOption,
    WorkersOption,
    sources_of,
    tracking_store,
)
from training.config import DEFAULT_CONFIG, ROOT, Config, load_config
from training.display import answers, compared, results, verdict
from training.progress import Progress

if TYPE_CHECKING:
    from training.run_record import TrackedRun
    from training.tracking import Store

app = typer.Typer()


@app.command("run")
def run_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Mappen modellen skrives til.")] = None,
    workers: WorkersOption = None,
    track: Annotated[
        bool, typer.Option(help="Hold kjøringen i MLflow (MLFLOW_TRACKING_URI, ellers mlflow.db).")
    ] = True,
) -> None:
    """Tren, kalibrer og mål en modell, og skriv den med tall og modellkort."""
    from training.run import default_workers, run

    settings = load_config(config)
    store = tracking_store() if track else None
    result = run(
        sources_of(settings, taxonomy, annotations, lexicon),
        out or ROOT / settings.data.out,
        settings,
        workers=workers or default_workers(),
        progress=Progress(),
    )
    output = console()
    output.print(results(result.metrics))
    output.print(f"Modellen {result.model_id} ligger i {result.folder}.", soft_wrap=True, markup=False)
    if store is not None:
        _track(result.folder, settings, config, store)


@app.command("track")
def track_command(
    model: Annotated[Path | None, typer.Argument(help="Modellens mappe; ellers den i innstillingene.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Legg en ferdig modell i MLflow som en kjøring, for en som ble laget uten, eller da lageret falt ut."""
    settings = load_config(config)
    _track(model or ROOT / settings.data.out, settings, config, tracking_store())


@app.command("error-rates")
def error_rates_command(
    model: Annotated[Path | None, typer.Argument(help="Modellens mappe; ellers den i innstillingene.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Skriv hvor ofte en ferdig modell tar feil av etiketter, av svarene på tekster den ikke hadde sett."""
    from training.error_rates import write_error_rates

    folder = model or ROOT / load_config(config).data.out
    model_id = write_error_rates(folder)
    echo(f"Feilratene til {model_id} ligger i {folder}.")


@app.command("drift-reference")
def drift_reference_command(
    model: Annotated[Path | None, typer.Argument(help="Modellens mappe; ellers den i innstillingene.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
) -> None:
    """Skriv hva en ferdig modell svarte på tekster den ikke hadde sett, til å måle avvik mot."""
    from training.corpus import read_corpus
    from training.drift_reference import write_drift_reference

    settings = load_config(config)
    corpus = read_corpus(sources_of(settings, taxonomy, annotations, None), settings)
    folder = model or ROOT / settings.data.out
    model_id = write_drift_reference(folder, {row.id: row.text for row in [*corpus.train, *corpus.evaluation]})
    echo(f"Det som {model_id} skal måles mot, ligger i {folder}.")


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
    workers: WorkersOption = None,
) -> None:
    """Mål en ferdig modell på testfilene, og skriv evalueringsrapporten."""
    from pobo_nlp.model.artefact_reader import load
    from training.reporting import Places, report, report_again, write_page_without_texts
    from training.run import default_workers

    settings = load_config(config)
    sources = sources_of(settings, taxonomy, annotations, lexicon)
    # The figures in docs are about the labels of the settings.
    docs = ROOT / "docs" if taxonomy is None else None
    places = Places(model or ROOT / settings.data.out, sources, docs, out)
    store = tracking_store() if track else None
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
    echo(f"Rapporten om {model_id} ligger i {out}.")
    if store is not None and tracked is not None:
        # No text of any inquiry goes into the store, not even a synthetic one.
        with scratch_folder() as temporary:
            page = temporary / out.name
            write_page_without_texts(places, settings, page)
            store.add_report(tracked, places.model, page)
        echo(f"Den ligger også ved modellens kjøring hos {store.place}.")


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
    with scratch_folder() as temporary:
        sources = [model_source(name, temporary / place) for place, name in (("a", a), ("b", b))]
        (scorer_a, kept_a), (scorer_b, kept_b) = (source.open() for source in sources)
    with Progress().step("Trekker utvalg"):
        comparison = compare(
            kept_a, kept_b, scorer_b.taxonomy, samples=settings.evaluation.bootstrap, seed=settings.seed
        )
    lines = side_by_side(read_tricky(TRICKY, Taxonomy.default()), scorer_a, scorer_b)
    if as_json:
        echo(json.dumps(to_dict(comparison, lines), ensure_ascii=False, indent=1))
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
    store = tracking_store()
    with Progress().step("Sammenligner med modellen som er i bruk"):
        samples, seed = settings.evaluation.bootstrap, settings.seed
        done = release(store, tracked_run(store, run), wanted, reason=reason, samples=samples, seed=seed)
    for objection in done.overridden:
        echo(f"Tross: {objection}", err=True)
    before = f" Før var det versjon {done.before.number}." if done.before else ""
    echo(f"Versjon {done.version.number} ({done.version.tags['model_id']}) er nå champion hos {store.place}.{before}")


@app.command("rollback")
def rollback_command() -> None:
    """Ta i bruk igjen den modellen som var i bruk før den nåværende."""
    from training.release import rollback

    store = tracking_store()
    now, before = rollback(store)
    echo(f"Versjon {now.number} er champion igjen hos {store.place}, og versjon {before.number} er det ikke lenger.")


def _track(model: Path, settings: Config, config: Path, store: "Store") -> None:
    from training.code_version import code_version
    from training.run_record import record_of

    tracked = store.log(record_of(model, settings, config, code_version=code_version(ROOT)))
    echo(f"Kjøringen {tracked.id} ligger hos {store.place}.")


def _run_of(model_id: str, store: "Store") -> "TrackedRun | None":
    try:
        return store.find_run(model_id)
    except RunNotFoundError:
        echo(f"{model_id} har ingen kjøring hos {store.place}; lag en med «python -m training track».", err=True)
        return None
