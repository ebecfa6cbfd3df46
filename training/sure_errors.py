"""Answers that a model was sure of and that are wrong, and the words that led it there."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pobo_nlp.model.heads import columns_of
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.taxonomy import Dimension
from training.kept import Part

SURE = 0.9


@dataclass(frozen=True, slots=True)
class SureError:
    """A wrong label of a text.

    Attributes
    ----------
    right : the labels that an annotator gave the text in this dimension.
    probability : of the wrong label.
    """

    id: str
    dimension: str
    right: tuple[str, ...]
    given: str
    probability: float


def sure_errors(dimension: Dimension, part: Part, *, least: float = SURE) -> Iterator[SureError]:
    """Yield the wrong labels whose probability is above `least`, the surest first."""
    probability, is_true = part.predictions.probability[dimension.id], part.targets[dimension.id] == 1
    texts, labels = np.nonzero((probability > least) & ~is_true)
    for place in np.argsort(-probability[texts, labels], kind="stable"):
        text, label = int(texts[place]), int(labels[place])
        right = tuple(name for name, given in zip(dimension.label_ids, is_true[text], strict=True) if given)
        sure = float(probability[text, label])
        yield SureError(part.ids[text], dimension.id, right, dimension.label_ids[label], sure)


def words_for(scorer: Scorer, text: str, dimension: Dimension, label: str) -> list[str]:
    """Return the words of a text that speak most for a label, the strongest first; at most six of them.

    Parameters
    ----------
    dimension : a predicted one.
    """
    output = columns_of(scorer.taxonomy)[dimension.id].start + dimension.label_ids.index(label)
    evidence = scorer.explain(text).evidence_for(output)
    return [text[span.start : span.end] for span in evidence if span.weight > 0]
