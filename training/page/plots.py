"""The plots of the report, but for the heat map."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb

from training.page.drawing import BLUE, DEPTHS, INK, LEFT, LINES, MUTED, SIDE, ink_on, new_axes, per_cent, styled
from training.page.svg import as_element
from training.page.words import count, number, percent

Line = tuple[str, Sequence[Mapping[str, Any]]]


def reliability(name: str, title: str, lines: Sequence[Line]) -> str:
    """Draw how often answers of each probability are true.

    Parameters
    ----------
    lines : name of a part to its bins, as `training.reliability` has them.
    """
    with styled():
        figure, axes = new_axes(SIDE, SIDE + 0.15)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        for (label, bins), (colour, marker) in zip(lines, LINES, strict=False):
            counts = np.array([one["count"] for one in bins], float)
            x, y = ([one[key] for one in bins] for key in ("probability", "frequency"))
            axes.plot(x, y, color=colour, linewidth=1.1, marker=marker, markersize=2, label=label)
            axes.scatter(x, y, s=12 + 150 * np.sqrt(counts / counts.max()) / 2, color=colour, alpha=0.35, linewidth=0)
        per_cent(axes, "x", "y")
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
    with styled():
        figure, axes = new_axes(SIDE + 0.9, SIDE)
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
        per_cent(axes, "x", "y")
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


def set_sizes(name: str, title: str, sizes: Sequence[int]) -> str:
    """Draw how many texts have a prediction set of each size."""
    total = max(sum(sizes), 1)
    with styled():
        figure, axes = new_axes(SIDE, SIDE * 0.62)
        axes.bar(range(len(sizes)), [size / total for size in sizes], color=BLUE, width=0.8)
        per_cent(axes, "y")
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
    with styled():
        figure, axes = new_axes(7.2, 0.75 + 0.42 * len(rows))
        steps = [step for step, _ in rows[0][1]]
        colours = (*DEPTHS[: len(steps) - 1], LEFT)
        for row, (_, shares) in enumerate(rows):
            start = 0.0
            for (step, share), colour in zip(shares, colours, strict=False):
                axes.barh(row, share, left=start, color=colour, height=0.66, label=step if not row else None)
                if share >= 0.05:
                    ink = ink_on(to_rgb(colour))
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
    with styled():
        figure, axes = new_axes(SIDE, SIDE)
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
        per_cent(axes, "y")
        axes.set(title=title, xlabel="henvendelser i treningen", ylabel=axis)
        axes.legend(loc="lower right")
        told = " ".join(
            f"Med {phrases} fraser: fra {number(points[0]['value'], 2)} med {points[0]['inquiries']} henvendelser til "
            f"{number(points[-1]['value'], 2)} med {points[-1]['inquiries']}."
            for phrases, points in lines
        )
        return as_element(figure, name, f"{title}: læringskurve", told)


def _told_bins(bins: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{percent(one['probability'])} gir {percent(one['frequency'])}" for one in bins)


def _told_points(points: Sequence[Mapping[str, Any]]) -> str:
    chosen = points[:: max(1, len(points) // 5)]
    return ", ".join(f"{percent(one['share'])} avgjort gir {percent(one['accuracy'])} riktige" for one in chosen)
