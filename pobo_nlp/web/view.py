"""A suggestion, and what is chosen, as the page shows them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pobo_nlp.store import Suggested
from pobo_nlp.suggestion import LabelSuggestion, Suggestion
from pobo_nlp.taxonomy import Dimension, Label, Taxonomy
from pobo_nlp.web.choices import NONE_OF_THESE, NOTHING, UNKNOWN, Choice, Choices, asks
from pobo_nlp.web.words import IN_DOUBT, sureness

MAX_WORDS = 4
_WORD = re.compile(r"\w+")
# Keys that stand for something else: v, i, n, t, m. Digits belong to the first dimension of one label.
_KEYS_OF_LABELS = "abcdefghjkl"
_KEYS_OF_QUESTIONS = "qrsuwxyz"
_KEYS_OF_OTHERS = "op"


@dataclass(frozen=True, slots=True)
class LabelView:
    """A label on the page.

    Attributes
    ----------
    percent : of the probability, 0 to 100; None where the label is not suggested.
    sure : the same in words.
    evidence : JSON of `[start, end, weight]`, places counted in the units that JavaScript counts in.
    words : that speak for it; `against` the one that speaks most against it.
    """

    id: str
    name: str
    definition: str
    border: str
    question: str
    parent: str
    key: str
    is_chosen: bool
    is_refused: bool
    is_accepted: bool = False
    percent: int | None = None
    sure: str = ""
    evidence: str = "[]"
    words: tuple[str, ...] = ()
    against: str = ""

    @property
    def shown_percent(self) -> str:
        """The probability, never as certain, with a space that no line is broken at."""
        percent = self.percent or 0
        return ">99\u00a0%" if percent > 99 else "<1\u00a0%" if percent < 1 else f"{percent}\u00a0%"


@dataclass(frozen=True, slots=True)
class DimensionView:
    """A dimension on the page: labels that are suggested, and the rest of them in groups.

    Attributes
    ----------
    form : `level` (follows from another), `area` (the one with digits as keys), `single`, `multi` or `questions`.
    other : id of the label that is chosen from the rest; empty where there is none.
    """

    id: str
    name: str
    form: str
    listed: tuple[LabelView, ...]
    rest: tuple[tuple[str, tuple[LabelView, ...]], ...]
    choice: Choice

    @property
    def other(self) -> str:
        """Id of the label that is chosen from the rest."""
        listed = {one.id for one in self.listed}
        return next((label for label in self.choice.labels if label not in listed), "")

    @property
    def is_unknown(self) -> bool:
        """Whether the adviser does not know."""
        return self.choice.status == UNKNOWN

    @property
    def is_none(self) -> bool:
        """Whether none of the labels fits."""
        return self.choice.status == NONE_OF_THESE


@dataclass(frozen=True, slots=True)
class _Shown:
    """What labels are shown with."""

    text: str
    is_in_doubt: bool
    taxonomy: Taxonomy
    gettext: Callable[[str], str]

    def label(self, label: Label, choice: Choice, key: str = "", found: LabelSuggestion | None = None) -> LabelView:
        say = self.gettext
        more: dict[str, object] = {}
        if found is not None:
            more = {
                "is_accepted": found.accepted,
                "percent": round(100 * found.probability),
                "sure": say(IN_DOUBT if self.is_in_doubt else sureness(found.probability)),
                "evidence": json.dumps(self._places(found)),
                "words": tuple(self._words(found)),
                "against": self._against(found),
            }
        return LabelView(
            label.id,
            say(label.name),
            with_names(_said(say, label.definition), self.taxonomy, say),
            with_names(_said(say, label.border), self.taxonomy, say),
            _said(say, label.question),
            label.parent or "",
            key,
            label.id in choice.labels,
            label.id in choice.refused,
            **more,  # type: ignore[arg-type]
        )

    def _places(self, found: LabelSuggestion) -> list[list[float]]:
        # JavaScript counts a sign beyond the first 65 536 twice.
        def units(end: int) -> int:
            return len(self.text[:end].encode("utf-16-le", "surrogatepass")) // 2

        return [[units(one.start), units(one.end), round(one.weight, 3)] for one in found.evidence]

    def _words(self, found: LabelSuggestion) -> Iterator[str]:
        spans = [" ".join(self.text[one.start : one.end].split()) for one in found.evidence if one.weight > 0]
        # The first of those that differ in case alone.
        quoted = {words.casefold(): words for words in reversed(spans)}
        yield from [words for words in spans if quoted[words.casefold()] is words][:MAX_WORDS]

    def _against(self, found: LabelSuggestion) -> str:
        spans = [self.text[one.start : one.end] for one in found.evidence if one.weight < 0]
        return " ".join(spans[0].split()) if spans else ""


def dimension_views(
    text: str,
    suggestions: Mapping[str, Sequence[LabelSuggestion]],
    choices: Choices,
    taxonomy: Taxonomy,
    gettext: Callable[[str], str],
    *,
    is_in_doubt: bool = False,
) -> list[DimensionView]:
    """Return the dimensions as the page shows them.

    Parameters
    ----------
    is_in_doubt : whether the text is such that no probability can be trusted.
    text : that the suggestion is for; evidence is shown where it has any.
    """
    shown = _Shown(text, is_in_doubt, taxonomy, gettext)
    first = next((one for one in taxonomy.predicted if one.kind == "single"), None)
    views = []
    keys = {"multi": iter(_KEYS_OF_LABELS), "questions": iter(_KEYS_OF_QUESTIONS), "single": iter(_KEYS_OF_OTHERS)}
    for dimension in taxonomy.dimensions:
        form = _form(dimension, first, taxonomy)
        choice = choices.get(dimension.id, NOTHING)
        found = suggestions.get(dimension.id, ())
        of_form = iter("123") if form == "area" else keys.get(form, iter(""))
        # A dimension with few labels shows all of them, also before there is a suggestion.
        labels: list[LabelSuggestion | Label] = list(found)
        if form == "single" and not found:
            labels = list(dimension.labels)
        listed = tuple(
            shown.label(dimension.label(one.label), choice, next(of_form, ""), one)
            if isinstance(one, LabelSuggestion)
            else shown.label(one, choice, next(of_form, ""))
            for one in labels
        )
        views.append(
            DimensionView(
                dimension.id,
                gettext(dimension.name),
                form,
                listed,
                _rest(dimension, {one.id for one in listed}, choice, taxonomy, shown),
                choice,
            )
        )
    return views


def with_names(text: str, taxonomy: Taxonomy, gettext: Callable[[str], str]) -> str:
    """Return a text with names in place of ids of labels; an id that is a word of its label's name stays.

    Examples
    --------
    >>> with_names("Ambulanse er akutt_ambulanse.", Taxonomy.default(), str)
    'Ambulanse er «Akuttmottak, ambulanse og AMK».'
    """
    names = {label.id: label.name for dimension in taxonomy.dimensions for label in dimension.labels}

    def named(found: re.Match[str]) -> str:
        name = names.get(found[0])
        return found[0] if name is None or found[0] in name.casefold() else f"«{gettext(name)}»"

    return _WORD.sub(named, text)


def labels_of(suggested: Suggested | None) -> dict[str, tuple[LabelSuggestion, ...]]:
    """Return the labels of a suggestion that was kept; its evidence was not."""
    if suggested is None:
        return {}
    return {name: tuple(LabelSuggestion(*one) for one in found) for name, found in suggested.labels.items()}


def is_in_doubt(suggestion: Suggestion | None) -> bool:
    """Return whether the text is such that no probability can be trusted, whatever the model says of it."""
    return suggestion is not None and any(reason != "low_probability" for reason in suggestion.review)


def summary(suggestion: Suggestion, taxonomy: Taxonomy, gettext: Callable[[str], str]) -> str:
    """Return in one sentence what is suggested, for those who do not see the page."""
    parts = []
    for dimension in taxonomy.predicted:
        found = suggestion.suggestions[dimension.id]
        if dimension.kind == "single" and found:
            best = found[0]
            sure = gettext(IN_DOUBT if is_in_doubt(suggestion) else sureness(best.probability))
            parts.append(f"{gettext(dimension.label(best.label).name)}, {sure}")
        elif accepted := [gettext(dimension.label(one.label).name) for one in found if one.accepted]:
            parts.append(f"{gettext(dimension.name)}: {', '.join(accepted)}")
    return ". ".join(parts)


def _said(gettext: Callable[[str], str], text: str) -> str:
    # The empty message is a catalogue's own head.
    return gettext(text) if text else ""


def _form(dimension: Dimension, first: Dimension | None, taxonomy: Taxonomy) -> str:
    if any(child.parent == dimension.id for child in taxonomy.dimensions):
        return "level"
    if dimension is first:
        return "area"
    if dimension.kind == "single":
        return "single"
    return "questions" if asks(dimension) else "multi"


def _rest(
    dimension: Dimension, listed: set[str], choice: Choice, taxonomy: Taxonomy, shown: _Shown
) -> tuple[tuple[str, tuple[LabelView, ...]], ...]:
    """Return the labels that are not listed, in groups by their parent, under its name."""
    left = [label for label in dimension.labels if label.id not in listed]
    if dimension.parent is None:
        return (("", tuple(shown.label(label, choice) for label in left)),) if left else ()
    parents = taxonomy.dimension(dimension.parent).labels
    groups = (
        (shown.gettext(parent.name), tuple(shown.label(one, choice) for one in left if one.parent == parent.id))
        for parent in parents
    )
    return tuple(group for group in groups if group[1])
