"""What the data hold, counted, beside what they must hold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import quantiles

from rich.table import Table

from training.annotations import Annotation
from training.requirements import TRAIN, names_service, near_miss_counts, part_name, phrase_counts, share
from training.validate import SoundData


def tables(data: SoundData) -> Iterator[Table]:
    """Yield a table of the parts of the data, and one for each predicted dimension of its labels."""
    parts = _parts(data)
    yield _parts_table(data, parts)
    for dimension in data.taxonomy.predicted:
        yield _labels_table(data, parts.get(TRAIN, []), dimension.id)


def _parts(data: SoundData) -> dict[str, list[Annotation]]:
    parts: dict[str, list[Annotation]] = {}
    for row in data.inquiries:
        parts.setdefault(part_name(row), []).append(row)
    return parts


def _parts_table(data: SoundData, parts: dict[str, list[Annotation]]) -> Table:
    features = _features(data.inquiries)
    table = Table(title="Tekstene", title_justify="left")
    table.add_column("")
    for name in parts:
        table.add_column(name, justify="right")
    table.add_row("antall", *(str(len(rows)) for rows in parts.values()))
    table.add_row("ord: nedre kvartil, median, øvre", *(_lengths(rows) for rows in parts.values()))
    for feature in features:
        table.add_row(feature, *(f"{share(feature, rows):.3f}" for rows in parts.values()))
    if data.requirements:
        names = data.requirements.official_names
        table.add_row(
            "med tjenestens offisielle navn",
            *(f"{sum(names_service(row, names) for row in rows) / len(rows):.3f}" for rows in parts.values()),
        )
    kinds = Counter(text.kind for text in data.out_of_scope)
    if kinds:
        table.caption = "Uten etikett: " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    return table


def _features(rows: Sequence[Annotation]) -> list[str]:
    keys = ("malform", "register", "source", "hard", "pii")
    found = {f"{key}={str(row.description[key]).lower()}" for row in rows for key in keys if key in row.description}
    return sorted(feature for feature in found if not feature.endswith("=false"))


def _lengths(rows: Sequence[Annotation]) -> str:
    lengths = [len(row.text.split()) for row in rows]
    return ", ".join(f"{value:g}" for value in quantiles(lengths, n=4)) if len(lengths) > 1 else str(lengths[0])


def _labels_table(data: SoundData, rows: Sequence[Annotation], name: str) -> Table:
    dimension = data.taxonomy.dimension(name)
    part = data.requirements.parts.get(TRAIN) if data.requirements else None
    with_near_misses = part is not None and name in part.near_misses
    near_misses = near_miss_counts(rows, dimension)
    phrases = phrase_counts(data.phrases)
    table = Table(title=f"{dimension.name}, i treningsdelen", title_justify="left")
    for heading in ("etikett", "tekster", "nynorsk", *(("nesten-treff",) if with_near_misses else ()), "fraser"):
        table.add_column(heading, justify="left" if heading == "etikett" else "right")
    for label in dimension.label_ids:
        own = [row for row in rows if label in row.labels[name]]
        table.add_row(
            label,
            str(len(own)),
            str(sum(row.description.get("malform") == "nn" for row in own)),
            *((str(near_misses[label]),) if with_near_misses else ()),
            str(phrases[name, label]),
        )
    if part:
        least = {"tekster": part.labels.get(name), "nesten-treff": part.near_misses.get(name)}
        least["fraser"] = data.requirements.lexicon.labels.get(name) if data.requirements else None
        table.caption = "Minst: " + ", ".join(f"{what} {count}" for what, count in least.items() if count)
    return table
