"""The figures of the masking, and the guide that they stand in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pobo_nlp.model.scorer import Scorer
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.text.masking import identifier_spans
from training.judge import TestFile
from training.masking_check import check, read_marked
from training.masking_invariance import invariance
from training.report import rendered, with_part

PART = "figures"


def masking_figures(
    file: Path, scorer: Scorer, tests: Mapping[str, TestFile], *, samples: int, seed: int
) -> dict[str, object]:
    """Return what the masking finds of marked texts, and how much the suggestions depend on what it masks.

    Parameters
    ----------
    samples : bootstrap samples behind an interval.

    Raises
    ------
    AnnotationError : with every fault of the marked texts.
    """
    marked = read_marked(file)
    figures: dict[str, object] = {"rules": check(marked, identifier_spans, samples=samples, seed=seed)}
    return {**figures, "model": scorer.model_id, "invariance": invariance(scorer, tests, samples=samples, seed=seed)}


def guide_with(guide: str, figures: Mapping[str, Any], taxonomy: Taxonomy) -> str:
    """Return a guide with the figures between its marks."""
    return with_part(guide, PART, rendered("masking.md.jinja", figures=figures, taxonomy=taxonomy))
