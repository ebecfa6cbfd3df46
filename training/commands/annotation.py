"""Commands of the loop: what to annotate next, and what comes back."""

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


@app.command("queue-gain")
def queue_gain_command(
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
    out: Annotated[Path, typer.Option("--out", help="Mappen tall og figur skrives til.")] = ROOT / "docs",
    kept: Annotated[Path, typer.Option(help="Mappen der ferdige deler tas vare på.")] = ROOT / "build/queue-gain",
    workers: WorkersOption = None,
) -> None:
    """Mål hva køen gir mot tilfeldig rekkefølge, med en tenkt rådgiver; fortsetter der den ble stoppet."""
    from training.annotation.gain import ORDERS, Plan, cells, material
    from training.annotation.gain_figures import figures, write
    from training.run import default_workers

    settings, plan = load_config(config), Plan()
    with Progress().step("Leser tekstene"):
        of, digest = material(sources_of(settings, taxonomy, annotations, lexicon), settings)
    with Progress().bar("Spør den tenkte rådgiveren", len(plan.seeds) * len(ORDERS)) as on_done:
        found = cells(of, plan, kept, digest, workers=workers or default_workers(), on_done=on_done)
    samples = settings.evaluation.bootstrap
    for path in write(figures(found, plan, n_labels=len(of.dimension.labels), samples=samples), out):
        echo(f"{path}")


@app.command("queue")
def queue_command(
    table: Annotated[str, typer.Argument(help="Tabellen med henvendelser uten merkelapper.")],
    out: Annotated[Path, typer.Option("--out", help="Fila som skrives (JSON Lines, med tekstene).")],
    n: Annotated[int, typer.Option("--n", min=1, help="Hvor mange som skal annoteres.")] = 100,
    random_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Andel som trekkes tilfeldig, for ærlige tall.")
    ] = 0.1,
    model: Annotated[Path | None, typer.Option(help="Modellens mappe; ellers den i innstillingene.")] = None,
    id_column: Annotated[str | None, typer.Option(help="Kolonnen med id.")] = None,
    text_column: Annotated[str | None, typer.Option(help="Kolonnen med tekst.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
) -> None:
    """Velg hva som bør annoteres nå: usikre, omstridte og sjeldne, ingen to ganger, og noen tilfeldige."""
    from pobo_nlp.model.scorer import Scorer
    from pobo_nlp.tables import Place, is_database
    from training.annotation.queue import queue, read_unlabelled, write_queue
    from training.annotations import annotation_files, read_annotations
    from training.lexicon import prior_knowledge

    settings = load_config(config)
    sources = sources_of(settings, taxonomy, annotations, lexicon)
    scorer = Scorer.load(model or ROOT / settings.data.out)
    files = annotation_files(sources.annotations)
    with Progress().step("Leser tekstene"):
        inquiries = read_unlabelled(Place(table), id_column=id_column, text_column=text_column)
        rows, faults = read_annotations([*files.train, *files.dev, *files.test], scorer.taxonomy)
        prior, of_prior = prior_knowledge(sources.lexicon, scorer.taxonomy, settings.weights)
    _refuse(str(sources.annotations), [*faults, *of_prior])
    with Progress().step("Velger"):
        asked = queue(inquiries, rows, prior, scorer, settings, n=n, random_share=random_share)
    write_queue(asked, out, readable_as=None if is_database(table) else Path(table))
    n_random = sum(one.drawn == "random" for one in asked)
    echo(f"{len(asked)} av {len(inquiries)} henvendelser ligger i {out}; {n_random} av dem er trukket tilfeldig.")


@app.command("label-errors")
def label_errors_command(
    model: Annotated[Path | None, typer.Option(help="Modellens mappe; ellers den i innstillingene.")] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Så mange for hver dimensjon, på det meste.")] = 20,
    show_text: Annotated[bool, typer.Option("--show-text", help="Vis også tekstene.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    annotations: AnnotationsOption = None,
    taxonomy: TaxonomyOption = None,
) -> None:
    """List merkelapper som trolig er feil. Se på dem; fjern ingen bare fordi den står her."""
    from pobo_nlp.taxonomy import Taxonomy
    from training.annotation.label_errors import doubts
    from training.annotations import annotation_files, read_annotations
    from training.predictions import load, predictions_path

    settings = load_config(config)
    sources = sources_of(settings, taxonomy, annotations, None)
    scheme = Taxonomy.load(sources.taxonomy)
    kept = load(predictions_path(model or ROOT / settings.data.out))
    found = doubts(next(iter(kept.parts.values())), scheme, most=n)
    texts: dict[str, str] = {}
    if show_text:
        rows, faults = read_annotations(annotation_files(sources.annotations).train, scheme)
        _refuse(str(sources.annotations), faults)
        texts = {row.id: row.text for row in rows}
    for one in found:
        echo(f"{one.id}\t{one.dimension}\t{one.given} -> {one.suggested}\t{one.quality:.3f}")
        if one.id in texts:
            echo(f"  {texts[one.id]}")
    echo(f"{len(found)} merkelapper å se på.")


def _refuse(what: str, faults: list[str]) -> None:
    from pobo_nlp.errors import AnnotationError

    if faults:
        raise AnnotationError(what, faults)


label_studio = typer.Typer(help="Et prosjekt i Label Studio, ut og inn.", no_args_is_help=True)
app.add_typer(label_studio, name="label-studio")


@label_studio.command("export")
def label_studio_export_command(
    queue: Annotated[Path, typer.Argument(help="Fila som «queue» skrev.")],
    out: Annotated[Path, typer.Option("--out", help="Mappen som lages.")],
    model: Annotated[Path | None, typer.Option(help="Modellens mappe; ellers den i innstillingene.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Skriv oppsettet (config.xml) og oppgavene (tasks.json), med forslag, til Label Studio."""
    import json

    from pobo_nlp.errors import OutputExistsError
    from pobo_nlp.model.scorer import Scorer
    from training.annotation.label_studio import label_config, tasks
    from training.annotation.queue import read_queue

    asked = read_queue(queue)
    if out.exists():
        raise OutputExistsError(out, "Oppgi en annen mappe.")
    scorer = Scorer.load(model or ROOT / load_config(config).data.out)
    suggestions = scorer.suggest([one.text for one in asked])
    content = json.dumps(tasks(asked, suggestions, scorer.taxonomy), ensure_ascii=False, indent=1)
    # It holds people's texts: its owner's alone.
    out.mkdir(parents=True, mode=0o700)
    (out / "config.xml").write_text(label_config(scorer.taxonomy), "utf-8")
    (out / "tasks.json").write_text(content + "\n", "utf-8")
    echo(f"{len(asked)} oppgaver ligger i {out}.")


@label_studio.command("import")
def label_studio_import_command(
    answers: Annotated[Path, typer.Argument(help="JSON-eksporten fra Label Studio.")],
    out: Annotated[Path, typer.Option("--out", help="Fila som skrives (JSON Lines i korpusets format).")],
    source: Annotated[str, typer.Option(help="Hva som står som «source» (forklares i DATASHEET.md).")] = "label_studio",
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
) -> None:
    """Gjør svarene i Label Studio til annoteringer i korpusets format."""
    import json

    from pobo_nlp.tables.formats import whole_file
    from pobo_nlp.taxonomy import Taxonomy
    from training.annotation.label_studio_import import read_answers

    scheme = Taxonomy.load(sources_of(load_config(config), taxonomy, None, None).taxonomy)
    rows, unanswered = read_answers(answers, scheme, source=source)
    with whole_file(out, replace=False, readable_as=answers) as file:
        file.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    echo(f"{len(rows)} annoteringer ligger i {out}; {unanswered} oppgaver er ikke besvart.")


@app.command("learn-from-store")
def learn_from_store_command(
    export: Annotated[Path, typer.Argument(help="Avgjørelsene, eksportert i korpusets format (JSON Lines).")],
    weight: Annotated[
        float, typer.Option(min=0.01, max=10.0, help="Hva en avgjørelse teller mot en annotering.")
    ] = 1.0,
    out: Annotated[Path | None, typer.Option("--out", help="Mappen en ny modell skrives til.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Skriv alt som JSON.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    taxonomy: TaxonomyOption = None,
    annotations: AnnotationsOption = None,
    lexicon: LexiconOption = None,
    workers: WorkersOption = None,
) -> None:
    """Lær av rådgivernes avgjørelser, og si hvilke tall på usette tekster de endret."""
    import json

    from training.annotation.decisions import learn, n_inner, read_lesson, report, retrain
    from training.run import default_workers

    settings = load_config(config)
    with Progress().step("Leser tekstene"):
        lesson = read_lesson(export, sources_of(settings, taxonomy, annotations, lexicon), settings, weight=weight)
    with Progress().bar("Trener med og uten avgjørelser", 2 * settings.folds.outer) as on_done:
        learnt = learn(lesson, settings, workers=workers or default_workers(), on_done=on_done)
    if as_json:
        echo(json.dumps(report(lesson, learnt), ensure_ascii=False, indent=1))
    else:
        for one in learnt.differences:
            said = "bedre" if one.is_better else "dårligere" if one.is_worse else "ikke mer enn tilfeldig"
            low, high = one.difference["low"], one.difference["high"]
            echo(f"{one.dimension} {one.metric}: {one.a:.3f} -> {one.b:.3f} ({low:+.3f} til {high:+.3f}), {said}")
    if out is not None:
        with Progress().bar("Trener og måler modellen", n_inner(settings)) as on_done:
            model_id = retrain(lesson, learnt, settings, out, workers=workers or default_workers(), on_done=on_done)
        echo(f"Modellen {model_id} ligger i {out}.", err=as_json)
