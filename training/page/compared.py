"""The model beside simpler ways: their figures on the same rows, and what they cost."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pobo_nlp.taxonomy import Dimension
from training.evaluate import main_figure
from training.page.material import Figures, Material, Part, figure
from training.page.words import BASELINES, figures_of

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
        "is_compared": any(row["is_difference"] for table in tables for _, rows in table["dimensions"] for row in rows),
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
    """Return a table with a column for each baseline and one for the model, and a few rows for each dimension."""
    found = part.figures["baselines"]
    return {
        "part": part,
        "names": [BASELINES.get(name, name) for name in found],
        "dimensions": [
            (dimension, list(_rows(dimension, list(found.values()), part.of(dimension))))
            for dimension in material.taxonomy.dimensions
            if part.of(dimension)
        ],
    }


def _rows(dimension: Dimension, baselines: Sequence[Figures], of_model: Figures) -> Iterator[Mapping[str, Any]]:
    """Yield heading and figures; a training run gives each baseline its main figure alone."""
    main = main_figure(dimension)
    of_dimension = [figures.get(dimension.id, {}) for figures in baselines]
    for name, heading in {main: figures_of(dimension)[main][0], COMPARED: "F1, makro", DIFFERENCE: "Forskjell"}.items():
        cells = [found if name == main and "value" in found else found.get(name) for found in of_dimension]
        if any(cells):
            yield {
                "heading": heading,
                "cells": cells,
                "model": figure(of_model, name),
                "is_difference": name == DIFFERENCE,
            }
