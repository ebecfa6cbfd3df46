"""Which label became which, as a grid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pobo_nlp.batch.difference.figures import Figures
from pobo_nlp.batch.difference.names import Names
from pobo_nlp.batch.difference.svg import element, picture
from pobo_nlp.batch.difference.words import compact, count, share, shortened

MOST_LABELS = 44
FEW_LABELS, MOST_CHARS = 12, 36
DEPTHS = 8
CHAR, LINE = 6.1, 4.0


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where things stand, in pixels.

    Attributes
    ----------
    down, across : labels before and after.
    cell : the side of a cell.
    left, top : room for names.
    """

    down: Sequence[str]
    across: Sequence[str]
    cell: float
    left: float
    top: float

    def place(self, row: int, column: int) -> dict[str, float]:
        """Return the rectangle of a cell."""
        return {
            "x": self.left + column * self.cell,
            "y": self.top + row * self.cell,
            "width": self.cell,
            "height": self.cell,
        }


def heat_map(figures: Figures, names: Names, name: str) -> Markup | None:
    """Draw which label became which; each row is coloured by the shares of its shown cells.

    Returns
    -------
    None where nothing is shown. Of more labels than fit, those with the most changes.
    """
    down, across = _in_map(figures)
    if not down:
        return None
    cell = 27.0 if max(len(down), len(across)) > FEW_LABELS else 46.0
    grid = _Grid(down, across, cell, _room(map(names.moved_from, down)), _room(map(names.moved_to, across)) + 4)
    seen = sum(bool(figures.of("move", before, after)) for before in down for after in across)
    return picture(
        name,
        (grid.left + len(across) * cell + 2, grid.top + len(down) * cell + 2),
        f"{figures.dimension.name}: hva ble til hva",
        f"Rutenett med {len(down)} rader (etikett før) og {len(across)} kolonner (etikett etter). {seen} ruter viser "
        "tall; de hyppigste endringene står i tabellen under.",
        [*_cells(figures, names, grid), *_outlines(grid), *_names(names, grid)],
        is_fixed=True,
    )


def _in_map(figures: Figures) -> tuple[list[str], list[str]]:
    """Return the labels with a shown cell, before and after."""
    seen = [(str(key[1]), str(key[2])) for key, value in figures.counts.items() if key[0] == "move" and value]
    moved = dict.fromkeys(figures.labels, 0)
    for before, after in seen:
        if before != after:
            moved[before] += figures.of("move", before, after) or 0
            moved[after] += figures.of("move", before, after) or 0
    most = set(sorted(figures.labels, key=lambda label: -moved[label])[:MOST_LABELS])
    down, across = {before for before, _ in seen} & most, {after for _, after in seen} & most
    return [label for label in figures.labels if label in down], [label for label in figures.labels if label in across]


def _room(names: Iterator[str]) -> float:
    return 14 + CHAR * max((len(shortened(one, MOST_CHARS)) for one in names), default=0)


def _cells(figures: Figures, names: Names, grid: _Grid) -> Iterator[Markup]:
    for row, before in enumerate(grid.down):
        whole = sum(figures.of("move", before, after) or 0 for after in figures.labels)
        for column, after in enumerate(grid.across):
            moved = figures.of("move", before, after)
            place = grid.place(row, column)
            if moved is None:
                yield element("rect", **place, kind="q q0")
                continue
            depth = min(DEPTHS, 1 + int(DEPTHS * moved / whole))
            tip = f"{names.moved_from(before)} → {names.moved_to(after)}: {count(moved)} ({share(moved, whole)})"
            x, y = place["x"] + grid.cell / 2, place["y"] + grid.cell / 2 + LINE
            kind = f"in in{depth}" + (" dense" if len(grid.across) > FEW_LABELS else "")
            parts = (
                element("title", tip),
                element("rect", **place, kind=f"q q{depth}"),
                element("text", compact(moved), x=x, y=y, kind=kind),
            )
            yield element("g", parts)


def _outlines(grid: _Grid) -> Iterator[Markup]:
    """Yield a frame around each cell where the label is the same before and after."""
    for row, label in enumerate(grid.down):
        if label in grid.across:
            yield element("rect", **grid.place(row, grid.across.index(label)), kind="outline")


def _names(names: Names, grid: _Grid) -> Iterator[Markup]:
    for row, label in enumerate(grid.down):
        y = grid.top + (row + 0.5) * grid.cell + LINE
        yield element("text", shortened(names.moved_from(label), MOST_CHARS), x=grid.left - 6, y=y, kind="end")
    for column, label in enumerate(grid.across):
        x, y = grid.left + (column + 0.5) * grid.cell + LINE, grid.top - 6
        turned = f"rotate(-90 {x:.1f} {y:.1f})"
        yield element("text", shortened(names.moved_to(label), MOST_CHARS), x=x, y=y, transform=turned)
    yield element("text", "før ↓   etter →", x=grid.left - 6, y=grid.top - 8, kind="end head")
