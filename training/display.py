"""Figures and counts as tables on a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pobo_nlp.cli.display import REVIEW
from training.page.words import SLICES, between, count, figures_of, listed, number, part_heading, percent

if TYPE_CHECKING:
    from pobo_nlp.taxonomy import Taxonomy
    from training.compare import Comparison, PartComparison
    from training.counts import Table as Content
    from training.differences import Difference
    from training.tricky import Answer, Line

# Labels of a comparison that are shown on a terminal.
MOST_MOVED = 15


def results(metrics: Mapping[str, Any]) -> Table:
    """Return the figures of a model, each with its interval."""
    return _figures(metrics, f"Målt på {metrics['texts']} tekster ({metrics['evaluated_on']})")


def agreed(figures: Mapping[str, Any]) -> Table:
    """Return the figures of agreement, each with its interval."""
    return _figures(figures, f"Enighet mellom to annotatorer, {figures['texts']} tekster")


def rich_table(content: "Content") -> Table:
    """Return counts as a table for a terminal."""
    table = Table(title=content.title, title_justify="left", caption=content.note, caption_justify="left")
    for place, heading in enumerate(content.headings):
        table.add_column(heading, justify="right" if place else "left", overflow="fold")
    for cells in content.rows:
        table.add_row(*cells)
    return table


def _figures(figures: Mapping[str, Any], title: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("dimensjon", "mål", "verdi", "95 %-intervall"):
        table.add_column(heading)
    for dimension, of_dimension in figures["dimensions"].items():
        for name, value in of_dimension.items():
            if isinstance(value, dict) and "value" in value:
                interval = f"{value['low']:.3f}-{value['high']:.3f}"
                table.add_row(dimension, name, f"{value['value']:.3f}", interval)
    return table


def compared(comparison: "Comparison", taxonomy: "Taxonomy") -> Iterator[RenderableType]:
    """Yield what a comparison of two models shows, part after part."""
    yield Text.assemble("A: ", (comparison.a, "bold"), "\nB: ", (comparison.b, "bold"))
    for name, labels, parts in (
        ("A", comparison.labels_only_a, comparison.parts_only_a),
        ("B", comparison.labels_only_b, comparison.parts_only_b),
    ):
        for dimension, of_dimension in labels.items():
            yield Text(f"Bare {name} kjenner i {dimension}: {listed(list(of_dimension))}.", "yellow")
        if parts:
            yield Text(f"Bare {name} er målt på: {listed([part_heading(part) for part in parts])}.", "yellow")
    for part in comparison.parts:
        heading = f"{part_heading(part.name)}: {count(part.texts)} tekster som begge er målt på"
        yield Text(f"\n{heading}\n", "bold underline")
        yield from _notes(part)
        yield _agreement(part, taxonomy)
        yield _differences(part.figures, taxonomy)
        if part.slices:
            yield _slices(part.slices, taxonomy)
        yield from _moved(part, taxonomy)


def verdict(comparison: "Comparison", taxonomy: "Taxonomy") -> Iterator[RenderableType]:
    """Yield where the second model is worse and where it is better than the first, beyond doubt."""
    everything = [(part, each) for part in comparison.parts for each in (*part.figures, *part.slices)]
    for word, style, found in (
        ("dårligere", "bold red", [pair for pair in everything if pair[1].is_worse]),
        ("bedre", "bold green", [pair for pair in everything if pair[1].is_better]),
    ):
        if not found:
            yield Text(f"B er ikke sikkert {word} på noe tall.")
            continue
        yield Text(f"B er sikkert {word} på {len(found)} av {len(everything)} tall:", style)
        for part, each in found:
            if not each.slice:
                dimension = taxonomy.dimension(each.dimension).name
                figure = f"{dimension}, {_figure_name(each, taxonomy)}: {number(each.a)} → {number(each.b)}"
                yield Text(f"  {part_heading(part.name)}: {figure}")
        of_slices = sum(each.slice is not None for _, each in found)
        if of_slices:
            yield Text(f"  og på {of_slices} tall for utsnitt av tekstene.")
    yield Text("«Sikkert»: hele 95 %-intervallet ligger der. Av ren flaks gjør rundt ett av førti tall det.", "dim")


def answers(lines: Sequence["Line"], counted: tuple[int, int, int], taxonomy: "Taxonomy") -> Table:
    """Return what two models answer to the tricky texts; lines on which they differ are marked.

    Lines on which both say the same, and nothing wrong, are left out.
    """
    of_a, of_b, clear = counted
    table = Table(title="Vriene tekster, svar side om side", title_justify="left", box=SIMPLE_HEAD)
    table.caption = (
        "≠ A og B svarer ulikt · ✓ rett · ✗ galt · (usikker) ikke godtatt · resten svarer begge likt, uten kjent feil\n"
        f"A har rett i {of_a} og B i {of_b} av {clear} svar med fasit."
    )
    table.caption_justify = "left"
    # Ids of labels are long, and read badly in two pieces.
    widths = {"": 1, "tekst": 16, "dimensjon": 16, "A": 24, "B": 24, "fasit": 22}
    for heading, width in widths.items():
        table.add_column(heading, overflow="fold", min_width=width, max_width=width if heading == "tekst" else None)
    for _, group in groupby(lines, key=lambda line: line.id):
        of_text = list(group)
        told = Text.assemble((of_text[0].id, "bold"), f" {of_text[0].why}")
        shown = [line for line in of_text if line.is_different or line.a_is_right is False]
        for line in shown:
            table.add_row(*_side_by_side(line, told if line is shown[0] else Text(), taxonomy))
        if not shown:
            table.add_row("", told, Text("likt i alt", "dim"), Text(_doubts(of_text[0].a), "dim"))
        table.add_section()
    return table


def _side_by_side(line: "Line", told: Text, taxonomy: "Taxonomy") -> Iterator[RenderableType]:
    yield Text("≠" if line.is_different else "", "bold yellow")
    yield told
    yield taxonomy.dimension(line.dimension).name
    yield _answer(line.a, line.a_is_right)
    yield _answer(line.b, line.b_is_right) if line.is_different else Text("som A", "dim")
    yield "" if line.expected is None else "\n".join(line.expected) or "ingen"


def _notes(part: "PartComparison") -> Iterator[RenderableType]:
    if part.only_a or part.only_b:
        yield Text(f"Bare A er målt på {part.only_a} tekster til, og bare B på {part.only_b}.", "yellow")
    if not part.is_same_data:
        yield Text("A og B er målt på ulike versjoner av dataene; bare tekstene de har felles, teller her.", "yellow")
    if part.changed:
        yield Text(f"{part.changed} av dem har fått andre merkelapper siden. Begge dømmes etter dem B har.", "yellow")


def _agreement(part: "PartComparison", taxonomy: "Taxonomy") -> Table:
    table = _table("Andel tekster med samme svar", ("", "samme godtatte", "samme øverste", "begge deler"))
    for each in part.agreement:
        top = percent(each.top) if each.top is not None else ""
        name = taxonomy.dimension(each.dimension).name
        table.add_row(name, percent(each.answer), top, percent(each.both))
    return table


def _differences(differences: Sequence["Difference"], taxonomy: "Taxonomy") -> Table:
    table = _table("Tall (forskjell: B minus A)", ("", "A", "B", "forskjell", "95 %-intervall", ""))
    for dimension, of_dimension in groupby(differences, key=lambda each: each.dimension):
        table.add_row(Text(taxonomy.dimension(dimension).name, "bold"))
        for each in of_dimension:
            table.add_row(
                f"  {_figure_name(each, taxonomy)}",
                number(each.a),
                number(each.b),
                number(each.difference["value"]),
                between(each.difference),
                "dårligere" if each.is_worse else "bedre" if each.is_better else "",
                style=_style(each),
            )
    return table


def _slices(differences: Sequence["Difference"], taxonomy: "Taxonomy") -> Table:
    dimensions = list(dict.fromkeys(each.dimension for each in differences))
    names = [taxonomy.dimension(dimension).name for dimension in dimensions]
    table = _table(
        "Forskjell i hovedtallet i utsnitt av tekstene (▼ sikkert dårligere, ▲ bedre)", ("", "tekster", *names)
    )
    of_place = {(each.slice, each.dimension): each for each in differences}
    for name, texts in {str(each.slice): each.texts for each in differences}.items():
        found = [of_place.get((name, dimension)) for dimension in dimensions]
        table.add_row(SLICES.get(name, name), count(texts), *map(_change, found))
    return table


def _change(each: "Difference | None") -> Text:
    if each is None:
        return Text("–", "dim")
    mark = "▼" if each.is_worse else "▲" if each.is_better else " "
    return Text(f"{number(each.difference['value'])} {mark}", _style(each))


def _style(each: "Difference") -> str:
    return "red" if each.is_worse else "green" if each.is_better else ""


def _moved(part: "PartComparison", taxonomy: "Taxonomy") -> Iterator[RenderableType]:
    most = sorted(part.moved, key=lambda each: -(each.gained + each.lost))
    if not most:
        yield Text("Ingen etikett har flyttet seg.", "dim")
        return
    headings = ("etikett", "dimensjon", "fikk den", "rett før → nå", "mistet den", "rett før → nå")
    table = _table("Etiketter som tekster har fått eller mistet fra A til B", headings)
    for each in most[:MOST_MOVED]:
        table.add_row(
            each.label,
            Text(taxonomy.dimension(each.dimension).name, "dim"),
            str(each.gained),
            f"{each.gained_right_before} → {each.gained_right_after}" if each.gained else "",
            str(each.lost),
            f"{each.lost_right_before} → {each.lost_right_after}" if each.lost else "",
        )
    yield table
    if len(most) > MOST_MOVED:
        yield Text(f"{len(most) - MOST_MOVED} etiketter til har flyttet seg mindre (--json viser alle).", "dim")


def _table(title: str, headings: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    return table


def _answer(answer: "Answer", is_right: bool | None) -> Text:
    said = "\n  ".join(answer.labels) or "ingen"
    if answer.doubts:
        said += f" ({_doubts(answer)})"
    elif not answer.is_accepted:
        said += " (usikker)"
    if is_right is None:
        return Text(f"  {said}")
    return Text(f"{'✓' if is_right else '✗'} {said}", "green" if is_right else "red")


def _doubts(answer: "Answer") -> str:
    return "; ".join(REVIEW[reason] for reason in answer.doubts)


def _figure_name(each: "Difference", taxonomy: "Taxonomy") -> str:
    return figures_of(taxonomy.dimension(each.dimension))[each.metric][0]
