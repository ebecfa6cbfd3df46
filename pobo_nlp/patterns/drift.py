"""Whether what comes in is still what the model was made for: shares of labels, languages, and unknown words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.errors import PatternsError
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.vectors import CaseVectors
from pobo_nlp.taxonomy import Taxonomy

FORMAT_VERSION = 1
Verdict = Literal["same", "watch", "changed"]
# Population stability index: below the first nothing has happened, above the second much has (Siddiqi 2006).
WATCH, CHANGED = 0.1, 0.25
# A share counts as another one where it is this many standard errors away, and half as large again or a third less.
Z, RATIO = 3.0, 1.5
# Of words and of "needs a person", shares are compared by how many points they lie apart.
WATCH_POINTS, CHANGED_POINTS = 0.05, 0.10
LANGUAGES = ("nb", "nn", "other")
_FLOOR = 1e-4


@dataclass(frozen=True)
class Reference:
    """Shares on texts that the model had not seen, weighed to the natural mix.

    Attributes
    ----------
    labels : dimension to share of each label, as the model gives them.
    review, unknown : share of texts that need a person, mean share of words that the model does not know; NaN for none.
    languages : language to share.
    """

    model: str
    n_texts: int
    labels: Mapping[str, NDArray[np.float64]]
    review: float
    unknown: float
    languages: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One share against the reference.

    Attributes
    ----------
    what : dimension, or `review`, `unknown` or `malform`.
    label : of it; empty where there is only one share.
    n : cases behind the share.
    is_other : whether it is more another than chance allows.
    """

    what: str
    label: str
    expected: float
    found: float
    n: int
    is_other: bool


@dataclass(frozen=True)
class Drift:
    """What has changed since the model was made.

    Attributes
    ----------
    verdict : by what: each dimension, `review`, `unknown`, `malform`.
    index : population stability index of what has several shares.
    """

    model: str
    n_cases: int
    parts: tuple[Part, ...]
    verdict: Mapping[str, Verdict]
    index: Mapping[str, float]

    @property
    def worst(self) -> Verdict:
        """The verdict of all together."""
        found = set(self.verdict.values())
        return "changed" if "changed" in found else "watch" if "watch" in found else "same"


def read_reference(path: Path, taxonomy: Taxonomy) -> Reference | None:
    """Read a model's reference; None where it has none.

    Raises
    ------
    PatternsError : where the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_bytes())
        if content["format_version"] != FORMAT_VERSION:
            raise ValueError("format_version")
        labels = {
            one.id: np.array([float(content["labels"][one.id].get(label, 0.0)) for label in one.label_ids])
            for one in taxonomy.dimensions
            if one.id in content["labels"]
        }
        unknown = content["unknown"]
        return Reference(
            str(content["model"]),
            int(content["n_texts"]),
            labels,
            float(content["review"]),
            float("nan") if unknown is None else float(unknown),
            {str(name): float(share) for name, share in content["languages"].items()},
        )
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, OSError) as error:
        cure = "Lag den på nytt med «python -m training drift-reference»."
        raise PatternsError(f"{path} kan ikke leses ({type(error).__name__})", cure) from None


def find_drift(cases: Cases, reference: Reference, vectors: CaseVectors | None, *, min_cell: int = 5) -> Drift | None:
    """Return how the cases that the model labelled differ from the reference; None where there are none.

    Labels that persons set are left out where the model's are hidden behind them: a mix of both is no model's.

    Parameters
    ----------
    min_cell : shares that rest on fewer cases are not told of.
    """
    parts: list[Part] = []
    verdict: dict[str, Verdict] = {}
    index: dict[str, float] = {}
    for name, expected in reference.labels.items():
        by_model = ~cases.is_human[name]
        if not cases.models or by_model.sum() < min_cell:
            continue
        count = cases.labels[name][by_model].sum(axis=0)
        n = int(by_model.sum())
        is_single = cases.taxonomy.dimension(name).kind == "single"
        index[name] = _index(expected, count / n, is_single=is_single)
        found = list(_parts(name, cases.taxonomy.dimension(name).label_ids, expected, count, n, min_cell))
        parts += found
        verdict[name] = _verdict(index[name])
    if cases.models and len(cases) >= min_cell:
        parts += _review(cases, reference, verdict, min_cell)
        parts += _languages(cases, reference, verdict, index, min_cell)
    if vectors is not None:
        parts += _unknown(vectors, reference, verdict, min_cell)
    return Drift(reference.model, len(cases), tuple(parts), verdict, index) if verdict else None


def _parts(
    name: str, labels: tuple[str, ...], expected: NDArray[np.float64], count: NDArray[np.int64], n: int, min_cell: int
) -> Iterator[Part]:
    for label, share, cases in zip(labels, expected.tolist(), count.tolist(), strict=True):
        if cases >= min_cell:
            yield Part(name, label, share, cases / n, n, _is_other(share, cases / n, n))


def _is_other(expected: float, found: float, n: int) -> bool:
    error = np.sqrt(max(expected * (1 - expected), _FLOOR) / n)
    larger, smaller = max(expected, found), max(min(expected, found), _FLOOR)
    return bool(abs(found - expected) > Z * error and larger >= RATIO * smaller)


def _index(expected: NDArray[np.float64], found: NDArray[np.float64], *, is_single: bool) -> float:
    """Return the population stability index; of labels that come together, the mean of theirs each by itself."""
    before, now = np.clip(expected, _FLOOR, 1 - _FLOOR), np.clip(found, _FLOOR, 1 - _FLOOR)
    each = (now - before) * np.log(now / before)
    if not is_single:
        each = each + (before - now) * np.log((1 - now) / (1 - before))
    return float(each.sum())


def _verdict(index: float) -> Verdict:
    return "changed" if index >= CHANGED else "watch" if index >= WATCH else "same"


def _points(expected: float, found: float) -> Verdict:
    apart = abs(found - expected)
    return "changed" if apart >= CHANGED_POINTS else "watch" if apart >= WATCH_POINTS else "same"


def _review(cases: Cases, reference: Reference, verdict: dict[str, Verdict], min_cell: int) -> Iterator[Part]:
    count, n = int(cases.review.sum()), len(cases)
    if np.isnan(reference.review) or cases.columns is None or cases.columns.review is None:
        return
    verdict["review"] = _points(reference.review, count / n)
    if count >= min_cell:
        yield Part("review", "", reference.review, count / n, n, verdict["review"] != "same")


def _languages(
    cases: Cases, reference: Reference, verdict: dict[str, Verdict], index: dict[str, float], min_cell: int
) -> Iterator[Part]:
    n = int((cases.malform != "").sum())
    if n < min_cell:
        return
    expected = np.array([reference.languages.get(name, 0.0) for name in LANGUAGES])
    count = np.array([int((cases.malform == name).sum()) for name in LANGUAGES])
    index["malform"] = _index(expected, count / n, is_single=True)
    verdict["malform"] = _verdict(index["malform"])
    yield from _parts("malform", LANGUAGES, expected, count, n, min_cell)


def _unknown(vectors: CaseVectors, reference: Reference, verdict: dict[str, Verdict], min_cell: int) -> Iterator[Part]:
    known = vectors.unknown[~np.isnan(vectors.unknown)]
    if np.isnan(reference.unknown) or len(known) < min_cell:
        return
    found = float(known.mean())
    verdict["unknown"] = _points(reference.unknown, found)
    yield Part("unknown", "", reference.unknown, found, len(known), verdict["unknown"] != "same")
