"""Figures and counts as tables on a terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from training.counts import Table as Content


def results(metrics: Mapping[str, Any]) -> Table:
    """Return the figures of a model, each with its interval."""
    return _figures(metrics, f"Målt på {metrics['texts']} tekster ({metrics['evaluated_on']})")


def agreed(figures: Mapping[str, Any]) -> Table:
    """Return the figures of agreement, each with its interval."""
    return _figures(figures, f"Enighet mellom to annotatorer, {figures['texts']} tekster")


def rich_table(content: "Content") -> Table:
    """Return counts as a table for a terminal."""
    table = Table(title=content.title, title_justify="left", caption=content.note, caption_justify="left")
    for number, heading in enumerate(content.headings):
        table.add_column(heading, justify="right" if number else "left", overflow="fold")
    for cells in content.rows:
        table.add_row(*cells)
    return table


def _figures(figures: Mapping[str, Any], title: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("dimensjon", "mål", "verdi", "95 %-intervall"):
        table.add_column(heading)
    for dimension, of_dimension in figures["dimensions"].items():
        for name, value in of_dimension.items():
            if isinstance(value, dict) and name != "labels":
                interval = f"{value['low']:.3f}-{value['high']:.3f}"
                table.add_row(dimension, name, f"{value['value']:.3f}", interval)
    return table
