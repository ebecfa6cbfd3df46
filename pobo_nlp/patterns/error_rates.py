"""How often a model takes one label for another, measured on texts that it had not seen.

`error_rates.json` lies in the model's folder. For a dimension with one label a text, it holds how many texts of each
true label got which suggestion; for one with several, the same for each label by itself, with two states: not given
and given. `natural` counts the texts as the office meets them, and its rows add up to the number of texts that are
worth as much (Kish 1965); `texts` counts each text as one. `pairs` counts the texts with two labels of two dimensions:
truly and given, given alone, truly alone. `share` is the share of the office's texts that have each label. What
`natural` counts is steadied by what else is known of a text and of other labels (`training/steadied.py`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.errors import ErrorRatesError, UnreadableFileError
from pobo_nlp.model.manifest import ERROR_RATES
from pobo_nlp.taxonomy import Dimension, Taxonomy

FORMAT_VERSION = 2
Floats = NDArray[np.float64]
# Texts that are taken to have been seen of every true label besides those that were: what was never confused in a
# hundred texts may be in a thousand.
PRIOR_TEXTS = 1.0
LEAST_SHARE = 1e-4
# Two labels together are rare, so that their rates lean on those of the labels by themselves: by so many texts that
# have both, and so many that do not.
PAIR_TEXTS, OTHER_TEXTS = 10.0, 300.0


@dataclass(frozen=True)
class ErrorRates:
    """Texts by true label and suggestion.

    Attributes
    ----------
    model : id of the model that they were measured on.
    n_texts : that they were measured on.
    texts : dimension to counts. Single: shape (n_labels, n_labels), true label and suggested. Multi: shape
        (n_labels, 2, 2), for each label whether it is true and whether it was suggested.
    pairs : two dimensions to counts of the same kind for each pair of their labels: shape (n_labels * n_labels, 2, 2).
    share : dimension to the share of the texts that have each label, as the office meets them: shape (n_labels,).
    """

    model: str
    n_texts: int
    texts: Mapping[str, Floats]
    pairs: Mapping[tuple[str, str], Floats] = field(default_factory=dict)
    share: Mapping[str, Floats] = field(default_factory=dict)

    def knows(self, *dimensions: str) -> bool:
        """Return whether the errors of a dimension, or of a pair of them, are known."""
        return dimensions[0] in self.texts if len(dimensions) == 1 else dimensions in self.pairs

    def rates(self, *dimensions: str, random: np.random.Generator | None = None) -> Floats:
        """Return the share of each suggestion among the texts of a true label.

        Parameters
        ----------
        dimensions : one or two.
        random : for rates as they could be as well, given how few texts they were measured on (Dirichlet).

        Returns
        -------
        Shape (n_batches, n_states, n_given): the last axis adds up to 1. One batch for the labels of a single
        dimension, else one for each label or pair of labels.
        """
        if len(dimensions) == 1:
            texts = _smoothed(self.texts[dimensions[0]])
        else:
            texts = self.pairs[dimensions[0], dimensions[1]]
        found = texts if random is None else random.standard_gamma(texts)
        found = found if found.ndim == 3 else found[None]
        return np.asarray(found / found.sum(axis=-1, keepdims=True))

    def mix(self, *dimensions: str) -> Floats | None:
        """Return the share of each true state at the office, shape (n_batches, n_states); None where not known."""
        if len(dimensions) == 2:
            in_state = self.pairs[dimensions[0], dimensions[1]].sum(axis=-1)
            return np.asarray(in_state / in_state.sum(axis=-1, keepdims=True))
        share = self.share.get(dimensions[0])
        if share is None:
            return None
        return share[None] if self.texts[dimensions[0]].ndim == 2 else np.stack([1 - share, share], axis=-1)


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
        if not isinstance(entries, dict):
            raise TypeError("dimensions")
        texts = {
            dimension.id: _texts(path, dimension, entries[dimension.id])
            for dimension in taxonomy.dimensions
            if dimension.id in entries
        }
        pairs = dict(_pairs(taxonomy, texts, content["pairs"], float(content["n_natural"])))
        share = {name: _share(entries[name], len(counts)) for name, counts in texts.items()}
        return ErrorRates(str(content["model"]), int(content["n_texts"]), texts, pairs, share)
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


def _share(entry: Mapping[str, object], n_labels: int) -> Floats:
    """Return the shares that a file tells, none of them so near to none or all that nothing could move it."""
    share = np.array(entry["share"], np.float64)
    if share.shape != (n_labels,) or not ((share >= 0) & (share <= 1)).all():
        raise ValueError("share")
    share = share.clip(LEAST_SHARE, 1 - LEAST_SHARE)
    return np.asarray(share / share.sum() if entry["kind"] == "single" else share)


def _pairs(
    taxonomy: Taxonomy, texts: Mapping[str, Floats], entries: Sequence[Mapping[str, object]], n_texts: float
) -> Iterator[tuple[tuple[str, str], Floats]]:
    for entry in entries:
        names = entry["dimensions"]
        if not isinstance(names, list) or any(name not in texts for name in names):
            continue
        first, second = (taxonomy.dimension(name) for name in names)
        counts = np.array(entry["natural"], np.float64)
        if counts.shape != (3, len(first.labels), len(second.labels)):
            raise ValueError("shape")
        found = _with_margins(counts, _hits(first, texts), _hits(second, texts), n_texts)
        yield (first.id, second.id), found
        flipped = found.reshape(len(first.labels), len(second.labels), 2, 2).swapaxes(0, 1).reshape(-1, 2, 2)
        yield (second.id, first.id), flipped


def _hits(dimension: Dimension, texts: Mapping[str, Floats]) -> Floats:
    """Return the share of the texts of each label that got it."""
    counts = _smoothed(texts[dimension.id])
    if dimension.kind == "single":
        return np.asarray(counts.diagonal() / counts.sum(axis=1))
    return np.asarray(counts[:, 1, 1] / counts[:, 1].sum(axis=-1))


def _with_margins(counts: Floats, first: Floats, second: Floats, n_texts: float) -> Floats:
    """Return counts of shape (n_pairs, 2, 2): is true, is given; smoothed by what the single labels tell."""
    hit, extra, missed = counts
    true = hit + missed
    # How much oftener both are found than if errors came independently of each other.
    together = hit.sum() / max((true * np.outer(first, second)).sum(), 1e-9)
    found = np.minimum(np.outer(first, second) * together, 0.99)
    given = hit + extra
    by_chance = np.outer(given.sum(axis=1), given.sum(axis=0)) / max(given.sum(), 1e-9)
    extra_by_chance = by_chance * extra.sum() / max(given.sum(), 1e-9) / n_texts
    smoothed = np.empty((*hit.shape, 2, 2))
    smoothed[..., 1, 1] = hit + PAIR_TEXTS * found
    smoothed[..., 1, 0] = missed + PAIR_TEXTS * (1 - found)
    smoothed[..., 0, 1] = extra + OTHER_TEXTS * extra_by_chance + 1e-3
    smoothed[..., 0, 0] = np.maximum(n_texts - true - extra, 1.0) + OTHER_TEXTS * (1 - extra_by_chance)
    return smoothed.reshape(-1, 2, 2)
