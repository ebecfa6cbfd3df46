"""Is a file text, and in which encoding: UTF-8, with or without a byte order mark, or Windows-1252."""

import codecs
from pathlib import Path

from pobo_nlp.errors import (
    BinaryFileError,
    EmptyTableError,
    EncodingError,
    InputNotFoundError,
    NotAFileError,
    UnreadableFileError,
)

BLOCK_BYTES = 2**20
# Beginnings of files that people take for text: zip and Excel, old Excel, PDF, gzip, PNG, JPEG, zstd, Parquet, SQLite.
_MAGIC = (
    b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"\x28\xb5\x2f\xfd",
    b"PAR1", b"SQLite format 3",
)  # fmt: skip
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# More zero bytes than this share of a file's beginning, and it is no text; a stray one is the row's affair.
MAX_ZERO_SHARE = 0.05
_SAVE_AS = "Lagre som «CSV UTF-8» i Excel, og prøv igjen."


def recognised_encoding(path: Path) -> str:
    """Return the name of a text file's encoding, after reading it through once.

    Raises
    ------
    InputNotFoundError, NotAFileError, UnreadableFileError : where there is no file that can be read.
    EmptyTableError, BinaryFileError, EncodingError : where what it holds is no text that is read here.
    """
    try:
        return _recognise(path)
    except FileNotFoundError:
        raise InputNotFoundError(path) from None
    except IsADirectoryError:
        raise NotAFileError(path) from None
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or type(error).__name__) from error


def _recognise(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(BLOCK_BYTES)
    if not start.strip():
        raise EmptyTableError(path, "filen er tom", "Sjekk at eksporten fikk med radene.")
    if start.startswith(_UTF_16):
        raise EncodingError(path, "filen er i UTF-16", _SAVE_AS)
    if start.startswith(_MAGIC) or start.count(0) > MAX_ZERO_SHARE * len(start):
        raise BinaryFileError(path, "filen er ikke tekst", "Oppgi en CSV- eller JSON Lines-fil.")
    if _first_undecodable_line(path, "utf-8") is None:
        return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    line = _first_undecodable_line(path, "cp1252")
    if line is None:
        return "cp1252"
    raise EncodingError(path, "tegn som verken er UTF-8 eller Windows-1252", _SAVE_AS, row=line)


def _first_undecodable_line(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK_BYTES)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + block[: error.start].count(b"\n")
            if not block:
                return None
            line += block.count(b"\n")


def read_text(path: Path) -> str:
    """Return the content of a text file, whose encoding is recognised.

    Raises
    ------
    As `recognised_encoding`.
    """
    return path.read_text(recognised_encoding(path))
