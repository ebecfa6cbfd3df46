"""Tables of inquiries: one reader and one writer interface, whatever the format."""

from pobo_nlp.tables.encoding import read_text
from pobo_nlp.tables.formats import Place, TableWriter, is_database, is_table_name, open_table, open_writer
from pobo_nlp.tables.table import Chunk, Table

__all__ = [
    "Chunk", "Place", "Table", "TableWriter", "is_database", "is_table_name", "open_table", "open_writer", "read_text",
]  # fmt: skip
