"""The figures of the masking, and the guide that they stand in."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pobo_nlp.model.scorer import Scorer
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.text.masking import identifier_spans
from pobo_nlp.text.spacy_names import load_person_finder
from training.judge import TestFile
from training.masking_check import check, read_marked
from training.masking_invariance import invariance
from training.report import rendered, with_part

PART = "figures"


def masking_figures(
    file: Path, scorer: Scorer, tests: Mapping[str, TestFile], *, names_by: str | None, samples: int, seed: int
) -> dict[str, object]:
    """Return what the masking finds of marked texts, and how much the suggestions depend on what it masks.

    Parameters
    ----------
    names_by : name or folder of a spaCy pipeline that finds names as well; None for the rules alone.
    samples : bootstrap samples behind an interval.

    Raises
    ------
    AnnotationError : with every fault of the marked texts.
    MissingPipelineError : where the pipeline is not there.
    """
    marked = read_marked(file)
    figures: dict[str, object] = {"rules": check(marked, identifier_spans, samples=samples, seed=seed)}
    if names_by is not None:
        find = partial(identifier_spans, persons=load_person_finder(names_by))
        of_both = check(marked, find, samples=samples, seed=seed)
        figures["with_pipeline"] = {"pipeline": Path(names_by).name, **of_both}
    return {**figures, "model": scorer.model_id, "invariance": invariance(scorer, tests, samples=samples, seed=seed)}


def guide_with(guide: str, figures: Mapping[str, Any], taxonomy: Taxonomy) -> str:
    """Return a guide with the figures between its marks."""
    return with_part(guide, PART, rendered("masking.md.jinja", figures=figures, taxonomy=taxonomy))
