"""A table of unlabelled inquiries becomes a list of those to annotate next."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.batch.columns import chosen_columns
from pobo_nlp.errors import AnnotationError, InputNotFoundError, TableError
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.tables import Place, open_table
from pobo_nlp.tables.formats import whole_file
from pobo_nlp.taxonomy import Dimension
from training.annotation.cheap import fitted, softmax
from training.annotation.choice import Floats, Pool, View, choose, distances, margins
from training.annotation.gain import unit_rows
from training.annotations import Annotation, json_objects, string_faults
from training.config import Config
from training.lexicon import Example

_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """An inquiry of a table; an id of None is its row."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An inquiry to annotate, and why.

    Attributes
    ----------
    drawn : `random` for those that have the mix of the table, and that figures may be measured on; else `queue`.
    reason : what counted most.
    margin : in [0, 1], between the two most probable labels of the model's first single dimension.
    disagreement : in [0, 1], between the model and the phrase bank, on the same dimension.
    """

    id: str
    text: str
    drawn: str
    reason: str
    margin: float
    disagreement: float


def read_unlabelled(place: Place, *, id_column: str | None, text_column: str | None) -> list[Unlabelled]:
    """Return the inquiries of a table that have a text."""
    table = open_table(place)
    columns = chosen_columns(table, id_column=id_column, text_column=text_column)
    found = []
    for chunk in table.chunks(_ROWS_AT_ONCE, 0):
        for number, row in zip(chunk.places, chunk.rows.to_pylist(), strict=True):
            text, named = row[columns.text], row[columns.id] if columns.id else None
            if isinstance(text, str) and text.strip():
                found.append(Unlabelled(str(number if named is None else named), text))
    if not found:
        raise TableError(table.name, "ingen rad har tekst", "Velg kolonnen med --text-column.")
    return found


def queue(
    inquiries: Sequence[Unlabelled],
    annotated: Sequence[Annotation],
    prior: Sequence[Example],
    scorer: Scorer,
    config: Config,
    *,
    n: int,
    random_share: float,
) -> list[Asked]:
    """Return at most `n` inquiries; one that is nearly the same as an annotated one is never asked.

    All dimensions count, the model's first single one most. Without phrases and definitions of that one, the model is
    the only guesser; of the others it always is.
    """
    dimension = next(one for one in scorer.taxonomy.predicted if one.kind == "single")
    texts = [one.text[: config.limits.max_chars] for one in inquiries]
    probabilities = scorer.probabilities(texts)
    probability = probabilities[dimension.id]
    second = _of_phrases(texts, prior, dimension, probability)
    vectors, known = _vectors(texts, [row.text for row in annotated])
    others = [one for one in scorer.taxonomy.predicted if one.id != dimension.id]
    views = [
        View(probability, second, _counts(annotated, dimension)),
        *(View(probabilities[one.id], None, _counts(annotated, one), one.kind == "multi") for one in others),
    ]
    is_known = _is_like(vectors, known, config.data.near_duplicate)
    chosen = choose(
        Pool(views, vectors),
        n=n,
        random_share=random_share,
        near_duplicate=config.data.near_duplicate,
        random=np.random.default_rng(config.seed),
        taken=np.flatnonzero(is_known).tolist(),
    )
    margin, distance = margins(probability), distances(probability, second)
    return [
        Asked(
            inquiries[one.place].id,
            inquiries[one.place].text,
            "random" if one.reason == "random" else "queue",
            one.reason,
            round(float(margin[one.place]), 4),
            round(float(distance[one.place]), 4),
        )
        for one in chosen
    ]


def _counts(annotated: Sequence[Annotation], dimension: Dimension) -> Floats:
    return np.array(
        [sum(label in row.labels[dimension.id] for row in annotated) for label in dimension.label_ids], float
    )


def write_queue(asked: Sequence[Asked], out: Path, *, readable_as: Path | None) -> None:
    """Write a queue as JSON Lines, with the texts: whoever may read the table may read it.

    Raises
    ------
    OutputExistsError : where `out` is there.
    """
    with whole_file(out, replace=False, readable_as=readable_as) as file:
        for one in asked:
            line = {name: getattr(one, name) for name in Asked.__slots__}
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def read_queue(path: Path) -> list[Asked]:
    """Return what `write_queue` wrote.

    Raises
    ------
    AnnotationError : with every line that it did not write.
    """
    if not path.is_file():
        raise InputNotFoundError(path)
    faults: list[str] = []
    found = []
    for place, row in json_objects(path, faults):
        of_row = list(string_faults(row, ("id", "text", "drawn", "reason")))
        faults += [f"{place}: {fault}. Lag fila med «python -m training queue»." for fault in of_row]
        if not of_row:
            texts = [str(row[name]) for name in ("id", "text", "drawn", "reason")]
            numbers = [_number(row.get(name)) for name in ("margin", "disagreement")]
            found.append(Asked(*texts, *numbers))  # type: ignore[arg-type]  # four texts, two numbers
    if faults:
        raise AnnotationError(str(path), faults)
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _of_phrases(texts: Sequence[str], prior: Sequence[Example], dimension: Dimension, probability: Floats) -> Floats:
    """Return what definitions and phrases alone make of texts; what the model does, where they tell of one label."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    own = [example for example in prior if example.dimension == dimension.id]
    labels = np.array([dimension.label_ids.index(example.label) for example in own], np.int64)
    if len(set(labels.tolist())) < 2:
        return probability
    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    values = csr_array(vectoriser.fit_transform([example.text for example in own]))
    weights = np.array([example.weight for example in own])
    guesser = fitted(values, labels, len(dimension.labels), weights=weights)
    return softmax(guesser(csr_array(vectoriser.transform(texts))))


def _vectors(texts: Sequence[str], known: Sequence[str]) -> tuple[csr_array, csr_array]:
    """Return rows of length one over character 5-grams, as `near_duplicates` compares them."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    values = csr_array(TfidfVectorizer(analyzer="char_wb", ngram_range=(5, 5)).fit_transform([*texts, *known]))
    rows = unit_rows(values)
    return rows[: len(texts)], rows[len(texts) :]


def _is_like(vectors: csr_array, known: csr_array, threshold: float) -> NDArray[np.bool_]:
    found = np.zeros(vectors.shape[0], bool)
    for start in range(0, known.shape[0], 256):
        products = vectors @ known[start : start + 256].T
        found |= products.max(axis=1).toarray().ravel() >= threshold
    return found
