"""One report: a saved model answers the test files, and its figures, its card and the page are written."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pobo_nlp.errors import ReportError, UnreadableFileError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.artefact_writer import write_reports
from pobo_nlp.model.manifest import NEEDED_FILES
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.strict_json import as_json
from pobo_nlp.scratch import scratch_folder
from pobo_nlp.taxonomy import Taxonomy
from training.baselines import BASELINES, baseline_block, cross_validated
from training.config import Config
from training.corpus import Sources, prepared, read_corpus, targets_of, task_of
from training.fit import Inquiries, PriorExamples
from training.folds import splits
from training.judge import Judgement, TestFile, TestFiles, judge, read_test_files
from training.kept import CROSS_VALIDATION, Part
from training.page.html import html_report
from training.page.material import Figures, Material, read_docs, synthetic_texts
from training.predictions import add, predictions_path, refuse_other_model
from training.predictions import load as load_predictions
from training.progress import Progress
from training.report import model_card


@dataclass(frozen=True, slots=True)
class Places:
    """Where a report reads and writes.

    Attributes
    ----------
    model : folder of a saved model, whose figures and card are replaced.
    sources : of the corpus: its test files are read, and what the model was trained on for the baselines.
    docs : folder of figures that do not belong to one model; None for none.
    out : the page.
    """

    model: Path
    sources: Sources
    docs: Path | None
    out: Path


@dataclass(frozen=True, slots=True)
class Training:
    """What the baselines may learn from: all that the model has learnt from."""

    inquiries: Inquiries
    prior: PriorExamples


def report(places: Places, config: Config, *, with_baselines: bool, workers: int, progress: Progress) -> str:
    """Judge a saved model on the test files, and write what was found.

    Returns
    -------
    The model's id, `name@hash8`.

    Raises
    ------
    ModelError : where the folder holds no sound model.
    AnnotationError : with every fault of every file.
    ReportError : where the baselines would learn from other data than the model did.
    """
    scorer = Scorer.load(places.model)
    tests = read_test_files(places.sources.annotations, scorer.taxonomy)
    training = None
    if with_baselines and tests.labelled:
        with progress.step("Leser treningstekstene"):
            training = _training(places.sources, scorer, config)
    with progress.step("Svarer på testfilene"):
        found = judge(scorer, tests, samples=config.evaluation.bootstrap, seed=config.seed)
    metrics = {**_without_costs(_metrics(places.model)), **found.figures}
    if training:
        with progress.step("Lærer opp enklere metoder"):
            block = _baselines(found, tests, training, scorer, config)
        metrics = _with_baselines(metrics, block, cost=_cost(scorer, tests, places.model))
        kept = _cross_validated_part(places.model, scorer)
        if kept is not None:
            n_fits = len(BASELINES) * config.folds.outer
            with progress.bar("Lærer opp enklere metoder på de samme delene som modellen", n_fits) as on_done:
                of_folds = _baselines_of_folds(kept, training, scorer.taxonomy, config, workers, on_done)
            metrics["baselines"] = of_folds
    # Predictions of another model stop the report here, before anything is written.
    path = predictions_path(places.model)
    add(path, found.parts, scorer.taxonomy, model_id=scorer.model_id, digests=found.digests)
    card = model_card(scorer.artefact, metrics, config)
    write_reports(places.model, {"metrics.json": as_json(metrics, indent=1), "MODEL_CARD.md": card.encode()})
    with progress.step("Skriver siden"):
        write_page(material_of(places, tests, config), places.out)
    return scorer.model_id


def report_again(places: Places, config: Config) -> str:
    """Write the page and the card anew from the figures of a model, without asking it anything.

    Returns
    -------
    The model's id.
    """
    loaded = load(places.model)
    tests = read_test_files(places.sources.annotations, loaded.artefact.taxonomy)
    card = model_card(loaded.artefact, _metrics(places.model), config)
    write_reports(places.model, {"MODEL_CARD.md": card.encode()})
    write_page(material_of(places, tests, config), places.out)
    return loaded.id


def material_of(places: Places, tests: TestFiles, config: Config) -> Material:
    """Return what the page of a saved model is made from."""
    loaded = load(places.model)
    return Material(
        model_id=loaded.id,
        taxonomy=loaded.artefact.taxonomy,
        metrics=_metrics(places.model),
        docs=read_docs(places.docs),
        texts=synthetic_texts(row for file in tests.labelled.values() for row in file.rows),
        wanted_precision=config.decisions.precision,
        wanted_coverage=config.decisions.coverage,
    )


def write_page_without_texts(places: Places, config: Config, out: Path) -> None:
    """Write the page of a saved model with ids in place of examples: for a store that holds no text of any inquiry."""
    tests = TestFiles({}, ())
    write_page(material_of(places, tests, config), out)


def write_page(material: Material, out: Path) -> None:
    """Write the page; the file appears whole or not at all."""
    page = html_report(material)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(out.parent, out.name) as temporary:
            new = temporary / out.name
            new.write_text(page, "utf-8")
            new.replace(out)
    except OSError as error:
        raise UnreadableFileError(out, str(error.strerror)) from error


def _training(sources: Sources, scorer: Scorer, config: Config) -> Training:
    corpus = read_corpus(sources, config)
    if corpus.digest != scorer.artefact.provenance.get("data_sha256"):
        problem = "treningsdataene som ligger her, er ikke de modellen er trent på"
        cure = "Tren den på nytt med «python -m training run», eller la de enklere metodene være (--no-baselines)."
        raise ReportError(scorer.model_id, problem, cure)
    texts = prepared(corpus, config)
    return Training(texts.train, task_of(corpus, texts.translations, config).prior)


def _baselines(
    found: Judgement, tests: TestFiles, training: Training, scorer: Scorer, config: Config
) -> Mapping[str, Any]:
    """Return what the baselines answer to the test files, and what each costs."""
    taxonomy, max_chars = scorer.taxonomy, scorer.artefact.limits.max_chars
    return baseline_block(
        training.inquiries,
        {name: _inquiries(file, found.parts[name], max_chars, taxonomy) for name, file in tests.labelled.items()},
        {name: _answers(part, taxonomy) for name, part in found.parts.items()},
        training.prior,
        taxonomy,
        samples=config.evaluation.bootstrap,
        seed=config.seed,
    )


def _cross_validated_part(folder: Path, scorer: Scorer) -> Part | None:
    """Return what was said in the folds of the run that made a model; None where that was not kept."""
    path = predictions_path(folder)
    if not path.is_file():
        return None
    kept = load_predictions(path)
    refuse_other_model(path, kept, scorer.model_id)
    return kept.parts.get(CROSS_VALIDATION)


def _baselines_of_folds(
    kept: Part, training: Training, taxonomy: Taxonomy, config: Config, workers: int, on_done: Callable[[], None]
) -> Figures:
    """Return what the baselines answer in the folds that the model was judged in."""
    inquiries = training.inquiries
    folds = splits(inquiries, taxonomy, n_folds=config.folds.outer, seed=config.seed)
    places = np.concatenate([test for _, test in folds])
    return cross_validated(
        [(inquiries.take(train), inquiries.take(test)) for train, test in folds],
        {name: answers[places] for name, answers in _answers(kept, taxonomy).items()},
        training.prior,
        taxonomy,
        samples=config.evaluation.bootstrap,
        seed=config.seed,
        workers=workers,
        on_done=on_done,
    )


def _with_baselines(metrics: Figures, block: Mapping[str, Any], *, cost: Mapping[str, float]) -> dict[str, Any]:
    """Return the figures of the test files with those of the baselines, and the costs with the model's."""
    of_files = {name: {**figures, "baselines": block["tests"][name]} for name, figures in metrics["test_files"].items()}
    return {**metrics, "test_files": of_files, "baseline_costs": {**block["cost"], "model": dict(cost)}}


def _inquiries(file: TestFile, part: Part, max_chars: int, taxonomy: Taxonomy) -> Inquiries:
    return Inquiries([row.text[:max_chars] for row in file.rows], targets_of(file.rows, taxonomy), part.groups)


def _answers(part: Part, taxonomy: Taxonomy) -> dict[str, np.ndarray[Any, np.dtype[np.int8]]]:
    """Return the most probable label of a single dimension, and the accepted ones of a multi dimension."""
    said = part.predictions
    return {
        dimension.id: said.accepted[dimension.id].astype(np.int8)
        if dimension.kind == "multi"
        else np.eye(len(dimension.labels), dtype=np.int8)[said.probability[dimension.id].argmax(axis=1)]
        for dimension in taxonomy.dimensions
    }


def _cost(scorer: Scorer, tests: TestFiles, folder: Path) -> dict[str, float | int]:
    """Return the speed of the model on one thread, measured as that of the baselines is, and its size."""
    inquiries = [Inquiry(row.id, row.text) for file in tests.labelled.values() for row in file.rows]
    with threadpool_limits(limits=1):
        began = perf_counter()
        scorer.suggest(inquiries, with_evidence=False)
        elapsed = perf_counter() - began
    size_bytes = sum((folder / name).stat().st_size for name in NEEDED_FILES)
    return {"texts_per_s": round(len(inquiries) / max(elapsed, 1e-9), 1), "size_bytes": size_bytes}


def _without_costs(metrics: Figures) -> dict[str, Any]:
    """Return the figures of a run; costs of an earlier report are no longer those of this one."""
    return {name: value for name, value in metrics.items() if name != "baseline_costs"}


def _metrics(folder: Path) -> Figures:
    found: Figures = json.loads((folder / "metrics.json").read_text("utf-8"))
    return found
