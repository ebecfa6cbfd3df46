"""What was decided, as annotations to train on and as a tagged table to count."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import pyarrow as pa
from sqlalchemy import func, select

from pobo_nlp.store.decision import REGISTERS, Version, chosen
from pobo_nlp.store.privacy import digest
from pobo_nlp.store.schema import decision, queue, text
from pobo_nlp.store.store import Store
from pobo_nlp.store.versions import newest_of_each, versions
from pobo_nlp.tables import Chunk, Place, Table, open_writer
from pobo_nlp.tables.formats import whole_file
from pobo_nlp.taxonomy import Dimension

SOURCE = "decision"
_ROWS_AT_ONCE = 500
_JOINT = "|"
# The codebook calls a text of so many words short, whoever wrote it.
_SHORT_WORDS = 25
_SKJEMA, _TELEFONNOTAT, _BREV, _KORT = REGISTERS
NO_TEXT, NOT_ALL_DECIDED, NO_MALFORM = "uten tekst", "ikke avgjort i alle dimensjoner", "verken bokmål eller nynorsk"


@dataclass(frozen=True, slots=True)
class Written:
    """How many inquiries were written, and why others were not."""

    rows: int
    left_out: Mapping[str, int]


def export_annotations(store: Store, out: Path) -> Written:
    """Write decisions as annotations in the form of the corpus (data/annotated/CODEBOOK.md, chapter 7).

    An inquiry is written where its text is kept, and every dimension that a model learns is decided: what nobody has
    answered is not the same as none.

    Raises
    ------
    OutputExistsError : where `out` is there.
    """
    left_out: Counter[str] = Counter()
    rows = 0
    with whole_file(out, replace=False, readable_as=None) as file:
        for some in _pages(store):
            texts = _texts(store, some)
            for version in some:
                content = _annotation(store, version, texts.get((version.inquiry_id, version.text_hash or "")))
                if isinstance(content, str):
                    left_out[content] += 1
                    continue
                file.write(json.dumps(content, ensure_ascii=False).encode() + b"\n")
                rows += 1
    return Written(rows, dict(left_out))


def export_table(store: Store, out: Place | Path | str) -> Written:
    """Write decisions as a tagged table, which `pobo-nlp patterns` reads. No text, and no name of an adviser.

    `dato`, `sted` and `region` are those of the table that the inquiry was queued from; else `dato` is the day of the
    decision, which always stands in `avgjort`. `<dim>` holds what a person decided, `<dim>_suggested` what the model
    suggests where no person has answered, and `<dim>_offered` what the adviser was offered, whatever became of it.

    Raises
    ------
    OutputExistsError : where `out` is there.
    """
    dimensions = store.taxonomy.dimensions
    names = ["id", "dato", "sted", "region", "avgjort", "status"]
    for dimension in dimensions:
        names += [dimension.id, f"{dimension.id}_suggested", f"{dimension.id}_offered"]
    schema = pa.schema([(name, pa.string()) for name in [*names, "settled", "review", "malform", "model"]])
    like = Table(store.name, schema, lambda _rows, _skip: iter(list[Chunk]()), lambda: "")
    rows = 0
    with open_writer(out, schema, like=like) as writer:
        for some in _pages(store):
            told = _told_of(store, some)
            written = [_row(store, version, told.get(version.inquiry_id, {})) for version in some]
            writer.write(pa.RecordBatch.from_pylist(written, schema=schema))
            rows += len(written)
    return Written(rows, {})


def _pages(store: Store) -> Iterator[list[Version]]:
    """Yield the newest version of each inquiry as they are now; what is withdrawn is left out."""
    last = store.database.read(lambda connection: connection.execute(select(func.max(decision.c.id))).scalar()) or 0
    question = newest_of_each(up_to=last).with_only_columns(decision.c.id)
    rest = iter(store.database.read(lambda connection: list(connection.execute(question).scalars())))
    while some := list(islice(rest, _ROWS_AT_ONCE)):
        of_some = select(decision).where(decision.c.id.in_(some)).order_by(decision.c.id)
        found = store.database.read(partial(versions, question=of_some))
        yield [version for version in found if version.status != "withdrawn"]


def _texts(store: Store, some: Sequence[Version]) -> dict[tuple[str, str], str]:
    question = select(text).where(text.c.inquiry_id.in_([version.inquiry_id for version in some]))
    rows = store.database.read(lambda connection: connection.execute(question).all())
    return {(row.inquiry_id, row.text_hash): row.text for row in rows}


def _told_of(store: Store, some: Sequence[Version]) -> dict[str, dict[str, str]]:
    """Return what the tables of queues told of inquiries: where several did, the first that says it."""
    wanted = queue.c.inquiry_id.in_([version.inquiry_id for version in some])
    question = select(queue.c.inquiry_id, queue.c.received, queue.c.site, queue.c.region).where(wanted)
    rows = store.database.read(lambda connection: connection.execute(question.order_by(queue.c.id.desc())).all())
    found: dict[str, dict[str, str]] = {}
    for inquiry_id, received, site, region in rows:
        told = {"dato": received and received.isoformat(), "sted": site, "region": region}
        found.setdefault(inquiry_id, {}).update({name: value for name, value in told.items() if value})
    return found


def _annotation(store: Store, version: Version, content: str | None) -> dict[str, object] | str:
    """Return an annotation, or why there is none."""
    predicted = store.taxonomy.predicted
    labels = chosen(version.answers, predicted)
    malform = version.suggested.malform if version.suggested else None
    if content is None:
        return NO_TEXT
    if labels is None:
        return NOT_ALL_DECIDED
    if malform not in ("nb", "nn"):
        return NO_MALFORM
    answers = {one.id: labels[one.id][0] if one.kind == "single" else list(labels[one.id]) for one in predicted}
    return {
        "id": version.inquiry_id,
        "text": content,
        **answers,
        "malform": malform,
        "register": version.register or (_KORT if len(content.split()) <= _SHORT_WORDS else _TELEFONNOTAT),
        # The same text, told twice, stays on one side of a split.
        "group": f"d-{(version.text_hash or '')[:16]}",
        "annotator": f"d-{digest(store.database.key, version.by)[:8]}",
        "source": SOURCE,
        "pii": False,
        "hard": False,
        "near_miss": [],
    }


def _row(store: Store, version: Version, told: Mapping[str, str]) -> dict[str, str]:
    suggested = version.suggested
    day = version.at.date().isoformat()
    row = {"id": version.inquiry_id, "dato": day, "sted": "", "region": "", **told}
    row |= {"avgjort": day, "status": version.status}
    for dimension in store.taxonomy.dimensions:
        name = dimension.id
        offered = _joined(one.label for one in suggested.offered(dimension)) if suggested else ""
        decided = _decided(store, version, dimension)
        row |= {
            name: _joined(decided or ()),
            f"{name}_suggested": offered if decided is None else "",
            f"{name}_offered": offered,
        }
    settled = [value for value in suggested.settled.values() if value] if suggested else []
    return row | {
        "settled": _joined(settled),
        "review": _joined(suggested.review) if suggested else "",
        "malform": suggested.malform if suggested else "",
        "model": suggested.model if suggested else "",
    }


def _decided(store: Store, version: Version, dimension: Dimension) -> Sequence[str] | None:
    """Return the labels that a person decided, their child's parent too; None where no person has answered."""
    answer = version.answers.get(dimension.id)
    if answer is not None and answer.status != "unknown":
        return answer.labels
    for child in store.taxonomy.dimensions:
        if child.parent == dimension.id and (found := _decided(store, version, child)):
            return [str(child.label(label).parent) for label in found if label in child.label_ids]
    return None


def _joined(names: Iterable[str]) -> str:
    return _JOINT.join(names)
