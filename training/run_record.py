"""What is told of a run: parameters, figures, tags and files; no text of any inquiry is among them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import requires, version
from pathlib import Path

from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.manifest import MANIFEST, NEEDED_FILES, OPTIONAL_FILES, REPORT_FILES
from pobo_nlp.model.signature import SIGNATURE
from pobo_nlp.taxonomy import Taxonomy
from training.config import Config
from training.predictions import predictions_path

PREDICTIONS = "predictions.safetensors"
REPORT = "report.html"
CONFIG = "config.toml"
# The figures of one label each are many, and are in metrics.json.
_LEFT_OUT = {"format_version", "provenance", "labels"}
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_./ -]")


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is tracked.

    Attributes
    ----------
    folder : of the model.
    files : name in the store to the file that is kept under it.
    """

    model_id: str
    folder: Path
    taxonomy: Taxonomy
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    files: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """A run that was tracked whole.

    Attributes
    ----------
    logged_model : id of its model in the store.
    """

    id: str
    model_id: str
    logged_model: str
    tags: Mapping[str, str]


def record_of(folder: Path, config: Config, config_file: Path, *, code_version: str) -> RunRecord:
    """Return all that is tracked of the run that wrote a model folder.

    Raises
    ------
    ModelError : where the folder holds no sound model.
    """
    loaded = load(folder)
    files = files_of(folder)
    return RunRecord(
        model_id=loaded.id,
        folder=folder,
        taxonomy=loaded.artefact.taxonomy,
        params={name: str(value) for name, value in _leaves(asdict(config), separator=".")},
        metrics=flat_metrics(json.loads(files["metrics.json"].read_text("utf-8"))),
        tags={
            "model_id": loaded.id,
            "data_sha256": str(loaded.artefact.provenance["data_sha256"]),
            "code_version": code_version,
            "taxonomy_version": loaded.artefact.taxonomy.version,
        },
        files={**files, CONFIG: config_file},
    )


def files_of(folder: Path) -> dict[str, Path]:
    """Return the files about a model that lie in its folder and beside it, by their names in the store."""
    files = {name: folder / name for name in REPORT_FILES}
    predictions = predictions_path(folder)
    return {**files, PREDICTIONS: predictions} if predictions.is_file() else files


def model_files(folder: Path) -> list[Path]:
    """Return the files that make up a model, the manifest last: whatever else lies in its folder goes nowhere."""
    optional = [name for name in (*OPTIONAL_FILES, SIGNATURE) if (folder / name).is_file()]
    return [folder / name for name in (*NEEDED_FILES, *REPORT_FILES, *optional, MANIFEST)]


def requirements() -> list[str]:
    """Return what a model needs to run, at the versions that are installed.

    The package itself is not among them: it is on no registry, and someone else's of its name must not be installed.
    Its code lies with the model.
    """
    wanted = [re.split(r"[^\w.-]", line)[0] for line in requires("pobo-nlp") or [] if "extra ==" not in line]
    return sorted(f"{name}=={version(name)}" for name in {*wanted, "mlflow", "pandas"})


def flat_metrics(metrics: Mapping[str, object]) -> dict[str, float]:
    """Return figures by names that MLflow takes: `dimensions/area/top_1`, its interval under `.low` and `.high`.

    >>> flat_metrics({"texts": 2, "dimensions": {"area": {"top_1": {"value": 0.5, "low": 0.25, "high": 1.0}}}})
    {'texts': 2.0, 'dimensions/area/top_1': 0.5, 'dimensions/area/top_1.low': 0.25, 'dimensions/area/top_1.high': 1.0}
    """
    return {
        _NOT_IN_A_NAME.sub("_", re.sub(r"/(low|high)$", r".\1", name.removesuffix("/value"))): float(value)
        for name, value in _leaves(metrics, separator="/")
        if isinstance(value, int | float) and not isinstance(value, bool) and not _LEFT_OUT & set(name.split("/"))
    }


def _leaves(tree: Mapping[str, object], *, separator: str) -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}{separator}{rest}", leaf) for rest, leaf in _leaves(value, separator=separator))
        else:
            yield name, value
