"""How much of what identifies a person the masking finds, and what it takes that identifies nobody.

Judged on texts written for it, in which every identifier was marked by hand (`tests/data/masking.jsonl`); no rule was
made by looking at them.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from pobo_nlp.errors import AnnotationError
from pobo_nlp.text.masking import PLACEHOLDERS, Span
from training.intervals import Bootstrap, Interval, rounded

Find = Callable[[str], Sequence[Span]]
Floats = NDArray[np.float64]
# What has to hold on the test: recall by kind, without a trained pipeline, and precision of each kind.
RECALL = {"fnr": 0.995, "telefon": 0.98, "epost": 0.98, "konto": 0.98, "navn": 0.93}
PRECISION = 0.95
SLICES = ("malform", "register")
_CONFIDENCE = 0.95
_NEEDED = ("id", "text", "spans")
# What is counted in a text, of each kind.
_COUNTED = ("spans", "found", "overlapped", "exact", "predicted", "right")


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with the identifiers that people marked in it.

    Attributes
    ----------
    hard : classes of what makes it hard, such as what looks like an identifier and is none.
    description : `malform`, `register`.
    """

    id: str
    text: str
    spans: tuple[Span, ...]
    hard: tuple[str, ...]
    description: Mapping[str, str]


def read_marked(path: Path) -> list[MarkedText]:
    """Read marked texts.

    Raises
    ------
    AnnotationError : with every fault, by line, none of them with a text.
    """
    rows, faults = [], []
    seen: set[str] = set()
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = _marked(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            faults.append(f"{path.name}:{number}: kan ikke leses ({type(error).__name__})")
            continue
        faults += [f"{path.name}:{number} (id {row.id}): {fault}" for fault in _faults(row, seen)]
        seen.add(row.id)
        rows.append(row)
    if faults:
        raise AnnotationError(str(path), faults)
    return rows


def _marked(row: Mapping[str, Any]) -> MarkedText:
    row_id, text, spans = (row[name] for name in _NEEDED)
    return MarkedText(
        str(row_id),
        str(text),
        tuple(sorted((Span(str(kind), int(start), int(end)) for kind, start, end in spans), key=lambda span: span[1:])),
        tuple(map(str, row.get("hard", ()))),
        {name: str(row.get(name, "")) for name in SLICES},
    )


def _faults(row: MarkedText, seen: set[str]) -> Iterator[str]:
    if row.id in seen:
        yield "id-en står før i fila"
    place = 0
    for kind, start, end in row.spans:
        if kind not in PLACEHOLDERS:
            yield f"ukjent slag {kind}"
        if not 0 <= start < end <= len(row.text):
            yield f"{kind} {start}-{end} ligger utenfor teksten"
        elif row.text[start:end] != row.text[start:end].strip():
            yield f"{kind} {start}-{end} begynner eller slutter med et mellomrom"
        if start < place:
            yield f"{kind} {start}-{end} overlapper den før"
        place = end


def check(texts: Sequence[MarkedText], find: Find, *, samples: int, seed: int) -> dict[str, object]:
    """Return what a masking finds of marked texts.

    An identifier is found where each of its characters is masked, whatever kind it was taken for. What was masked is
    right where it overlaps an identifier of the same kind.

    Parameters
    ----------
    find : the masking.
    samples : bootstrap samples of the texts behind an interval.
    """
    found = [(row, list(find(row.text))) for row in texts]
    counts = {kind: np.array([_counted(row, spans, kind) for row, spans in found], float) for kind in PLACEHOLDERS}
    bootstrap = Bootstrap(np.arange(len(texts)), samples=samples, seed=seed)
    kinds = {kind: _figures(of_kind, bootstrap) for kind, of_kind in counts.items() if of_kind.any()}
    together = np.sum(list(counts.values()), axis=0)
    return {
        "texts": len(texts),
        "texts_without_identifier": sum(not row.spans for row in texts),
        "kinds": kinds,
        "all": _figures(together, bootstrap),
        "hard": _by_group(together, [row.hard for row in texts]),
        "slices": {
            name: _by_group(together, [(row.description[name],) if row.description[name] else () for row in texts])
            for name in SLICES
        },
        "requirements": requirements(kinds),
    }


def requirements(kinds: Mapping[str, Mapping[str, Any]]) -> list[dict[str, object]]:
    """Return what has to hold, what was found, and whether it holds."""
    wanted = [(kind, "recall", least) for kind, least in RECALL.items()]
    wanted += [(kind, "precision", PRECISION) for kind in PLACEHOLDERS]
    return [
        {
            "kind": kind,
            "measure": measure,
            "at_least": least,
            "found": kinds[kind][measure]["value"],
            "met": kinds[kind][measure]["value"] >= least,
        }
        for kind, measure, least in wanted
        if kind in kinds and kinds[kind][measure] is not None
    ]


def _counted(row: MarkedText, predicted: Sequence[Span], kind: str) -> tuple[int, ...]:
    """Return what `_COUNTED` names, of one kind in one text."""
    marked = [span for span in row.spans if span.kind == kind]
    of_kind = [span for span in predicted if span.kind == kind]
    if not marked and not of_kind:
        return (0,) * len(_COUNTED)
    masked = {place for _, start, end in predicted for place in range(start, end)}
    return (
        len(marked),
        sum(_is_covered(row.text, span, masked) for span in marked),
        sum(any(_overlap(span, other) for other in of_kind) for span in marked),
        sum(span in of_kind for span in marked),
        len(of_kind),
        sum(any(_overlap(span, other) for other in marked) for span in of_kind),
    )


def _is_covered(text: str, span: Span, masked: set[int]) -> bool:
    return all(place in masked or text[place].isspace() for place in range(span.start, span.end))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _figures(counts: Floats, bootstrap: Bootstrap) -> dict[str, object]:
    """Return the figures of one kind, or of all.

    Parameters
    ----------
    counts : shape (n_texts, n_counted).
    """
    spans, found, overlapped, exact, predicted, right = counts.T
    recall, any_overlap, exactly, precision = bootstrap.shares(
        np.stack([found, overlapped, exact, right], axis=1), np.stack([spans, spans, spans, predicted], axis=1)
    )
    return {
        "spans": int(spans.sum()),
        "missed": int(spans.sum() - found.sum()),
        "predicted": int(predicted.sum()),
        "wrong": int(predicted.sum() - right.sum()),
        "recall": _with_least(recall, found.sum(), spans.sum()),
        "precision": _with_least(precision, right.sum(), predicted.sum()),
        "any_overlap": any_overlap,
        "exact": exactly,
    }


def _with_least(figure: Interval | None, hits: float, of: float) -> dict[str, float] | None:
    """Return a figure with what it is at least, for a kind that was never missed: its bootstrap interval has no width.

    One-sided 95 % bound of Clopper and Pearson (Biometrika 26, 1934).
    """
    if figure is None:
        return None
    least = float(beta.ppf(1 - _CONFIDENCE, hits, of - hits + 1)) if hits else 0.0
    return {"value": figure["value"], "low": figure["low"], "high": figure["high"], "at_least": rounded(least)}


def _by_group(counts: Floats, groups: Sequence[Sequence[str]]) -> dict[str, dict[str, int]]:
    """Return counts of the texts of each group; a text may belong to several."""
    figures = {}
    for group in sorted({name for names in groups for name in names}):
        of_group = counts[[group in names for names in groups]]
        spans, found, _, _, predicted, right = of_group.sum(axis=0)
        figures[group] = {
            "texts": len(of_group),
            "spans": int(spans),
            "missed": int(spans - found),
            "predicted": int(predicted),
            "wrong": int(predicted - right),
        }
    return figures
