"""Released versions of a model, and which of them is in use: the one with the alias `champion`."""

from collections.abc import Mapping
from dataclasses import dataclass

from pobo_nlp.errors import PoboError, TrackingError
from training.run_record import TrackedRun
from training.tracking import NAME, Store, found

CHAMPION = "champion"


@dataclass(frozen=True, slots=True)
class Version:
    """A registered version of a model."""

    number: str
    run_id: str
    tags: Mapping[str, str]


def champion(store: Store, name: str = NAME) -> Version | None:
    """Return the version in use."""
    with store.talk() as client:
        model = found(lambda: client.get_registered_model(name))
    number = model.aliases.get(CHAMPION) if model is not None else None
    return version(store, str(number), name) if number is not None else None


def version(store: Store, number: str, name: str = NAME) -> Version | None:
    """Return a version by its number."""
    with store.talk() as client:
        one = found(lambda: client.get_model_version(name, number))
    return Version(str(one.version), one.run_id, dict(one.tags)) if one is not None else None


def put_in_use(store: Store, number: str, name: str = NAME) -> None:
    """Make a registered version the one in use."""
    with store.talk() as client:
        client.set_registered_model_alias(name, CHAMPION, number)


def register(store: Store, run: TrackedRun, tags: Mapping[str, str], name: str = NAME) -> Version:
    """Register the model of a run as a new version and put it in use: both, or as far as the store lets us neither.

    Raises
    ------
    TrackingError : where the store fails on the way; it tells of what could not be taken back.
    """
    before = champion(store, name)
    with store.talk() as client:
        is_new = found(lambda: client.get_registered_model(name)) is None
    number = ""
    try:
        number = _new_version(store, run, tags, name, is_new=is_new)
        put_in_use(store, number, name)
    except BaseException as error:
        if not _is_taken_back(store, name, number, before, is_new=is_new) and isinstance(error, TrackingError):
            left = f"versjon {number} av {name}" if number else name
            problem = f"{error.problem}. Det som var begynt ({left}), kunne ikke tas tilbake"
            raise TrackingError(store.place, problem, f"Se i MLflow hvilken versjon som er {CHAMPION}.") from error
        raise
    return Version(number, run.id, dict(tags))


def _new_version(store: Store, run: TrackedRun, tags: Mapping[str, str], name: str, *, is_new: bool) -> str:
    with store.talk() as client:
        if is_new:
            client.create_registered_model(name)
        source = f"models:/{run.logged_model}"
        made = client.create_model_version(name, source, run.id, dict(tags), model_id=run.logged_model)
    return str(made.version)


def _is_taken_back(store: Store, name: str, number: str, before: Version | None, *, is_new: bool) -> bool:
    """Undo a registration; the alias first, since it may have moved although no answer came."""
    try:
        if before is not None and champion(store, name) != before:
            put_in_use(store, before.number, name)
        with store.talk() as client:
            if number:
                client.delete_model_version(name, number)
            if is_new:
                found(lambda: client.delete_registered_model(name))
    except PoboError:
        return False
    return True
