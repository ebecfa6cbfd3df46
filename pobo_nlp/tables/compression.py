"""Files as bytes, whether compressed or not, with errors in our words."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from pobo_nlp.errors import DamagedFileError, InputNotFoundError, NotAFileError, UnreadableFileError

if TYPE_CHECKING:
    from typing_extensions import Buffer

GZIP, ZSTD = ".gz", ".zst"
ENDINGS = frozenset({GZIP, ZSTD})
# A compressor is fed blocks of this size, so that its output does not depend on how rows were handed over.
BLOCK_BYTES = 2**20
_GZIP_FORMAT = 16 + zlib.MAX_WBITS
_DAMAGED = "den komprimerte filen er skadet eller avkortet"


def compression_of(path: Path) -> str:
    """Return the ending of a compressed file, or nothing."""
    ending = path.suffix.lower()
    return ending if ending in ENDINGS else ""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading the bytes that it holds when unpacked.

    Raises
    ------
    InputNotFoundError, NotAFileError, UnreadableFileError, DamagedFileError : also for what happens while it is read.
    """
    try:
        with path.open("rb") as file:
            yield _unpacked(file, compression_of(path))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DamagedFileError(path, _DAMAGED) from None
    except OSError as error:
        raise _in_our_words(path, error) from error


def _unpacked(file: BinaryIO, compression: str) -> BinaryIO:
    if compression == GZIP:
        return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=file)), BLOCK_BYTES)
    if compression == ZSTD:
        import pyarrow as pa

        return cast(BinaryIO, io.BufferedReader(pa.CompressedInputStream(file, "zstd"), BLOCK_BYTES))
    return file


def _in_our_words(path: Path, error: OSError) -> Exception:
    if isinstance(error, FileNotFoundError):
        return InputNotFoundError(path)
    if isinstance(error, IsADirectoryError):
        return NotAFileError(path)
    if error.errno is None and compression_of(path) == ZSTD:
        return DamagedFileError(path, _DAMAGED)
    return UnreadableFileError(path, error.strerror or type(error).__name__)


def file_fingerprint(path: Path, *, part: str = "") -> str:
    """Return the SHA-256 of a file's bytes, and of which part of it is meant."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise _in_our_words(path, error) from error
    if part:
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()


class ByteSink(Protocol):
    """Takes bytes one after another."""

    def write(self, data: bytes, /) -> object:
        """Write bytes."""


@contextmanager
def packed(file: BinaryIO, compression: str) -> Iterator[ByteSink]:
    """Compress what is written to an open file; the same content always gives the same bytes."""
    if compression == GZIP:
        # Neither a time nor a name in the header.
        deflate = zlib.compressobj(wbits=_GZIP_FORMAT)
        yield _Gzip(file, deflate)
        file.write(deflate.flush())
    elif compression == ZSTD:
        import pyarrow as pa

        below = _Below(file)
        stream = pa.CompressedOutputStream(below, "zstd")
        sink = _Blocks(stream)
        try:
            yield sink
            sink.flush()
            stream.close()
        except BaseException:
            # It writes what it holds when it is thrown away, to a file that may be closed or full by then.
            below.is_open = False
            stream.close()
            raise
    else:
        yield file


class _Gzip:
    def __init__(self, file: BinaryIO, deflate: "zlib._Compress") -> None:
        self._file, self._deflate = file, deflate

    def write(self, data: bytes, /) -> None:
        self._file.write(self._deflate.compress(data))


class _Below(io.RawIOBase):
    """An open file that is not closed along with what is laid over it, and can be cut off from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.is_open = True

    def writable(self) -> bool:
        return True

    def write(self, data: "Buffer", /) -> int:
        return self._file.write(data) if self.is_open else len(memoryview(data))


class _Blocks:
    """Hands on bytes in blocks of one size."""

    def __init__(self, sink: ByteSink) -> None:
        self._sink = sink
        self._kept = bytearray()

    def write(self, data: bytes, /) -> None:
        self._kept += data
        whole = len(self._kept) // BLOCK_BYTES * BLOCK_BYTES
        for start in range(0, whole, BLOCK_BYTES):
            self._sink.write(bytes(self._kept[start : start + BLOCK_BYTES]))
        del self._kept[:whole]

    def flush(self) -> None:
        self._sink.write(bytes(self._kept))
