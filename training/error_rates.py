"""Counts how often a model takes one label for another, on the texts that it was judged on without having seen them."""

from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.errors import PredictionsError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.artefact_writer import write_reports
from pobo_nlp.model.manifest import ERROR_RATES
from pobo_nlp.model.strict_json import as_json
from pobo_nlp.patterns.error_rates import FORMAT_VERSION
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.kept import CROSS_VALIDATION, DEV, Part
from training.natural_mix import natural_weights
from training.predictions import AGAIN, predictions_path, refuse_other_model
from training.predictions import load as load_predictions
from training.steadied import balanced, evened, likely

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DECIMALS, SHARE_DECIMALS = 3, 6


def write_error_rates(model: Path) -> str:
    """Write the error rates of a saved model into its folder; the model and its id stay what they were.

    Returns
    -------
    The model's id.

    Raises
    ------
    PredictionsError : where what the model said of unseen texts is missing or another model's.
    """
    loaded, path = load(model), predictions_path(model)
    kept = load_predictions(path)
    refuse_other_model(path, kept, loaded.id)
    name = next((name for name in (CROSS_VALIDATION, DEV) if name in kept.parts), None)
    if name is None:
        raise PredictionsError(path, "svar på tekster som modellen ikke har sett, mangler", AGAIN)
    content = error_rates(kept.parts[name], loaded.artefact.taxonomy, model_id=loaded.id, name=name)
    write_reports(model, {ERROR_RATES: as_json(content, indent=None)})
    return loaded.id


def error_rates(part: Part, taxonomy: Taxonomy, *, model_id: str, name: str) -> dict[str, object]:
    """Return what `error_rates.json` holds.

    Parameters
    ----------
    part : answers to texts that the model has not seen; in-sample answers give rates that are far too low.
    name : of the part.
    """
    weights = natural_weights(part.targets, taxonomy)
    return {
        "format_version": FORMAT_VERSION,
        "model": model_id,
        "part": name,
        "n_texts": len(part),
        "dimensions": {
            dimension.id: {
                "kind": dimension.kind,
                "labels": list(dimension.label_ids),
                "texts": _texts(part, dimension).astype(np.int64).tolist(),
                "natural": _worth(part, dimension, weights).round(DECIMALS).tolist(),
                "share": (weights @ part.targets[dimension.id] / weights.sum()).round(SHARE_DECIMALS).tolist(),
            }
            for dimension in taxonomy.dimensions
        },
        "pairs": [
            {
                "dimensions": [first.id, second.id],
                "natural": _pairs(part, first, second, weights).round(DECIMALS).tolist(),
            }
            for first, second in combinations(taxonomy.dimensions, 2)
            if first not in taxonomy.path(second) and second not in taxonomy.path(first)
        ],
        "n_natural": round(float(weights.sum() ** 2 / (weights**2).sum()), DECIMALS),
    }


def _pairs(part: Part, first: Dimension, second: Dimension, weights: Floats) -> Floats:
    """Return weighted counts of texts with both labels: truly and given, given alone, truly alone.

    Returns
    -------
    Shape (3, n_labels, n_labels); a text weighs so much that all of them are as many as they are worth.
    """
    scaled = (weights * weights.sum() / (weights**2).sum())[:, None]
    true = [part.targets[dimension.id] == 1 for dimension in (first, second)]
    given = [_given(part, dimension) for dimension in (first, second)]
    both = (scaled * (true[0] & given[0])).T @ (true[1] & given[1])
    return np.stack([both, (scaled * given[0]).T @ given[1] - both, (scaled * true[0]).T @ true[1] - both]).clip(0.0)


def _given(part: Part, dimension: Dimension) -> Bools:
    if dimension.kind == "multi":
        return part.predictions.accepted[dimension.id]
    # The batch names the most probable label of every text that can be read, whether accepted or not.
    best = part.predictions.probability[dimension.id].argmax(axis=1)
    return np.asarray(np.arange(len(dimension.labels)) == best[:, None])


def _texts(part: Part, dimension: Dimension) -> Floats:
    is_true = (part.targets[dimension.id] == 1).astype(np.float64)
    return _counted(is_true, _given(part, dimension), np.ones(len(part)), dimension)


def _worth(part: Part, dimension: Dimension, weights: Floats) -> Floats:
    """Return weighted counts, steadied, of which each row adds up to the number of texts it is worth."""
    truth = likely(part.targets[dimension.id] == 1, part.predictions.probability[dimension.id], weights)
    given = _given(part, dimension)
    summed, squares = _counted(truth, given, weights, dimension), _counted(truth, given, weights**2, dimension)
    extra, missed = weights**2 @ ((1 - truth) ** 2 * given), weights**2 @ (truth**2 * ~given)
    is_single = dimension.kind == "single"
    found = evened(summed, extra + missed) if is_single else balanced(summed, extra, missed)
    total = summed.sum(axis=-1, keepdims=True)
    scale = np.divide(total, squares.sum(axis=-1, keepdims=True), out=np.zeros_like(total), where=total > 0)
    return np.asarray(found * scale)


def _counted(truth: Floats, given: Bools, weights: Floats, dimension: Dimension) -> Floats:
    """Return how many texts have each true label, or have each or not, by what was given."""
    if dimension.kind == "single":
        return np.asarray((weights[:, None] * truth).T @ given)
    states = ((1 - truth, truth), (1.0 - given, given))
    return np.stack([[weights @ (one * other) for other in states[1]] for one in states[0]]).transpose(2, 0, 1)
