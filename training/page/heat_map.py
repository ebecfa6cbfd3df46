"""Confusions as a heat map."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from training.page.drawing import DEEP, FONT_SIZE, GRID, ink_on, new_axes, styled
from training.page.svg import as_element
from training.page.words import shortened

FEW_LABELS, MOST_LABELS = 12, 64


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
    with styled(font_size=7 if len(names) > FEW_LABELS else FONT_SIZE):
        figure, axes = new_axes(side + 2.6, side + 2.3)
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
                color=ink_on(_shade(shares[row, column])),
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


def _shade(share: float) -> tuple[float, float, float]:
    """Return white for nothing, the deepest blue for all; small shares are lifted so that they are seen."""
    depth = 0.12 + 0.88 * share
    red, green, blue = 1 - (1 - np.array(to_rgb(DEEP))) * depth
    return float(red), float(green), float(blue)


def _most_confused(counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    errors = counts.sum(axis=1) + counts.sum(axis=0) - 2 * np.diag(counts)
    return np.sort(np.argsort(-errors, kind="stable")[:MOST_LABELS])
