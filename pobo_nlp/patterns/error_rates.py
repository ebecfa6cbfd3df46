"""How often a model takes one label for another, measured on texts that it had not seen.

`error_rates.json` lies in the model's folder. For a dimension with one label a text, it holds how many texts of each
true label got which suggestion; for one with several, the same for each label by itself, with two states: not given
and given. `natural` counts the texts as the office meets them, and its rows add up to the number of texts that are
worth as much (Kish 1965); `texts` counts each text as one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.errors import ErrorRatesError, UnreadableFileError
from pobo_nlp.model.manifest import ERROR_RATES
from pobo_nlp.taxonomy import Dimension, Taxonomy

FORMAT_VERSION = 1
Floats = NDArray[np.float64]
# Texts that are taken to have been seen of every true label besides those that were: what was never confused in a
# hundred texts may be in a thousand.
PRIOR_TEXTS = 1.0


@dataclass(frozen=True)
class ErrorRates:
    """Texts by true label and suggestion.

    Attributes
    ----------
    model : id of the model that they were measured on.
    n_texts : that they were measured on.
    texts : dimension to counts. Single: shape (n_labels, n_labels), true label and suggested. Multi: shape
        (n_labels, 2, 2), for each label whether it is true and whether it was suggested.
    """

    model: str
    n_texts: int
    texts: Mapping[str, Floats]

    def rates(self, dimension: str) -> Floats:
        """Return the share of each suggestion among the texts of a true label; the last axis adds up to 1."""
        smoothed = _smoothed(self.texts[dimension])
        return np.asarray(smoothed / smoothed.sum(axis=-1, keepdims=True))

    def drawn(self, dimension: str, random: np.random.Generator) -> Floats:
        """Return rates as they could be as well, given how few texts they were measured on (Dirichlet)."""
        drawn = random.standard_gamma(_smoothed(self.texts[dimension]))
        return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))

    def fits(self, dimension: Dimension) -> bool:
        """Return whether the errors of a dimension are known."""
        return dimension.id in self.texts


def _smoothed(texts: Floats) -> Floats:
    of_suggestion = texts.sum(axis=-2, keepdims=True) + PRIOR_TEXTS / texts.shape[-1]
    return np.asarray(texts + PRIOR_TEXTS * of_suggestion / of_suggestion.sum(axis=-1, keepdims=True))


def find_error_rates(model: Path, taxonomy: Taxonomy) -> ErrorRates | None:
    """Return the error rates of a model; None where its folder has none.

    Raises
    ------
    ErrorRatesError : where the file is damaged, or is about other labels.
    """
    path = model / ERROR_RATES
    return read_error_rates(path, taxonomy) if path.is_file() else None


def read_error_rates(path: Path, taxonomy: Taxonomy) -> ErrorRates:
    """Read a file; dimensions that the scheme does not have are left out."""
    try:
        content = json.loads(path.read_bytes())
        if content["format_version"] != FORMAT_VERSION:
            raise ErrorRatesError(path, "den er skrevet i et annet format enn det som leses her")
        entries = content["dimensions"]
        texts = {
            dimension.id: _texts(path, dimension, entries[dimension.id])
            for dimension in taxonomy.dimensions
            if dimension.id in entries
        }
        return ErrorRates(str(content["model"]), int(content["n_texts"]), texts)
    except OSError as error:
        raise UnreadableFileError(path, str(error.strerror)) from error
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        if isinstance(error, ErrorRatesError):
            raise
        raise ErrorRatesError(path, f"innholdet henger ikke sammen ({type(error).__name__})") from None


def _texts(path: Path, dimension: Dimension, entry: Mapping[str, object]) -> Floats:
    if entry["labels"] != list(dimension.label_ids):
        raise ErrorRatesError(path, f"etikettene for «{dimension.id}» er ikke etikettskjemaets")
    texts = np.array(entry["natural"], np.float64)
    n_labels = len(dimension.labels)
    if texts.shape != ((n_labels, n_labels) if dimension.kind == "single" else (n_labels, 2, 2)):
        raise ValueError("shape")
    if not (np.isfinite(texts).all() and (texts >= 0).all()):
        raise ValueError("counts")
    return texts
