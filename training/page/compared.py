"""The model beside simpler ways: their figures on the same rows, and what they cost."""

from collections.abc import Iterator, Mapping
from typing import Any

from pobo_nlp.taxonomy import Dimension
from training.evaluate import main_figure
from training.page.material import Figures, Material, Part, figure
from training.page.words import BASELINES

COMPARED = "macro_f1"
DIFFERENCE = "macro_f1_difference"
MODEL = "model"


def baselines(material: Material) -> Mapping[str, Any] | None:
    """Return what the section shows: a table for each part, and the costs."""
    tables = [_table(material, part) for part in material.parts if part.figures.get("baselines")]
    if not tables:
        return None
    costs = material.metrics.get("baseline_costs", {})
    names = [*(name for name in costs if name != MODEL), *(name for name in costs if name == MODEL)]
    return {
        "tables": tables,
        "costs": [(BASELINES.get(name, name), costs[name]) for name in names],
        "not_better": list(not_better(material)),
    }


def not_better(material: Material) -> Iterator[tuple[Part, str, Dimension, Figures]]:
    """Yield part, baseline, dimension and difference wherever the model is not better beyond doubt."""
    for part in material.parts:
        for name, figures in part.figures.get("baselines", {}).items():
            for dimension in material.taxonomy.dimensions:
                difference = figures.get(dimension.id, {}).get(DIFFERENCE)
                if difference and difference["low"] <= 0:
                    yield part, BASELINES.get(name, name), dimension, difference


def _table(material: Material, part: Part) -> Mapping[str, Any]:
    found = part.figures["baselines"]
    dimensions = [dimension for dimension in material.taxonomy.dimensions if part.of(dimension)]
    of_model = [_of_model(dimension, part.of(dimension)) for dimension in dimensions]
    rows = [
        (
            BASELINES.get(name, name),
            [_of_baseline(dimension, figures.get(dimension.id, {})) for dimension in dimensions],
        )
        for name, figures in found.items()
    ]
    is_compared = any(cell["difference"] for _, cells in rows for cell in cells)
    return {
        "part": part,
        "dimensions": dimensions,
        "rows": rows,
        "model": of_model,
        "is_compared": is_compared,
    }


def _of_baseline(dimension: Dimension, figures: Figures) -> Mapping[str, Figures | None]:
    # A training run gives each baseline its main figure alone.
    if "value" in figures:
        return {"main": figures, "macro": None, "difference": None}
    return {
        "main": figures.get(main_figure(dimension)),
        "macro": figures.get(COMPARED),
        "difference": figures.get(DIFFERENCE),
    }


def _of_model(dimension: Dimension, figures: Figures) -> Mapping[str, Figures | None]:
    return {"main": figure(figures, main_figure(dimension)), "macro": figure(figures, COMPARED)}
