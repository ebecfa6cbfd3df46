"""Tables of the store, as the newest migration leaves them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

# The newest migration. A store that is there needs no Alembic to be opened.
HEAD = "0002"
VERSION_TABLE = "pobo_store_version"
MAX_ID, MAX_NAME, MAX_KEY = 200, 100, 100


class Utc(TypeDecorator[datetime]):
    """A moment in UTC, also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        del dialect
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


metadata = MetaData()
_json = JSON(none_as_null=True)

setting = Table(
    "pobo_setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
# Append-only: one row a version of the decision on an inquiry.
decision = Table(
    "pobo_decision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("inquiry_id", String(MAX_ID), nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("answers", _json, nullable=False),
    Column("suggested", _json),
    Column("model", String(MAX_NAME)),
    Column("text_hash", String(64)),
    Column("register", String(20)),
    Column("note", Text),
    Column("decided_by", String(MAX_NAME), nullable=False),
    Column("decided_at", Utc, nullable=False),
    Column("seconds_used", Float),
    Column("undoes", Integer),
    Column("restores", Integer),
    Column("save_key", String(MAX_KEY), nullable=False),
    Column("save_digest", String(64), nullable=False),
    UniqueConstraint("inquiry_id", "version", name="uq_pobo_decision_version"),
    UniqueConstraint("save_key", name="uq_pobo_decision_save_key"),
    Index("ix_pobo_decision_decided_by", "decided_by", "id"),
    Index("ix_pobo_decision_text_hash", "text_hash"),
    sqlite_autoincrement=True,
)
# Append-only: what became of each label in a version.
label = Table(
    "pobo_label",
    metadata,
    Column("decision_id", Integer, ForeignKey("pobo_decision.id"), primary_key=True, autoincrement=False),
    Column("dimension", String(MAX_NAME), primary_key=True),
    Column("label", String(MAX_NAME), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("probability", Float),
)
# Only where the store keeps texts; masked.
text = Table(
    "pobo_text",
    metadata,
    Column("inquiry_id", String(MAX_ID), primary_key=True),
    Column("text_hash", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)
# Inquiries to work through, with what their table told of them. The text is there, unmasked, until they are decided.
queue = Table(
    "pobo_queue",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("queue", String(MAX_NAME), nullable=False),
    Column("inquiry_id", String(MAX_ID), nullable=False),
    Column("text", Text),
    Column("text_hash", String(64), nullable=False),
    Column("received", Date),
    Column("site", String(MAX_ID)),
    Column("region", String(MAX_ID)),
    Column("imported_at", Utc, nullable=False),
    Column("claimed_by", String(MAX_NAME)),
    Column("claimed_at", Utc),
    Column("released_at", Utc),
    Column("closed_by", String(MAX_NAME)),
    Column("closed_at", Utc),
    UniqueConstraint("queue", "inquiry_id", name="uq_pobo_queue_inquiry"),
    Index("ix_pobo_queue_open", "queue", "closed_at", "id"),
    Index("ix_pobo_queue_inquiry_id", "inquiry_id"),
    sqlite_autoincrement=True,
)
