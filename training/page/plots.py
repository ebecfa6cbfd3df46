"""The plots of the report."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from training.page.svg import as_element
from training.page.words import count, number, percent, shortened

INK, MUTED, GRID = "#1b2733", "#5a6672", "#d9dee3"
# Told apart by those who do not see colours as well: each has its own marker too.
BLUE, ORANGE, GREEN, GREY = "#0b5c8a", "#a84300", "#2c6e49", "#77828c"
LIGHT_BLUE = "#cfe2ee"
LINES = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (GREY, "D"))
DEEP, NONE = "#08415f", "#ffffff"
DEPTHS, LEFT = (DEEP, "#5a93b5", "#b9d2e0", "#e3e8ec"), "#f0c9a8"
SIDE = 3.2
FEW_LABELS, MOST_LABELS = 12, 64

_STYLE: Mapping[Any, Any] = {
    # A fixed salt: the same figures give the same file.
    "svg.hashsalt": "pobo-nlp",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
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
Line = tuple[str, Sequence[Mapping[str, Any]]]


def reliability(name: str, title: str, lines: Sequence[Line]) -> str:
    """Draw how often answers of each probability are true.

    Parameters
    ----------
    lines : name of a part to its bins, as `training.reliability` has them.
    """
    with rc_context({**_STYLE}):
        figure, axes = _axes(SIDE, SIDE + 0.15)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        for (label, bins), (colour, marker) in zip(lines, LINES, strict=False):
            counts = np.array([one["count"] for one in bins], float)
            x, y = ([one[key] for one in bins] for key in ("probability", "frequency"))
            axes.plot(x, y, color=colour, linewidth=1.1, marker=marker, markersize=2, label=label)
            axes.scatter(x, y, s=12 + 150 * np.sqrt(counts / counts.max()) / 2, color=colour, alpha=0.35, linewidth=0)
        _shares(axes, "x", "y")
        axes.set(
            title=title, xlabel="sannsynlighet modellen gir", ylabel="andel som er riktig", xlim=(0, 1), ylim=(0, 1)
        )
        axes.set_aspect("equal")
        axes.legend(loc="upper left")
        return as_element(
            figure,
            name,
            f"{title}: sannsynlighet mot andel riktige",
            "Punktene skal ligge på den stiplede linja. Store punkter står for mange svar. "
            + " ".join(f"{label}: {_told_bins(bins)}." for label, bins in lines),
        )


def automation(
    name: str, title: str, lines: Sequence[Line], operating: Mapping[str, Any] | None, wanted: float | None
) -> str:
    """Draw how accurate the model is for the share of the texts that it settles.

    Parameters
    ----------
    lines : name of a part to its points, as `training.automation` has them.
    operating : `share` and `accuracy` of the thresholds in use, for the first part.
    wanted : precision that the thresholds were chosen for.
    """
    with rc_context({**_STYLE}):
        figure, axes = _axes(SIDE + 0.9, SIDE)
        for (label, points), (colour, marker) in zip(lines, LINES, strict=False):
            share = [point["share"] for point in points]
            low, high = ([point[key] for point in points] for key in ("low", "high"))
            axes.fill_between(share, low, high, color=colour, alpha=0.13, linewidth=0)
            accuracy = [point["accuracy"] for point in points]
            axes.plot(share, accuracy, color=colour, linewidth=1.2, marker=marker, markersize=2.2, label=label)
        if wanted is not None:
            axes.axhline(wanted, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)), label=f"ønsket {percent(wanted)}")
        if operating:
            axes.plot(
                [operating["share"]],
                [operating["accuracy"]],
                linestyle="none",
                marker="*",
                markersize=13,
                color=INK,
                markeredgecolor="#ffffff",
                label="tersklene i bruk",
            )
        _shares(axes, "x", "y")
        lowest = min(point["low"] for _, points in lines for point in points)
        axes.set(title=title, xlabel="andel av tekstene som modellen avgjør", ylabel="andel av dem som er riktig")
        axes.set(xlim=(0, 1.02), ylim=(max(0.0, np.floor(lowest * 10) / 10), 1.005))
        axes.legend(loc="lower left")
        return as_element(
            figure,
            name,
            f"{title}: hvor mye modellen avgjør, mot hvor ofte den har rett",
            " ".join(f"{label}: {_told_points(points)}." for label, points in lines),
        )


def heat_map(name: str, title: str, labels: Sequence[str], counts: np.ndarray[Any, Any]) -> str:
    """Draw which label was given where which was right; each row is coloured by its shares.

    Parameters
    ----------
    counts : shape (n_labels, n_labels), right labels down, given labels across. Of more labels than fit, those with
        the most errors are shown.
    """
    shown = _most_confused(counts)
    counts = counts[np.ix_(shown, shown)]
    names = [shortened(labels[place], 34) for place in shown]
    side = (0.215 if len(names) > FEW_LABELS else 0.34) * len(names)
    with rc_context({**_STYLE, "font.size": 7 if len(names) > FEW_LABELS else 8.5}):
        figure, axes = _axes(side + 2.6, side + 2.3)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        for row, column in zip(*np.nonzero(counts), strict=True):
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=_shade(shares[row, column]), linewidth=0))
            axes.text(
                column + 0.5,
                row + 0.52,
                str(counts[row, column]),
                ha="center",
                va="center",
                fontsize=6.2 if len(names) > FEW_LABELS else 8,
                color=NONE if shares[row, column] > 0.45 else INK,
            )
        places = np.arange(len(names)) + 0.5
        axes.set_xticks(places, names, rotation=90)
        axes.set_yticks(places, names)
        axes.set(xlim=(0, len(names)), ylim=(len(names), 0), xlabel="modellens øverste svar", ylabel="riktig svar")
        axes.tick_params(length=0)
        axes.set_aspect("equal")
        axes.hlines(np.arange(len(names) + 1), 0, len(names), color=GRID, linewidth=0.4, zorder=0)
        axes.vlines(np.arange(len(names) + 1), 0, len(names), color=GRID, linewidth=0.4, zorder=0)
        axes.spines[:].set_visible(False)
        return as_element(
            figure,
            name,
            f"{title}: forvekslinger",
            f"Rutenett med {len(names)} rader (riktig svar) og like mange kolonner (modellens svar). På diagonalen "
            f"står {int(np.trace(counts))} av {int(counts.sum())} tekster. De hyppigste feilene står i tabellen under.",
        )


def set_sizes(name: str, title: str, sizes: Sequence[int]) -> str:
    """Draw how many texts have a prediction set of each size."""
    total = max(sum(sizes), 1)
    with rc_context({**_STYLE}):
        figure, axes = _axes(SIDE, SIDE * 0.62)
        axes.bar(range(len(sizes)), [size / total for size in sizes], color=BLUE, width=0.8)
        _shares(axes, "y")
        axes.set(title=title, xlabel="antall etiketter i svarmengden", ylabel="andel av tekstene")
        axes.set_xticks(range(0, len(sizes), max(1, len(sizes) // 8)))
        told = ", ".join(f"{number} etiketter: {percent(size / total)}" for number, size in enumerate(sizes) if size)
        return as_element(figure, name, f"{title}: størrelsen på svarmengdene", f"{told}.")


def depth(name: str, title: str, rows: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> str:
    """Draw how deep the model answers: one bar a part, divided by where its answers stop.

    Parameters
    ----------
    rows : heading of a part to (where, share), deepest first.
    """
    with rc_context({**_STYLE}):
        figure, axes = _axes(7.2, 0.75 + 0.42 * len(rows))
        steps = [step for step, _ in rows[0][1]]
        colours = (*DEPTHS[: len(steps) - 1], LEFT)
        for row, (_, shares) in enumerate(rows):
            start = 0.0
            for (step, share), colour in zip(shares, colours, strict=False):
                axes.barh(row, share, left=start, color=colour, height=0.66, label=step if not row else None)
                if share >= 0.05:
                    ink = NONE if colour == DEEP else INK
                    axes.text(start + share / 2, row, percent(share), ha="center", va="center", color=ink, fontsize=8)
                start += share
        axes.set_yticks(range(len(rows)), [heading for heading, _ in rows])
        axes.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
        axes.tick_params(left=False)
        axes.spines[:].set_visible(False)
        axes.set_xticks([])
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(steps), handlelength=1, borderaxespad=0.2)
        told = " ".join(
            f"{heading}: {', '.join(f'{step} {percent(share)}' for step, share in shares)}." for heading, shares in rows
        )
        return as_element(figure, name, title, told)


def learning_curve(name: str, title: str, axis: str, lines: Sequence[tuple[int, Sequence[Mapping[str, Any]]]]) -> str:
    """Draw what more inquiries bring, one line for each number of phrases.

    Parameters
    ----------
    lines : number of phrases to points of `inquiries`, `value`, `low` and `high`.
    """
    with rc_context({**_STYLE}):
        figure, axes = _axes(SIDE, SIDE)
        axes.set_xscale("log", base=2)
        sizes = sorted({point["inquiries"] for _, points in lines for point in points})
        for shift, ((phrases, points), (colour, marker)) in enumerate(zip(lines, LINES * 3, strict=False)):
            value = [point["value"] for point in points]
            axes.errorbar(
                # Moved a little aside, so that the bars of the lines do not cover each other.
                [point["inquiries"] * 1.03**shift for point in points],
                value,
                yerr=[
                    [point["value"] - point["low"] for point in points],
                    [point["high"] - point["value"] for point in points],
                ],
                color=colour,
                marker=marker,
                markersize=3,
                linewidth=1,
                elinewidth=0.7,
                label=f"{count(phrases)} fraser",
            )
        axes.set_xticks(sizes, [count(size) for size in sizes])
        axes.minorticks_off()
        _shares(axes, "y")
        axes.set(title=title, xlabel="henvendelser i treningen", ylabel=axis)
        axes.legend(loc="lower right")
        told = " ".join(
            f"Med {phrases} fraser: fra {number(points[0]['value'], 2)} med {points[0]['inquiries']} henvendelser til "
            f"{number(points[-1]['value'], 2)} med {points[-1]['inquiries']}."
            for phrases, points in lines
        )
        return as_element(figure, name, f"{title}: læringskurve", told)


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_axisbelow(True)
    return figure, axes


def _shares(axes: Axes, *which: str) -> None:
    for one in which:
        axis = axes.xaxis if one == "x" else axes.yaxis
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{round(100 * value, 6):g} %".replace(".", ",")))
        axis.grid(visible=True)


def _shade(share: float) -> tuple[float, float, float]:
    """Return white for nothing, the deepest blue for all; small shares are lifted so that they are seen."""
    depth = 0.12 + 0.88 * share
    light, dark = (np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) for colour in (NONE, DEEP))
    red, green, blue = (light + (dark - light) * depth) / 255
    return float(red), float(green), float(blue)


def _most_confused(counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    errors = counts.sum(axis=1) + counts.sum(axis=0) - 2 * np.diag(counts)
    return np.sort(np.argsort(-errors, kind="stable")[:MOST_LABELS])


def _told_bins(bins: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{percent(one['probability'])} gir {percent(one['frequency'])}" for one in bins)


def _told_points(points: Sequence[Mapping[str, Any]]) -> str:
    chosen = points[:: max(1, len(points) // 5)]
    return ", ".join(f"{percent(one['share'])} avgjort gir {percent(one['accuracy'])} riktige" for one in chosen)
