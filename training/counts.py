"""What the data hold, counted, beside what they must hold."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from pobo_nlp.taxonomy import Dimension
from training.annotations import Annotation
from training.requirements import TRAIN, names_service, near_miss_counts, part_name, phrase_counts, share
from training.validate import SoundData

_SHOWN = ("malform", "register", "hard", "pii", "source")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text, for a terminal or a document; the first column names the rows."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def tables(data: SoundData) -> Iterator[Table]:
    """Yield a table of the parts of the data, and one for each predicted dimension of its labels."""
    parts = _parts(data)
    yield _parts_table(data, parts)
    for dimension in data.taxonomy.predicted:
        yield _labels_table(data, parts, dimension)


def _parts(data: SoundData) -> dict[str, list[Annotation]]:
    parts: dict[str, list[Annotation]] = {}
    for row in data.inquiries:
        parts.setdefault(part_name(row), []).append(row)
    return parts


def _parts_table(data: SoundData, parts: Mapping[str, Sequence[Annotation]]) -> Table:
    rows = [
        ("henvendelser", *(str(len(of_part)) for of_part in parts.values())),
        ("grupper", *(str(len({row.group for row in of_part})) for of_part in parts.values())),
        ("ord: kvartiler", *(_lengths(of_part) for of_part in parts.values())),
    ]
    features = [
        *(
            f"{dimension.id}={label}"
            for dimension in data.taxonomy.predicted
            if dimension.kind == "single" and dimension.parent is None
            for label in dimension.label_ids
        ),
        *_features(data.inquiries),
        *(f"{dimension.id}=none" for dimension in data.taxonomy.predicted if dimension.kind == "multi"),
    ]
    rows += [(feature, *(_percent(share(feature, of_part)) for of_part in parts.values())) for feature in features]
    if data.requirements:
        names = data.requirements.official_names
        shares = (sum(names_service(row, names) for row in of_part) / len(of_part) for of_part in parts.values())
        rows.append(("med tjenestens offisielle navn", *map(_percent, shares)))
    kinds = Counter(text.kind for text in data.out_of_scope)
    note = "Uten etikett: " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())) if kinds else ""
    return Table("Deler", ("", *parts), rows, note)


def _features(rows: Sequence[Annotation]) -> list[str]:
    found = {f"{key}={str(row.description[key]).lower()}" for row in rows for key in _SHOWN if key in row.description}
    return sorted(feature for feature in found if not feature.endswith("=false"))


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _lengths(rows: Sequence[Annotation]) -> str:
    lengths = [len(row.text.split()) for row in rows]
    return ", ".join(f"{value:g}" for value in quantiles(lengths, n=4)) if len(lengths) > 1 else str(lengths[0])


def _labels_table(data: SoundData, parts: Mapping[str, Sequence[Annotation]], dimension: Dimension) -> Table:
    rows = parts.get(TRAIN, [])
    part = data.requirements.parts.get(TRAIN) if data.requirements else None
    with_near_misses = part is not None and dimension.id in part.near_misses
    near_misses = near_miss_counts(rows, dimension)
    phrases = phrase_counts(data.phrases)
    cells = []
    for label in dimension.label_ids:
        own = [row for row in rows if label in row.labels[dimension.id]]
        tests = sum(label in row.labels[dimension.id] for name in parts if name != TRAIN for row in parts[name])
        cells.append(
            (
                label,
                str(len(own)),
                str(sum(row.description.get("malform") == "nn" for row in own)),
                *((str(near_misses[label]),) if with_near_misses else ()),
                str(tests),
                str(phrases[dimension.id, label]),
            )
        )
    near_miss = ("nesten-treff",) if with_near_misses else ()
    headings = ("etikett", "trening", "nynorsk", *near_miss, "prøve", "fraser")
    return Table(dimension.name, headings, cells, _minimums(data, dimension))


def _minimums(data: SoundData, dimension: Dimension) -> str:
    if data.requirements is None or TRAIN not in data.requirements.parts:
        return ""
    part, lexicon = data.requirements.parts[TRAIN], data.requirements.lexicon
    least = {
        "i trening": part.labels.get(dimension.id),
        "nesten-treff": part.near_misses.get(dimension.id),
        "fraser": lexicon.labels.get(dimension.id),
    }
    wanted = ", ".join(f"{count} {what}" for what, count in least.items() if count)
    return f"Minst {wanted} for hver etikett." if wanted else ""
