"""Is a file text, and in which encoding: UTF-8, with or without a byte order mark, or Windows-1252; never in both."""

import codecs
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from pobo_nlp.errors import BinaryFileError, EmptyTableError, EncodingError
from pobo_nlp.tables.compression import BLOCK_BYTES, opened

# Beginnings of files that people take for text: zip and Excel, old Excel, PDF, gzip, PNG, JPEG, zstd, Parquet, SQLite.
_MAGIC = (
    b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"\x28\xb5\x2f\xfd",
    b"PAR1", b"SQLite format 3",
)  # fmt: skip
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# More zero bytes than this share of a file's beginning, and it is no text; a stray one is the row's affair.
MAX_ZERO_SHARE = 0.05
# Letters, quotation marks and dashes of Norwegian text in UTF-8. In Windows-1252 they would be an "Ã" or a "Â" with
# another sign behind it, or an "â€", none of which Norwegian has. Rarer letters are left out: "Å»" is both.
_UTF_8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x90-\xa6]")
_SAVE_AS = "Lagre som «CSV UTF-8» i Excel, og prøv igjen."
_ONE_ENCODING = "Filer i ulik tegnkoding er trolig satt sammen: lagre hver av dem som «CSV UTF-8» først."


def recognised_encoding(path: Path) -> str:
    """Return the name of a text file's encoding, after reading it through once.

    Raises
    ------
    InputNotFoundError, NotAFileError, UnreadableFileError, DamagedFileError : where there is no file that can be read.
    EmptyTableError, BinaryFileError, EncodingError : where what it holds is no text that is read here.
    """
    start = next(_blocks(path), b"")
    if not start.strip():
        raise EmptyTableError(path, "filen er tom", "Sjekk at eksporten fikk med radene.")
    if start.startswith(_UTF_16):
        raise EncodingError(path, "filen er i UTF-16", _SAVE_AS)
    if start.startswith(_MAGIC) or start.count(0) > MAX_ZERO_SHARE * len(start):
        raise BinaryFileError(path, "filen er ikke tekst", "Oppgi en CSV- eller JSON Lines-fil.")
    other = None if _is_utf_8(path) else _first_undecodable_line(path, "utf-8")
    if other is None:
        return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    line = _first_undecodable_line(path, "cp1252")
    if line is not None:
        raise EncodingError(path, "tegn som verken er UTF-8 eller Windows-1252", _SAVE_AS, row=line)
    _refuse_mixture(path, other)
    return "cp1252"


def _refuse_mixture(path: Path, other: int) -> None:
    """Refuse a file of Windows-1252 with letters in UTF-8: read as either, some of them would be spoilt.

    Parameters
    ----------
    other : first line that is not in UTF-8.
    """
    line = _first_utf_8_line(path)
    if line is not None and line > other:
        problem = f"linjen er i UTF-8, men linje {other} er i Windows-1252"
        raise EncodingError(path, problem, _ONE_ENCODING, row=line)
    if line is not None:
        problem = f"linjen er ikke i UTF-8, men linje {line} er det"
        raise EncodingError(path, problem, _ONE_ENCODING, row=other)


def _blocks(path: Path) -> Iterator[bytes]:
    with opened(path) as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _is_utf_8(path: Path) -> bool:
    """Return whether a file is in UTF-8 throughout; Arrow sees that ten times as fast as a decoder."""
    rest: list[bytes] = []
    for block in _blocks(path):
        # Letters of several bytes are not cut at the end of a line.
        end = block.rfind(b"\n") + 1
        if end:
            if not _is_valid(b"".join((*rest, block[:end]))):
                return False
            rest = []
        rest.append(block[end:])
    return _is_valid(b"".join(rest))


def _is_valid(content: bytes) -> bool:
    import pyarrow as pa

    # Laid out by hand: `pyarrow.array` looks for pandas first, which takes longer to import than most files to read.
    offsets = pa.py_buffer(struct.pack("=qq", 0, len(content)))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(content)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _first_undecodable_line(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for block in _blocks(path):
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            # What the decoder kept of the block before stands at the beginning of what it stumbled over.
            before = len(error.object) - len(block)
            return line + block[: max(error.start - before, 0)].count(b"\n")
        line += block.count(b"\n")
    return line if decoder.getstate()[0] else None


def _first_utf_8_line(path: Path) -> int | None:
    line = 1
    for block in _blocks(path):
        found = _UTF_8_LETTER.search(block)
        if found:
            return line + block[: found.start()].count(b"\n")
        line += block.count(b"\n")
    return None


def read_text(path: Path) -> str:
    """Return the content of a text file, whose encoding is recognised.

    Raises
    ------
    As `recognised_encoding`.
    """
    encoding = recognised_encoding(path)
    with opened(path) as file:
        return file.read().decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
