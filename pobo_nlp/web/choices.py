"""What an adviser has chosen on the page, and the answers that it comes to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pobo_nlp.store import Answer, Suggested
from pobo_nlp.taxonomy import Dimension, Taxonomy

UNKNOWN, NONE_OF_THESE, OTHER = "unknown", "none_of_these", "other"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen in one dimension.

    Attributes
    ----------
    status : empty, `unknown` or `none_of_these`.
    labels : that are chosen.
    refused : questions that are answered with no.
    """

    status: str = ""
    labels: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen."""
        return not (self.status or self.labels or self.refused)


Choices = Mapping[str, Choice]
NOTHING = Choice()


def asks(dimension: Dimension) -> bool:
    """Return whether the labels of a dimension are questions to the adviser."""
    return dimension.kind == "multi" and any(label.question for label in dimension.labels)


def preselected(suggested: Suggested | None, taxonomy: Taxonomy) -> dict[str, Choice]:
    """Return what is chosen before the adviser has chosen: what the model accepts, never the answer to a question."""
    if suggested is None:
        return {}
    return {
        dimension.id: Choice(labels=tuple(one.label for one in suggested.labels.get(dimension.id, ()) if one.accepted))
        for dimension in taxonomy.dimensions
        if not asks(dimension)
    }


def carried_over(posted: Choices, before: Choices, after: Choices) -> dict[str, Choice]:
    """Return what is chosen once there is a new suggestion: what the adviser has touched stays, the rest follows.

    Parameters
    ----------
    before, after : what the earlier suggestion and the new one preselect.
    """
    names = {*posted, *after}
    return {
        name: after.get(name, NOTHING)
        if posted.get(name, NOTHING) == before.get(name, NOTHING)
        else posted.get(name, NOTHING)
        for name in names
    }


def answers_of(choices: Choices, taxonomy: Taxonomy, suggested: Suggested | None) -> dict[str, Answer]:
    """Return the answers that choices come to; a dimension that is left open has none.

    A parent's label follows from the child's. Questions that nobody has answered are left open; once one is answered,
    the others count as no. Nothing chosen means none only beside a suggestion that could be trusted.
    """
    found = dict(_answers(choices, taxonomy, suggested))
    for dimension in taxonomy.dimensions:
        answer = found.get(dimension.id)
        if dimension.parent and answer is not None and answer.status == "decided":
            parent = dimension.label(answer.labels[0]).parent
            found[dimension.parent] = Answer("decided", (str(parent),))
    return found


def _answers(choices: Choices, taxonomy: Taxonomy, suggested: Suggested | None) -> Iterator[tuple[str, Answer]]:
    for dimension in taxonomy.dimensions:
        choice = choices.get(dimension.id, NOTHING)
        if choice.status == UNKNOWN:
            yield dimension.id, Answer("unknown")
        elif choice.status == NONE_OF_THESE:
            yield dimension.id, Answer("none_of_these")
        elif choice.labels or (dimension.kind == "multi" and not _is_open(choice, dimension, suggested)):
            yield dimension.id, Answer("decided", choice.labels)


def _is_open(choice: Choice, dimension: Dimension, suggested: Suggested | None) -> bool:
    """Return whether nobody has answered: a question was not, or there was no suggestion to agree with."""
    if choice.refused:
        return False
    if suggested is None or any(reason != "low_probability" for reason in suggested.review):
        return True
    return asks(dimension) and bool(suggested.offered(dimension))


def choices_of(answers: Mapping[str, Answer], suggested: Suggested | None, taxonomy: Taxonomy) -> dict[str, Choice]:
    """Return the choices that answers came from, to change them."""
    found = {}
    for dimension in taxonomy.dimensions:
        name = dimension.id
        if (answer := answers.get(name)) is None:
            continue
        offered = [one.label for one in suggested.offered(dimension)] if suggested and asks(dimension) else []
        refused = [label for label in offered if label not in answer.labels] if answer.status == "decided" else []
        status = answer.status if answer.status != "decided" else ""
        found[name] = Choice(status, answer.labels, tuple(refused))
    return found


def missing(answers: Mapping[str, Answer], taxonomy: Taxonomy) -> list[Dimension]:
    """Return the dimensions that have to be answered and are not: those of exactly one label that a model learns."""
    return [one for one in taxonomy.predicted if one.kind == "single" and one.id not in answers]
