"""What an adviser decides, and what the store holds of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pobo_nlp.errors import ConflictError, DecisionError
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Dimension, Taxonomy

AnswerStatus = Literal["decided", "unknown", "none_of_these"]
Status = Literal["decided", "unknown", "none_of_these", "withdrawn"]
Outcome = Literal["accepted", "changed", "rejected", "added"]
REGISTERS = ("skjema", "telefonnotat", "brev", "kort")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided in one dimension.

    Attributes
    ----------
    status : `decided`; `unknown` ("vet ikke"); `none_of_these`: no label of a single dimension fits.
    labels : of what is decided; one of a single dimension, none or more of a multi dimension.
    """

    status: AnswerStatus
    labels: tuple[str, ...] = ()


class SuggestedLabel(NamedTuple):
    """A label that the model suggested, its probability in [0, 1], and whether it passed its threshold."""

    label: str
    probability: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the model suggested, as it is kept: no evidence, whose places in a text mean nothing without it.

    Attributes
    ----------
    labels : dimension to labels, as in the suggestion.
    """

    model: str
    malform: str
    labels: Mapping[str, tuple[SuggestedLabel, ...]]
    settled: Mapping[str, str | None] = field(default_factory=dict)
    review: tuple[str, ...] = ()

    @classmethod
    def of(cls, suggestion: Suggestion) -> "Suggested":
        """Return what is kept of a suggestion."""
        return cls.from_dict(suggestion.to_dict())

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Suggested":
        """Return what is kept of a suggestion that has the form of its JSON.

        Raises
        ------
        DecisionError : where it has another form.
        """
        try:
            return cls(
                str(content["model"]),
                str(content["malform"]),
                {
                    str(dimension): tuple(_suggested_label(one) for one in labels)
                    for dimension, labels in content["suggestions"].items()
                },
                {str(name): value if value is None else str(value) for name, value in content["settled"].items()},
                tuple(str(reason) for reason in content["review"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        raise DecisionError("Forslaget kan ikke lagres", ["det har ikke formen som «suggest --json» gir"])

    def to_dict(self) -> dict[str, object]:
        """Return it in the form of a suggestion's JSON."""
        return {
            "model": self.model,
            "malform": self.malform,
            "suggestions": {dimension: [one._asdict() for one in found] for dimension, found in self.labels.items()},
            "settled": dict(self.settled),
            "review": list(self.review),
        }

    def offered(self, dimension: Dimension) -> tuple[SuggestedLabel, ...]:
        """Return what was offered to accept: the first of a single dimension, all that passed of a multi."""
        found = self.labels.get(dimension.id, ())
        return found[:1] if dimension.kind == "single" else tuple(one for one in found if one.accepted)


def _suggested_label(content: Mapping[str, Any]) -> SuggestedLabel:
    probability = float(content["probability"])
    if not 0 <= probability <= 1:
        raise ValueError
    return SuggestedLabel(str(content["label"]), probability, bool(content["accepted"]))


@dataclass(frozen=True, slots=True)
class Decision:
    """What an adviser saves.

    Attributes
    ----------
    answers : dimension to answer; a dimension that is missing was not answered.
    by : name or initials.
    text : of which a keyed hash is kept, and the masked text only where the store keeps texts.
    note : kept masked.
    register : how the text is written, one of `REGISTERS`, where the adviser says so.
    """

    inquiry_id: str
    answers: Mapping[str, Answer]
    by: str
    suggested: Suggested | None = None
    text: str | None = None
    note: str | None = None
    seconds_used: float | None = None
    register: str | None = None


class Verdict(NamedTuple):
    """What became of a label.

    Attributes
    ----------
    outcome : `accepted`: offered and chosen. `changed`: chosen in place of the one offered. `rejected`: offered and
        not chosen. `added`: chosen where nothing was offered, or beside it.
    probability : that the model gave the label, where it listed it.
    """

    dimension: str
    label: str
    outcome: Outcome
    probability: float | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the decision on an inquiry, as it is kept.

    Attributes
    ----------
    status : of the whole: `decided` where any dimension is; `withdrawn` where an undo left none.
    undoes, restores : of an undo, the version that it takes back, and the one whose content it has again; 0 for none.
    """

    inquiry_id: str
    version: int
    status: Status
    answers: Mapping[str, Answer]
    verdicts: tuple[Verdict, ...]
    suggested: Suggested | None
    text_hash: str | None
    note: str | None
    by: str
    at: datetime
    seconds_used: float | None = None
    register: str | None = None
    undoes: int | None = None
    restores: int | None = None


class DecisionConflictError(ConflictError):
    """Another has decided in the meantime.

    Attributes
    ----------
    theirs : the newest version; None where it has been purged.
    yours : what was to be saved; None for an undo.
    """

    def __init__(self, inquiry_id: str, *, seen: int, theirs: Version | None, yours: Decision | None) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(inquiry_id, seen=seen, current=theirs.version if theirs else 0)


def status_of(answers: Mapping[str, Answer]) -> Status:
    """Return the status of the whole."""
    found = {answer.status for answer in answers.values()}
    if "decided" in found:
        return "decided"
    return "none_of_these" if "none_of_these" in found else "unknown"


def verdicts_of(decision: Decision, taxonomy: Taxonomy) -> Iterator[Verdict]:
    """Yield what became of each label that was offered or chosen; what the adviser does not know is not judged."""
    for name, answer in decision.answers.items():
        if answer.status == "unknown":
            continue
        dimension = taxonomy.dimension(name)
        listed = decision.suggested.labels.get(name, ()) if decision.suggested else ()
        probability = {one.label: one.probability for one in listed}
        offered = [one.label for one in decision.suggested.offered(dimension)] if decision.suggested else []
        if answer.status == "none_of_these":
            offered = list(probability) if dimension.kind == "single" else offered
        replaces: Outcome = "changed" if dimension.kind == "single" and offered else "added"
        for label in answer.labels:
            yield Verdict(name, label, "accepted" if label in offered else replaces, probability.get(label))
        for label in offered:
            if label not in answer.labels:
                yield Verdict(name, label, "rejected", probability.get(label))


def answers_from(content: Mapping[str, Mapping[str, Any]]) -> dict[str, Answer]:
    """Return answers from the form they are kept in."""
    return {name: Answer(one["status"], tuple(one["labels"])) for name, one in content.items()}


def answers_to(answers: Mapping[str, Answer]) -> dict[str, dict[str, object]]:
    """Return answers in the form they are kept in."""
    return {name: {"status": one.status, "labels": list(one.labels)} for name, one in answers.items()}


def chosen(answers: Mapping[str, Answer], dimensions: Collection[Dimension]) -> dict[str, Sequence[str]] | None:
    """Return the labels of each dimension, None where any of them is not decided."""
    found = {one.id: answers[one.id] for one in dimensions if one.id in answers}
    if len(found) < len(dimensions) or any(answer.status != "decided" for answer in found.values()):
        return None
    return {name: answer.labels for name, answer in found.items()}
