"""Reading, probabilities and evidence become one `Suggestion`."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact import Artefact
from pobo_nlp.model.decisions import accepted_dimensions, in_prediction_set, listed_in_multi, listed_in_single
from pobo_nlp.model.explanation import Explanation
from pobo_nlp.model.heads import columns_of
from pobo_nlp.model.reading import Reading
from pobo_nlp.suggestion import Evidence, LabelSuggestion, Review, Suggestion
from pobo_nlp.taxonomy import Dimension, Taxonomy

Row = NDArray[np.float64]


def assemble(
    inquiry_id: str,
    reading: Reading,
    probability: Mapping[str, Row],
    explanation: Explanation | None,
    *,
    artefact: Artefact,
    model_id: str,
) -> Suggestion:
    """Return the suggestion for one text.

    Parameters
    ----------
    probability : dimension to shape (n_labels,), parents included.
    explanation : where evidence is wanted.
    """
    taxonomy = artefact.taxonomy
    deepest = (
        dict.fromkeys((d.id for d in taxonomy.predicted if d.kind == "single"), None)
        if reading.doubts
        else accepted_dimensions(taxonomy, probability, artefact.thresholds)
    )
    review: tuple[Review, ...] = reading.doubts
    if not review and None in deepest.values():
        review = ("low_probability",)
    return Suggestion(
        id=inquiry_id,
        model=model_id,
        malform=reading.malform,
        suggestions={
            dimension.id: _labels(dimension, reading, probability, deepest, explanation, artefact)
            if reading.is_readable
            else ()
            for dimension in taxonomy.dimensions
        },
        settled={name: where for name, where in deepest.items() if taxonomy.dimension(name).parent},
        review=review,
        prediction_sets={
            dimension.id: _prediction_set(dimension, reading, probability, artefact)
            for dimension in taxonomy.dimensions
            if dimension.kind == "single"
        },
        probabilities={
            dimension.id: dict(zip(dimension.label_ids, probability[dimension.id].tolist(), strict=True))
            for dimension in taxonomy.dimensions
        },
    )


def _labels(
    dimension: Dimension,
    reading: Reading,
    probability: Mapping[str, Row],
    deepest: Mapping[str, str | None],
    explanation: Explanation | None,
    artefact: Artefact,
) -> tuple[LabelSuggestion, ...]:
    values, threshold = probability[dimension.id], artefact.thresholds[dimension.id]
    if dimension.kind == "multi":
        places = listed_in_multi(values, threshold)
        accepted = [not reading.doubts and bool(values[place] >= threshold[place]) for place in places]
    else:
        places = listed_in_single(values)
        accepted = [place == places[0] and _is_settled(dimension, deepest, artefact.taxonomy) for place in places]
    return tuple(
        LabelSuggestion(
            dimension.labels[place].id,
            float(values[place]),
            is_accepted,
            _evidence(dimension, place, probability, explanation, artefact.taxonomy) if explanation else (),
        )
        for place, is_accepted in zip(places, accepted, strict=True)
    )


def _prediction_set(
    dimension: Dimension, reading: Reading, probability: Mapping[str, Row], artefact: Artefact
) -> tuple[str, ...]:
    """Return the labels of the prediction set, most probable first; none where nothing is promised for the text."""
    if reading.doubts:
        return ()
    values = probability[dimension.id]
    is_in = in_prediction_set(values, artefact.set_thresholds[dimension.id])
    return tuple(dimension.labels[place].id for place in np.argsort(-values, kind="stable") if is_in[place])


def _is_settled(dimension: Dimension, deepest: Mapping[str, str | None], taxonomy: Taxonomy) -> bool:
    """Return whether this dimension, or one below it in the hierarchy, is the deepest accepted one."""
    for name, settled in deepest.items():
        path = [step.id for step in taxonomy.path(taxonomy.dimension(name))]
        if settled is not None and dimension.id in path[path.index(settled) :]:
            return True
    return False


def _evidence(
    dimension: Dimension,
    place: int,
    probability: Mapping[str, Row],
    explanation: Explanation,
    taxonomy: Taxonomy,
) -> tuple[Evidence, ...]:
    """Return what speaks for a label; for a parent's label, what speaks for its most probable child."""
    columns = columns_of(taxonomy)
    while dimension.id not in columns:
        label_id = dimension.labels[place].id
        dimension = next(child for child in taxonomy.dimensions if child.parent == dimension.id)
        of_label = np.array([child.parent == label_id for child in dimension.labels])
        if not of_label.any():
            return ()
        place = int(np.where(of_label, probability[dimension.id], -1.0).argmax())
    return explanation.evidence_for(columns[dimension.id].start + place)
