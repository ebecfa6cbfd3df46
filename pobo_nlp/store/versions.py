"""Versions of decisions as rows: found, read and added."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select

from pobo_nlp.store.decision import Suggested, Verdict, Version, answers_from
from pobo_nlp.store.schema import decision, label


def newest(connection: Connection, inquiry_id: str) -> Version | None:
    """Return the newest version of an inquiry; None where nothing was decided."""
    of_inquiry = select(decision).where(decision.c.inquiry_id == inquiry_id)
    found = versions(connection, of_inquiry.order_by(decision.c.version.desc()).limit(1))
    return found[0] if found else None


def numbered(connection: Connection, inquiry_id: str, version: int) -> Version:
    """Return a version that is there."""
    return versions(
        connection, select(decision).where(decision.c.inquiry_id == inquiry_id, decision.c.version == version)
    )[0]


def newest_of_each(*, up_to: int) -> Select[Any]:
    """Return the question for the newest version of every inquiry, in the order in which they were decided.

    Parameters
    ----------
    up_to : number of the last row that counts, so that what comes meanwhile is not seen.
    """
    among = select(func.max(decision.c.id).label("id")).where(decision.c.id <= up_to)
    last = among.group_by(decision.c.inquiry_id).subquery()
    return select(decision).join(last, decision.c.id == last.c.id).order_by(decision.c.id)


def versions(connection: Connection, question: Select[Any]) -> list[Version]:
    """Return the versions that a question for rows of decisions finds, in its order."""
    rows = connection.execute(question).mappings().all()
    verdicts = _verdicts(connection, [row["id"] for row in rows])
    return [_version(row, verdicts[row["id"]]) for row in rows]


def add(connection: Connection, row: dict[str, object], verdicts: Sequence[Verdict]) -> None:
    """Add a version."""
    number = connection.execute(insert(decision).values(row).returning(decision.c.id)).scalar_one()
    if verdicts:
        connection.execute(
            insert(label),
            [
                {
                    "decision_id": number,
                    "dimension": one.dimension,
                    "label": one.label,
                    "verdict": one.outcome,
                    "probability": one.probability,
                }
                for one in verdicts
            ],
        )


def _verdicts(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Verdict]]:
    found: dict[int, list[Verdict]] = defaultdict(list)
    # A database takes a limited number of values in one question.
    for start in range(0, len(numbers), 500):
        some = label.c.decision_id.in_(numbers[start : start + 500])
        for row in connection.execute(select(label).where(some).order_by(label.c.dimension, label.c.label)):
            found[row.decision_id].append(Verdict(row.dimension, row.label, row.verdict, row.probability))
    return found


def _version(row: RowMapping, verdicts: Sequence[Verdict]) -> Version:
    return Version(
        inquiry_id=row["inquiry_id"],
        version=row["version"],
        status=row["status"],
        answers=answers_from(row["answers"]),
        verdicts=tuple(verdicts),
        suggested=Suggested.from_dict(row["suggested"]) if row["suggested"] is not None else None,
        text_hash=row["text_hash"],
        note=row["note"],
        by=row["decided_by"],
        at=row["decided_at"],
        seconds_used=row["seconds_used"],
        register=row["register"],
        undoes=row["undoes"],
        restores=row["restores"],
    )
