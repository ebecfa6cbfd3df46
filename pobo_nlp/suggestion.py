"""What is suggested."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pobo_nlp.errors import UnknownLabelError

Malform = Literal["nb", "nn", "other"]
Review = Literal[
    "empty",
    "too_short",
    "too_long",
    "control_characters",
    "language_not_supported",
    "low_probability",
]


class Evidence(NamedTuple):
    """A span of the original text, and what it adds to the label's logit before calibration."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class LabelSuggestion:
    """A label, how probable it is, and whether it passes its threshold.

    Attributes
    ----------
    probability : calibrated, in [0, 1].
    evidence : the spans that speak most for it, strongest first, then the one that speaks most against it, with a
        negative weight. At most eight words together.
    """

    label: str
    probability: float
    accepted: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """All that is suggested for one inquiry.

    Attributes
    ----------
    model : name and hash of the model, `name@hash8`.
    suggestions : dimension to labels: the top three of a single dimension; of a multi dimension those with at least
        half of their threshold, accepted ones first. Empty for a text that cannot be read (no words, another
        language): there is nothing to suggest then.
    settled : predicted dimension of each hierarchy to the deepest dimension whose label is accepted, or None.
    prediction_sets : single dimension to the labels that may be right, most probable first: for the texts of every
        label, the right one is among them as often as the model promises. Empty for a text that is not sound.
    review : why a person should look, in the order of `Review`; empty where nothing speaks for it.
    probabilities : dimension to label to probability, for all labels.
    """

    id: str
    model: str
    malform: Malform
    suggestions: Mapping[str, tuple[LabelSuggestion, ...]]
    settled: Mapping[str, str | None]
    review: tuple[Review, ...]
    prediction_sets: Mapping[str, tuple[str, ...]]
    probabilities: Mapping[str, Mapping[str, float]]

    def probability(self, label: str) -> float:
        """Return the probability of a label, in the first dimension that has it."""
        for of_label in self.probabilities.values():
            if label in of_label:
                return of_label[label]
        raise UnknownLabelError(label, known=[name for of_label in self.probabilities.values() for name in of_label])

    def to_dict(self) -> dict[str, object]:
        """Return the suggestion as the contract of its JSON has it."""
        return {
            "id": self.id,
            "model": self.model,
            "malform": self.malform,
            "suggestions": {
                dimension: [
                    {
                        "label": label.label,
                        "probability": round(label.probability, 6),
                        "accepted": label.accepted,
                        "evidence": [[start, end, round(weight, 6)] for start, end, weight in label.evidence],
                    }
                    for label in labels
                ]
                for dimension, labels in self.suggestions.items()
            },
            "settled": dict(self.settled),
            "review": list(self.review),
        }
