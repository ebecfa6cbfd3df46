"""Writes down what a model answered to texts it had not seen, and what they were like: what drift is measured against.

Labels and "needs a person" are those of the predictions that the model was judged on. Of the words of a text, those
count as unknown that the model would not know had it not been trained on that text and the others of its group.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.errors import PredictionsError
from pobo_nlp.model.artefact_writer import write_reports
from pobo_nlp.model.manifest import DRIFT_REFERENCE
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.strict_json import as_json
from pobo_nlp.patterns.drift import FORMAT_VERSION, LANGUAGES
from pobo_nlp.patterns.vectors import CaseVectors, VectorReader
from pobo_nlp.taxonomy import Taxonomy
from training.kept import CROSS_VALIDATION, DEV, Part
from training.natural_mix import natural_weights
from training.predictions import AGAIN, predictions_path, refuse_other_model
from training.predictions import load as load_predictions

Floats = NDArray[np.float64]
DECIMALS = 5
# A word is a feature of the model when so many inquiries have it.
MIN_INQUIRIES = 3


def write_drift_reference(model: Path, texts: Mapping[str, str]) -> str:
    """Write the reference of a saved model into its folder; the model and its id stay what they were.

    Parameters
    ----------
    texts : of the inquiries that it was judged on, by id.

    Returns
    -------
    The model's id.

    Raises
    ------
    PredictionsError : where what the model said of unseen texts is missing or another model's.
    """
    scorer, path = Scorer.load(model), predictions_path(model)
    kept = load_predictions(path)
    refuse_other_model(path, kept, scorer.model_id)
    name = next((name for name in (CROSS_VALIDATION, DEV) if name in kept.parts), None)
    if name is None:
        raise PredictionsError(path, "svar på tekster som modellen ikke har sett, mangler", AGAIN)
    part = kept.parts[name]
    if not set(part.ids) <= set(texts):
        raise PredictionsError(path, "den gjelder andre tekster enn de annoterte", AGAIN)
    content = drift_reference(part, [texts[one] for one in part.ids], scorer, was_trained_on=name == CROSS_VALIDATION)
    write_reports(model, {DRIFT_REFERENCE: as_json(content, indent=1)})
    return scorer.model_id


def drift_reference(part: Part, texts: Sequence[str], scorer: Scorer, *, was_trained_on: bool) -> dict[str, object]:
    """Return what `drift_reference.json` holds.

    Parameters
    ----------
    part : answers to texts that the model has not seen.
    texts : of `part`.
    was_trained_on : whether the model has been trained on them since.
    """
    taxonomy = scorer.taxonomy
    weights = natural_weights(part.targets, taxonomy)
    weights = weights / weights.sum()
    reader = VectorReader(scorer)
    reader(np.arange(len(texts)), texts)
    vectors = reader.vectors()
    unknown = _unknown(vectors, part.groups) if was_trained_on else vectors.unknown.astype(np.float64)
    has_words = ~np.isnan(unknown)
    malform = np.array(scorer.scores(texts).malform)
    return {
        "format_version": FORMAT_VERSION,
        "model": scorer.model_id,
        "n_texts": len(part),
        "labels": {name: _rounded(weights @ given, names) for name, names, given in _given(part, taxonomy)},
        "review": round(float(weights @ _needs_person(part, taxonomy)), DECIMALS),
        "unknown": round(float(np.average(unknown[has_words], weights=weights[has_words])), DECIMALS),
        "languages": {name: round(float(weights @ (malform == name)), DECIMALS) for name in LANGUAGES},
    }


def _given(part: Part, taxonomy: Taxonomy) -> list[tuple[str, tuple[str, ...], Floats]]:
    """Return the labels that a batch names: the most probable one, or those that are accepted."""
    found = []
    for one in taxonomy.dimensions:
        if one.kind == "multi":
            given = part.predictions.accepted[one.id].astype(np.float64)
        else:
            given = np.eye(len(one.labels))[part.predictions.probability[one.id].argmax(axis=1)]
        found.append((one.id, one.label_ids, given))
    return found


def _rounded(shares: Floats, names: Sequence[str]) -> dict[str, float]:
    return {name: round(float(share), DECIMALS) for name, share in zip(names, shares, strict=True)}


def _needs_person(part: Part, taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Return which texts have a dimension that no label is accepted in, at any level."""
    needs = np.zeros(len(part), np.bool_)
    for one in taxonomy.predicted:
        if one.kind == "single":
            needs |= ~np.any([part.predictions.accepted[step.id].any(axis=1) for step in taxonomy.path(one)], axis=0)
    return needs


def _unknown(vectors: CaseVectors, groups: NDArray[np.int64]) -> Floats:
    """Return the share of unknown words of each text, had the model not seen its group."""
    is_word = np.array([" " not in word for word in vectors.words])
    has = csr_array(vectors.matrix[:, np.flatnonzero(is_word)]).astype(np.bool_).astype(np.float64)
    _, group = np.unique(groups, return_inverse=True)
    of_group = csr_array((np.ones(len(group)), (group, np.arange(len(group)))))
    own = csr_array((of_group @ has)[group])
    total = np.asarray(has.sum(axis=0)).ravel()
    others = csr_array(own.multiply(has))
    others.data = np.asarray(total[others.indices] - others.data < MIN_INQUIRIES, dtype=np.float64)
    lost = np.asarray(others.sum(axis=1)).ravel() / np.maximum(np.diff(has.indptr), 1)
    return np.asarray(vectors.unknown + (1 - vectors.unknown) * lost, np.float64)
