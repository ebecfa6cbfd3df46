"""Parquet: typed columns, compressed within."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pobo_nlp.errors import DamagedFileError, EmptyTableError
from pobo_nlp.tables.compression import file_fingerprint, opened
from pobo_nlp.tables.table import CHUNK_CHARS, Chunk, Table, check_names, rows_of_chunk

# Rows are laid together in groups that are read at once; a group ends early where its texts are large.
GROUP_ROWS = 2**14
GROUP_BYTES = 2**26
_COMPRESSION = "zstd"
_PAGE_BUFFER_BYTES = 2**20
_DAMAGED = "filen er ikke Parquet, eller den er skadet"


def open_parquet(path: Path) -> Table:
    """Open a Parquet file. Columns keep their types; one of categories has that of its values.

    Raises
    ------
    TableError : where the file is no Parquet file, or two columns have the same name.
    """
    with _file(path) as file:
        schema = pa.schema([_plain(field) for field in file.schema_arrow])
        metadata = file.metadata
        bytes_of_row = (
            max(
                (metadata.row_group(group).total_byte_size / max(metadata.row_group(group).num_rows, 1))
                for group in range(metadata.num_row_groups)
            )
            if metadata.num_row_groups
            else 0.0
        )
    check_names(path, schema.names)
    if not schema.names:
        raise EmptyTableError(path, "filen har ingen kolonner", "Sjekk at eksporten fikk med radene.")
    most_rows = max(1, int(CHUNK_CHARS / max(bytes_of_row, 1.0)))
    return Table(
        str(path),
        schema,
        lambda rows_at_once, skip: _chunks(path, schema, min(rows_at_once, most_rows), skip),
        lambda: file_fingerprint(path),
        path,
    )


@contextmanager
def _file(path: Path) -> Iterator[pq.ParquetFile]:
    problem: DamagedFileError | None = None
    with opened(path) as file:
        try:
            # Without a buffer, a group of rows would be read whole, and some programs write but one.
            yield pq.ParquetFile(
                file, buffer_size=_PAGE_BUFFER_BYTES, pre_buffer=False, page_checksum_verification=True
            )
        except (pa.ArrowException, UnicodeDecodeError):
            problem = DamagedFileError(path, _DAMAGED)
        except OSError as error:
            # Those of Arrow have no number: the bytes are wrong, not the disk.
            if error.errno is not None:
                raise
            problem = DamagedFileError(path, _DAMAGED)
        if problem is not None:
            raise problem


def _plain(field: pa.Field) -> pa.Field:
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


def _chunks(path: Path, schema: pa.Schema, rows_at_once: int, skip: int) -> Iterator[Chunk]:
    with _file(path) as file:
        groups, before = _groups_after(file.metadata, skip)
        place = before + 1
        for batch in file.iter_batches(rows_of_chunk(rows_at_once, len(schema)), row_groups=groups):
            rows = batch.slice(max(skip - place + 1, 0))
            place += batch.num_rows
            if rows.num_rows:
                yield Chunk(range(place - rows.num_rows, place), rows.cast(schema))


def _groups_after(metadata: pq.FileMetaData, skip: int) -> tuple[list[int], int]:
    """Return the groups that hold rows after the first ones, and how many rows stand before those groups."""
    before = 0
    for group in range(metadata.num_row_groups):
        n_rows = metadata.row_group(group).num_rows
        if before + n_rows > skip:
            return list(range(group, metadata.num_row_groups)), before
        before += n_rows
    return [], before


@contextmanager
def parquet_writer(file: BinaryIO, schema: pa.Schema) -> Iterator["ParquetWriter"]:
    """Write Parquet to an open file."""
    with pq.ParquetWriter(file, schema, compression=_COMPRESSION, write_page_checksum=True) as parquet:
        writer = ParquetWriter(parquet)
        yield writer
        writer.finish()


class ParquetWriter:
    """Writes groups of rows whose size depends on the rows alone."""

    def __init__(self, parquet: pq.ParquetWriter) -> None:
        self._parquet = parquet
        self._kept: list[pa.RecordBatch] = []
        self._n_rows = self._n_bytes = 0

    def write(self, rows: pa.RecordBatch) -> None:
        """Write rows, when there are enough for a group."""
        while rows.num_rows:
            n_bytes = np.cumsum(_bytes_of_rows(rows)) + self._n_bytes
            whole = int(np.searchsorted(n_bytes, GROUP_BYTES)) + 1
            n_taken = min(whole, GROUP_ROWS - self._n_rows, rows.num_rows)
            self._kept.append(rows.slice(0, n_taken))
            self._n_rows += n_taken
            self._n_bytes = int(n_bytes[n_taken - 1])
            rows = rows.slice(n_taken)
            if self._n_rows == GROUP_ROWS or self._n_bytes >= GROUP_BYTES:
                self.finish()

    def finish(self) -> None:
        """Write what is left as a group."""
        if self._kept:
            # Pages end where pieces do, so there is to be but one piece.
            table = pa.Table.from_batches(self._kept).combine_chunks()
            self._parquet.write_table(table, row_group_size=GROUP_ROWS)
        self._kept, self._n_rows, self._n_bytes = [], 0, 0


def _bytes_of_rows(rows: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return about how many bytes each row has: those of its texts."""
    total = np.zeros(rows.num_rows, dtype=np.int64)
    for column in rows.columns:
        kind = column.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind):
            total += pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    return total
