"""Whether suggestions depend on who a text is about: the same texts with other details, and with none."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.scores import Scores
from pobo_nlp.taxonomy import Dimension
from pobo_nlp.text.masking import identifier_spans, mask
from training.annotations import Annotation
from training.corpus import targets_of
from training.evaluate import main_figure
from training.exchange import MASKED_PERSON, Exchange
from training.intervals import Bootstrap, ratio
from training.judge import TestFile

Floats = NDArray[np.float64]
# Half a percentage point.
MOST = 0.005
# What it has to hold for; the rest is told.
REQUIRED_OF = frozenset({"tjenesteomrade", "arsak"})
ALL_FILES = "all"
# What is compared with what: name of the changed texts to that of the texts as they were.
COMPARED = {
    "masked": "as_written",
    "identifiers_exchanged": "as_written",
    "places_exchanged": "as_written",
    "all_exchanged": "as_written",
    "signed": "signed_masked",
    "signed_in_lower_case": "other_in_lower_case",
    "located": "located_elsewhere",
}


def invariance(scorer: Scorer, tests: Mapping[str, TestFile], *, samples: int, seed: int) -> dict[str, object]:
    """Return how much the main figure of each dimension differs when the details of the texts do.

    Most texts of the corpus have no details. "Signed" texts have all got those of somebody at their end, against
    placeholders; in lower case, where names are harder to find, against those of somebody else; "located" ones a
    municipality, against another one.

    Parameters
    ----------
    tests : name of a test file to its texts.
    samples : bootstrap samples behind an interval.
    """
    exchange = Exchange(seed)
    parts = {name: file.rows for name, file in tests.items()}
    parts[ALL_FILES] = [row for file in tests.values() for row in file.rows]
    files = {name: _of_rows(scorer, rows, exchange, samples=samples, seed=seed) for name, rows in parts.items() if rows}
    return {"at_most": MOST, "files": files}


def variants_of(texts: Sequence[str], exchange: Exchange) -> dict[str, list[str]]:
    """Return the same texts with their details in each of the ways that are compared."""
    exchanged = [exchange.identifiers(text) for text in texts]
    return {
        "as_written": list(texts),
        "masked": [mask(text).text for text in texts],
        "identifiers_exchanged": exchanged,
        "places_exchanged": [exchange.places(text) for text in texts],
        "all_exchanged": [exchange.places(text) for text in exchanged],
        "signed": [text + exchange.person().signature for text in texts],
        "signed_masked": [text + MASKED_PERSON.signature for text in texts],
        "signed_in_lower_case": [text + exchange.person().signature.lower() for text in texts],
        "other_in_lower_case": [text + exchange.person().signature.lower() for text in texts],
        "located": [text + exchange.person().whereabouts for text in texts],
        "located_elsewhere": [text + exchange.person().whereabouts for text in texts],
    }


def _of_rows(
    scorer: Scorer, rows: Sequence[Annotation], exchange: Exchange, *, samples: int, seed: int
) -> dict[str, object]:
    texts = [row.text for row in rows]
    _, groups = np.unique([row.group for row in rows], return_inverse=True)
    bootstrap = Bootstrap(groups.astype(np.int64), samples=samples, seed=seed)
    variants = variants_of(texts, exchange)
    scores = {name: scorer.scores(changed) for name, changed in variants.items()}
    targets = targets_of(rows, scorer.taxonomy)
    return {
        "texts": len(texts),
        "texts_with_identifier": sum(bool(identifier_spans(text)) for text in texts),
        "texts_changed": {
            name: sum(one != other for one, other in zip(variants[name], variants[before], strict=True))
            for name, before in COMPARED.items()
        },
        "dimensions": {
            dimension.id: _compared(dimension, scores, targets[dimension.id], bootstrap)
            for dimension in scorer.taxonomy.predicted
        },
    }


def _compared(
    dimension: Dimension, scores: Mapping[str, Scores], target: NDArray[np.int8], bootstrap: Bootstrap
) -> dict[str, Any]:
    counts = {name: _counts(dimension, of_variant, target) for name, of_variant in scores.items()}

    def figure(name: str, weights: Floats) -> Floats:
        hits, of = counts[name]
        return ratio(weights @ hits, weights @ of)

    differences = {}
    for name, before in COMPARED.items():
        found = bootstrap.interval(
            lambda weights, name=name, before=before: figure(name, weights) - figure(before, weights)  # type: ignore[misc]
        )
        is_required = dimension.id in REQUIRED_OF
        differences[name] = {**found, "met": abs(found["value"]) < MOST, "is_required": is_required}
    return {
        "figure": main_figure(dimension),
        "as_written": bootstrap.interval(lambda weights: figure("as_written", weights)),
        "differences": differences,
    }


def _counts(dimension: Dimension, scores: Scores, target: NDArray[np.int8]) -> tuple[Floats, Floats]:
    """Return what the main figure divides, for each text: top-1 accuracy (single) or micro-F1 (multi)."""
    right = target.astype(float)
    if dimension.kind == "single":
        best = scores.probability[dimension.id].argmax(axis=1)
        return (best == right.argmax(axis=1)).astype(float), np.ones(len(best))
    given = scores.accepted[dimension.id].astype(float)
    return 2 * (given * right).sum(axis=1), given.sum(axis=1) + right.sum(axis=1)
