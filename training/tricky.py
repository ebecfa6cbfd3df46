"""A fixed list of tricky texts, all of them invented, that two models are asked about side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pobo_nlp.errors import AnnotationError, InputNotFoundError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.suggestion import Review, Suggestion
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.annotations import json_objects, label_faults, string_faults
from training.config import ROOT

TRICKY = ROOT / "training" / "tricky.jsonl"
_KEYS = ("id", "why", "text")


@dataclass(frozen=True, slots=True)
class TrickyText:
    """An invented text.

    Attributes
    ----------
    why : what makes it tricky.
    expected : dimension to labels, where the codebook leaves no doubt.
    """

    id: str
    why: str
    text: str
    expected: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answers in a dimension.

    Attributes
    ----------
    labels : the most probable one of a single dimension, the accepted ones of a multi dimension.
    is_accepted : False where the one label is not accepted, or nothing can be suggested at all.
    doubts : why nothing is accepted, where that lies in the text.
    """

    labels: tuple[str, ...]
    is_accepted: bool
    doubts: tuple[Review, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What two models answer to a tricky text in one dimension.

    Attributes
    ----------
    expected : None where no answer is clear.
    a_is_right, b_is_right : None where no answer is clear.
    """

    id: str
    why: str
    dimension: str
    a: Answer
    b: Answer
    expected: tuple[str, ...] | None
    a_is_right: bool | None
    b_is_right: bool | None

    @property
    def is_different(self) -> bool:
        """Whether the models do not say the same."""
        return self.a != self.b


def read_tricky(path: Path, taxonomy: Taxonomy) -> list[TrickyText]:
    """Read a file of JSON Lines with `id`, `why`, `text`, and labels as annotations have them, where one is clear.

    Raises
    ------
    AnnotationError : with every fault of the file.
    """
    if not path.is_file():
        raise InputNotFoundError(path)
    faults: list[str] = []
    found: list[TrickyText] = []
    for place, row in json_objects(path, faults):
        of_row = list(_faults(row, taxonomy))
        if row.get("id") in [one.id for one in found]:
            of_row.append("id står to ganger")
        faults += [f"{place} (id {row.get('id', 'mangler')}): {fault}" for fault in of_row]
        if not of_row:
            found.append(_text(row, taxonomy))
    if faults:
        raise AnnotationError(str(path), faults)
    return found


def side_by_side(texts: Sequence[TrickyText], a: Scorer, b: Scorer) -> list[Line]:
    """Return the answers of two models, in the dimensions that both learned; none where no text is about them."""
    known = {dimension.id for dimension in a.taxonomy.predicted}
    dimensions = [dimension for dimension in b.taxonomy.predicted if dimension.id in known]
    if not any(dimension.id in one.expected for one in texts for dimension in dimensions):
        return []
    inquiries = [Inquiry(one.id, one.text) for one in texts]
    of_a, of_b = (scorer.suggest(inquiries, with_evidence=False) for scorer in (a, b))
    return [
        _line(one, dimension, _answer(of_one, dimension), _answer(of_other, dimension))
        for one, of_one, of_other in zip(texts, of_a, of_b, strict=True)
        for dimension in dimensions
    ]


def _faults(row: Mapping[str, object], taxonomy: Taxonomy) -> Iterator[str]:
    yield from string_faults(row, _KEYS)
    known = {dimension.id: dimension for dimension in taxonomy.predicted}
    for key in row:
        if key in known:
            yield from label_faults(row, known[key], taxonomy)
        elif key not in _KEYS:
            yield f"ukjent nøkkel «{key}»"


def _text(row: Mapping[str, object], taxonomy: Taxonomy) -> TrickyText:
    expected = {}
    for dimension in taxonomy.predicted:
        value = row.get(dimension.id)
        if value is not None:
            expected[dimension.id] = frozenset(map(str, value if isinstance(value, list) else [value]))
    return TrickyText(str(row["id"]), str(row["why"]), str(row["text"]), expected)


def _line(one: TrickyText, dimension: Dimension, a: Answer, b: Answer) -> Line:
    expected = one.expected.get(dimension.id)
    if expected is None:
        return Line(one.id, one.why, dimension.id, a, b, None, None, None)
    a_is_right, b_is_right = (set(answer.labels) == expected for answer in (a, b))
    return Line(one.id, one.why, dimension.id, a, b, tuple(sorted(expected)), a_is_right, b_is_right)


def _answer(suggestion: Suggestion, dimension: Dimension) -> Answer:
    labels = suggestion.suggestions[dimension.id]
    doubts: tuple[Review, ...] = tuple(reason for reason in suggestion.review if reason != "low_probability")
    accepted = tuple(label.label for label in labels if label.accepted)
    if dimension.kind == "multi":
        return Answer(tuple(sorted(accepted)), not doubts, doubts)
    return Answer(tuple(label.label for label in labels[:1]), bool(accepted), doubts)


def counted(lines: Iterable[Line]) -> tuple[int, int, int]:
    """Return in how many lines the first model is right, the second model, and of how many with a clear answer."""
    clear = [line for line in lines if line.expected is not None]
    return sum(line.a_is_right is True for line in clear), sum(line.b_is_right is True for line in clear), len(clear)
