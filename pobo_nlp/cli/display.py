"""What people see on the terminal, in Norwegian."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Self

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from pobo_nlp.batch.columns import JOINT
from pobo_nlp.batch.error_codes import ERRORS
from pobo_nlp.cli.terminal import without_codes
from pobo_nlp.suggestion import LabelSuggestion, Suggestion
from pobo_nlp.taxonomy import Dimension, Label, Taxonomy

if TYPE_CHECKING:
    from pobo_nlp.batch.summary import Summary
    from pobo_nlp.tables import Place

MALFORM = {"nb": "bokmål", "nn": "nynorsk", "other": "ukjent språk"}
REVIEW = {
    "empty": "teksten er tom",
    "too_short": "teksten er for kort",
    "too_long": "teksten er svært lang, bare begynnelsen er lest",
    "control_characters": "teksten har tegn som tyder på skade",
    "language_not_supported": "språket støttes ikke",
    "low_probability": "modellen er usikker",
    **ERRORS,
}
ROWS_SHOWN_AT_ONCE = 1024
# The rate of the progress bar is that of the last minute.
SPEED_SECONDS = 60
WIDTH_WITHOUT_TERMINAL = 120
MAX_QUOTED_IF_ACCEPTED, MAX_QUOTED_ELSE = 6, 3


def console(file: IO[str] | None = None) -> Console:
    """Return standard output, or a file; what is no terminal is as wide as a sheet."""
    output = _safe_console(file=file)
    return output if output.is_terminal else _safe_console(file=file, width=WIDTH_WITHOUT_TERMINAL)


def _safe_console(*, file: IO[str] | None = None, stderr: bool = False, width: int | None = None) -> Console:
    """Return a console that prints no codes but its own."""
    output = Console(file=file, stderr=stderr, highlight=False, width=width)
    output.push_render_hook(_Hook())
    return output


class _Hook(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Safe(renderable) for renderable in renderables]


class _Safe:
    def __init__(self, renderable: ConsoleRenderable) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._renderable, options):
            yield segment if segment.control else segment._replace(text=without_codes(segment.text))


def print_suggestion(text: str, suggestion: Suggestion, taxonomy: Taxonomy, output: Console) -> None:
    """Print a suggestion as a table: label, probability, and the words that speak for it."""
    title = f"Henvendelse {suggestion.id} · {MALFORM[suggestion.malform]} · modell {suggestion.model}"
    table = Table(title=escape(title), title_justify="left", title_style="bold", show_lines=False)
    table.add_column("")
    table.add_column("Forslag", ratio=3)
    table.add_column("Sannsynlig", justify="right")
    table.add_column("Ord som taler for", ratio=2, style="cyan")
    for dimension in taxonomy.dimensions:
        _add_dimension(table, dimension, suggestion.suggestions[dimension.id], text)
    output.print(table)
    if suggestion.review:
        reasons = "; ".join(REVIEW[reason] for reason in suggestion.review)
        output.print(f"[yellow]Må vurderes:[/] {reasons}.")
    output.print("Forslag fra en modell. Rådgiveren avgjør.", style="dim")


def _add_dimension(table: Table, dimension: Dimension, labels: Sequence[LabelSuggestion], text: str) -> None:
    if not labels:
        table.add_row(dimension.name, Text("ingen", style="dim"), "", "")
    for number, label in enumerate(labels):
        style = "bold" if label.accepted else "dim"
        table.add_row(
            dimension.name if number == 0 else "",
            Text(
                _said(dimension.label(label.label), number, dimension) + _doubt(label, number, dimension),
                style=style,
            ),
            Text(percent(label.probability), style=style),
            Text(", ".join(_quoted(text, label))),
        )
    table.add_section()


def _said(label: Label, number: int, dimension: Dimension) -> str:
    if dimension.kind == "single":
        return f"{number + 1}. {label.name}"
    return f"? {label.question}" if label.question else label.name


def _doubt(label: LabelSuggestion, number: int, dimension: Dimension) -> str:
    if label.accepted or (dimension.kind == "single" and number > 0):
        return ""
    return " (usikker)"


def _quoted(text: str, label: LabelSuggestion) -> list[str]:
    """Return the words that speak most for a label, each once; for an accepted one, also what speaks against it."""
    quoted: dict[str, str] = {}
    against = []
    for span in label.evidence:
        words = " ".join(text[span.start : span.end].split())
        if span.weight > 0:
            quoted.setdefault(words.casefold(), words)
        elif label.accepted:
            against = [f"(mot: {words})"]
    return [*list(quoted.values())[: MAX_QUOTED_IF_ACCEPTED if label.accepted else MAX_QUOTED_ELSE], *against]


def percent(probability: float) -> str:
    r"""Return a probability as Norwegians write it, with a space that no line is broken at.

    Examples
    --------
    >>> percent(0.817), percent(0.9999), percent(0.0001)
    ('82\xa0%', '>99\xa0%', '<1\xa0%')
    """
    if probability > 0.99:
        return ">99\u00a0%"
    return "<1\u00a0%" if probability < 0.01 else f"{100 * probability:.0f}\u00a0%"


def print_table(target: "Place", summary: "Summary") -> None:
    """Print the rows of a table that was written: what was suggested for each inquiry, and what needs a person."""
    from pobo_nlp.tables import open_table

    written, taxonomy = open_table(target), summary.taxonomy
    names = {name: column for name, column in summary.added.items() if column in summary.columns}
    dimensions = [one for one in taxonomy.predicted if {one.id, f"{one.id}_probability", "settled"} <= set(names)]
    table = Table(title="Forslag", title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 1, 0))
    table.add_column("Sak", style="bold")
    for dimension in dimensions:
        table.add_column(dimension.name)
    table.add_column("Må vurderes", style="yellow")
    for chunk in written.chunks(ROWS_SHOWN_AT_ONCE, 0):
        for place, row in zip(chunk.places, chunk.rows.to_pylist(), strict=True):
            cells = {name: _shown(row[column]) for name, column in names.items()}
            row_id = _shown(row.get(summary.id_column)) if summary.id_column else ""
            table.add_row(
                escape(row_id or str(place)),
                *(_cell(dimension, cells, taxonomy) for dimension in dimensions),
                "; ".join(REVIEW.get(reason, reason) for reason in _parts(cells.get("review", ""))),
            )
    console().print(table)


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _cell(dimension: Dimension, cells: Mapping[str, str], taxonomy: Taxonomy) -> Text:
    lines = _listed(dimension, cells)
    if dimension.parent is None or not lines:
        return Text("\n".join(lines))
    if cells["settled"] == dimension.id:
        return Text(lines[0])
    # Not sure of the area: the level is told where that is sure, the area as a guess beneath it.
    parent = taxonomy.dimension(dimension.parent)
    of_parent = _listed(parent, cells) if cells["settled"] == parent.id else []
    sure = f"{of_parent[0]}\n" if of_parent else ""
    return Text(sure).append(f"kanskje {lines[0]}", style="dim")


def _parts(joined: str) -> list[str]:
    return [part for part in joined.split(JOINT) if part]


def _listed(dimension: Dimension, cells: Mapping[str, str]) -> list[str]:
    labels = _parts(cells.get(dimension.id, ""))
    probabilities = _parts(cells.get(f"{dimension.id}_probability", ""))
    return [
        f"{dimension.label(label).name}, {percent(float(probability))}"
        for label, probability in zip(labels, probabilities, strict=True)
    ]


def print_labels(taxonomy: Taxonomy) -> None:
    """Print a label scheme: one table a dimension."""
    output = console()
    kinds = {"single": "nøyaktig én", "multi": "ingen eller flere"}
    for dimension in taxonomy.dimensions:
        table = Table(
            title=f"{dimension.name} ({dimension.id}): {kinds[dimension.kind]}",
            title_justify="left",
            title_style="bold",
        )
        table.add_column("id", style="cyan", no_wrap=True)
        table.add_column("navn")
        if dimension.parent:
            table.add_column(taxonomy.dimension(dimension.parent).name)
        table.add_column("betyr")
        for label in dimension.labels:
            meaning = " ".join(part for part in (label.definition, label.border, label.question) if part)
            parent = (label.parent or "",) if dimension.parent else ()
            table.add_row(label.id, label.name, *parent, meaning)
        output.print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """Print names and values."""
    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        shown = "\n".join(f"{key} {part}" for key, part in value.items()) if isinstance(value, dict) else value
        shown = ", ".join(map(str, shown)) if isinstance(shown, list) else shown
        table.add_row(Text(name, style="cyan"), Text(str(shown)))
    console().print(table)


def print_summary(summary: "Summary") -> None:
    """Print what a run did: labels, reasons for review, errors and speed."""
    output, taxonomy = console(), summary.taxonomy
    titles = {dimension.id: dimension.name for dimension in taxonomy.dimensions}
    titles |= {"settled": "Nivå som er avgjort", "review": "Må vurderes"}
    names = titles | {label.id: label.name for dimension in taxonomy.dimensions for label in dimension.labels}
    table = Table(title="Sammendrag", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.add_column("Kolonne", style="cyan")
    table.add_column("Verdi")
    table.add_column("Rader", justify="right")
    for column, counts in summary.counts.items():
        known = REVIEW if column == "review" else names
        for number, (value, rows) in enumerate(counts.items()):
            table.add_row(
                escape(titles.get(column, column)) if number == 0 else "",
                escape(known.get(value, value or "ingen")),
                str(rows),
            )
        table.add_section()
    output.print(table)


class RateColumn(ProgressColumn):
    """How many rows are done in a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, once it is known."""
        return Text(f"{task.speed:.0f} rader/s" if task.speed else "", style="progress.data.speed")


class ProgressBar:
    """How many rows of a table are done, on standard error; nothing is drawn unless that is a terminal.

    Parameters
    ----------
    name : of what is being done.
    """

    def __init__(self, name: str) -> None:
        output = _safe_console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=output,
            disable=not output.is_terminal,
            transient=True,
            speed_estimate_period=SPEED_SECONDS,
        )
        self._task = self._progress.add_task(name, total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def set_total(self, total: int) -> None:
        """Tell how many rows there are."""
        self._progress.update(self._task, total=total)

    def advance(self, rows: int) -> None:
        """Tell that some more rows are done."""
        self._progress.advance(self._task, rows)

    def set_name(self, name: str) -> None:
        """Tell what is being done now."""
        self._progress.update(self._task, description=name)

    def resume_at(self, rows: int) -> None:
        """Tell how many rows an earlier run has done; they do not count towards the rate."""
        self._progress.update(self._task, completed=rows)
