"""What the model takes for what: heat maps, the most frequent confusions, labels missed and labels added."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from pobo_nlp.taxonomy import Dimension
from training.page.heat_map import heat_map
from training.page.material import Figures, Material, Part, names_of, plot_id

MOST_SHOWN = 10
NOTHING = "ingen"


def confusions(material: Material) -> Mapping[str, Any] | None:
    """Return what the section shows: the confusions of the part where each label is about equally often."""
    part = material.balanced
    shown = [dimension for dimension in material.taxonomy.dimensions if part.of(dimension).get("confusions")]
    if not shown:
        return None
    return {
        "part": part,
        "texts": material.texts,
        "dimensions": [
            {
                "dimension": dimension,
                "heat_map": _heat_map(dimension, part) if dimension.kind == "single" else None,
                "rows": list(_frequent(dimension, part.of(dimension))),
                "labels": _missed_and_added(dimension, part.of(dimension)) if dimension.kind == "multi" else None,
            }
            for dimension in shown
        ],
    }


def _heat_map(dimension: Dimension, part: Part) -> str:
    place_of = {label_id: place for place, label_id in enumerate(dimension.label_ids)}
    counts = np.zeros((len(dimension.labels), len(dimension.labels)), int)
    for right, given, count in part.of(dimension)["confusions"]:
        counts[place_of[right], place_of[given]] = count
    names = [label.name for label in dimension.labels]
    return heat_map(f"heat-{plot_id(dimension)}", dimension.name, names, counts)


def _frequent(dimension: Dimension, figures: Figures) -> Iterator[Mapping[str, Any]]:
    """Yield the most frequent confusions, each with the id of a text where it is known."""
    names: dict[str | None, str] = {None: NOTHING}
    names.update(names_of(dimension))
    example_of = {(one, other): text_id for one, other, text_id in figures.get("examples", ())}
    wrong = [(one, other, count) for one, other, count in figures["confusions"] if one != other]
    for one, other, count in wrong[:MOST_SHOWN]:
        yield {
            "missed": names[one],
            "given": names[other],
            "count": count,
            "example": example_of.get((one, other)),
        }


def _missed_and_added(dimension: Dimension, figures: Figures) -> list[dict[str, Any]]:
    """Return how often each label was missed and wrongly given, and what was most often given instead."""
    rows = []
    for label in dimension.labels:
        row = figures["labels"][label.id]
        hits = round(row["recall"] * row["support"])
        instead = [
            (given, count) for missed, given, count in figures["confusions"] if missed == label.id and given is not None
        ]
        rows.append(
            {
                "label": label,
                "missed": row["support"] - hits,
                "added": row["given"] - hits,
                "instead": dimension.label(instead[0][0]).name if instead else None,
                "instead_count": instead[0][1] if instead else 0,
            }
        )
    return sorted(rows, key=lambda row: -(row["missed"] + row["added"]))[:MOST_SHOWN]
