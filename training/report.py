"""Figures become text: the model card, and the results in the README."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from pobo_nlp.cli.display import console, print_suggestion
from pobo_nlp.model.artefact import Artefact
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.taxonomy import Dimension
from training.config import Config
from training.counts import Table, tables
from training.evaluate import main_figure
from training.validate import SoundData

BASELINES = {
    "most_frequent": "always the most frequent answer",
    "phrase_bank": "phrase bank alone",
    "word_tfidf": "word TF-IDF and logistic regression, as scikit-learn has them by default",
    "fasttext": "fastText",
    "spacy_textcat": "spaCy textcat",
}
AGREEMENT_FIGURES = {
    "agreement": "agreement",
    "alpha": "Krippendorff's alpha",
    "kappa": "Cohen's kappa",
    "micro_f1": "micro-F1",
}
TEMPLATES = Path(__file__).parent / "templates"
EXAMPLE_TEXT = (
    "Mor, 84, fikk innvilget hjelp til dusj to ganger i uka i mars, men det kommer aldri noen. "
    "Kommunen sier de ikke har folk."
)


_OF_MARKDOWN = re.compile(r"([\\`*\[\]<>|])")


def model_card(artefact: Artefact, metrics: Mapping[str, object], config: Config) -> str:
    """Return the model card in Markdown."""
    return _template("model_card.md.jinja").render(
        artefact=artefact, taxonomy=artefact.taxonomy, metrics=metrics, tests=tests_of(metrics), config=config
    )


def results_table(metrics: Mapping[str, object], dimensions: tuple[Dimension, ...]) -> str:
    """Return the main figures in Markdown."""
    return _template("results.md.jinja").render(metrics=metrics, tests=tests_of(metrics), dimensions=dimensions)


def tests_of(metrics: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return name of a test file to the figures on it, where a report has read any."""
    found: Mapping[str, Any] = metrics.get("test_files", {})
    return found


def with_part(readme: str, name: str, content: str) -> str:
    """Return a README with the part between `<!-- name -->` and `<!-- /name -->` replaced."""
    before, rest = readme.split(f"<!-- {name} -->")
    _, after = rest.split(f"<!-- /{name} -->")
    return f"{before}<!-- {name} -->\n{content.strip()}\n<!-- /{name} -->{after}"


def readme_of(readme: str, folder: Path, benchmark: Mapping[str, object]) -> str:
    """Return a README with the example and the figures of a model, and with those of `make bench`."""
    scorer = Scorer.load(folder)
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    shown = io.StringIO()
    print_suggestion(EXAMPLE_TEXT, scorer.suggest(EXAMPLE_TEXT), scorer.taxonomy, console(shown))
    lines = "\n".join(line.rstrip() for line in shown.getvalue().splitlines())
    example = f'```text\n$ pobo-nlp suggest "{EXAMPLE_TEXT}"\n{lines}\n```'
    readme = with_part(readme, "example", example)
    readme = with_part(readme, "results", results_table(metrics, scorer.taxonomy.dimensions))
    return with_part(readme, "benchmark", _template("benchmark.md.jinja").render(results=benchmark))


def datasheet_of(datasheet: str, data: SoundData, rounds: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a datasheet with the counts of the data and the agreement of their annotators.

    Parameters
    ----------
    rounds : name of a round of labelling to its figures of agreement.
    """
    counts = "\n".join(_markdown(table) for table in tables(data))
    agreed = _markdown(agreement_table(data.taxonomy.dimensions, rounds))
    return with_part(with_part(datasheet, "counts", counts), "agreement", agreed)


def agreement_table(dimensions: tuple[Dimension, ...], rounds: Mapping[str, Mapping[str, Any]]) -> Table:
    """Return the figures of agreement of each round of labelling, side by side."""
    rows = []
    for dimension in dimensions:
        for figure, name in AGREEMENT_FIGURES.items():
            found = [of_round["dimensions"][dimension.id].get(figure) for of_round in rounds.values()]
            if all(found):
                rows.append((f"{dimension.name}: {name}", *map(_interval, found)))
    return Table("Two annotators", ("", *rounds), rows)


def _markdown(table: Table) -> str:
    return _template("table.md.jinja").render(table=table)


def agreement_rounds(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the figures of agreement before and after the disagreements were looked at."""
    files = {"before": folder / "agreement-before.json", "after": folder / "agreement.json"}
    return {name: json.loads(path.read_text("utf-8")) for name, path in files.items() if path.is_file()}


def write_json(figures: Mapping[str, object], path: Path) -> None:
    """Write figures that documents and reports are made from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def rendered(name: str, **content: object) -> str:
    """Return a template filled in: Markdown, as it is written in documents."""
    return _template(name).render(**content)


def _template(name: str) -> Template:
    # The output is Markdown, which is not escaped as HTML is: names go through the filters `text` and `code`.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"text": _text, "code": _code}
    environment.filters["interval"] = _interval
    environment.filters["figure"] = _figure
    environment.filters["any_figure"] = _any_figure
    environment.filters["ratio"] = _ratio
    environment.filters["thousands"] = _thousands
    environment.globals |= {"main_figure": main_figure, "shown": _shown, "baseline_names": BASELINES}
    return environment.get_template(name)


def _text(value: object) -> str:
    r"""Return text as Markdown shows it: no HTML, no link, no cell of its own.

    Examples
    --------
    >>> _text("<b>a|b</b> [x](y)")
    '\\<b\\>a\\|b\\</b\\> \\[x\\](y)'
    """
    return _OF_MARKDOWN.sub(r"\\\1", " ".join(str(value).split()))


def _code(value: object) -> str:
    """Return an id as Markdown shows code."""
    content = " ".join(str(value).split()).replace("`", "'").replace("|", "\\|")
    return f"`{content}`"


def _shown(figures: Mapping[str, Any]) -> list[str]:
    """Return the names of what is one figure, the calibration error with its interval where it has one."""
    names = [name for name, value in figures.items() if isinstance(value, int | float) or "value" in value]
    return [name for name in names if f"{name}_interval" not in figures]


def _any_figure(value: Mapping[str, float] | float) -> str:
    return _interval(value) if isinstance(value, Mapping) else _figure(value)


def _interval(value: Mapping[str, float]) -> str:
    return f"{value['value']:.3f} ({value['low']:.3f}-{value['high']:.3f})"


def _figure(value: float) -> str:
    return f"{value:.3f}"


def _ratio(value: Mapping[str, float]) -> str:
    return f"{value['value']:.1f} ({value['low']:.1f}-{value['high']:.1f})"


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", " ")
