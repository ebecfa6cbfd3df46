"""The sections of the page: what each shows, or nothing where its figures are missing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pobo_nlp.taxonomy import Dimension
from training.evaluate import main_figure
from training.page import plots
from training.page.compared import baselines
from training.page.errors_made import confusions
from training.page.masked import masking
from training.page.material import Figures, Material, Part, figure, plot_id, shared_dimensions
from training.page.trust import automation, probabilities, sets
from training.page.words import figures_of

# The one figure of agreement that is like the main figure of a model.
OF_AGREEMENT = {"single": "agreement", "multi": "micro_f1"}
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its address within the page, its heading, and what its template needs."""

    id: str
    title: str
    content: Content

    @property
    def template(self) -> str:
        """The name of its template."""
        return f"report/{self.id}.html.jinja"


def sections(material: Material) -> list[Section]:
    """Return the sections that have something to show, in order."""
    made: Sequence[tuple[str, str, Callable[[Material], Content | None]]] = (
        ("figures", "Hovedtallene", _figures),
        ("labels", "Etikett for etikett", _labels),
        ("confusions", "Hva den tar feil av", confusions),
        ("probabilities", "Er sannsynlighetene til å stole på?", probabilities),
        ("automation", "Hvor mye den kan avgjøre selv", automation),
        ("sets", "Svarmengder", sets),
        ("slices", "Ulike slags tekster", _slices),
        ("seldom-heard", "De som sjelden klager", _seldom_heard),
        ("ceiling", "Hvor enige to annotatører er", _ceiling),
        ("out-of-scope", "Tekster som ingen etikett passer for", _out_of_scope),
        ("baselines", "Mot enklere metoder", baselines),
        ("masking", "Hva maskeringen finner", masking),
        ("learning-curve", "Hva mer data gir", _learning_curve),
        ("search", "Hva som ble prøvd", _search),
        ("method", "Hvordan det er målt", _method),
    )
    return [Section(name, title, content) for name, title, make in made if (content := make(material)) is not None]


def _figures(material: Material) -> Content:
    return {
        "parts": material.parts,
        "tables": [
            {
                "dimension": dimension,
                "parts": parts,
                "rows": [
                    (heading, decimals, [figure(part.of(dimension), name) for part in parts])
                    for name, (heading, decimals) in figures_of(dimension).items()
                    if any(name in part.of(dimension) for part in parts)
                ],
            }
            for dimension in material.taxonomy.dimensions
            if (parts := material.parts_of(dimension, "labels"))
        ],
    }


def _labels(material: Material) -> Content:
    in_full = list(dict.fromkeys([material.balanced, material.inside]))
    tables = []
    for dimension in material.taxonomy.dimensions:
        parts = material.parts_of(dimension, "labels")
        full = [part for part in in_full if part in parts]
        if full:
            tables.append((dimension, full, [part for part in parts if part not in full]))
    return {"heading": in_full[0].heading, "tables": tables}


def _slices(material: Material) -> Content | None:
    parts = []
    for part in dict.fromkeys([material.main, *material.parts]):
        # A slice that every text belongs to says nothing.
        told = {name: row for name, row in part.figures.get("slices", {}).items() if row["texts"] < part.texts}
        if told:
            parts.append({"part": part, "rows": told})
    pairs = [part for part in material.parts if part.figures.get("pairs")]
    if not parts and not pairs:
        return None
    return {"parts": parts, "dimensions": material.taxonomy.dimensions, "pairs": pairs}


def _seldom_heard(material: Material) -> Content | None:
    shown = [
        {
            "dimension": dimension,
            "parts": parts,
            "labels": parts[0].of(dimension)["seldom_heard"]["labels"],
            "widest": max(parts, key=lambda part: part.texts),
        }
        for dimension in material.taxonomy.dimensions
        if (parts := material.parts_of(dimension, "seldom_heard"))
    ]
    return {"dimensions": shown} if shown else None


def _ceiling(material: Material) -> Content | None:
    rounds = material.docs.agreement
    rows = []
    for dimension in material.taxonomy.dimensions:
        name = OF_AGREEMENT[dimension.kind]
        agreed = [figures["dimensions"].get(dimension.id, {}).get(name) for figures in rounds.values()]
        if any(agreed):
            of_model = [figure(part.of(dimension), main_figure(dimension)) for part in material.parts]
            rows.append((dimension, agreed, of_model))
    return {"rounds": rounds, "rows": rows, "parts": material.parts} if rows else None


def _out_of_scope(material: Material) -> Content | None:
    found = material.metrics.get("out_of_scope")
    return {"figures": found, "dimensions": material.taxonomy.dimensions} if found else None


def _learning_curve(material: Material) -> Content | None:
    found = material.docs.learning_curve
    points = found["points"] if found else []
    shown = shared_dimensions(material.taxonomy, points[0]["figures"]) if points else []
    if not found or not shown:
        return None
    return {
        "judged_on": found["judged_on"],
        "plots": [
            plots.learning_curve(
                f"curve-{plot_id(dimension)}",
                dimension.name,
                "riktig øverst" if dimension.kind == "single" else "gjennomsnittlig presisjon",
                list(_lines(dimension, points)),
            )
            for dimension in shown
        ],
    }


def _lines(dimension: Dimension, points: Sequence[Figures]) -> Iterator[tuple[int, list[Figures]]]:
    for n_phrases in sorted({point["phrases"] for point in points}):
        line = [point for point in points if point["phrases"] == n_phrases]
        ordered = sorted(line, key=lambda point: int(point["inquiries"]))
        yield n_phrases, [{"inquiries": point["inquiries"], **point["figures"][dimension.id]} for point in ordered]


def _search(material: Material) -> Content | None:
    found = material.docs.search
    if not found or not found["candidates"]:
        return None
    shown = shared_dimensions(material.taxonomy, found["candidates"][0]["dimensions"])
    if not shown:
        return None
    groups: dict[str, list[Figures]] = {}
    for candidate in found["candidates"]:
        groups.setdefault(str(candidate.get("what", "")), []).append(candidate)
    said = {candidate["name"]: candidate.get("description", candidate["name"]) for candidate in found["candidates"]}
    nested = found.get("nested") or {"dimensions": {}}
    return {
        "search": found,
        "groups": groups,
        "dimensions": shown,
        "chosen": said.get(found["chosen"], found["chosen"]),
        "reference": said.get(found["reference"], found["reference"]),
        "nested": [(d, nested["dimensions"][d.id]) for d in shown if d.id in nested["dimensions"]],
        "chosen_in_fold": list(nested.get("chosen_in_fold", ())),
    }


def _method(material: Material) -> Content:
    return {"cross_validated": not _is_dev(material.inside), "tests": material.tests, "texts": material.texts}


def _is_dev(part: Part) -> bool:
    return part.name == "dev"
