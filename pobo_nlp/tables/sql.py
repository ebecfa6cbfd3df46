"""Tables of databases that SQLAlchemy knows: read in the order of a key, written in one transaction a chunk."""

from pobo_nlp.tables.sql_reader import key_of, open_sql
from pobo_nlp.tables.sql_writer import SqlWriter, columns_of_new_table, open_sql_writer, table_exists

__all__ = ["SqlWriter", "columns_of_new_table", "key_of", "open_sql", "open_sql_writer", "table_exists"]
