"""Tables of inquiries: one reader and one writer interface, whatever the format."""

from pobo_nlp.tables.encoding import read_text
from pobo_nlp.tables.formats import TableWriter, is_table_name, open_table, open_writer
from pobo_nlp.tables.table import Row, Table

__all__ = ["Row", "Table", "TableWriter", "is_table_name", "open_table", "open_writer", "read_text"]
