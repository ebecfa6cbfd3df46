"""The bars and lines of the report, in colours of the page: light, dark, and on paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pobo_nlp.batch.difference.cells import NO_YEAR
from pobo_nlp.batch.difference.figures import Figures
from pobo_nlp.batch.difference.svg import element, picture
from pobo_nlp.batch.difference.words import SPACE, STATUSES, count, share, shortened

BAR_WIDTH, BAR_HEIGHT = 720.0, 26.0
SIDES = ("before", "after")


def status_bar(figures: Figures, name: str) -> Markup:
    """Draw what became of the rows, as one bar."""
    told = [(status, value) for status in STATUSES if (value := figures.of("status", status))]
    whole = sum(value for _, value in told) or 1
    parts, x = [], 0.0
    for status, value in told:
        width = BAR_WIDTH * value / whole
        tip = element("title", f"{STATUSES[status]}: {count(value)} ({share(value, whole)})")
        bar = element("rect", x=x, y=0, width=max(width - 1.5, 1), height=BAR_HEIGHT, kind=f"s-{status}")
        parts.append(element("g", (tip, bar)))
        x += width
    said = ", ".join(f"{STATUSES[status].lower()} {share(value, whole)}" for status, value in told)
    return picture(name, (BAR_WIDTH, BAR_HEIGHT), f"{figures.dimension.name}: status", said, parts)


def change_bar(difference: int | None, largest: int) -> Markup:
    """Draw a difference as a bar to the left or right of a line; the number stands beside it."""
    width = 59 * abs(difference or 0) / (largest or 1)
    parts = [element("path", d="M60 0V10", kind="axis")]
    if difference:
        x, kind = (60.0, "more") if difference > 0 else (60 - width, "less")
        parts.append(element("rect", x=x, y=1, width=width, height=8, kind=kind))
    return element("svg", parts, viewBox="0 0 120 10", preserveAspectRatio="none", focusable="false")


@dataclass(frozen=True, slots=True)
class _Axes:
    """From years and shares to pixels."""

    first: int
    last: int
    most: float
    width: float = 300.0
    height: float = 150.0
    left: float = 44.0
    right: float = 14.0
    top: float = 28.0
    bottom: float = 20.0

    def x(self, year: int) -> float:
        return self.left + (self.width - self.left - self.right) * (year - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        return self.top + (self.height - self.top - self.bottom) * (1 - value / self.most)


def year_plot(figures: Figures, label: str, title: str, name: str) -> Markup | None:
    """Draw a label's share of the rows of each year, before and after; None for fewer than two years."""
    years = [year for year in figures.years if year != NO_YEAR]
    lines = {side: [(year, _share(figures, side, year, label)) for year in years] for side in SIDES}
    values = [value for line in lines.values() for _, value in line if value is not None]
    if len(years) < 2 or len({year for line in lines.values() for year, value in line if value is not None}) < 2:
        return None
    axes = _Axes(years[0], years[-1], max(values))
    said = "; ".join(
        f"{year}: {_told(before)} før, {_told(after)} etter"
        for (year, before), (_, after) in zip(*lines.values(), strict=True)
    )
    drawn = [element("text", shortened(title, 38), x=0, y=14, kind="title"), *_scales(axes)]
    for side in SIDES:
        drawn.append(element("path", d=_path(lines[side], axes), kind=f"line {side}"))
        drawn += _marks(side, lines[side], axes)
    return picture(name, (axes.width, axes.height), f"{title}: andel per år", said, drawn)


def _scales(axes: _Axes) -> Iterator[Markup]:
    for value in (0.0, axes.most / 2, axes.most):
        y = axes.y(value)
        yield element("path", d=f"M{axes.left:.0f} {y:.1f}H{axes.width - axes.right:.0f}", kind="grid-line")
        yield element("text", _percent(value), x=axes.left - 7, y=y + 4, kind="end tick")
    for year, kind in ((axes.first, "tick middle"), (axes.last, "tick end")):
        x = axes.x(year) + (axes.right if kind == "tick end" else 0)
        yield element("text", str(year), x=x, y=axes.height - 4, kind=kind)


def _path(line: Sequence[tuple[int, float | None]], axes: _Axes) -> str:
    """Return the line through the shown shares, with a gap at a year that is not shown."""
    drawn, is_joined = [], False
    for year, value in line:
        if value is not None:
            drawn.append(f"{'L' if is_joined else 'M'}{axes.x(year):.1f} {axes.y(value):.1f}")
        is_joined = value is not None
    return "".join(drawn) or "M0 0"


def _marks(side: str, line: Sequence[tuple[int, float | None]], axes: _Axes) -> Iterator[Markup]:
    """Yield a mark for each year: a square before, a circle after, for those who do not see colours."""
    for year, value in line:
        if value is None:
            continue
        x, y = axes.x(year), axes.y(value)
        if side == "before":
            yield element("rect", x=x - 2.4, y=y - 2.4, width=4.8, height=4.8, kind="mark before")
        else:
            yield element("circle", cx=x, cy=y, r=2.6, kind="mark after")


def _share(figures: Figures, side: str, year: int, label: str) -> float | None:
    part, whole = figures.of(f"{side}_in", year, label), figures.of("rows_in", year)
    return None if part is None or not whole else min(part / whole, 1.0)


def _told(value: float | None) -> str:
    return "ikke vist" if value is None else _percent(value)


def _percent(value: float) -> str:
    whole = 100 * value
    return (f"{whole:.0f}" if whole >= 10 or not whole else f"{whole:.1f}".replace(".", ",")) + f"{SPACE}%"
