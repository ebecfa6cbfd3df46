"""Where Alembic enters: the connection, and the transaction that holds all migrations, are the caller's."""

from alembic import context

from pobo_nlp.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
