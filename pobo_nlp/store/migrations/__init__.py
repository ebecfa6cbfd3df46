"""How a store comes from the form of an earlier version to that of this one; run by Alembic."""
