"""Tables of inquiries: one reader and one writer interface, whatever the format."""

from pobo_nlp.tables.formats import TableWriter, open_table, open_writer
from pobo_nlp.tables.table import Row, Table

__all__ = ["Row", "Table", "TableWriter", "open_table", "open_writer"]
