"""Which inquiries of a table are most like a text: cosine on all features of the model, one pass, nothing kept."""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.batch.columns import text_column_of
from pobo_nlp.batch.difference.cells import as_text, labels_of
from pobo_nlp.batch.job import column_of, readable
from pobo_nlp.errors import PatternsError
from pobo_nlp.model.featuriser import Featuriser
from pobo_nlp.model.reading import read_all
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.patterns.case_columns import CaseColumns, CaseOptions, case_columns
from pobo_nlp.patterns.quotes import quote
from pobo_nlp.tables import Chunk, Table
from pobo_nlp.taxonomy import Dimension

ROWS_AT_ONCE = 4096
TEXTS_AT_ONCE = 256


@dataclass(frozen=True)
class Options:
    """What is asked for.

    Attributes
    ----------
    text_column : None for the one that is recognised by its name.
    cases : the other columns, as for all that reads cases.
    top : how many inquiries are found at most.
    with_quotes : whether the first words of each are quoted, masked.
    """

    text_column: str | None = None
    cases: CaseOptions = field(default_factory=CaseOptions)
    top: int = 10
    with_quotes: bool = False
    rows_at_once: int = ROWS_AT_ONCE


@dataclass(frozen=True)
class SimilarCase:
    """An inquiry that is like the text.

    Attributes
    ----------
    row : where a person finds it in the table.
    id : as in the table; the row where it has none.
    similarity : cosine in [0, 1]; 1 for the same words in the same order.
    date, site, region : as in the table; empty where it has none.
    labels : dimension to labels, for dimensions that the table has.
    quote : None where none is asked for.
    """

    row: int
    id: str
    similarity: float
    date: str
    site: str
    region: str
    labels: Mapping[str, tuple[str, ...]]
    quote: str | None


@dataclass(frozen=True)
class Found:
    """What was found in a table.

    Attributes
    ----------
    cases : the most similar first; of equally similar ones, the one that stands first.
    columns : those that were read.
    n_rows : of the table.
    n_without_text : rows that have no text, or one that cannot be read.
    """

    cases: tuple[SimilarCase, ...]
    columns: CaseColumns
    n_rows: int
    n_without_text: int


def find_similar(
    text: str, table: Table, scorer: Scorer, options: Options, *, progress: Callable[[int], None] = lambda rows: None
) -> Found:
    """Return the inquiries of a table that are most like a text.

    Raises
    ------
    PatternsError : where the text is empty, or has no word that the model knows.
    ColumnError : where a named column is missing, or no column of texts is recognised.
    """
    text_column = text_column_of(table, options.text_column)
    columns = case_columns(table, scorer.taxonomy, options.cases)
    likeness = _Likeness(text, scorer)
    best: list[tuple[float, int, SimilarCase]] = []
    n_rows = n_without_text = 0
    for chunk in table.chunks(options.rows_at_once, 0):
        texts, _ = readable(column_of(chunk.rows, text_column))
        for place, value in _best_of(likeness.of(texts), options.top):
            # What is found first wins where several are equally similar, so its number counts backwards.
            key = (value, -(n_rows + place))
            if len(best) < options.top or key > best[0][:2]:
                case = _case(chunk, place, value, columns, scorer.taxonomy.dimensions)
                case = replace(case, quote=quote(texts[place])) if options.with_quotes else case
                (heapq.heappush if len(best) < options.top else heapq.heappushpop)(best, (*key, case))
        n_rows += len(texts)
        n_without_text += sum(not one.strip() for one in texts)
        progress(len(texts))
    cases = tuple(case for _, _, case in sorted(best, key=lambda entry: entry[:2], reverse=True))
    return Found(cases, columns, n_rows, n_without_text)


class _Likeness:
    """How like a text others are."""

    def __init__(self, text: str, scorer: Scorer) -> None:
        self._limits = scorer.artefact.limits
        self._featuriser = Featuriser(scorer.artefact.features)
        if not text.strip():
            raise PatternsError("teksten er tom", "Oppgi teksten som det skal finnes lignende henvendelser til.")
        vector = self._vectors([text])
        if not vector.nnz:
            cure = "Skriv en hel setning på bokmål eller nynorsk."
            raise PatternsError("teksten har ingen ord som modellen kjenner", cure)
        self._vector = vector.toarray().ravel()

    def of(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the cosine of each text with the one: shape (n_texts,)."""
        found = np.zeros(len(texts))
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            some = self._vectors(texts[start : start + TEXTS_AT_ONCE])
            found[start : start + TEXTS_AT_ONCE] = some @ self._vector
        return np.minimum(found, 1.0)

    def _vectors(self, texts: Sequence[str]) -> csr_array:
        readings = read_all(texts, self._limits, self._featuriser.words)
        rows = self._featuriser.weigh(self._featuriser.counts_of(readings.words, readings.ends))
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        values = rows.data / np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(rows.indptr))
        return csr_array((values, rows.indices, rows.indptr), shape=rows.shape)


def _best_of(values: NDArray[np.float64], top: int) -> Iterator[tuple[int, float]]:
    """Yield place and value of the highest ones, the highest first; texts with nothing in common are none."""
    for place in np.argsort(-values, kind="stable")[:top].tolist():
        if values[place] > 0:
            yield place, float(values[place])


def _case(
    chunk: Chunk, place: int, similarity: float, columns: CaseColumns, dimensions: Sequence[Dimension]
) -> SimilarCase:
    row = chunk.places[place]
    return SimilarCase(
        row=row,
        id=_cell(chunk.rows, columns.id, place) or str(row),
        similarity=similarity,
        date=_cell(chunk.rows, columns.date, place),
        site=_cell(chunk.rows, columns.site, place),
        region=_cell(chunk.rows, columns.region, place),
        labels={
            one.id: _labels(chunk.rows, place, columns, one)
            for one in dimensions
            if columns.sources[one.id].human is not None or columns.sources[one.id].model is not None
        },
        quote=None,
    )


def _labels(rows: pa.RecordBatch, place: int, columns: CaseColumns, dimension: Dimension) -> tuple[str, ...]:
    """Return the labels that a person set, or else the model's; what is no label is left out."""
    source = columns.sources[dimension.id]
    cell = _cell(rows, source.human, place) or _cell(rows, source.model, place)
    known = dimension.label_ids
    return tuple(label for label in ([cell] if cell in known else labels_of(cell)) if label in known)


def _cell(rows: pa.RecordBatch, column: str | None, place: int) -> str:
    return "" if column is None else str(as_text(rows.column(column).slice(place, 1))[0].as_py())
