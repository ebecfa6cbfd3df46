"""The file of what a model said of texts that it had not seen.

It lies beside the model folder, not in it: ids of inquiries are nobody's business where the model is used.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as save_tensors

from pobo_nlp.errors import PredictionsError, UnreadableFileError
from pobo_nlp.model.decisions import TOP_OF_SINGLE
from pobo_nlp.scratch import scratch_folder
from pobo_nlp.taxonomy import Taxonomy
from training.folds import Predictions
from training.kept import (
    ACCEPTED,
    CROSS_VALIDATION,
    DEV,
    IN_SET,
    PROBABILITY,
    Array,
    Kept,
    Part,
    arrays_of,
    check,
)

__all__ = ["AGAIN", "CROSS_VALIDATION", "DEV", "Kept", "Part", "add", "load", "predictions_path", "save"]

FORMAT_VERSION = 1
_METADATA = "predictions"
_GROUPS, _TARGETS, _SLICES = "groups", "targets", "slices"
AGAIN = "Lag den på nytt med «python -m training run», og så «python -m training report»."


def predictions_path(folder: Path) -> Path:
    """Return the file that belongs to a model folder."""
    folder = folder if folder.name not in ("", "..") else folder.resolve()
    return folder.parent / f"{folder.name}.predictions.safetensors"


def save(
    path: Path, parts: Mapping[str, Part], taxonomy: Taxonomy, *, model_id: str, digests: Mapping[str, str]
) -> None:
    """Write a file; it appears whole or not at all, and replaces an earlier one.

    Parameters
    ----------
    digests : for each part, the SHA-256 of the files that its texts come from.
    """
    labels = labels_of(taxonomy)
    for part in parts.values():
        check(part, labels)
    metadata = {
        "format_version": FORMAT_VERSION,
        "model_id": model_id,
        "labels": labels,
        "parts": {name: {"ids": part.ids, "digest": digests[name]} for name, part in parts.items()},
    }
    singles = {dimension.id for dimension in taxonomy.dimensions if dimension.kind == "single"}
    tensors = {key: array for name, part in parts.items() for key, array in _tensors(name, part, singles)}
    content = save_tensors(tensors, {_METADATA: json.dumps(metadata, ensure_ascii=False)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(path.parent, path.name) as temporary:
            new = temporary / path.name
            new.write_bytes(content)
            new.replace(path)
    except OSError as error:
        raise UnreadableFileError(path, str(error.strerror)) from error


def add(
    path: Path, parts: Mapping[str, Part], taxonomy: Taxonomy, *, model_id: str, digests: Mapping[str, str]
) -> None:
    """Write parts into a model's file beside those in it; parts of the same name are replaced.

    Where there is no file, it is made.

    Raises
    ------
    PredictionsError : where the file is another model's, or is damaged.
    """
    if not path.exists():
        save(path, parts, taxonomy, model_id=model_id, digests=digests)
        return
    kept = load(path)
    refuse_other_model(path, kept, model_id)
    if kept.labels != labels_of(taxonomy):
        raise PredictionsError(path, "etikettene er ikke modellens", AGAIN)
    save(path, {**kept.parts, **parts}, taxonomy, model_id=model_id, digests={**kept.digests, **digests})


def load(path: Path) -> Kept:
    """Read and check a file.

    Raises
    ------
    PredictionsError : where there is none, or its content does not hang together.
    """
    if not path.is_file():
        raise PredictionsError(path, "fila finnes ikke", AGAIN)
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = json.loads((file.metadata() or {})[_METADATA])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  # no mapping
        if metadata["format_version"] != FORMAT_VERSION:
            raise PredictionsError(path, "den er skrevet i et annet format enn det som leses her", AGAIN)
        return _kept(metadata, tensors)
    except OSError as error:
        raise UnreadableFileError(path, str(error.strerror)) from error
    except (SafetensorError, KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        if isinstance(error, PredictionsError):
            raise
        # The fault's own words could hold content of the file, so only its kind is told.
        raise PredictionsError(path, f"innholdet henger ikke sammen ({type(error).__name__})", AGAIN) from None


def refuse_other_model(path: Path, kept: Kept, model_id: str) -> None:
    """Raise unless what is kept is of the model of that id."""
    if kept.model_id != model_id:
        problem = f"den hører til {kept.model_id}, ikke til {model_id}"
        raise PredictionsError(path, problem, AGAIN)


def labels_of(taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """Return dimension to the ids of its labels."""
    return {dimension.id: dimension.label_ids for dimension in taxonomy.dimensions}


def _tensors(name: str, part: Part, singles: set[str]) -> Iterator[tuple[str, Array]]:
    yield f"{name}/{_GROUPS}/", np.asarray(part.groups, np.int64)
    of_kinds = {_TARGETS: part.targets, _SLICES: part.description, **arrays_of(part.predictions)}
    for kind, arrays in of_kinds.items():
        for key, values in arrays.items():
            if kind == PROBABILITY:
                within = np.clip(values, 0.0, 1.0)
                yield f"{name}/{kind}/{key}", _in_order(within) if key in singles else within.astype(np.float16)
            else:
                yield f"{name}/{kind}/{key}", np.ascontiguousarray(values, np.uint8)


def _in_order(probability: NDArray[np.float64]) -> NDArray[np.float16]:
    """Round to half precision so that the most probable labels stay that, in their order: figures must not change."""
    half = probability.astype(np.float16)
    order = np.argsort(-probability, axis=1, kind="stable")
    rows = np.arange(len(half))
    for place in reversed(range(min(TOP_OF_SINGLE, half.shape[1] - 1))):
        higher, lower = order[:, place], order[:, place + 1]
        above = np.nextafter(half[rows, lower], np.float16(1.0))
        half[rows, higher] = np.maximum(half[rows, higher], above)
    return half


def _kept(metadata: Mapping[str, Any], tensors: Mapping[str, Array]) -> Kept:
    labels = {str(name): tuple(map(str, ids)) for name, ids in metadata["labels"].items()}
    parts = {}
    for name, entry in metadata["parts"].items():
        found: dict[str, dict[str, Array]] = {}
        for key, values in tensors.items():
            of_part, kind, rest = key.split("/", 2)
            if of_part == name:
                found.setdefault(kind, {})[rest] = values
        parts[name] = _part(tuple(entry["ids"]), found)
        check(parts[name], labels)
    if {key.split("/", 1)[0] for key in tensors} != set(parts):
        raise ValueError("parts")
    digests = {name: str(entry["digest"]) for name, entry in metadata["parts"].items()}
    return Kept(str(metadata["model_id"]), digests, labels, parts)


def _part(ids: tuple[str, ...], found: Mapping[str, Mapping[str, Array]]) -> Part:
    if not set(found) <= {_GROUPS, _TARGETS, _SLICES, PROBABILITY, ACCEPTED, IN_SET}:
        raise ValueError("kinds")
    return Part(
        ids,
        _typed(found[_GROUPS][""], np.int64),
        {name: _booleans(values).astype(np.int8) for name, values in found[_TARGETS].items()},
        Predictions(
            {name: _typed(values, np.float16).astype(np.float64) for name, values in found[PROBABILITY].items()},
            {name: _booleans(values) for name, values in found[ACCEPTED].items()},
            {name: _booleans(values) for name, values in found.get(IN_SET, {}).items()},
        ),
        {name: _booleans(values) for name, values in found.get(_SLICES, {}).items()},
    )


def _typed(values: Array, wanted: type[np.generic]) -> Array:
    if values.dtype != wanted:
        raise TypeError("dtype")
    return values


def _booleans(values: Array) -> NDArray[np.bool_]:
    if _typed(values, np.uint8).size and values.max() > 1:
        raise ValueError("booleans")
    return values.astype(bool)
