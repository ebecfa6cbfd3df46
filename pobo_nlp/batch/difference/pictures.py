"""The pictures of the report, as SVG that takes its colours from the page: light, dark, and on paper."""

from collections.abc import Sequence

from markupsafe import Markup

from pobo_nlp.batch.difference.cells import NO_YEAR
from pobo_nlp.batch.difference.figures import Figures
from pobo_nlp.batch.difference.names import Names
from pobo_nlp.batch.difference.words import STATUSES, compact, count, share, shortened, signed

MOST_IN_MAP = 44
FEW_IN_MAP = 12
DEPTHS = 8


def _svg(name: str, size: tuple[float, float], title: str, description: str, body: str, *, fixed: bool = False) -> Markup:  # fmt: skip
    width, height = size
    style = f"width:{width:.0f}px" if fixed else f"max-width:{width:.0f}px"
    return Markup(
        f'<svg class="plot" viewBox="0 0 {width:.0f} {height:.0f}" style="{style}" role="img" '
        f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{Markup.escape(title)}</title>'
        f'<desc id="{name}-d">{Markup.escape(description)}</desc>{body}</svg>'
    )


def _text(x: float, y: float, content: str, kind: str = "", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}"{more}>{Markup.escape(content)}</text>'


def heat_map(figures: Figures, names: Names, name: str) -> Markup | None:
    """Draw which label became which; each row is coloured by the share of its own sum. None where nothing is shown."""
    down, across = _in_map(figures)
    if not down or not across:
        return None
    is_dense = max(len(down), len(across)) > FEW_IN_MAP
    cell, most = (27.0, 38) if is_dense else (46.0, 40)
    left = _gutter([names(label) for label in down], most)
    top = _gutter([names(label) for label in across], most) + 18
    cells, seen = [], 0
    for row, before in enumerate(down):
        whole = sum(figures.of("move", before, after) or 0 for after in figures.labels)
        for column, after in enumerate(across):
            x, y = left + column * cell, top + row * cell
            moved = figures.of("move", before, after)
            kept = " kept" if before == after else ""
            if moved is None:
                cells.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell}" height="{cell}" class="q q0{kept}"/>')
                continue
            seen += 1
            depth = min(DEPTHS, 1 + int(DEPTHS * moved / whole))
            tip = f"{names(before)} → {names(after)}: {count(moved)} ({share(moved, whole)})"
            cells.append(
                f'<g><title>{Markup.escape(tip)}</title><rect x="{x:.1f}" y="{y:.1f}" width="{cell}" height="{cell}" '
                f'class="q q{depth}{kept}"/>'
                + _text(x + cell / 2, y + cell / 2 + 3.2, compact(moved), f"in in{depth}{' dense' if is_dense else ''}")
                + "</g>"
            )
    rows = [
        _text(left - 6, top + place * cell + cell / 2 + 4, shortened(names(label), most), "end")
        for place, label in enumerate(down)
    ]
    columns = []
    for place, label in enumerate(across):
        x, y = left + place * cell + cell / 2 + 4, top - 6
        columns.append(_text(x, y, shortened(names(label), most), "", f' transform="rotate(-90 {x:.1f} {y:.1f})"'))
    heads = _text(left - 6, top - 8, "før ↓   etter →", "end head")
    outline = "".join(
        f'<rect x="{left + across.index(label) * cell:.1f}" y="{top + place * cell:.1f}" width="{cell}" '
        f'height="{cell}" class="outline"/>'
        for place, label in enumerate(down)
        if label in across
    )
    return _svg(
        f"{name}-map",
        (left + len(across) * cell + 2, top + len(down) * cell + 2),
        f"{figures.dimension.name}: hva ble til hva",
        f"Rutenett med {len(down)} rader (etikett før) og {len(across)} kolonner (etikett etter). {seen} ruter viser "
        "tall; de hyppigste endringene står i tabellen under.",
        "".join([*cells, outline, *rows, *columns, heads]),
        fixed=True,
    )


def _gutter(names: Sequence[str], most: int) -> float:
    return 14 + 6.3 * max(len(shortened(one, most)) for one in names)


def _in_map(figures: Figures) -> tuple[list[str], list[str]]:
    """Return the labels with a shown cell, before and after; of more than fit, those with the most changes."""
    seen = [key[1:] for key, value in figures.counts.items() if key[0] == "move" and value]
    moved = dict.fromkeys(figures.labels, 0)
    for before, after in seen:
        if before != after:
            for label in (str(before), str(after)):
                moved[label] += figures.of("move", before, after) or 0
    most = set(sorted(figures.labels, key=lambda label: -moved[label])[:MOST_IN_MAP])
    down, across = {before for before, _ in seen}, {after for _, after in seen}
    return (
        [label for label in figures.labels if label in down and label in most],
        [label for label in figures.labels if label in across and label in most],
    )


def status_bar(figures: Figures, name: str) -> Markup:
    """Draw what became of the rows, as one bar."""
    width, x = 720.0, 0.0
    told = [(status, figures.of("status", status) or 0) for status in STATUSES]
    whole = sum(value for _, value in told) or 1
    parts = []
    for status, value in told:
        wide = width * value / whole
        if value:
            tip = f"{STATUSES[status]}: {count(value)} ({share(value, whole)})"
            parts.append(
                f"<g><title>{Markup.escape(tip)}</title>"
                f'<rect x="{x:.1f}" y="0" width="{max(wide - 1.5, 1):.1f}" height="26" class="s-{status}"/></g>'
            )
        x += wide
    said = ", ".join(f"{STATUSES[status].lower()} {share(value, whole)}" for status, value in told if value)
    return _svg(f"{name}-status", (width, 26), f"{figures.dimension.name}: status", said, "".join(parts))


def change_bar(difference: int | None, largest: int) -> Markup:
    """Draw a difference as a bar to the left or right of a line; the number stands beside it."""
    wide = 59 * abs(difference or 0) / (largest or 1)
    kind, x = ("more", 60.0) if (difference or 0) > 0 else ("less", 60 - wide)
    bar = f'<rect x="{x:.1f}" y="1" width="{wide:.1f}" height="8" class="{kind}"/>' if difference else ""
    return Markup(f'<svg viewBox="0 0 120 10" focusable="false"><path d="M60 0V10" class="axis"/>{bar}</svg>')


def year_plot(figures: Figures, label: str, title: str, name: str) -> Markup | None:
    """Draw a label's share of the rows of each year, before and after; None for fewer than two years."""
    years = [year for year in figures.years if year != NO_YEAR]
    lines = {side: [_share(figures, side, year, label) for year in years] for side in ("before", "after")}
    values = [value for line in lines.values() for value in line if value is not None]
    if len(years) < 2 or len(values) < 2:
        return None
    width, height, left, right, top, bottom = 300.0, 150.0, 40.0, 8.0, 26.0, 20.0
    most = max(values) * 1.05
    span = years[-1] - years[0]

    def x(year: int) -> float:
        return left + (width - left - right) * (year - years[0]) / span

    def y(value: float) -> float:
        return top + (height - top - bottom) * (1 - value / most)

    drawn = [
        f'<path d="M{left} {y(level):.1f}H{width - right}" class="grid-line"/>'
        + _text(left - 5, y(level) + 4, _percent(level), "end tick")
        for level in (0, max(values) / 2, max(values))
    ]
    for side, line in lines.items():
        points = list(zip(years, line, strict=True))
        drawn.append(f'<path d="{_path(points, x, y)}" class="line {side}"/>')
        drawn += [_mark(side, x(year), y(value)) for year, value in points if value is not None]
    drawn += [
        _text(x(year), height - 5, str(year), f"tick {anchor}")
        for year, anchor in ((years[0], "start"), (years[-1], "end"))
    ]
    said = "; ".join(
        f"{year}: {_told(lines['before'][place])} før, {_told(lines['after'][place])} etter"
        for place, year in enumerate(years)
    )
    drawn.append(_text(0, 13, shortened(title, 40), "title"))
    return _svg(name, (width, height), f"{title}: andel per år", said, "".join(drawn))


def _share(figures: Figures, side: str, year: int, label: str) -> float | None:
    part, whole = figures.of(f"{side}_in", year, label), figures.of("rows_in", year)
    return None if part is None or not whole else min(part / whole, 1.0)


def _told(value: float | None) -> str:
    return "ikke vist" if value is None else _percent(value)


def _percent(value: float) -> str:
    shown = 100 * value
    return (f"{shown:.0f}" if shown >= 10 or shown == 0 else f"{shown:.1f}".replace(".", ",")) + " %"


def _path(points: Sequence[tuple[int, float | None]], x, y) -> str:  # type: ignore[no-untyped-def]
    drawn, is_joined = [], False
    for year, value in points:
        if value is not None:
            drawn.append(f"{'L' if is_joined else 'M'}{x(year):.1f} {y(value):.1f}")
        is_joined = value is not None
    return "".join(drawn)


def _mark(side: str, x: float, y: float) -> str:
    if side == "before":
        return f'<rect x="{x - 2.4:.1f}" y="{y - 2.4:.1f}" width="4.8" height="4.8" class="mark before"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" class="mark after"/>'


def difference_told(value: int | None) -> str:
    """Return a difference as it stands in a table."""
    return signed(value)
