"""What the page is made from: the figures of a model, the figures in `docs/`, and synthetic texts for examples."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.masking import mask
from training.annotations import Annotation
from training.page.words import PARTS, part_heading

Figures = Mapping[str, Any]
CROSS_VALIDATION, DEV = "cross_validation", "dev"
NATURAL, BALANCED = "test_natural", "test_balanced"
SYNTHETIC = "synthetic"
# In the figures of a part: those of its dimensions before the correction for the natural mix.
UNCORRECTED = "uncorrected"
# How `training.run` tells what it judged on.
_OF_FILES = "evaluation files"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Texts that the model was judged on.

    Attributes
    ----------
    figures : as `metrics.json` has them: `texts`, `dimensions`, `slices` and more.
    """

    name: str
    figures: Figures

    @property
    def heading(self) -> str:
        """What the part is called."""
        return part_heading(self.name)

    @property
    def explanation(self) -> str:
        """What the part is, in half a sentence; empty for a file that is not known here."""
        return PARTS[self.name][1] if self.name in PARTS else ""

    @property
    def texts(self) -> int:
        """Return the number of texts."""
        return int(self.figures["texts"])

    @property
    def is_test(self) -> bool:
        """Whether it is a test file, which no choice has seen."""
        return self.name not in (CROSS_VALIDATION, DEV)

    def of(self, dimension: Dimension) -> Figures:
        """Return the figures of a dimension, empty where there are none."""
        found: Figures = self.figures["dimensions"].get(dimension.id, {})
        return found


@dataclass(frozen=True, slots=True)
class Docs:
    """Figures that do not belong to one model; None or empty where a file is missing.

    Attributes
    ----------
    agreement : name of a round of labelling to its figures.
    """

    agreement: Mapping[str, Figures] = field(default_factory=dict)
    learning_curve: Figures | None = None
    search: Figures | None = None
    masking: Figures | None = None


@dataclass(frozen=True)
class Material:
    """All that the page is made from.

    Attributes
    ----------
    texts : id to text, of synthetic test texts only.
    wanted_precision, wanted_coverage : that thresholds and prediction sets were made for, where they are known.
    """

    model_id: str
    taxonomy: Taxonomy
    metrics: Figures
    docs: Docs = field(default_factory=Docs)
    texts: Mapping[str, str] = field(default_factory=dict)
    wanted_precision: float | None = None
    wanted_coverage: float | None = None

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts, test files first, those that are known here in the order of `PARTS`."""
        tests = self.metrics.get("test_files", {})
        known = [name for name in PARTS if name in tests]
        own = DEV if self.metrics.get("evaluated_on") == _OF_FILES else CROSS_VALIDATION
        return (
            *(Part(name, tests[name]) for name in [*known, *sorted(set(tests) - set(known))]),
            Part(own, self.metrics),
        )

    @property
    def tests(self) -> tuple[Part, ...]:
        """The test files."""
        return tuple(part for part in self.parts if part.is_test)

    @property
    def inside(self) -> Part:
        """What training itself judged: all its texts, by models that had not seen them, or the development files."""
        return self.parts[-1]

    def parts_of(self, dimension: Dimension, name: str) -> list[Part]:
        """Return the parts that have a figure of a dimension."""
        return [part for part in self.parts if part.of(dimension).get(name)]

    @cached_property
    def main(self) -> Part:
        """The part that speaks for daily use: the natural mix, else the first test file, else the last part."""
        return next((part for part in self.parts if part.name == NATURAL), self.parts[0])

    @cached_property
    def balanced(self) -> Part:
        """The part that speaks for single labels: where each is about equally often."""
        return next((part for part in self.parts if part.name == BALANCED), self.main)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Where the texts come from, those of training and those of the test files."""
        of_tests = (source for part in self.tests for source in part.figures.get("sources", ()))
        return tuple(sorted({*map(str, self.metrics["provenance"].get("sources", ())), *map(str, of_tests)}))

    @property
    def is_synthetic(self) -> bool:
        """Whether every text is synthetic."""
        return self.sources == (SYNTHETIC,)


def read_docs(folder: Path | None) -> Docs:
    """Read the figures of a folder, each where its file exists."""
    if folder is None:
        return Docs()
    rounds = {"before": _json(folder / "agreement-before.json"), "after": _json(folder / "agreement.json")}
    return Docs(
        agreement={name: figures for name, figures in rounds.items() if figures},
        learning_curve=_json(folder / "learning-curve.json"),
        search=_json(folder / "search.json"),
        masking=_json(folder / "masking.json"),
    )


def synthetic_texts(rows: Iterable[Annotation]) -> dict[str, str]:
    """Return id to text, identifiers masked; a text that does not say that it is synthetic is never shown."""
    # The people are invented, but a reader cannot know.
    return {row.id: mask(row.text).text for row in rows if row.description.get("source") == SYNTHETIC}


def names_of(dimension: Dimension) -> dict[str, str]:
    """Return the names of labels by their ids."""
    return {label.id: label.name for label in dimension.labels}


def shared_dimensions(taxonomy: Taxonomy, ids: Iterable[str]) -> Sequence[Dimension]:
    """Return the dimensions of the scheme that some figures are about."""
    known = set(ids)
    return [dimension for dimension in taxonomy.dimensions if dimension.id in known]


def figure(figures: Figures, name: str) -> Figures | None:
    """Return a figure as an interval, or as a value alone; None where it is missing."""
    if name == "calibration_error" and "calibration_error_interval" in figures:
        found: Figures = figures["calibration_error_interval"]
        return found
    value = figures.get(name)
    return {"value": value} if isinstance(value, int | float) else value


def figure_of_label(row: Figures, name: str) -> Figures | None:
    """Return a figure of a label with its interval; None where the texts do not define it."""
    if "intervals" in row:
        found: Figures | None = row["intervals"].get(name)
        return found
    return {"value": row[name]} if row["support"] else None


def plot_id(dimension: Dimension) -> str:
    """Return what the ids of a dimension's plots end with: ids of a scheme may hold any letter, those of a page not."""
    return "".join(letter if letter.isascii() and letter.isalnum() else f"-{ord(letter):x}" for letter in dimension.id)


def _json(path: Path) -> Figures | None:
    if not path.is_file():
        return None
    found: Figures = json.loads(path.read_text("utf-8"))
    return found
