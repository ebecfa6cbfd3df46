"""The page itself: one HTML file that needs nothing from anywhere else."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from training.evaluate import main_figure
from training.page import words
from training.page.glossary import glossary
from training.page.material import Material, figure, figure_of_label
from training.page.sections import sections
from training.page.summary import summary

TEMPLATES = Path(__file__).parents[1] / "templates"


def html_report(material: Material) -> str:
    """Return the page: the same material gives the same page."""
    shown = sections(material)
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            material=material,
            said=summary(material),
            sections=shown,
            asks=any(label.question for dimension in material.taxonomy.dimensions for label in dimension.labels),
            glossary=glossary([section.id for section in shown]),
            sources=[words.SOURCES.get(source, source) for source in material.sources],
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "number": words.number,
        "between": words.between,
        "count": words.count,
        "listed": words.listed,
        "figure": figure,
        "shown": figure_of_label,
        "main_figure": main_figure,
        "FASTEST": words.FASTEST,
        "FEW": words.FEW,
        "TOO_FEW": words.TOO_FEW,
        "SLICES": words.SLICES,
        "KINDS": words.KINDS,
        "BASELINES": words.BASELINES,
        "KINDS_OF_IDENTIFIER": words.KINDS_OF_IDENTIFIER,
        "MASKING_MEASURES": words.MASKING_MEASURES,
        "part_heading": words.part_heading,
        "in_points": words.in_points,
    }
    return environment
