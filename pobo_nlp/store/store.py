"""The store: decisions are saved, taken back and looked up; nothing that was saved is ever changed."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert, select

from pobo_nlp.errors import SaveKeyError, StoreError
from pobo_nlp.store.checks import check, check_name
from pobo_nlp.store.database import PATIENCE, StoreDatabase, lock
from pobo_nlp.store.decision import (
    Decision,
    DecisionConflictError,
    Verdict,
    Version,
    answers_to,
    status_of,
    verdicts_of,
)
from pobo_nlp.store.privacy import digest, keyed_hash, masked
from pobo_nlp.store.queue import Queue, close_items, reopen_items
from pobo_nlp.store.schema import MAX_ID, MAX_KEY, decision, text
from pobo_nlp.store.versions import add, newest, numbered, versions
from pobo_nlp.tables.sql_database import Patience
from pobo_nlp.taxonomy import Taxonomy

_MAX_HISTORY = 1_000


def now_in_utc() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Store:
    """Decisions of advisers; may be used by several threads, and several processes may use the same store.

    Parameters
    ----------
    address : path of a file of SQLite, which is made where it is missing, or the address of a PostgreSQL.
    taxonomy : the label scheme that decisions are held against.
    keep_text : whether texts are kept, masked. Otherwise only a keyed hash of them is.
    must_exist : whether a store that is not there is an error rather than made.
    clock : tells the time, with its zone.

    Raises
    ------
    StoreError : where the store cannot be used.
    DatabaseError : where the database does not answer.
    """

    def __init__(
        self,
        address: str | Path,
        taxonomy: Taxonomy,
        *,
        keep_text: bool = False,
        must_exist: bool = False,
        clock: Callable[[], datetime] = now_in_utc,
        patience: Patience = PATIENCE,
    ) -> None:
        self.database = StoreDatabase(address, must_exist=must_exist, patience=patience)
        self.taxonomy, self.keep_text, self._clock = taxonomy, keep_text, clock
        self.queue = Queue(self.database, clock=clock)

    @property
    def name(self) -> str:
        """The store's address without user and password, for messages."""
        return self.database.name

    def save(self, new: Decision, *, seen: int, save_key: str) -> Version:
        """Keep a decision as a new version, and return it; open items of the queue for this inquiry are closed.

        Parameters
        ----------
        seen : number of the version that the adviser saw; 0 for none.
        save_key : the same when the same save is tried again, and never otherwise. It is then kept once.

        Raises
        ------
        DecisionError : where it does not fit the label scheme.
        DecisionConflictError : where another version has come since; it holds both.
        SaveKeyError : where something else was saved with this key.
        DatabaseError : where it is not known to be kept. The same save may be tried again.
        """
        check(new, self.taxonomy, save_key)
        row = self._row(new) | {"save_key": save_key, "save_digest": self._digest_of(new, seen)}
        kept_text = masked(new.text) if new.text is not None and self.keep_text else None
        verdicts = list(verdicts_of(new, self.taxonomy))

        def saved(connection: Connection) -> tuple[Version, int]:
            lock(connection, f"inquiry {new.inquiry_id}")
            if (earlier := self._earlier(connection, row)) is not None:
                return earlier, 0
            self._refuse_conflict(connection, new.inquiry_id, seen, new)
            if kept_text is not None:
                _keep_text(connection, new.inquiry_id, str(row["text_hash"]), kept_text)
            version, at = seen + 1, self._clock()
            add(connection, row | {"version": version, "decided_at": at}, verdicts)
            closed = close_items(connection, new.inquiry_id, by=new.by, at=at)
            return numbered(connection, new.inquiry_id, version), closed

        version, closed = self.database.write(saved)
        if closed:
            self.database.forget_freed()
        return version

    def undo(self, inquiry_id: str, *, seen: int, by: str, save_key: str) -> Version:
        """Take back the newest version: a new one gets the content of the one before it, or none.

        Where none is left, the inquiry is back in its queues.

        Parameters
        ----------
        seen : number of the version that is taken back.

        Raises
        ------
        StoreError : where there is nothing to take back.
        DecisionConflictError, SaveKeyError, DatabaseError : as when saving.
        """
        check_name("navn", by)
        check_name("id", inquiry_id, MAX_ID)
        check_name("lagringsnøkkelen", save_key, MAX_KEY)
        key = {
            "save_key": save_key,
            "save_digest": digest(self.database.key, json.dumps(["undo", inquiry_id, seen, by])),
        }

        def undone(connection: Connection) -> Version:
            lock(connection, f"inquiry {inquiry_id}")
            if (earlier := self._earlier(connection, key)) is not None:
                return earlier
            self._refuse_conflict(connection, inquiry_id, seen, None)
            row, verdicts = _content_before(connection, inquiry_id, seen)
            add(connection, row | key | {"decided_by": by, "decided_at": self._clock()}, verdicts)
            if row["status"] == "withdrawn":
                reopen_items(connection, inquiry_id)
            return numbered(connection, inquiry_id, seen + 1)

        return self.database.write(undone)

    def newest(self, inquiry_id: str) -> Version | None:
        """Return the newest version of an inquiry; None where nothing was decided."""
        return self.database.read(partial(newest, inquiry_id=inquiry_id))

    def history(self, inquiry_id: str) -> list[Version]:
        """Return all versions of an inquiry, the first one first."""
        question = select(decision).where(decision.c.inquiry_id == inquiry_id).order_by(decision.c.version)
        return self.database.read(partial(versions, question=question))

    def decided_by(self, by: str, *, limit: int = 50, offset: int = 0) -> list[Version]:
        """Return versions that a person has saved, the newest first."""
        question = select(decision).where(decision.c.decided_by == by).order_by(decision.c.id.desc())
        some = question.limit(min(limit, _MAX_HISTORY)).offset(offset)
        return self.database.read(partial(versions, question=some))

    def with_same_text(self, content: str, *, limit: int = 10) -> list[str]:
        """Return ids of inquiries decided before whose text was the same but for case and white space."""
        found = keyed_hash(self.database.key, content)
        question = select(decision.c.inquiry_id).where(decision.c.text_hash == found).distinct()
        return self.database.read(
            lambda connection: list(connection.execute(question.order_by(decision.c.inquiry_id).limit(limit)).scalars())
        )

    def kept_text(self, inquiry_id: str) -> str | None:
        """Return the masked text that goes with the newest version; None where it is not kept."""
        question = select(text.c.text).join(
            decision, (decision.c.inquiry_id == text.c.inquiry_id) & (decision.c.text_hash == text.c.text_hash)
        )
        newest_first = question.where(text.c.inquiry_id == inquiry_id).order_by(decision.c.version.desc()).limit(1)
        return self.database.read(lambda connection: connection.execute(newest_first).scalar())

    def _row(self, new: Decision) -> dict[str, object]:
        return {
            "inquiry_id": new.inquiry_id,
            "status": status_of(new.answers),
            "answers": answers_to(new.answers),
            "suggested": new.suggested.to_dict() if new.suggested else None,
            "model": new.suggested.model if new.suggested else None,
            "text_hash": keyed_hash(self.database.key, new.text) if new.text is not None else None,
            "register": new.register,
            "note": masked(new.note) if new.note else None,
            "decided_by": new.by,
            "seconds_used": new.seconds_used,
        }

    def _digest_of(self, new: Decision, seen: int) -> str:
        """Return what tells whether two saves are the same; time goes on between them, and the model may be renewed."""
        said = [new.inquiry_id, answers_to(new.answers), new.by, new.text, new.note, new.register, seen]
        return digest(self.database.key, json.dumps(said, sort_keys=True))

    def _earlier(self, connection: Connection, row: Mapping[str, object]) -> Version | None:
        """Return what the same save has kept before."""
        question = select(decision.c.inquiry_id, decision.c.version, decision.c.save_digest)
        found = connection.execute(question.where(decision.c.save_key == row["save_key"])).first()
        if found is None:
            return None
        if found.save_digest != row["save_digest"]:
            raise SaveKeyError(self.name)
        return numbered(connection, found.inquiry_id, found.version)

    def _refuse_conflict(self, connection: Connection, inquiry_id: str, seen: int, yours: Decision | None) -> None:
        theirs = newest(connection, inquiry_id)
        if (theirs.version if theirs else 0) != seen:
            raise DecisionConflictError(inquiry_id, seen=seen, theirs=theirs, yours=yours)


def _keep_text(connection: Connection, inquiry_id: str, text_hash: str, content: str) -> None:
    is_this = (text.c.inquiry_id == inquiry_id) & (text.c.text_hash == text_hash)
    if connection.execute(select(text.c.inquiry_id).where(is_this)).first() is None:
        connection.execute(insert(text).values(inquiry_id=inquiry_id, text_hash=text_hash, text=content))


def _content_before(connection: Connection, inquiry_id: str, seen: int) -> tuple[dict[str, object], list[Verdict]]:
    """Return the content of an undo of the version seen, without who and when."""
    base = _base(connection, inquiry_id, seen)
    if base == 0:
        raise StoreError(f"Henvendelse «{inquiry_id}»", "det er ingen avgjørelse å angre", "Avgjør den på nytt.")
    restored = _base(connection, inquiry_id, base - 1)
    numbers = {"inquiry_id": inquiry_id, "version": seen + 1, "undoes": seen, "restores": restored}
    if restored == 0:
        return numbers | {"status": "withdrawn", "answers": {}}, []
    of_version = (decision.c.inquiry_id == inquiry_id) & (decision.c.version == restored)
    row = dict(connection.execute(select(decision).where(of_version)).mappings().one())
    for name in ("id", "seconds_used"):
        del row[name]
    return row | numbers, list(numbered(connection, inquiry_id, restored).verdicts)


def _base(connection: Connection, inquiry_id: str, version: int) -> int:
    """Return the version that was saved, not restored, whose content a version has; 0 for none."""
    if version == 0:
        return 0
    of_version = (decision.c.inquiry_id == inquiry_id) & (decision.c.version == version)
    restores = connection.execute(select(decision.c.restores).where(of_version)).scalar_one()
    return version if restores is None else int(restores)
