"""Runs and their models in MLflow; no other module imports it.

Nothing is sent anywhere but to the tracking store, and no text of any inquiry goes there.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import pobo_nlp
from pobo_nlp.batch.answers import answer_schema
from pobo_nlp.errors import InputNotFoundError, PoboError, RunNotFoundError, TrackingError
from pobo_nlp.scratch import scratch_folder
from pobo_nlp.taxonomy import Taxonomy
from training.config import ROOT
from training.quiet import quiet
from training.run_record import (
    PREDICTIONS,
    REPORT,
    RunRecord,
    TrackedRun,
    files_of,
    flat_metrics,
    model_files,
    requirements,
)
from training.store_address import Address, chosen_address

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

NAME = "pobo-nlp"  # of the experiment, of logged models, and of the registered model
MODEL_CODE = Path(__file__).parent / "templates" / "mlflow_model.py"
# The model folder within what is logged as a model.
_MODEL_PATH = "artifacts/model"
_METRICS_AT_ONCE = 500
_PARAMS_AT_ONCE = 100


def connect() -> "Store":
    """Return the store of `MLFLOW_TRACKING_URI`, else the SQLite file of the project, once it has answered.

    Raises
    ------
    TrackingError : where it does not answer soon, or is none that is used here.
    """
    return Store(chosen_address(ROOT))


class Store:
    """A tracking store that has answered, with the experiment that all runs belong to.

    Raises
    ------
    TrackingError : from every method, where the store fails.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        with self.talk(is_first=True) as client:
            known = client.get_experiment_by_name(NAME)
            if known is None:
                self._experiment = client.create_experiment(NAME, artifact_location=address.artefacts)
                return
            self._experiment = known.experiment_id
            if known.lifecycle_stage == "deleted":
                client.restore_experiment(known.experiment_id)

    @property
    def place(self) -> str:
        """Its address, without user name and password."""
        return self._address.place

    @contextmanager
    def talk(self, *, is_first: bool = False) -> Iterator[Any]:
        """Give a client of MLflow that says nothing of its own; what it and the network raise becomes our error.

        Parameters
        ----------
        is_first : whether the store has not answered yet; it is then asked once, and not waited for long.
        """
        with quiet(self._address.environment(is_first=is_first)):
            from mlflow import MlflowClient
            from mlflow.exceptions import MlflowException

            try:
                yield MlflowClient(self._address.uri, self._address.uri)
            except PoboError:
                raise
            except (MlflowException, OSError) as error:
                raise self._address.fault(error) from error

    def log(self, record: RunRecord) -> TrackedRun:
        """Track a run: whole, or marked as failed and found by no other method."""
        with self.talk() as client:
            run_id = client.create_run(self._experiment, tags=dict(record.tags), run_name=record.model_id).info.run_id
        try:
            with self.talk() as client:
                _log_values(client, run_id, record.params, record.metrics)
                _log_files(client, run_id, record.files)
                _log_model(client, self._experiment, run_id, record)
                client.set_terminated(run_id, "FINISHED")
        except BaseException as error:
            mark = "er merket FAILED" if self._is_marked_failed(run_id) else "er ikke fullført"
            if isinstance(error, TrackingError):
                problem = f"{error.problem}. Kjøring {run_id} {mark}, og ingen modell er registrert"
                raise TrackingError(self.place, problem, error.cure) from error
            raise
        return self.get_run(run_id)

    def get_run(self, run_id: str) -> TrackedRun:
        """Return a run by its id.

        Raises
        ------
        RunNotFoundError : where there is none, or it did not end well.
        """
        with self.talk() as client:
            return self._whole(found(lambda: client.get_run(run_id), "INVALID_PARAMETER_VALUE"), run_id)

    def find_run(self, model_id: str) -> TrackedRun:
        """Return the latest run that made a model, by the model's id `name@hash8`.

        Raises
        ------
        RunNotFoundError : where there is none that ended well.
        """
        if {"'", '"', "\\"} & set(model_id):
            raise RunNotFoundError(model_id, self.place)
        wanted = f"tags.model_id = '{model_id}' and attributes.status = 'FINISHED'"
        latest_first = ["attributes.start_time DESC"]
        with self.talk() as client:
            runs = client.search_runs([self._experiment], wanted, max_results=1, order_by=latest_first)
            return self._whole(client.get_run(runs[0].info.run_id) if runs else None, model_id)

    def add_report(self, run: TrackedRun, folder: Path, html: Path) -> None:
        """Keep a report with the run of its model, and the figures, the card and the predictions that it changed.

        Parameters
        ----------
        folder : the model's, after the report has written its figures into it.
        """
        if not html.is_file():
            raise InputNotFoundError(html)
        metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
        with self.talk() as client:
            _log_files(client, run.id, {**files_of(folder), REPORT: html})
            for file in model_files(folder):
                if file.suffix in (".json", ".md"):
                    client.log_model_artifact(run.logged_model, str(file), _MODEL_PATH)
            _log_values(client, run.id, {}, flat_metrics(metrics))

    def fetch_model(self, run: TrackedRun, folder: Path) -> Path:
        """Download the model of a run into a folder, and return where it is."""
        folder.mkdir(parents=True, exist_ok=True)
        with self.talk() as client:
            from mlflow.artifacts import download_artifacts

            location = client.get_logged_model(run.logged_model).artifact_location
            uri, place = self._address.uri, f"{location}/{_MODEL_PATH}"
            return Path(download_artifacts(artifact_uri=place, dst_path=str(folder), tracking_uri=uri))

    def fetch_predictions(self, run: TrackedRun, folder: Path) -> Path | None:
        """Download what the model of a run said of texts that it had not seen; None where the run does not hold it."""
        folder.mkdir(parents=True, exist_ok=True)
        with self.talk() as client:
            if PREDICTIONS not in {file.path for file in client.list_artifacts(run.id)}:
                return None
            return Path(client.download_artifacts(run.id, PREDICTIONS, str(folder)))

    def _whole(self, run: Any, asked: str) -> TrackedRun:
        models = run.outputs.model_outputs if run is not None and run.outputs is not None else []
        if not models or run.info.status != "FINISHED" or "model_id" not in run.data.tags:
            raise RunNotFoundError(asked, self.place)
        return TrackedRun(run.info.run_id, run.data.tags["model_id"], models[0].model_id, dict(run.data.tags))

    def _is_marked_failed(self, run_id: str) -> bool:
        try:
            with self.talk() as client:
                client.set_terminated(run_id, "FAILED")
        except TrackingError:  # what went wrong first is what is told
            return False
        return True


def found(ask: Callable[[], Any], *absent: str) -> Any:
    """Return an answer, or None where the store says that there is no such thing.

    Parameters
    ----------
    absent : error codes that mean this too.
    """
    from mlflow.exceptions import MlflowException

    try:
        return ask()
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", *absent):
            return None
        raise


def signature(taxonomy: Taxonomy) -> "ModelSignature":
    """Return what goes into a model and what comes out: a text, and the columns that a batch adds."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    # An unreadable text has no probability.
    columns: list[Any] = [
        ColSpec("string", field.name)
        if pa.types.is_string(field.type)
        else ColSpec("double", field.name, required=False)
        for field in answer_schema(taxonomy)
    ]
    return ModelSignature(Schema([ColSpec("string", "text")]), Schema(columns))


def _log_values(client: Any, run_id: str, params: Mapping[str, str], metrics: Mapping[str, float]) -> None:
    from mlflow.entities import Metric, Param

    now_ms = int(time.time() * 1000)
    told = [Param(name, value) for name, value in params.items()]
    measured = [Metric(name, value, now_ms, 0) for name, value in metrics.items()]
    for start in range(0, len(told), _PARAMS_AT_ONCE):
        client.log_batch(run_id, params=told[start : start + _PARAMS_AT_ONCE])
    for start in range(0, len(measured), _METRICS_AT_ONCE):
        client.log_batch(run_id, metrics=measured[start : start + _METRICS_AT_ONCE])


def _log_files(client: Any, run_id: str, files: Mapping[str, Path]) -> None:
    with scratch_folder() as temporary:
        for name, file in files.items():
            shutil.copyfile(file, temporary / name)
        client.log_artifacts(run_id, str(temporary))


def _log_model(client: Any, experiment: str, run_id: str, record: RunRecord) -> None:
    from mlflow.entities import LoggedModelOutput

    tags = {"model_id": record.model_id}
    logged = client.create_logged_model(experiment, name=NAME, source_run_id=run_id, tags=tags)
    try:
        with scratch_folder() as temporary:
            client.log_model_artifacts(logged.model_id, str(_saved_model(temporary, logged, record)))
        client.finalize_logged_model(logged.model_id, "READY")
        client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=0)])
    except BaseException:
        with suppress(Exception):
            client.finalize_logged_model(logged.model_id, "FAILED")
        raise


def _saved_model(folder: Path, logged: Any, record: RunRecord) -> Path:
    """Write what MLflow runs; from copies, since it notes where its files came from."""
    from mlflow.models import Model
    from mlflow.pyfunc import save_model

    model, code, saved = folder / "model", folder / MODEL_CODE.name, folder / "saved"
    model.mkdir()
    for file in model_files(record.folder):
        shutil.copyfile(file, model / file.name)
    shutil.copyfile(MODEL_CODE, code)
    save_model(
        str(saved),
        mlflow_model=Model(logged.artifact_location, logged.source_run_id, model_id=logged.model_id),
        python_model=str(code),
        artifacts={"model": str(model)},
        code_paths=[str(Path(pobo_nlp.__file__).parent)],
        signature=signature(record.taxonomy),
        pip_requirements=requirements(),
    )
    return saved
