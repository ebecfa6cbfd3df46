"""The page itself: one HTML file that needs nothing from anywhere else."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pobo_nlp.batch.difference import pictures, words
from pobo_nlp.batch.difference.cells import NO_YEAR
from pobo_nlp.batch.difference.counting import NONE
from pobo_nlp.batch.difference.figures import Figures
from pobo_nlp.batch.difference.heat_map import heat_map
from pobo_nlp.batch.difference.names import Names, year_name
from pobo_nlp.batch.difference.statuses import ORDER
from pobo_nlp.batch.difference.summary import Found, Summary, largest_changes, sentences

MOST_MOVES = 15
MOST_PLOTS = 12


def page(summary: Summary) -> str:
    """Return the page: the same tables give the same page."""
    environment = Environment(
        loader=PackageLoader("pobo_nlp.batch.difference"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "count": words.count,
        "signed": words.signed,
        "share": words.share,
        "listed": words.listed,
        "year_name": year_name,
        "STATUSES": words.STATUSES,
        "HIDDEN": words.HIDDEN,
    }
    dimensions = [_dimension(found, f"d{place}") for place, found in enumerate(summary.dimensions)]
    return environment.get_template("report.html.jinja").render(summary=summary, dimensions=dimensions)


def _dimension(found: Found, name: str) -> Mapping[str, Any]:
    figures, names = found.figures, found.names
    return {
        "found": found,
        "id": name,
        "dimension": figures.dimension,
        "sentences": list(sentences(found)),
        "statuses": [(status, figures.of("status", status)) for status in ORDER],
        "status_bar": pictures.status_bar(figures, f"{name}-status"),
        "heat_map": heat_map(figures, names, f"{name}-map"),
        "moves": list(_moves(figures, names)),
        "changes": list(_changes(figures, names)),
        "listed": figures.listed,
        "has_untold": len(figures.labels) > len(figures.told),
        "plots": list(_plots(figures, names, name)),
        "years": _years(figures, names),
    }


def _moves(figures: Figures, names: Names) -> Iterator[Mapping[str, Any]]:
    """Yield the most frequent changes from one label to another."""
    moves = [
        (value, str(key[1]), str(key[2]))
        for key, value in figures.counts.items()
        if key[0] == "move" and value and key[1] != key[2]
    ]
    # By number alone: what is equal stays in the order of the scheme.
    for value, before, after in sorted(moves, key=lambda move: -move[0])[:MOST_MOVES]:
        yield {
            "before": names.moved_from(before),
            "after": names.moved_to(after),
            "count": value,
            "share": words.share(value, figures.of("before", before)) if before != NONE else "–",
        }


def _changes(figures: Figures, names: Names) -> Iterator[Mapping[str, Any]]:
    largest = max((abs(figures.difference(label) or 0) for label in figures.told), default=0)
    for label in figures.told:
        difference = figures.difference(label)
        yield {
            "name": names(label),
            "id": label,
            "before": figures.of("before", label),
            "after": figures.of("after", label),
            "difference": difference,
            "bar": pictures.change_bar(difference, largest),
        }


def _plots(figures: Figures, names: Names, name: str) -> Iterator[Any]:
    """Yield a picture for each of the labels that changed most, then of the most frequent ones."""
    by_change = largest_changes(figures)
    by_size = sorted(figures.told, key=lambda label: -(figures.of("after", label) or 0))
    for place, label in enumerate(list(dict.fromkeys([*by_change, *by_size]))[:MOST_PLOTS]):
        plot = pictures.year_plot(figures, label, names(label), f"{name}-y{place}")
        if plot:
            yield plot


def _years(figures: Figures, names: Names) -> Mapping[str, Any] | None:
    """Return a table of the share of each label in each year, before and after."""
    years = [year for year in figures.years if year != NO_YEAR and figures.of("rows_in", year)]
    if not years:
        return None
    rows = [
        (
            names(label),
            [
                tuple(
                    words.share(figures.of(f"{side}_in", year, label), figures.of("rows_in", year))
                    for side in ("before", "after")
                )
                for year in years
            ],
        )
        for label in figures.told
    ]
    return {"years": years, "totals": [figures.of("rows_in", year) for year in years], "rows": rows}
