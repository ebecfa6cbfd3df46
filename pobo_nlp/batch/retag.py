"""Re-tagging: what the model suggests beside what a person once set, and what becomes of it by stated rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from pobo_nlp.batch.answers import answer_schema, answers
from pobo_nlp.batch.job import REVIEW, beside, column_of, scored, with_errors
from pobo_nlp.batch.label_map import JOINT, LabelMap, labels_under
from pobo_nlp.batch.old_labels import Cells, check_codes, check_labels, narrowed
from pobo_nlp.batch.retag_rules import BY_WEIGHT, Answer, OldLabels, Status, Verdict, judge_multi, judge_single
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.scores import Scores
from pobo_nlp.tables import Table
from pobo_nlp.taxonomy import Dimension, Taxonomy

# A label that a person set is put up for change only where the model finds it less probable than one in twenty.
# docs/adr/0013-retag.md has the measurements that this was chosen by.
OLD_THRESHOLD = 0.05
RETAG_STATUS = "retag_status"
# The one reason for review that is no doubt about the text itself.
_UNSURE = "low_probability"

Strings = list[str | None]


@dataclass(frozen=True, slots=True)
class RetagJob:
    """Suggests labels for every row, and holds them against the old ones.

    Attributes
    ----------
    labels : dimension and the column that holds its old codes.
    threshold : a label that a person set is put up for change only where its probability is below.
    """

    text_column: str
    labels: tuple[tuple[str, str], ...]
    label_map: LabelMap = field(default_factory=LabelMap)
    threshold: float = OLD_THRESHOLD

    @property
    def reads(self) -> tuple[str, ...]:
        """The text, and the old codes."""
        return (self.text_column, *(column for _, column in self.labels if column != self.text_column))

    def counted(self, taxonomy: Taxonomy) -> tuple[str, ...]:
        """Return what becomes of the old labels, which dimension is settled, and the reasons for review."""
        return (*(f"{dimension.id}_status" for dimension in self.retagged(taxonomy)), RETAG_STATUS, "settled", REVIEW)

    def retagged(self, taxonomy: Taxonomy) -> tuple[Dimension, ...]:
        """Return the dimensions with a column of old codes, and those beneath them: a level may become an area."""
        named = {name for name, _ in self.labels}
        return tuple(
            dimension for dimension in taxonomy.dimensions if named & {step.id for step in taxonomy.path(dimension)}
        )

    def schema(self, table: pa.Schema, taxonomy: Taxonomy) -> pa.Schema:
        """Return the columns of a suggestion, then for each retagged dimension what becomes of its old label."""
        fields = [column for dimension in self.retagged(taxonomy) for column in _fields(dimension)]
        added = pa.schema([*answer_schema(taxonomy), *fields, pa.field(RETAG_STATUS, pa.string())])
        return beside(table, added)

    def columns(self, scorer: Scorer, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Return the added columns for some rows."""
        scores, faults = scored(scorer, column_of(rows, self.text_column))
        base = with_errors(answers(scorer, scores), faults)
        arrays: list[pa.Array] = list(base.columns)
        fields: list[pa.Field] = list(base.schema)
        statuses: list[list[Status]] = []
        for dimension, old in self._old_labels(rows, scorer.taxonomy).items():
            judge = judge_single if dimension.kind == "single" else judge_multi
            verdicts = [
                judge(said, answer, self.threshold)
                for said, answer in zip(old, _answers(scores, dimension, scorer.taxonomy), strict=True)
            ]
            statuses.append([verdict.status for verdict in verdicts])
            fields += _fields(dimension)
            arrays += _arrays(dimension, old, verdicts)
        fields.append(pa.field(RETAG_STATUS, pa.string()))
        arrays.append(pa.array([min(row, key=BY_WEIGHT.index) for row in zip(*statuses, strict=True)], pa.string()))
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))

    def cells(self, table: pa.Schema, taxonomy: Taxonomy) -> dict[str, Cells]:
        """Return, for each dimension with a column of old codes, how its cells are read."""
        return {
            name: Cells(table.field(column), taxonomy.dimension(name), self.label_map, taxonomy)
            for name, column in self.labels
        }

    def _old_labels(self, rows: pa.RecordBatch, taxonomy: Taxonomy) -> Mapping[Dimension, list[OldLabels]]:
        """Return what the old labels of each retagged dimension say, row by row; a level narrows the areas."""
        cells = self.cells(rows.schema, taxonomy)
        columns = dict(self.labels)
        own = {
            name: [read.old_labels(cell) for cell in rows.column(columns[name]).to_pylist()]
            for name, read in cells.items()
        }
        nothing = [OldLabels()] * rows.num_rows
        found = {}
        for dimension in self.retagged(taxonomy):
            old = own.get(dimension.id, nothing)
            above = next((step.id for step in taxonomy.path(dimension)[1:] if step.id in own), None)
            found[dimension] = old if above is None else _narrowed(old, own[above], dimension, taxonomy)
        return found


def _narrowed(
    old: Sequence[OldLabels], above: Sequence[OldLabels], dimension: Dimension, taxonomy: Taxonomy
) -> list[OldLabels]:
    known: dict[tuple[OldLabels, OldLabels], OldLabels] = {}
    for pair in zip(old, above, strict=True):
        if pair not in known:
            known[pair] = narrowed(*pair, dimension, taxonomy)
    return [known[pair] for pair in zip(old, above, strict=True)]


def _answers(scores: Scores, dimension: Dimension, taxonomy: Taxonomy) -> list[Answer]:
    """Return what the model says of each text in a dimension, accepted labels the most probable first."""
    ids = dimension.label_ids
    probability = scores.probability[dimension.id].tolist()
    accepted: list[list[int]] = [[] for _ in probability]
    for row, place in np.argwhere(scores.accepted[dimension.id]).tolist():
        accepted[row].append(place)
    elsewhere = _ruled_out(scores, dimension, taxonomy)
    return [
        Answer(
            dict(zip(ids, values, strict=True)),
            [ids[place] for place in sorted(places, key=lambda place: -values[place])],
            is_readable=not review or review == (_UNSURE,),
            elsewhere=ruled_out,
        )
        for values, places, review, ruled_out in zip(probability, accepted, scores.review, elsewhere, strict=True)
    ]


def _ruled_out(scores: Scores, dimension: Dimension, taxonomy: Taxonomy) -> list[frozenset[str]]:
    """Return the labels that each text's accepted level rules out."""
    none: frozenset[str] = frozenset()
    if dimension.parent is None:
        return [none] * len(scores.review)
    parent = taxonomy.dimension(dimension.parent)
    beside_level = [
        frozenset(dimension.label_ids) - frozenset(labels_under(taxonomy, dimension, label))
        for label in parent.label_ids
    ]
    found = [none] * len(scores.review)
    for row, place in np.argwhere(scores.accepted[parent.id]).tolist():
        found[row] = beside_level[place]
    return found


def _fields(dimension: Dimension) -> list[pa.Field]:
    name, is_single = dimension.id, dimension.kind == "single"
    fields = {
        f"{name}_old": pa.string(),
        f"{name}_status": pa.string(),
        f"{name}_old_probability": pa.float64() if is_single else pa.string(),
        f"{name}_proposed": pa.string(),
    }
    if not is_single:
        fields |= {f"{name}_added": pa.string(), f"{name}_removed": pa.string()}
    return [pa.field(column, kind) for column, kind in fields.items()]


def _arrays(dimension: Dimension, old: Sequence[OldLabels], verdicts: Sequence[Verdict]) -> list[pa.Array]:
    told: Strings = [said.told for said in old]
    joined = [told, [verdict.status for verdict in verdicts]]
    if dimension.kind == "single":
        probability = pa.array(
            [round(verdict.old_probability[0], 4) if verdict.old_probability else None for verdict in verdicts],
            pa.float64(),
        )
        sets: list[list[str]] = []
    else:
        texts = [JOINT.join(f"{value:.4f}" for value in verdict.old_probability) for verdict in verdicts]
        probability = pa.array(texts, pa.string())
        sets = [
            [JOINT.join(verdict.added) for verdict in verdicts],
            [JOINT.join(verdict.removed) for verdict in verdicts],
        ]
    proposed = [JOINT.join(verdict.proposed) for verdict in verdicts]
    return [
        *(pa.array(column, pa.string()) for column in joined),
        probability,
        *(pa.array(column, pa.string()) for column in (proposed, *sets)),
    ]


def check_old_codes(
    job: RetagJob, table: Table, taxonomy: Taxonomy, *, on_rows: Callable[[int], None] = lambda rows: None
) -> None:
    """Check the label columns, and read them through, before anything is scored.

    Raises
    ------
    LabelsError : where a dimension is unknown, or named twice, or its column is that of the text.
    ColumnError : where a column does not exist.
    UnmappedCodesError : with every code that neither the map nor the label scheme knows.
    """
    check_labels(job.labels, table, taxonomy, text_column=job.text_column)
    cells = job.cells(table.schema, taxonomy)
    check_codes(table, [(column, cells[name]) for name, column in job.labels], on_rows=on_rows)
