"""When an inquiry of a queue came in, and what it is about: its site and region."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns."""
    for column in (
        sa.Column("received", sa.Date),
        sa.Column("site", sa.String(200)),
        sa.Column("region", sa.String(200)),
    ):
        op.add_column("pobo_queue", column)
