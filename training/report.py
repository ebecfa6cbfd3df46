"""Figures become text: the model card, and the results in the README."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from pobo_nlp.model.artefact import Artefact
from pobo_nlp.taxonomy import Dimension
from training.config import Config
from training.evaluate import main_figure

TEMPLATES = Path(__file__).parent / "templates"
RESULTS_START, RESULTS_END = "<!-- results -->", "<!-- /results -->"


def model_card(artefact: Artefact, metrics: Mapping[str, object], config: Config) -> str:
    """Return the model card in Markdown."""
    return _template("model_card.md.jinja").render(
        artefact=artefact, taxonomy=artefact.taxonomy, metrics=metrics, config=config
    )


def results_table(metrics: Mapping[str, object], dimensions: tuple[Dimension, ...]) -> str:
    """Return the main figures in Markdown."""
    return _template("results.md.jinja").render(metrics=metrics, dimensions=dimensions)


def with_results(readme: str, results: str) -> str:
    """Return a README with the part between its markers replaced."""
    before, rest = readme.split(RESULTS_START)
    _, after = rest.split(RESULTS_END)
    return f"{before}{RESULTS_START}\n{results.strip()}\n{RESULTS_END}{after}"


def _template(name: str) -> Template:
    # The output is Markdown, which is not escaped as HTML is.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["interval"] = _interval
    environment.filters["figure"] = _figure
    environment.globals["main_figure"] = main_figure
    return environment.get_template(name)


def _interval(value: Mapping[str, float]) -> str:
    return f"{value['value']:.3f} ({value['low']:.3f}-{value['high']:.3f})"


def _figure(value: float) -> str:
    return f"{value:.3f}"
