"""What a run did, for people and for programs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pobo_nlp.batch.columns import JOINT
from pobo_nlp.batch.error_codes import ERRORS
from pobo_nlp.batch.journal import Counts, Entry
from pobo_nlp.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    Attributes
    ----------
    target : what was written, for messages.
    id_column, text_column : that were read.
    columns : that were written, in order.
    added : plain name of each added column to the name it has in the output.
    counts : plain name of an added column to value to rows. A single dimension counts the label that stands first, a
        multi dimension every accepted label; `settled` has the empty name where none is.
    repeated_ids : rows whose id an earlier row has; they are told apart by their row number.
    resumed_rows : rows that an earlier, stopped run had done.
    errors_file : the list of rows that could not be scored, where there are any.
    texts_with_nul : texts that this run wrote with U+FFFD for NUL, which the database cannot store.
    seconds : that this run took.
    """

    rows: int
    target: str
    model: str
    taxonomy: Taxonomy
    id_column: str | None
    text_column: str
    columns: tuple[str, ...]
    added: Mapping[str, str]
    counts: Mapping[str, Mapping[str, int]]
    repeated_ids: int
    resumed_rows: int
    errors_file: str | None
    texts_with_nul: int
    seconds: float

    @property
    def review(self) -> Mapping[str, int]:
        """Rows by reason for review, error codes included."""
        return self.counts.get("review", {})

    @property
    def errors(self) -> int:
        """Rows that could not be scored."""
        return sum(rows for reason, rows in self.review.items() if reason in ERRORS)

    @property
    def rows_per_second(self) -> float:
        """Rows that this run scored, by its seconds."""
        return (self.rows - self.resumed_rows) / max(self.seconds, 1e-9)

    def to_dict(self) -> dict[str, object]:
        """Return the summary as JSON has it."""
        labels = {name: dict(of) for name, of in self.counts.items() if name not in ("settled", "review")}
        return {
            "rows": self.rows,
            "target": self.target,
            "model": self.model,
            "id_column": self.id_column,
            "text_column": self.text_column,
            "columns": list(self.columns),
            "labels": labels,
            "settled": dict(self.counts.get("settled", {})),
            "review": dict(self.review),
            "errors": self.errors,
            "errors_file": self.errors_file,
            "texts_with_nul": self.texts_with_nul,
            "repeated_ids": self.repeated_ids,
            "resumed_rows": self.resumed_rows,
            "seconds": round(self.seconds, 1),
            "rows_per_second": round(self.rows_per_second, 1),
        }


def counts_of(columns: Mapping[str, pa.Array]) -> Counts:
    """Return how many rows have each value; values that are joined count one by one."""
    return {name: _counted(column, keep_empty=name == "settled") for name, column in columns.items()}


def _counted(column: pa.Array, *, keep_empty: bool) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for found in pc.value_counts(column).to_pylist():
        for value in (found["values"] or "").split(JOINT):
            if value or keep_empty:
                counts[value] += found["counts"]
    return dict(counts)


def total(entries: Iterable[Entry], names: Sequence[str]) -> Counts:
    """Return the counts of all chunks, the most frequent value first."""
    sums: dict[str, Counter[str]] = {name: Counter() for name in names}
    for entry in entries:
        for name, of_chunk in entry.counts.items():
            sums[name].update(of_chunk)
    return {name: dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))) for name, counts in sums.items()}
