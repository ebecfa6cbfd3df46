"""Writes a model folder, whole or not at all."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save as save_tensors

from pobo_nlp.errors import ModelError
from pobo_nlp.model.artefact import CONTEXT, Artefact
from pobo_nlp.model.manifest import (
    FORMAT_VERSION,
    MANIFEST,
    model_id,
    parse_manifest,
    read_files,
    read_manifest,
    sealed,
    sha256,
)
from pobo_nlp.model.strict_json import as_json
from pobo_nlp.taxonomy import Dimension


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
    _replace_folder(folder, {**contents, MANIFEST: as_json(sealed(manifest), indent=1)})
    return model_id(manifest)


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
    _replace_folder(folder, {**contents, MANIFEST: as_json(sealed({**manifest, "files": hashes}), indent=1)})


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
