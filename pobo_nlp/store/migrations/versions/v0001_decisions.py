"""Decisions, what became of each label, kept texts and the queue; triggers let nothing be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_APPEND_ONLY = ("pobo_decision", "pobo_label", "pobo_text")
_REFUSED = "pobo-nlp: decisions are only added to"
# A row that only the transaction of a purge sees.
_IS_PURGE = "EXISTS (SELECT 1 FROM pobo_setting WHERE name = 'purge')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pobo_setting",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    _make_decisions()
    _make_queue()
    for table in _APPEND_ONLY:
        _protect(table)


def _make_decisions() -> None:
    op.create_table(
        "pobo_decision",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("inquiry_id", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("suggested", sa.JSON),
        sa.Column("model", sa.String(100)),
        sa.Column("text_hash", sa.String(64)),
        sa.Column("register", sa.String(20)),
        sa.Column("note", sa.Text),
        sa.Column("decided_by", sa.String(100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds_used", sa.Float),
        sa.Column("undoes", sa.Integer),
        sa.Column("restores", sa.Integer),
        sa.Column("save_key", sa.String(100), nullable=False),
        sa.Column("save_digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("inquiry_id", "version", name="uq_pobo_decision_version"),
        sa.UniqueConstraint("save_key", name="uq_pobo_decision_save_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pobo_decision_decided_by", "pobo_decision", ["decided_by", "id"])
    op.create_index("ix_pobo_decision_text_hash", "pobo_decision", ["text_hash"])
    op.create_table(
        "pobo_label",
        sa.Column("decision_id", sa.Integer, sa.ForeignKey("pobo_decision.id"), primary_key=True, autoincrement=False),
        sa.Column("dimension", sa.String(100), primary_key=True),
        sa.Column("label", sa.String(100), primary_key=True),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("probability", sa.Float),
    )
    op.create_table(
        "pobo_text",
        sa.Column("inquiry_id", sa.String(200), primary_key=True),
        sa.Column("text_hash", sa.String(64), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )


def _make_queue() -> None:
    op.create_table(
        "pobo_queue",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("queue", sa.String(100), nullable=False),
        sa.Column("inquiry_id", sa.String(200), nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(100)),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.String(100)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("queue", "inquiry_id", name="uq_pobo_queue_inquiry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pobo_queue_open", "pobo_queue", ["queue", "closed_at", "id"])
    op.create_index("ix_pobo_queue_inquiry_id", "pobo_queue", ["inquiry_id"])


def _protect(table: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        refusal = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refusal}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {_IS_PURGE} {refusal}")
        return
    op.execute(
        f"CREATE FUNCTION {table}_protect() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND {_IS_PURGE} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_protect()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_protect()"
    )
