"""What goes in and out over the interface, as OpenAPI describes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Answer, Decision, Suggested, Version
from pobo_nlp.store.checks import MAX_NOTE_CHARS
from pobo_nlp.store.decision import AnswerStatus, Outcome, Status
from pobo_nlp.store.schema import MAX_ID, MAX_KEY, MAX_NAME
from pobo_nlp.suggestion import Malform, Review
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.web.settings import Limits

_LIMITS = Limits()
_MAX_VERSION = 2**31 - 1
_MAX_LABELS, _MAX_DIMENSIONS = 500, 50
Id = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
Text = Annotated[str, StringConstraints(max_length=_LIMITS.max_text_chars)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Content(BaseModel):
    """What is sent; unknown members are refused, for they are misspelt."""

    model_config = ConfigDict(extra="forbid", strict=False)


class InquiryContent(Content):
    """A text with an id."""

    id: Id
    text: Text


class SuggestContent(Content):
    """Texts to suggest labels for.

    A text without an id gets its place in the list, counted from 1.
    """

    texts: Annotated[list[Text | InquiryContent], Field(min_length=1, max_length=_LIMITS.max_texts)]
    evidence: bool | None = Field(
        None,
        description="Whether the words that speak for each label are given, which takes most of the time. "
        "If it is not said: for one text, but not for several.",
    )

    @property
    def with_evidence(self) -> bool:
        """Whether evidence is given."""
        return len(self.texts) == 1 if self.evidence is None else self.evidence

    @property
    def inquiries(self) -> list[Inquiry]:
        """The texts with ids."""
        return [
            Inquiry(str(number), one) if isinstance(one, str) else Inquiry(one.id, one.text)
            for number, one in enumerate(self.texts, start=1)
        ]


class EvidenceSpan(NamedTuple):
    """Characters from start up to end of the text, and what they add to the logit."""

    start: int
    end: int
    weight: float


class LabelContent(Content):
    """A label that was suggested."""

    label: Name
    probability: Probability
    accepted: bool
    evidence: Annotated[list[EvidenceSpan], Field(max_length=50)] = []


class SuggestionContent(Content):
    """What was suggested for a text: what `POST /v1/suggest` answers."""

    id: Annotated[str, StringConstraints(max_length=MAX_ID)] = ""
    model: Name
    malform: Malform
    suggestions: Annotated[
        dict[Name, Annotated[list[LabelContent], Field(max_length=_MAX_LABELS)]], Field(max_length=_MAX_DIMENSIONS)
    ]
    settled: Annotated[dict[Name, Name | None], Field(max_length=_MAX_DIMENSIONS)]
    review: Annotated[list[Review], Field(max_length=20)]


class SuggestAnswer(BaseModel):
    """Suggestions, in the order of the texts."""

    model: str
    suggestions: list[SuggestionContent]


class AnswerContent(Content):
    """What was decided in a dimension."""

    status: AnswerStatus
    labels: Annotated[list[Name], Field(max_length=_MAX_LABELS)] = []


class DecisionContent(Content):
    """What an adviser decided."""

    inquiry_id: Id
    answers: Annotated[dict[Name, AnswerContent], Field(min_length=1, max_length=_MAX_DIMENSIONS)]
    by: Annotated[Name, Field(description="Name or initials.")]
    save_key: Annotated[
        str,
        StringConstraints(min_length=1, max_length=MAX_KEY),
        Field(description="The same when the same save is tried again, and never otherwise: it is then kept once."),
    ]
    seen: Annotated[
        int, Field(ge=0, le=_MAX_VERSION, description="Number of the version that the adviser saw; 0 for none.")
    ] = 0
    suggested: SuggestionContent | None = None
    text: Annotated[
        Text | None, Field(description="A keyed hash is kept; the masked text only where the server keeps texts.")
    ] = None
    note: Annotated[str, StringConstraints(max_length=MAX_NOTE_CHARS)] | None = None
    seconds_used: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = None
    # A model has a method of that name.
    register_: Annotated[Literal["skjema", "telefonnotat", "brev", "kort"] | None, Field(alias="register")] = None

    def decision(self) -> Decision:
        """Return the decision."""
        return Decision(
            self.inquiry_id,
            {name: Answer(answer.status, tuple(answer.labels)) for name, answer in self.answers.items()},
            self.by,
            Suggested.from_dict(self.suggested.model_dump()) if self.suggested is not None else None,
            self.text,
            self.note,
            self.seconds_used,
            self.register_,
        )


class VerdictAnswer(BaseModel):
    """What became of a label."""

    dimension: str
    label: str
    outcome: Outcome
    probability: float | None


class VersionAnswer(BaseModel):
    """A version of a decision, as it is kept."""

    inquiry_id: str
    version: int
    status: Status
    answers: dict[str, AnswerContent]
    verdicts: list[VerdictAnswer]
    model: Annotated[str | None, Field(description="That suggested.")]
    note: Annotated[str | None, Field(description="Identifiers masked.")]
    by: str
    at: datetime
    seconds_used: float | None
    undoes: int | None
    restores: int | None

    @classmethod
    def of(cls, version: Version) -> "VersionAnswer":
        """Return a version."""
        return cls(
            inquiry_id=version.inquiry_id,
            version=version.version,
            status=version.status,
            answers={
                name: AnswerContent(status=one.status, labels=list(one.labels)) for name, one in version.answers.items()
            },
            verdicts=[VerdictAnswer(**verdict._asdict()) for verdict in version.verdicts],
            model=version.suggested.model if version.suggested is not None else None,
            note=version.note,
            by=version.by,
            at=version.at,
            seconds_used=version.seconds_used,
            undoes=version.undoes,
            restores=version.restores,
        )


class DecisionAnswer(BaseModel):
    """A decision that was kept, and the model in use."""

    model: str
    decision: VersionAnswer


class LabelAnswer(BaseModel):
    """A label."""

    id: str
    name: str
    parent: str | None
    definition: str
    border: str
    question: str


class DimensionAnswer(BaseModel):
    """A question that an inquiry is labelled on."""

    id: str
    name: str
    kind: Literal["single", "multi"]
    parent: str | None
    labels: list[LabelAnswer]

    @classmethod
    def of(cls, dimension: Dimension) -> "DimensionAnswer":
        """Return a dimension."""
        labels = [
            LabelAnswer(
                id=label.id,
                name=label.name,
                parent=label.parent,
                definition=label.definition,
                border=label.border,
                question=label.question,
            )
            for label in dimension.labels
        ]
        return cls(id=dimension.id, name=dimension.name, kind=dimension.kind, parent=dimension.parent, labels=labels)


class LabelsAnswer(BaseModel):
    """The label scheme of the model in use."""

    model: str
    taxonomy_version: str
    dimensions: list[DimensionAnswer]

    @classmethod
    def of(cls, model_id: str, taxonomy: Taxonomy) -> "LabelsAnswer":
        """Return a label scheme."""
        dimensions = [DimensionAnswer.of(dimension) for dimension in taxonomy.dimensions]
        return cls(model=model_id, taxonomy_version=taxonomy.version, dimensions=dimensions)


class ModelAnswer(BaseModel):
    """The model in use."""

    model: str
    taxonomy_version: str
    min_words: Annotated[int, Field(description="A text with fewer gets no accepted label.")]
    max_chars: Annotated[int, Field(description="A longer text is read only so far.")]
    labels: Annotated[dict[str, int], Field(description="How many labels each dimension has.")]
    provenance: Mapping[str, Any]


class HealthAnswer(BaseModel):
    """Whether the server can do its work."""

    status: Literal["ok", "degraded"]
    model: str
    store: Literal["ok", "unavailable"]
    version: str


class FaultAnswer(BaseModel):
    """A fault of what was sent."""

    place: str | None = None
    detail: str


class ProblemAnswer(BaseModel):
    """A problem (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultAnswer] = []
