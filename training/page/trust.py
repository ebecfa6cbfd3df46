"""How far the model's own doubt can be trusted: probabilities, what it settles alone, prediction sets."""

from collections.abc import Iterator, Mapping
from typing import Any

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.page import plots
from training.page.material import UNCORRECTED, Figures, Material, Part, figure, plot_id
from training.page.words import figures_of, percent

PERSON = "et menneske"
OF_PROBABILITIES = ("calibration_error", "brier", "log_loss")


def probabilities(material: Material) -> Mapping[str, Any] | None:
    """Return reliability diagrams and the figures beside them, the natural mix first."""
    drawn = [
        plots.reliability(f"reliability-{plot_id(dimension)}", dimension.name, lines)
        for dimension in material.taxonomy.dimensions
        if (lines := _lines(material, dimension, "reliability"))
    ]
    if not drawn:
        return None
    return {
        "dimensions": material.taxonomy.dimensions,
        "parts": list(dict.fromkeys([material.main, *material.parts])),
        "plots": drawn,
        "before": _before(material),
    }


def _before(material: Material) -> Mapping[str, Any] | None:
    """Return figures before and after the probabilities were corrected for the natural mix, where both are known."""
    part = material.main
    uncorrected: Figures = part.figures.get(UNCORRECTED, {})
    rows = []
    for dimension in material.taxonomy.dimensions:
        for name in OF_PROBABILITIES:
            before = figure(uncorrected.get(dimension.id, {}), name)
            after = figure(part.of(dimension), name)
            if before and after:
                rows.append((dimension, figures_of(dimension)[name][0], before, after))
    return {"part": part, "rows": rows} if rows else None


def automation(material: Material) -> Mapping[str, Any] | None:
    """Return curves of what is settled against what is right, and how deep the answers go."""
    drawn = [
        plots.automation(
            f"automation-{plot_id(dimension)}",
            dimension.name,
            lines,
            _operating_point(material, dimension),
            material.wanted_precision,
        )
        for dimension in material.taxonomy.dimensions
        if (lines := _lines(material, dimension, "automation"))
    ]
    return {"plots": drawn, "back_off": list(_back_off(material))} if drawn else None


def _operating_point(material: Material, dimension: Dimension) -> Mapping[str, float] | None:
    figures = material.main.of(dimension) or material.inside.of(dimension)
    share, accuracy = figures["accepted_share"]["value"], figures["accepted_accuracy"]["value"]
    return {"share": share, "accuracy": accuracy} if share else None


def _back_off(material: Material) -> Iterator[Mapping[str, Any]]:
    for dimension in material.taxonomy.predicted:
        parts = material.parts_of(dimension, "back_off")
        if dimension.parent is None or not parts:
            continue
        steps = [_where(step["dimension"], material.taxonomy) for step in parts[0].of(dimension)["back_off"]]
        rows = [(part.heading, _shares(part, dimension, steps)) for part in parts]
        yield {
            "dimension": dimension,
            "steps": steps,
            "rows": [(part, part.of(dimension)["back_off"]) for part in parts],
            "plot": plots.depth(f"depth-{plot_id(dimension)}", f"{dimension.name}: hvor dypt den svarer", rows),
        }


def _shares(part: Part, dimension: Dimension, steps: list[str]) -> list[tuple[str, float]]:
    settled = part.of(dimension)["back_off"]
    return [(step, of_step["share"]["value"]) for step, of_step in zip(steps, settled, strict=True)]


def _where(dimension_id: str | None, taxonomy: Taxonomy) -> str:
    return PERSON if dimension_id is None else taxonomy.dimension(dimension_id).name.lower()


def sets(material: Material) -> Mapping[str, Any] | None:
    """Return sizes of the prediction sets and what they cover."""
    shown = [
        {
            "dimension": dimension,
            "parts": parts,
            "plot": plots.set_sizes(
                f"sets-{plot_id(dimension)}", dimension.name, parts[0].of(dimension)["prediction_sets"]["sizes"]
            ),
        }
        for dimension in material.taxonomy.dimensions
        if (parts := material.parts_of(dimension, "prediction_sets"))
    ]
    wanted = material.wanted_coverage
    return {"dimensions": shown, "coverage": None if wanted is None else percent(wanted)} if shown else None


def _lines(material: Material, dimension: Dimension, name: str) -> list[plots.Line]:
    """Return what is drawn for the part that speaks for daily use, and for what training itself judged."""
    return [
        (part.heading, part.of(dimension)[name])
        for part in dict.fromkeys([material.main, material.inside])
        if part.of(dimension).get(name)
    ]
