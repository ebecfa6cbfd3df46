"""What all plots of the report share: colours, style and axes."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

INK, MUTED, GRID = "#1b2733", "#5a6672", "#d9dee3"
# Told apart by those who do not see colours as well: each has its own marker too.
BLUE, ORANGE, GREEN, GREY = "#0b5c8a", "#a84300", "#2c6e49", "#77828c"
LINES = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (GREY, "D"))
DEEP = "#08415f"
DEPTHS, LEFT = (DEEP, "#5a93b5", "#b9d2e0", "#e3e8ec"), "#f0c9a8"
SIDE = 3.2

FONT_SIZE = 8.5
_STYLE: Mapping[Any, Any] = {
    # A fixed salt: the same figures give the same file.
    "svg.hashsalt": "pobo-nlp",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": FONT_SIZE,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8,
}


def styled(*, font_size: float = FONT_SIZE) -> AbstractContextManager[None]:
    """Return the context in which a plot is drawn."""
    return rc_context({**_STYLE, "font.size": font_size})


def new_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of that size in inches, and its axes."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_axisbelow(True)
    return figure, axes


def per_cent(axes: Axes, *which: str) -> None:
    """Write the ticks of "x" or "y" as per cent, with a grid."""
    for one in which:
        axis = axes.xaxis if one == "x" else axes.yaxis
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{round(100 * value, 6):g} %".replace(".", ",")))
        axis.grid(visible=True)


def ink_on(colour: tuple[float, float, float]) -> str:
    """Return black or white, whichever is read best on a colour: one of them has a contrast of 4.5 on any.

    Source: WCAG 2.2, relative luminance and contrast ratio.

    Examples
    --------
    >>> ink_on((1.0, 1.0, 1.0)), ink_on((0.0, 0.2, 0.4))
    ('black', 'white')
    """
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "black" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "white"
