"""What must hold of a model that was read, beyond that its files are whole: else it would hang or answer nonsense."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact import CONTEXT, Artefact
from pobo_nlp.model.features import NEAR, FeatureSpace
from pobo_nlp.model.manifest import CHECKSUM
from pobo_nlp.model.strict_json import string
from pobo_nlp.taxonomy import Dimension, Taxonomy

# Time and memory of scoring grow with these; the shipped model has 5, 1, 3 and 100 000.
MAX_NGRAM, MAX_REACH, MAX_MIN_WORDS, MAX_MAX_CHARS = 40, 20, 10_000, 10_000_000
# Far above what training gives, and far below where sums of products become infinite.
MAX_WEIGHT, MAX_VALUE = 1e3, 1e6
MAX_NAME_CHARS = 200
_KEYS = {
    "format_version",
    "name",
    "taxonomy_version",
    "features",
    "limits",
    "dimensions",
    "files",
    "provenance",
    CHECKSUM,
}
_TYPES = {"coefficients": np.float16, "intercept": np.float64, "idf": np.float64}


def check_names(
    manifest: Mapping[str, object],
    dimensions: Mapping[str, Mapping[str, object]],
    tensors: Mapping[str, NDArray[np.floating]],
    taxonomy: Taxonomy,
) -> None:
    """Raise ValueError where manifest, arrays and label scheme speak of different things."""
    name = string(manifest["name"])
    if not 0 < len(name) <= MAX_NAME_CHARS or not name.isprintable():
        raise ValueError("name")
    if set(manifest) != _KEYS or manifest["taxonomy_version"] != taxonomy.version:
        raise ValueError("manifest")
    if set(dimensions) != {dimension.id for dimension in taxonomy.dimensions}:
        raise ValueError("dimensions")
    rerankers = set()
    for dimension in taxonomy.dimensions:
        entry = dimensions[dimension.id]
        if entry["labels"] != list(dimension.label_ids) or not set(entry) <= _entry_keys(dimension, taxonomy):
            raise ValueError("labels")
        rerankers |= {dimension.id} if "reranker" in entry else set()
    types = {**_TYPES, **{f"{CONTEXT}{dimension}": np.float64 for dimension in rerankers}}
    if {name: array.dtype for name, array in tensors.items()} != types:
        raise ValueError("arrays")


def _entry_keys(dimension: Dimension, taxonomy: Taxonomy) -> set[str]:
    keys = {"labels", "thresholds"}
    keys |= {"set_thresholds"} if dimension.kind == "single" else set()
    return keys | ({"scale", "shift", "reranker"} if dimension in taxonomy.predicted else set())


def check_terms(space: FeatureSpace) -> None:
    """Raise ValueError where a feature could never be met, or be two at once."""
    shortest, longest = space.char_range
    if shortest > longest or not space.n_features:
        raise ValueError("features")
    for terms in (space.word_terms, space.char_terms):
        # The keys of characters (`text.keys`) hold for all but NUL.
        if len(set(terms)) < len(terms) or any("\0" in term or not term for term in terms):
            raise ValueError("terms")
    if any(len(term) > longest and len(term) >= shortest for term in space.char_terms):
        raise ValueError("char terms")
    if not all(map(_is_word_term, space.word_terms)):
        raise ValueError("word terms")


def _is_word_term(term: str) -> bool:
    lemmas: Sequence[str] = term.split(NEAR) if NEAR in term else term.split(" ")
    return len(lemmas) <= 2 and all(lemma and " " not in lemma for lemma in lemmas)


def check_arrays(artefact: Artefact) -> None:
    """Raise ValueError where an array has another shape than the labels and features ask for, or wild values."""
    n_features = artefact.features.n_features
    n_outputs = sum(len(dimension.labels) for dimension in artefact.taxonomy.predicted)
    _check(artefact.coefficients, n_features, n_outputs)
    _check(artefact.intercept, n_outputs)
    _check(artefact.features.idf, n_features, highest=MAX_WEIGHT)
    for dimension in artefact.taxonomy.dimensions:
        n_labels, name = len(dimension.labels), dimension.id
        if artefact.thresholds[name].shape != (n_labels,):
            raise ValueError("thresholds")
        if name in artefact.set_thresholds:
            _check(artefact.set_thresholds[name], n_labels)
        if name in artefact.calibrations:
            _check(artefact.calibrations[name].scale, n_labels)
            _check(artefact.calibrations[name].shift, n_labels)
        if name in artefact.rerankers:
            _check(artefact.rerankers[name].scale, n_labels)
            _check(artefact.rerankers[name].shift, n_labels)
            _check(artefact.rerankers[name].context, n_outputs, n_labels)


def _check(array: NDArray[np.floating], *shape: int, highest: float = MAX_VALUE) -> None:
    # NaN is not below anything.
    if array.shape != shape or not (np.abs(array) <= highest).all():
        raise ValueError("array")
