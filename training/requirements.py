"""What the data must hold, read from `requirements.toml` beside the inquiries, and where they fall short."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from pobo_nlp.errors import ConfigError
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.tokens import word_forms
from training.annotations import Annotation
from training.lexicon import Phrase

FILE = "requirements.toml"
# The part that all training files make up; every other part is one evaluation file, by its stem.
TRAIN = "train"

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the data must hold.

    Attributes
    ----------
    least : number of texts.
    labels, near_misses : dimension to the least number of texts (or phrases) of each of its labels.
    shares : "key=value" to the range that its share of the texts must lie in.
    shares_in_each : dimension to shares that hold among the texts of each of its labels.
    median_words : range of the median length, in words.
    """

    least: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    near_misses: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, Range] = field(default_factory=dict)
    shares_in_each: Mapping[str, Mapping[str, Range]] = field(default_factory=dict)
    median_words: Range = (0, float("inf"))


@dataclass(frozen=True, slots=True)
class Requirements:
    """What the data must hold.

    Attributes
    ----------
    opening_words, opening_most : so many inquiries at most begin with the same so many words.
    implied : label to the labels that the codebook sets with it.
    official_names : label to regular expressions of what the service is officially called.
    parts : name to what that part must hold.
    lexicon : what the phrase bank must hold.
    """

    opening_words: int
    opening_most: int
    implied: Mapping[str, Sequence[str]]
    official_names: Mapping[str, Sequence[str]]
    parts: Mapping[str, Part]
    lexicon: Part


def load_requirements(folder: Path) -> Requirements | None:
    """Read the requirements of a folder of inquiries; None where it has none.

    Raises
    ------
    ConfigError : where the file cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        return Requirements(
            opening_words=raw["opening"]["words"],
            opening_most=raw["opening"]["most"],
            implied=raw["implied"],
            official_names=raw["official_names"],
            parts={name: _part(part) for name, part in raw["part"].items()},
            lexicon=_part(raw["lexicon"]),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), [f"ikke gyldig TOML: {error}"]) from error
    except (KeyError, TypeError) as error:
        raise ConfigError(str(path), [f"ukjent eller manglende innstilling: {error}"]) from error


def _part(raw: Mapping[str, Any]) -> Part:
    settings: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Part(**settings)


def part_name(row: Annotation) -> str:
    """Return the part of the data that an inquiry belongs to."""
    stem = Path(row.place.split(":")[0]).stem
    return stem if stem.startswith(("dev", "test")) else TRAIN


def shortfalls(
    requirements: Requirements, taxonomy: Taxonomy, rows: Sequence[Annotation], phrases: Sequence[Phrase]
) -> Iterator[str]:
    """Yield a fault for each requirement that the data do not meet."""
    of_part = defaultdict(list)
    for row in rows:
        of_part[part_name(row)].append(row)
    for name, part in requirements.parts.items():
        yield from (f"{name}: {fault}" for fault in _part_shortfalls(part, taxonomy, of_part[name]))
    yield from (f"frasebanken: {fault}" for fault in _lexicon_shortfalls(requirements.lexicon, taxonomy, phrases))
    yield from _openings(requirements, rows)
    for row in rows:
        given = {label for labels in row.labels.values() for label in labels}
        for label in given & requirements.implied.keys():
            for missing in sorted(set(requirements.implied[label]) - given):
                yield f"{row.place} (id {row.id}): {label} skal ha {missing} med seg"


def _part_shortfalls(part: Part, taxonomy: Taxonomy, rows: Sequence[Annotation]) -> Iterator[str]:
    yield from _too_few("henvendelser", len(rows), part.least)
    for name, least in part.labels.items():
        for label, count in label_counts(rows, taxonomy.dimension(name)).items():
            yield from _too_few(f"tekster med {label}", count, least)
    for name, least in part.near_misses.items():
        for label, count in near_miss_counts(rows, taxonomy.dimension(name)).items():
            yield from _too_few(f"nesten-treff på {label}", count, least)
    if not rows:
        return
    yield from _outside(part.shares, rows, "")
    for name, shares in part.shares_in_each.items():
        for label in taxonomy.dimension(name).label_ids:
            yield from _outside(shares, [row for row in rows if label in row.labels[name]], f"{label}: ")
    length = median(len(row.text.split()) for row in rows)
    if not part.median_words[0] <= length <= part.median_words[1]:
        yield f"median lengde er {length:g} ord, skal være {part.median_words[0]:g}-{part.median_words[1]:g}"


def _too_few(what: str, count: int, least: int) -> Iterator[str]:
    if count < least:
        yield f"{count} {what}, skal være minst {least}"


def _outside(shares: Mapping[str, Range], rows: Sequence[Annotation], where: str) -> Iterator[str]:
    for feature, (least, most) in shares.items():
        found = share(feature, rows)
        if not least <= found <= most:
            yield f"{where}andelen {feature} er {found:.3f}, skal være {least:g}-{most:g}"


def _lexicon_shortfalls(part: Part, taxonomy: Taxonomy, phrases: Sequence[Phrase]) -> Iterator[str]:
    yield from _too_few("fraser", len(phrases), part.least)
    counts = phrase_counts(phrases)
    for name, least in part.labels.items():
        for label in taxonomy.dimension(name).label_ids:
            yield from _too_few(f"fraser for {label}", counts[name, label], least)
    for feature, (least_share, most) in part.shares.items():
        found = sum(phrase.malform == feature.split("=")[1] for phrase in phrases) / max(len(phrases), 1)
        if not least_share <= found <= most:
            yield f"andelen {feature} er {found:.3f}, skal være {least_share:g}-{most:g}"


def _openings(requirements: Requirements, rows: Sequence[Annotation]) -> Iterator[str]:
    begun = defaultdict(list)
    for row in rows:
        words = word_forms(row.text)[: requirements.opening_words]
        if len(words) == requirements.opening_words:
            begun[tuple(words)].append(row)
    for alike in begun.values():
        if len(alike) > requirements.opening_most:
            ids = ", ".join(row.id for row in alike)
            yield f"{len(alike)} tekster begynner med de samme {requirements.opening_words} ordene: {ids}"


def label_counts(rows: Sequence[Annotation], dimension: Dimension) -> dict[str, int]:
    """Return the number of texts of each label."""
    counts = Counter(label for row in rows for label in row.labels[dimension.id])
    return {label: counts[label] for label in dimension.label_ids}


def near_miss_counts(rows: Sequence[Annotation], dimension: Dimension) -> dict[str, int]:
    """Return the number of near-misses of each label."""
    counts = Counter(label for row in rows for label in row.near_miss)
    return {label: counts[label] for label in dimension.label_ids}


def phrase_counts(phrases: Sequence[Phrase]) -> Counter[tuple[str, str]]:
    """Return the number of phrases of each dimension and label."""
    return Counter((phrase.dimension, phrase.label) for phrase in phrases)


def share(feature: str, rows: Sequence[Annotation]) -> float:
    """Return the share of inquiries with a feature, written "key=value"; a label counts as a value of its dimension."""
    key, value = feature.split("=")
    return sum(value in _values(row, key) for row in rows) / max(len(rows), 1)


def _values(row: Annotation, key: str) -> Sequence[str]:
    if key in row.labels:
        return row.labels[key] or ("none",)
    return (str(row.description.get(key)).lower(),)


def names_service(row: Annotation, official_names: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a text holds an official name of the service that it is about."""
    patterns = [name for labels in row.labels.values() for label in labels for name in official_names.get(label, ())]
    return any(re.search(rf"\b{pattern}", row.text, re.IGNORECASE) for pattern in patterns)
