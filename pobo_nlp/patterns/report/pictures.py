"""The pictures of the report, drawn as SVG in the colours of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pobo_nlp.batch.difference.svg import element, picture
from pobo_nlp.batch.difference.words import compact, count, shortened
from pobo_nlp.patterns.periods import Period
from pobo_nlp.patterns.surges import Band

MOST_CHARS = 36
CHARS_OF_TITLE, LEADING = 38, 16
DEPTHS = 8
CHAR, LINE, CELL = 6.1, 4.0, 27.0


@dataclass(frozen=True, slots=True)
class _Axes:
    """From periods and counts to pixels."""

    n: int
    most: float
    width: float = 300.0
    height: float = 180.0
    left: float = 40.0
    right: float = 12.0
    top: float = 74.0
    bottom: float = 20.0

    def x(self, place: float) -> float:
        return self.left + (self.width - self.left - self.right) * place / max(self.n - 1, 1)

    def y(self, value: float) -> float:
        return self.top + (self.height - self.top - self.bottom) * (1 - value / self.most)


def series_plot(
    name: str,
    title: str,
    notes: Sequence[str],
    periods: Sequence[Period],
    counts: Sequence[int | None],
    band: Band | None,
    window: tuple[int, int] | None = None,
) -> Markup:
    """Draw counts over time, with what was to be expected.

    Parameters
    ----------
    notes : lines under the title, such as which share persons labelled.
    counts : None where hidden.
    window : first and last place of a surge, which is marked.
    """
    values = [value for value in counts if value is not None]
    high = band.high[np.isfinite(band.high)] if band is not None else np.zeros(0)
    axes = _Axes(len(periods), max([*values, *high.tolist(), 1.0]))
    lines = _lines(title)
    below = 14 + LEADING * len(lines)
    drawn = [
        *(element("text", line, x=0, y=14 + LEADING * place, kind="title") for place, line in enumerate(lines)),
        *(element("text", line, x=0, y=below + LEADING * place, kind="tick") for place, line in enumerate(notes)),
    ]
    drawn += _scales(axes, periods)
    if band is not None:
        drawn += _band(axes, band)
    drawn.append(element("path", d=_path(axes, counts), kind="line after"))
    for place, value in enumerate(counts):
        if value is not None:
            is_surge = window is not None and window[0] <= place <= window[1]
            x, y = axes.x(place), axes.y(value)
            if is_surge:
                drawn.append(element("rect", x=x - 4, y=y - 4, width=8, height=8, kind="mark surge"))
            else:
                drawn.append(element("circle", cx=x, cy=y, r=2.2, kind="mark after"))
    return picture(
        name, (axes.width, axes.height), f"{title}: henvendelser over tid", _said(periods, counts, band), drawn
    )


def _lines(title: str) -> list[str]:
    """Return a title in two lines at most, cut between words where it is longer."""
    return wrap(title, CHARS_OF_TITLE, max_lines=2, placeholder=" …") or [""]


def _scales(axes: _Axes, periods: Sequence[Period]) -> Iterator[Markup]:
    for value in (0.0, axes.most / 2, axes.most):
        y = axes.y(value)
        yield element("path", d=f"M{axes.left:.0f} {y:.1f}H{axes.width - axes.right:.0f}", kind="grid-line")
        yield element("text", compact(round(value)), x=axes.left - 6, y=y + 4, kind="end tick")
    yield element("text", periods[0].code, x=axes.left, y=axes.height - 4, kind="tick")
    if len(periods) > 1:
        yield element("text", periods[-1].code, x=axes.width, y=axes.height - 4, kind="tick end")


def _band(axes: _Axes, band: Band) -> Iterator[Markup]:
    places = np.flatnonzero(np.isfinite(band.low) & np.isfinite(band.high)).tolist()
    if len(places) < 2:
        return
    upper = [f"{axes.x(place):.1f} {axes.y(band.high[place]):.1f}" for place in places]
    lower = [f"{axes.x(place):.1f} {axes.y(band.low[place]):.1f}" for place in reversed(places)]
    yield element("path", d=f"M{'L'.join([*upper, *lower])}Z", kind="band")
    middle = [f"{axes.x(place):.1f} {axes.y(band.mean[place]):.1f}" for place in places]
    yield element("path", d=f"M{'L'.join(middle)}", kind="line before")


def _path(axes: _Axes, counts: Sequence[int | None]) -> str:
    """Return the line through the shown counts, with a gap where one is hidden."""
    drawn, is_joined = [], False
    for place, value in enumerate(counts):
        if value is not None:
            drawn.append(f"{'L' if is_joined else 'M'}{axes.x(place):.1f} {axes.y(value):.1f}")
        is_joined = value is not None
    return "".join(drawn) or "M0 0"


def _said(periods: Sequence[Period], counts: Sequence[int | None], band: Band | None) -> str:
    said = "; ".join(
        f"{period.code}: {'ikke vist' if value is None else count(value)}"
        for period, value in zip(periods, counts, strict=True)
    )
    if band is None or not np.isfinite(band.high[-1]):
        return said
    return f"{said}. Ventet i {periods[-1].code}: mellom {count(int(band.low[-1]))} og {count(int(band.high[-1]))}."


def heat_map(
    name: str,
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: NDArray[np.int64],
    told: Sequence[Sequence[str]],
) -> Markup:
    """Draw a grid of counts; a cell is coloured by its share of the row.

    Parameters
    ----------
    values : shape (n_rows, n_columns); -1 where hidden.
    told : what is said of each cell in words, of the same shape.
    """
    left = 14 + CHAR * max(len(shortened(one, MOST_CHARS)) for one in rows)
    top = 18 + CHAR * max(len(shortened(one, MOST_CHARS)) for one in columns)
    drawn: list[Markup] = []
    for row in range(len(rows)):
        most = max(int(values[row].max()), 1)
        for column in range(len(columns)):
            said = f"{rows[row]}, {columns[column]}: {told[row][column]}"
            drawn.append(_cell(said, int(values[row, column]), most, left + column * CELL, top + row * CELL))
    for row, label in enumerate(rows):
        y = top + (row + 0.5) * CELL + LINE
        drawn.append(element("text", shortened(label, MOST_CHARS), x=left - 6, y=y, kind="end"))
    for column, label in enumerate(columns):
        x, y = left + (column + 0.5) * CELL + LINE, top - 6
        turned = f"rotate(-90 {x:.1f} {y:.1f})"
        drawn.append(element("text", shortened(label, MOST_CHARS), x=x, y=y, transform=turned))
    size = (left + len(columns) * CELL + 2, top + len(rows) * CELL + 2)
    said = (
        f"Rutenett med {len(rows)} rader og {len(columns)} kolonner. {int((values >= 0).sum())} ruter viser tall; "
        "alle står i tabellen under."
    )
    return picture(name, size, title, said, drawn, is_fixed=True)


def _cell(said: str, value: int, most: int, x: float, y: float) -> Markup:
    place = {"x": x, "y": y, "width": CELL, "height": CELL}
    if value < 0:
        return element("rect", **place, kind="q q0")
    depth = min(DEPTHS, 1 + int(DEPTHS * value / most))
    parts = (
        element("title", said),
        element("rect", **place, kind=f"q q{depth}"),
        element("text", compact(value), x=x + CELL / 2, y=y + CELL / 2 + LINE, kind=f"in in{depth} dense"),
    )
    return element("g", parts)
