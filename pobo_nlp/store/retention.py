"""What is old is removed, so that it is not in the files any more; and what there is, counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, FromClause, delete, func, insert, select

from pobo_nlp.errors import StoreError
from pobo_nlp.store.database import StoreDatabase
from pobo_nlp.store.queue import Progress
from pobo_nlp.store.schema import HEAD, decision, label, queue, setting, text
from pobo_nlp.store.store import Store

_AGE = re.compile(r"(\d{1,4})\s*([dmyå])")
# The row that lets triggers pass; only the transaction that sets it sees it.
_PURGE = "purge"
_INQUIRIES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed.

    Attributes
    ----------
    is_compact : whether nothing of it is left on unused pages of the file either.
    """

    inquiries: int
    versions: int
    texts: int
    queued: int
    is_compact: bool


def before(age: str, *, now: datetime) -> datetime:
    """Return the moment that an age means: `24m`, `90d`, `2y`, or a date.

    Raises
    ------
    StoreError : for anything else, and for a date to come.

    Examples
    --------
    >>> before("24m", now=datetime(2026, 3, 31, tzinfo=UTC)).date().isoformat()
    '2024-03-31'
    >>> before("1m", now=datetime(2026, 3, 31, tzinfo=UTC)).date().isoformat()
    '2026-02-28'
    """
    moment = None
    if found := _AGE.fullmatch(age.strip().lower()):
        moment = _earlier(now, int(found[1]), found[2])
    else:
        try:
            moment = datetime.strptime(age.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            moment = None
    if moment is None or moment > now:
        cure = "Skriv et antall dager (90d), måneder (24m) eller år (2y), eller en dato som har vært (2024-01-31)."
        raise StoreError("--older-than", "dette er ingen alder og ingen tidligere dato", cure)
    return moment


def _earlier(now: datetime, number: int, unit: str) -> datetime | None:
    try:
        if unit == "d":
            return datetime.fromtimestamp(now.timestamp() - number * 86_400, UTC)
        months = now.year * 12 + now.month - 1 - number * (1 if unit == "m" else 12)
        for day in range(now.day, 27, -1) if now.day > 27 else (now.day,):
            try:
                return now.replace(year=months // 12, month=months % 12 + 1, day=day)
            except ValueError:
                continue
        return None
    except (ValueError, OverflowError, OSError):
        return None


def purge(database: StoreDatabase, *, decided_before: datetime) -> Purged:
    """Remove inquiries whose newest version is older, with all their versions; and items of queues that are older.

    Raises
    ------
    DatabaseError : where the database does not answer. The same may be tried again.
    """
    inquiries, n_versions, texts, queued = database.write(lambda connection: _purged(connection, decided_before))
    return Purged(inquiries, n_versions, texts, queued, database.compact())


def _purged(connection: Connection, moment: datetime) -> tuple[int, int, int, int]:
    if connection.dialect.name == "postgresql":
        # Who saves in the meantime waits, and then adds to what is left.
        connection.exec_driver_sql("LOCK TABLE pobo_decision IN SHARE ROW EXCLUSIVE MODE")
    grouped = select(decision.c.inquiry_id).group_by(decision.c.inquiry_id)
    old = grouped.having(func.max(decision.c.decided_at) < moment)
    inquiries = list(connection.execute(old).scalars())
    connection.execute(insert(setting).values(name=_PURGE, value=moment.isoformat()))
    n_versions = n_texts = 0
    for start in range(0, len(inquiries), _INQUIRIES_AT_ONCE):
        some = inquiries[start : start + _INQUIRIES_AT_ONCE]
        of_these = select(decision.c.id).where(decision.c.inquiry_id.in_(some))
        connection.execute(delete(label).where(label.c.decision_id.in_(of_these)))
        n_texts += connection.execute(delete(text).where(text.c.inquiry_id.in_(some))).rowcount
        n_versions += connection.execute(delete(decision).where(decision.c.inquiry_id.in_(some))).rowcount
    queued = connection.execute(delete(queue).where(func.coalesce(queue.c.closed_at, queue.c.imported_at) < moment))
    connection.execute(delete(setting).where(setting.c.name == _PURGE))
    return len(inquiries), n_versions, n_texts, queued.rowcount


@dataclass(frozen=True, slots=True)
class Info:
    """What a store holds. No names, no texts.

    Attributes
    ----------
    statuses : of the newest version of each inquiry.
    outcomes : of the labels of these versions.
    first, last : when the oldest and the newest version were saved.
    """

    place: str
    form: str
    inquiries: int
    versions: int
    statuses: Mapping[str, int]
    outcomes: Mapping[str, int]
    models: Mapping[str, int]
    first: datetime | None
    last: datetime | None
    kept_texts: int
    queues: tuple[Progress, ...]


def describe(store: Store) -> Info:
    """Return what a store holds."""
    numbers = store.database.read(_numbers)
    return Info(place=store.name, form=HEAD, queues=tuple(store.queue.progress()), **numbers)


def _numbers(connection: Connection) -> dict[str, Any]:
    last = select(func.max(decision.c.id).label("id")).group_by(decision.c.inquiry_id).subquery()
    newest = decision.join(last, decision.c.id == last.c.id)
    statuses = _counted(connection, decision.c.status, newest)
    n_versions, first, latest = connection.execute(
        select(func.count(decision.c.id), func.min(decision.c.decided_at), func.max(decision.c.decided_at))
    ).one()
    return {
        "inquiries": sum(statuses.values()),
        "versions": n_versions,
        "statuses": statuses,
        "outcomes": _counted(connection, label.c.verdict, newest.join(label, label.c.decision_id == decision.c.id)),
        "models": _counted(connection, decision.c.model, newest),
        "first": first,
        "last": latest,
        "kept_texts": connection.execute(select(func.count()).select_from(text)).scalar_one(),
    }


def _counted(connection: Connection, column: Column[Any], rows: FromClause) -> dict[str, int]:
    question = select(column, func.count()).select_from(rows).group_by(column).order_by(column)
    return {str(name): count for name, count in connection.execute(question) if name is not None}
