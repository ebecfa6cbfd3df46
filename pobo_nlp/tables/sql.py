"""Tables of databases that SQLAlchemy knows: read in the order of a key, written in one transaction a chunk."""

from pobo_nlp.tables.sql_reader import open_sql
from pobo_nlp.tables.sql_writer import SqlWriter, open_sql_writer, table_exists

__all__ = ["SqlWriter", "open_sql", "open_sql_writer", "table_exists"]
