"""Inquiries to work through, one by one, by several advisers at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from sqlalchemy import Connection, and_, case, func, insert, or_, select, update

from pobo_nlp.errors import StoreError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store.checks import check_name
from pobo_nlp.store.database import StoreDatabase, lock
from pobo_nlp.store.privacy import keyed_hash, storable
from pobo_nlp.store.schema import MAX_ID, decision, queue, text

CLAIM_MINUTES = 30
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Arrival(Inquiry):
    """An inquiry with what its table tells of it; None for what it does not.

    Attributes
    ----------
    received : day that it came in.
    site, region : that it is about, as `pobo-nlp patterns` reads them.
    """

    received: date | None = None
    site: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An inquiry that someone works on; its text is empty where it was decided, taken back, and not kept."""

    id: int
    queue: str
    inquiry: Inquiry
    claimed_by: str
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a queue has come.

    Attributes
    ----------
    claimed : of those that are open, how many someone works on.
    """

    queue: str
    total: int
    closed: int
    claimed: int

    @property
    def open(self) -> int:
        """How many are left."""
        return self.total - self.closed


class Queue:
    """The items of a store. A text is there, as it came, until its inquiry is decided; then it is gone.

    Parameters
    ----------
    clock : tells the time, with its zone.
    """

    def __init__(self, database: StoreDatabase, *, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def add(self, name: str, inquiries: Iterable[Inquiry]) -> int:
        """Add inquiries to a queue, in their order; return how many were new.

        One that the queue has, or has had, is passed over, and so is one that is decided: the same table may be read in
        again. One whose decision was taken back gets the text that it had.

        Raises
        ------
        DecisionError : where an id cannot be kept. Those before it are added.
        DatabaseError : where the database does not answer. The same may be tried again.
        """
        check_name("navnet på køen", name)
        rest = iter(inquiries)
        n_added = 0
        while some := list(islice(rest, _ROWS_AT_ONCE)):
            for inquiry in some:
                check_name("id", inquiry.id, MAX_ID)
            n_added += self._database.write(partial(self._added, name=name, inquiries=some))
        return n_added

    def claim(self, name: str, *, by: str, minutes: float = CLAIM_MINUTES) -> Item | None:
        """Return the next item for a person, theirs for some minutes; None where nothing is left.

        Who has one already, gets it again.
        """
        check_name("navn", by)

        def claimed(connection: Connection) -> Item | None:
            at = self._clock()
            is_free = or_(queue.c.claimed_at.is_(None), queue.c.claimed_at <= at - timedelta(minutes=minutes))
            is_open = and_(queue.c.queue == name, queue.c.closed_at.is_(None))
            mine_first = case((queue.c.claimed_by == by, 0), else_=1)
            released_last = case((queue.c.released_at.is_(None), 0), else_=1)
            question = select(queue).where(is_open, or_(is_free, queue.c.claimed_by == by)).limit(1)
            in_order = question.order_by(mine_first, released_last, queue.c.released_at, queue.c.id)
            row = connection.execute(in_order.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            connection.execute(update(queue).where(queue.c.id == row.id).values(claimed_by=by, claimed_at=at))
            return Item(row.id, row.queue, Inquiry(row.inquiry_id, row.text or ""), by, at)

        return self._database.write(claimed)

    def release(self, item_id: int, *, by: str) -> None:
        """Give an item back, undecided, behind the others.

        Raises
        ------
        StoreError : where it is not this person's.
        """

        def released(connection: Connection) -> bool:
            is_theirs = and_(queue.c.id == item_id, queue.c.claimed_by == by, queue.c.closed_at.is_(None))
            free = update(queue).where(is_theirs).values(claimed_by=None, claimed_at=None, released_at=self._clock())
            return connection.execute(free).rowcount == 1

        if not self._database.write(released):
            problem, cure = "er ikke din, eller er avgjort", "Hent den neste i køen."
            raise StoreError(self._database.name, f"henvendelse nummer {item_id} i køen {problem}", cure)

    def progress(self) -> list[Progress]:
        """Return how far each queue has come, by name."""
        is_claimed = case((and_(queue.c.claimed_at.is_not(None), queue.c.closed_at.is_(None)), 1))
        question = select(
            queue.c.queue, func.count(queue.c.id), func.count(queue.c.closed_at), func.count(is_claimed)
        ).group_by(queue.c.queue)
        rows = self._database.read(lambda connection: connection.execute(question.order_by(queue.c.queue)).all())
        return [Progress(*row) for row in rows]

    def _added(self, connection: Connection, name: str, inquiries: list[Inquiry]) -> int:
        lock(connection, f"queue {name}")
        ids = [inquiry.id for inquiry in inquiries]
        is_queued = select(queue.c.inquiry_id).where(queue.c.queue == name, queue.c.inquiry_id.in_(ids))
        last = select(func.max(decision.c.id)).where(decision.c.inquiry_id.in_(ids)).group_by(decision.c.inquiry_id)
        is_decided = select(decision.c.inquiry_id).where(decision.c.id.in_(last), decision.c.status != "withdrawn")
        known = set(connection.execute(is_queued.union(is_decided)).scalars())
        at = self._clock()
        _return_texts(connection, inquiries)
        new = {inquiry.id: inquiry for inquiry in reversed(inquiries) if inquiry.id not in known}
        rows = [
            {
                "queue": name,
                "inquiry_id": inquiry.id,
                "text": storable(inquiry.text),
                "text_hash": keyed_hash(self._database.key, inquiry.text),
                "imported_at": at,
                **_told_of(inquiry),
            }
            for inquiry in reversed(new.values())
        ]
        if rows:
            connection.execute(insert(queue), rows)
        return len(rows)


def _told_of(inquiry: Inquiry) -> dict[str, object]:
    if not isinstance(inquiry, Arrival):
        return {"received": None, "site": None, "region": None}
    return {"received": inquiry.received, "site": _short(inquiry.site), "region": _short(inquiry.region)}


def _short(name: str | None) -> str | None:
    """Return a name; None for what is too long for one, such as a text in the wrong column."""
    return storable(name) if name is not None and len(name) <= MAX_ID else None


def _return_texts(connection: Connection, inquiries: Iterable[Inquiry]) -> None:
    """Give open items of these inquiries their text, where a decision that was taken back had removed it."""
    wanted = and_(queue.c.closed_at.is_(None), queue.c.text.is_(None))
    if connection.execute(select(queue.c.id).where(wanted).limit(1)).first() is None:
        return
    for inquiry in inquiries:
        of_inquiry = update(queue).where(wanted, queue.c.inquiry_id == inquiry.id)
        connection.execute(of_inquiry.values(text=storable(inquiry.text)))


def reopen_items(connection: Connection, inquiry_id: str) -> None:
    """Open the items of an inquiry whose decision was taken back; the text is there where it was kept, masked."""
    kept = select(text.c.text).where(text.c.inquiry_id == inquiry_id, text.c.text_hash == queue.c.text_hash)
    free = {"closed_at": None, "closed_by": None, "claimed_at": None, "claimed_by": None}
    items = update(queue).where(queue.c.inquiry_id == inquiry_id, queue.c.closed_at.is_not(None))
    connection.execute(items.values(**free, text=kept.scalar_subquery()))


def close_items(connection: Connection, inquiry_id: str, *, by: str, at: datetime) -> int:
    """Close the open items of an inquiry, and let their texts go; return how many there were."""
    is_open = and_(queue.c.inquiry_id == inquiry_id, queue.c.closed_at.is_(None))
    closed = update(queue).where(is_open).values(text=None, closed_by=by, closed_at=at)
    return connection.execute(closed).rowcount
