"""A model on disk: JSON, safetensors and plain text, so that loading it cannot run code.

manifest.json       format version, what each output means, thresholds, calibration, and the hash of every other file
weights.safetensors coefficients (float16), intercepts, inverse document frequencies, context of the rerankers
vocabulary.json     lemmas, pairs of lemmas and character n-grams, in the order of the coefficients
lemmas.json         lemma to its forms
taxonomy.toml       the label scheme it was trained for
metrics.json, MODEL_CARD.md   what it was measured to be
error_rates.json    how often it takes one label for another; a model may lack it
manifest.sig        signature of the manifest; a model may lack it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.features import FeatureSpace
from pobo_nlp.model.heads import Calibration, Reranker
from pobo_nlp.taxonomy import Taxonomy

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
