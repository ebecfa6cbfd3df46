"""What is known of the labels before any inquiry: the phrase bank and the taxonomy's own definitions."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pobo_nlp.errors import InputNotFoundError
from pobo_nlp.taxonomy import Taxonomy
from training.config import Weights

STRENGTHS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that points to one label of one dimension.

    Attributes
    ----------
    malform : "nb" or "nn"; empty where the file does not tell.
    strength : 1 (weak hint) to 3 (nearly decisive).
    place : file and line, for messages.
    """

    text: str
    dimension: str
    label: str
    malform: str
    strength: int
    place: str


@dataclass(frozen=True, slots=True)
class Example:
    """A text that stands for one label of one dimension.

    Attributes
    ----------
    weight : of this text, where an inquiry is 1.
    """

    text: str
    dimension: str
    label: str
    weight: float


def lexicon_files(path: Path) -> list[Path]:
    """Return the files of a phrase bank: one file, or a folder of `*.jsonl`."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputNotFoundError(path)
    return sorted(path.glob("*.jsonl"))


def read_phrases(files: Sequence[Path], taxonomy: Taxonomy) -> tuple[list[Phrase], list[str]]:
    """Read a phrase bank; return what is sound, and the faults of the rest."""
    known = {dimension.id: set(dimension.label_ids) for dimension in taxonomy.predicted}
    phrases: list[Phrase] = []
    faults: list[str] = []
    seen: dict[tuple[str, str, str], str] = {}
    for file in files:
        for number, line in enumerate(file.read_bytes().splitlines(), start=1):
            place = f"{file.name}:{number}"
            try:
                row = json.loads(line.decode("utf-8"))
            except (ValueError, RecursionError):
                faults.append(f"{place}: ikke gyldig JSON i UTF-8")
                continue
            of_row = list(_row_faults(row, known))
            if not of_row:
                key = (row["dimension"], row["label"], row["phrase"].casefold())
                if key in seen:
                    of_row.append(f"frasen står også i {seen[key]}")
                seen.setdefault(key, place)
            faults += [f"{place}: {fault}" for fault in of_row]
            if not of_row:
                phrases.append(
                    Phrase(
                        text=row["phrase"],
                        dimension=row["dimension"],
                        label=row["label"],
                        malform=str(row.get("malform", "")),
                        strength=row["strength"],
                        place=place,
                    )
                )
    return phrases, faults


def _row_faults(row: object, known: Mapping[str, set[str]]) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "ikke et JSON-objekt"
        return
    for key in ("dimension", "label", "phrase"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            yield f"«{key}» mangler eller er tom"
            return
    if row["dimension"] not in known:
        yield f"ukjent dimensjon «{row['dimension']}»"
    elif row["label"] not in known[row["dimension"]]:
        yield f"ukjent etikett «{row['label']}» i «{row['dimension']}»"
    if row.get("strength") not in STRENGTHS:
        yield "«strength» skal være 1, 2 eller 3"


def examples(phrases: Sequence[Phrase], *, weight: float) -> list[Example]:
    """Return phrases as weighted examples.

    Parameters
    ----------
    weight : of a phrase of strength 3; a weaker one has its share of it.
    """
    return [
        Example(phrase.text, phrase.dimension, phrase.label, weight * phrase.strength / max(STRENGTHS))
        for phrase in phrases
    ]


def definitions(taxonomy: Taxonomy, *, weight: float) -> list[Example]:
    """Return name, definition and question of every label as an example of it.

    The border text is left out: it names the words of other labels.
    """
    return [
        Example(
            " ".join((label.name.replace("_", " "), label.definition, label.question)),
            dimension.id,
            label.id,
            weight,
        )
        for dimension in taxonomy.predicted
        for label in dimension.labels
    ]


def prior_knowledge(lexicon: Path | None, taxonomy: Taxonomy, weights: Weights) -> tuple[list[Example], list[str]]:
    """Return definitions and phrases as weighted examples, and the faults of the phrase bank."""
    phrases, faults = read_phrases(lexicon_files(lexicon), taxonomy) if lexicon else ([], [])
    found = definitions(taxonomy, weight=weights.definition) + examples(phrases, weight=weights.phrase)
    return [example for example in found if example.weight > 0], faults
