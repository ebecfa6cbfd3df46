"""Which model is in use: a new one only where it is sound and nothing that is guarded got worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pobo_nlp.errors import ModelError, NoEarlierReleaseError, PoboError, PredictionsError, ReleaseRefusedError
from pobo_nlp.model.artefact import LoadedArtefact
from pobo_nlp.model.artefact_reader import load as load_model
from pobo_nlp.scratch import scratch_folder
from pobo_nlp.taxonomy import Taxonomy
from training.compare import Guarded, guarded
from training.kept import Kept
from training.page.words import SLICES, between, figures_of, number, part_heading
from training.predictions import AGAIN, load, refuse_other_model
from training.registry import CHAMPION, Version, champion, put_in_use, register, version
from training.run_record import TrackedRun
from training.tracking import NAME, Store

BEFORE = "champion_before"
_TAGS_OF_RUN = ("model_id", "data_sha256", "code_version", "taxonomy_version")
_CURE_OF_SAME = "Det er ingenting å gjøre."
_CURE_OF_DAMAGE = "Ingenting er endret. Tren modellen på nytt; --reason hjelper ikke her."
_CURE = "Ingenting er registrert. Rett det opp, eller gi grunnen til å ta den i bruk likevel: --reason «...»."


@dataclass(frozen=True, slots=True)
class Facts:
    """What a release is decided by.

    Attributes
    ----------
    missing : whose labels they are to the labels that the model does not have, see `missing_labels`.
    guarded : figures beside the champion's; none where there is no champion yet.
    incomparable : why there are no figures although there is a champion.
    """

    missing: Mapping[str, Sequence[str]]
    guarded: Sequence[Guarded] = ()
    incomparable: str | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """A new version in use.

    Attributes
    ----------
    before : the version that was in use until then.
    overridden : what spoke against it.
    """

    version: Version
    before: Version | None
    overridden: tuple[str, ...]


def objections(facts: Facts, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return all that speaks against a sound model: labels that are gone, and figures that got worse.

    Parameters
    ----------
    taxonomy : of the model.
    """
    missing = [
        f"Etiketter i {whose} mangler i modellen: {', '.join(labels)}."
        for whose, labels in facts.missing.items()
        if labels
    ]
    incomparable = [f"Den kan ikke sammenlignes med championen: {facts.incomparable}"] if facts.incomparable else []
    return (*missing, *incomparable, *(_told(figure, taxonomy) for figure in facts.guarded if figure.is_worse))


def missing_labels(wanted: Taxonomy, model: Taxonomy) -> tuple[str, ...]:
    """Return the labels of a scheme that another one lacks, as `dimension/label`, or `dimension/*` for all of them."""
    missing: list[str] = []
    known = {dimension.id: dimension.label_ids for dimension in model.dimensions}
    for dimension in wanted.dimensions:
        if dimension.id in known:
            missing += (f"{dimension.id}/{label}" for label in dimension.label_ids if label not in known[dimension.id])
        else:
            missing.append(f"{dimension.id}/*")
    return tuple(missing)


def release(
    store: Store,
    run: TrackedRun,
    wanted: Taxonomy,
    *,
    reason: str,
    samples: int,
    seed: int,
    name: str = NAME,
) -> Released:
    """Register the model of a run and put it in use.

    Parameters
    ----------
    wanted : every label of this scheme must be in the model.
    reason : why it is released although something speaks against it; empty where nothing may.

    Raises
    ------
    ReleaseRefusedError : with all that speaks against it. Nothing is registered.
    """
    before = champion(store, name)
    refused = f"{run.model_id} (kjøring {run.id}) tas ikke i bruk"
    if before is not None and before.tags.get("model_id") == run.model_id:
        raise ReleaseRefusedError(refused, [f"Den er {CHAMPION} allerede, som versjon {before.number}."], _CURE_OF_SAME)
    with scratch_folder() as temporary:
        model = _verified(store, run, temporary, refused)
        taxonomy = model.artefact.taxonomy
        facts = _facts(store, run, before, wanted, taxonomy, samples=samples, seed=seed)
    against, reason = objections(facts, taxonomy), reason.strip()
    if against and not reason:
        raise ReleaseRefusedError(refused, against, _CURE)
    tags = {tag: run.tags[tag] for tag in _TAGS_OF_RUN if tag in run.tags}
    tags[BEFORE] = before.number if before else ""
    if reason:
        tags |= {"reason": reason, "overridden": "\n".join(against)}
    return Released(register(store, run, tags, name), before, against)


def rollback(store: Store, name: str = NAME) -> tuple[Version, Version]:
    """Put the version in use that was so before the present one.

    Returns
    -------
    The version that is in use now, and the one that was until now.

    Raises
    ------
    NoEarlierReleaseError : where there is none.
    ReleaseRefusedError : where it is damaged.
    """
    now = champion(store, name)
    if now is None:
        cure = "Ta en modell i bruk med «python -m training release»."
        raise NoEarlierReleaseError(f"ingen versjon av {name} er {CHAMPION} hos {store.place}", cure)
    before = now.tags.get(BEFORE, "")
    earlier = version(store, before, name) if before else None
    if earlier is None:
        problem = f"versjon {before} er slettet" if before else f"versjon {now.number} er den første"
        raise NoEarlierReleaseError(problem, "Ta en annen kjøring i bruk med «python -m training release».")
    refused = f"Versjon {earlier.number} av {name} tas ikke i bruk igjen"
    with scratch_folder() as temporary:
        _verified(store, store.get_run(earlier.run_id), temporary, refused)
    put_in_use(store, earlier.number, name)
    return earlier, now


def tracked_run(store: Store, name: str) -> TrackedRun:
    """Return the run that someone names: by its id, by the id of its model, or by the folder of that.

    Raises
    ------
    RunNotFoundError : where the store does not hold it whole.
    """
    folder = Path(name)
    if folder.is_dir():
        return store.find_run(load_model(folder).id)
    return store.find_run(name) if "@" in name else store.get_run(name)


def _verified(store: Store, run: TrackedRun, folder: Path, refused: str) -> LoadedArtefact:
    """Return the model of a run as it lies in the store.

    Raises
    ------
    ReleaseRefusedError : where it is damaged, or another one.
    """
    try:
        model = load_model(store.fetch_model(run, folder))
    except ModelError as error:
        raise ReleaseRefusedError(refused, [str(error).replace(str(folder), store.place)], _CURE_OF_DAMAGE) from error
    if model.id != run.model_id:
        raise ReleaseRefusedError(refused, [f"Modellen i lageret er {model.id}."], _CURE_OF_DAMAGE)
    return model


def _facts(
    store: Store,
    run: TrackedRun,
    before: Version | None,
    wanted: Taxonomy,
    taxonomy: Taxonomy,
    *,
    samples: int,
    seed: int,
) -> Facts:
    missing = {"etikettskjemaet": missing_labels(wanted, taxonomy)}
    if before is None:
        return Facts(missing)
    with scratch_folder() as temporary:
        old, new = temporary / "old", temporary / "new"
        try:
            old_run = store.get_run(before.run_id)
            old_taxonomy = load_model(store.fetch_model(old_run, old)).artefact.taxonomy
            missing["championen"] = missing_labels(old_taxonomy, taxonomy)
            kept = _kept(store, old_run, old), _kept(store, run, new)
            return Facts(missing, guarded(*kept, taxonomy, samples=samples, seed=seed))
        except PoboError as error:
            return Facts(missing, incomparable=str(error).replace(str(temporary), store.place))


def _kept(store: Store, run: TrackedRun, folder: Path) -> Kept:
    path = store.fetch_predictions(run, folder)
    if path is None:
        raise PredictionsError(Path(run.model_id), f"kjøring {run.id} har dem ikke", AGAIN)
    kept = load(path)
    refuse_other_model(path, kept, run.model_id)
    return kept


def _told(figure: Guarded, taxonomy: Taxonomy) -> str:
    dimension_id, _, metric = figure.metric.partition(".")
    dimension = taxonomy.dimension(dimension_id)
    heading = figures_of(dimension)[metric][0] if metric in figures_of(dimension) else metric
    place = part_heading(figure.part)
    if figure.slice:
        place += f", {SLICES.get(figure.slice, figure.slice).lower()}"
    difference = f"{number(figure.difference['value'])} ({between(figure.difference)})"
    return f"Dårligere enn championen: {dimension.name}: {heading} ({place}): {difference}."
