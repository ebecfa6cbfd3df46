"""A model on disk: JSON, safetensors and plain text, so that loading it cannot run code.

manifest.json       format version, what each output means, thresholds, calibration, and the hash of every other file
weights.safetensors coefficients (float16), intercepts, inverse document frequencies, context of the rerankers
vocabulary.json     lemmas, pairs of lemmas and character n-grams, in the order of the coefficients
lemmas.json         lemma to its forms
taxonomy.toml       the label scheme it was trained for
metrics.json, MODEL_CARD.md   what it was measured to be
error_rates.json    how often it takes one label for another; a model may lack it
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from pobo_nlp.errors import (
    ModelDamagedError,
    ModelError,
    TaxonomyError,
)
from pobo_nlp.model.features import FeatureSpace
from pobo_nlp.model.heads import Calibration, Reranker
from pobo_nlp.model.manifest import (
    FORMAT_VERSION,
    MANIFEST,
    NEEDED_FILES,
    RESTORE,
    parse_manifest,
    read_files,
    read_manifest,
    sha256,
)
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.lemmas import LemmaTable

# Before the name of a dimension, in the names of tensors.
CONTEXT = "context."


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text must be to get a label accepted.

    Attributes
    ----------
    min_words : a text with fewer is too short.
    max_chars : a longer text is read only so far.
    """

    min_words: int
    max_chars: int


@dataclass(frozen=True)
class Artefact:
    """All that scoring needs, and where it comes from.

    Attributes
    ----------
    coefficients : shape (n_features, n_outputs); outputs are the labels of the predicted dimensions in the order of
        the scheme. Half precision holds them exactly (a test).
    intercept : shape (n_outputs,).
    calibrations : for each predicted dimension.
    rerankers : for the dimensions that have one.
    thresholds : for each dimension, parents included: shape (n_labels,), infinite where a label is never accepted.
    set_thresholds : for each single dimension: shape (n_labels,), from where on a label is in the prediction set.
    provenance : seed, data hash and versions of what trained it.
    """

    name: str
    taxonomy_toml: bytes
    taxonomy: Taxonomy
    features: FeatureSpace
    coefficients: NDArray[np.float32] | NDArray[np.float64]
    intercept: NDArray[np.float64]
    calibrations: Mapping[str, Calibration]
    rerankers: Mapping[str, Reranker]
    thresholds: Mapping[str, NDArray[np.float64]]
    set_thresholds: Mapping[str, NDArray[np.float64]]
    limits: Limits
    provenance: Mapping[str, object]


@dataclass(frozen=True)
class LoadedArtefact:
    """An artefact, the folder that it was read from, and its id: `name@hash8`."""

    artefact: Artefact
    folder: Path
    id: str


def save(artefact: Artefact, folder: Path, *, reports: Mapping[str, bytes]) -> str:
    """Write a model; the folder appears whole or not at all, and replaces an earlier one.

    Parameters
    ----------
    reports : content of each of `manifest.REPORT_FILES`.

    Returns
    -------
    The model's id, `name@hash8`.
    """
    contents = {**_contents(artefact), **reports}
    hashes = {name: sha256(content) for name, content in sorted(contents.items())}
    manifest = _manifest(artefact, hashes)
    _refuse_other_folder(folder)
    _replace_folder(folder, {**contents, MANIFEST: as_json(manifest, indent=1)})
    return _model_id(manifest)


def write_reports(folder: Path, reports: Mapping[str, bytes]) -> None:
    """Replace reports of a saved model; the model and its id stay what they were.

    Parameters
    ----------
    reports : content of some of `manifest.REPORT_FILES`.

    Raises
    ------
    ModelError : where the folder holds no sound model.
    """
    manifest = parse_manifest(folder, read_manifest(folder))
    contents = {**read_files(folder, manifest), **reports}
    hashes = {name: sha256(content) for name, content in sorted(contents.items())}
    _replace_folder(folder, {**contents, MANIFEST: as_json({**manifest, "files": hashes}, indent=1)})


def _replace_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        new, old = Path(temporary) / "new", Path(temporary) / "old"
        new.mkdir()
        for name, content in contents.items():
            (new / name).write_bytes(content)
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            old.rename(folder)
            raise


def load(folder: Path, *, coefficients: Path | None = None) -> LoadedArtefact:
    """Read and verify a model.

    Parameters
    ----------
    coefficients : what `shared_coefficients` gives for the same model. It is mapped into memory, so that
        processes share what would else be a copy each.

    Raises
    ------
    ModelNotFoundError : where the folder holds no manifest.
    ModelFormatError : where the manifest is of a format that is not read here.
    ModelDamagedError : where a file is missing, changed, of the wrong shape or outside the folder.
    """
    manifest = parse_manifest(folder, read_manifest(folder))
    contents = read_files(folder, manifest)
    try:
        artefact = _build(manifest, contents, coefficients)
    except (
        KeyError,
        TypeError,
        ValueError,
        RecursionError,
        SafetensorError,
        TaxonomyError,
    ) as error:
        # The fault's own words could hold content of the files, so only its kind is told.
        raise ModelDamagedError(folder, f"innholdet henger ikke sammen ({type(error).__name__})", RESTORE) from None
    return LoadedArtefact(artefact, folder, _model_id(manifest))


def as_json(value: object, *, indent: int | None = None) -> bytes:
    """Return a value as JSON in UTF-8, with a line feed at the end; infinity and NaN are refused."""
    return (json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False) + "\n").encode()


def _refuse_other_folder(folder: Path) -> None:
    if folder.is_file():
        raise ModelError(folder, "stien er en fil", "Oppgi en mappe.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise ModelError(
            folder,
            "mappen har annet innhold enn en modell, og ville blitt slettet",
            "Oppgi en ny eller tom mappe.",
        )


def _contents(artefact: Artefact) -> dict[str, bytes]:
    features = artefact.features
    forms_of: dict[str, list[str]] = {}
    for form, lemma in sorted(features.lemmas.lemma_of.items()):
        forms_of.setdefault(lemma, []).append(form)
    tensors: dict[str, NDArray[np.floating]] = {
        "coefficients": artefact.coefficients.astype(np.float16),
        "intercept": artefact.intercept,
        "idf": features.idf,
        **{f"{CONTEXT}{name}": reranker.context for name, reranker in artefact.rerankers.items()},
    }
    return {
        "weights.safetensors": save_tensors(tensors),
        "vocabulary.json": as_json({"word": features.word_terms, "char": features.char_terms}),
        "lemmas.json": as_json({lemma: " ".join(forms) for lemma, forms in sorted(forms_of.items())}),
        "taxonomy.toml": artefact.taxonomy_toml,
    }


def _manifest(artefact: Artefact, hashes: Mapping[str, str]) -> dict[str, object]:
    return {
        "format_version": FORMAT_VERSION,
        "name": artefact.name,
        "taxonomy_version": artefact.taxonomy.version,
        "features": {
            "char_range": artefact.features.char_range,
            "char_weight": artefact.features.char_weight,
            "damping": artefact.features.damping,
            "reach": artefact.features.reach,
        },
        "limits": asdict(artefact.limits),
        "dimensions": {
            dimension.id: _manifest_entry(artefact, dimension) for dimension in artefact.taxonomy.dimensions
        },
        "files": hashes,
        "provenance": artefact.provenance,
    }


def _manifest_entry(artefact: Artefact, dimension: Dimension) -> dict[str, object]:
    name = dimension.id
    # JSON has no infinity: null stands for a label that is never accepted.
    thresholds = [float(value) if np.isfinite(value) else None for value in artefact.thresholds[name]]
    entry: dict[str, object] = {"labels": dimension.label_ids, "thresholds": thresholds}
    if name in artefact.set_thresholds:
        entry["set_thresholds"] = artefact.set_thresholds[name].tolist()
    if name in artefact.calibrations:
        calibration = artefact.calibrations[name]
        entry |= {"scale": calibration.scale.tolist(), "shift": calibration.shift.tolist()}
    if name in artefact.rerankers:
        reranker = artefact.rerankers[name]
        entry["reranker"] = {"scale": reranker.scale.tolist(), "shift": reranker.shift.tolist()}
    return entry


@contextmanager
def shared_coefficients(artefact: Artefact) -> Iterator[Path | None]:
    """Hold coefficients where other processes can map them, and nothing is left behind when this one ends.

    Yields
    ------
    What `load` takes; None where the system (any but Linux) has no such place, and each process needs a copy.
    """
    if not hasattr(os, "memfd_create"):
        yield None
        return
    with os.fdopen(os.memfd_create("coefficients"), "wb") as file:
        np.asarray(artefact.coefficients, np.float32).tofile(file)
        file.flush()
        yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


def _coefficients(stored: NDArray[np.float16], shared: Path | None) -> NDArray[np.float32]:
    if shared is not None:
        with suppress(OSError):
            return np.memmap(shared, np.float32, "r", shape=stored.shape)
    return stored.astype(np.float32)


def _build(manifest: Mapping[str, object], contents: Mapping[str, bytes], coefficients: Path | None) -> Artefact:
    taxonomy = Taxonomy.from_toml(contents["taxonomy.toml"], source="taxonomy.toml")
    tensors = load_tensors(contents["weights.safetensors"])
    vocabulary = _table(json.loads(contents["vocabulary.json"]))
    forms_of = _table(json.loads(contents["lemmas.json"]))
    options, limits = _table(manifest["features"]), _table(manifest["limits"])
    dimensions = {name: _table(entry) for name, entry in _table(manifest["dimensions"]).items()}
    if any(dimensions[d.id]["labels"] != list(d.label_ids) for d in taxonomy.dimensions):
        raise ValueError("labels")
    shortest, longest = _list(options["char_range"])
    features = FeatureSpace(
        word_terms=tuple(map(str, _list(vocabulary["word"]))),
        char_terms=tuple(map(str, _list(vocabulary["char"]))),
        idf=tensors["idf"].astype(np.float64),
        lemmas=LemmaTable({form: lemma for lemma, forms in forms_of.items() for form in str(forms).split()}),
        char_range=(int(_number(shortest)), int(_number(longest))),
        char_weight=_number(options["char_weight"]),
        damping=_number(options["damping"]),
        reach=int(_number(options["reach"])),
    )
    artefact = Artefact(
        name=str(manifest["name"]),
        taxonomy_toml=contents["taxonomy.toml"],
        taxonomy=taxonomy,
        features=features,
        coefficients=_coefficients(tensors["coefficients"], coefficients),
        intercept=tensors["intercept"].astype(np.float64),
        calibrations={
            d.id: Calibration(_row(dimensions[d.id]["scale"]), _row(dimensions[d.id]["shift"]))
            for d in taxonomy.predicted
        },
        rerankers={
            d.id: Reranker(
                _row(_table(dimensions[d.id]["reranker"])["scale"]),
                _row(_table(dimensions[d.id]["reranker"])["shift"]),
                tensors[f"{CONTEXT}{d.id}"].astype(np.float64),
            )
            for d in taxonomy.predicted
            if "reranker" in dimensions[d.id]
        },
        thresholds={d.id: _row(dimensions[d.id]["thresholds"]) for d in taxonomy.dimensions},
        set_thresholds={
            d.id: _row(dimensions[d.id]["set_thresholds"]) for d in taxonomy.dimensions if d.kind == "single"
        },
        limits=Limits(int(_number(limits["min_words"])), int(_number(limits["max_chars"]))),
        provenance=_table(manifest["provenance"]),
    )
    _check_shapes(artefact)
    return artefact


def _check_shapes(artefact: Artefact) -> None:
    n_outputs = sum(len(dimension.labels) for dimension in artefact.taxonomy.predicted)
    arrays = {
        (artefact.features.n_features, n_outputs): artefact.coefficients,
        (n_outputs,): artefact.intercept,
        (artefact.features.n_features,): artefact.features.idf,
    }
    for shape, array in arrays.items():
        if array.shape != shape or not np.isfinite(array).all():
            raise ValueError("weights")
    for dimension in artefact.taxonomy.dimensions:
        if artefact.thresholds[dimension.id].shape != (len(dimension.labels),):
            raise ValueError("thresholds")
        if dimension.kind == "single" and artefact.set_thresholds[dimension.id].shape != (len(dimension.labels),):
            raise ValueError("set_thresholds")
    for dimension_id, calibration in artefact.calibrations.items():
        _check_rows(artefact.taxonomy.dimension(dimension_id), calibration.scale, calibration.shift)
    for dimension_id, reranker in artefact.rerankers.items():
        dimension = artefact.taxonomy.dimension(dimension_id)
        _check_rows(dimension, reranker.scale, reranker.shift)
        if reranker.context.shape != (n_outputs, len(dimension.labels)) or not np.isfinite(reranker.context).all():
            raise ValueError("context")


def _check_rows(dimension: Dimension, *rows: NDArray[np.float64]) -> None:
    for row in rows:
        if row.shape != (len(dimension.labels),) or not np.isfinite(row).all():
            raise ValueError("calibration")


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("table")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("list")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError("number")
    return float(value)


def _row(values: object) -> NDArray[np.float64]:
    return np.array([np.inf if value is None else _number(value) for value in _list(values)])


def _model_id(manifest: Mapping[str, object]) -> str:
    """Return `name@hash8`; the hash is of all that scoring needs, and not of what the model was measured to be."""
    hashes = {name: digest for name, digest in _table(manifest["files"]).items() if name in NEEDED_FILES}
    return f"{manifest['name']}@{sha256(as_json({**manifest, 'files': hashes}))[:8]}"
