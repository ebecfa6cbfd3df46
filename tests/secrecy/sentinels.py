"""Words that stand in texts, ids, notes and cells of the tests, and what finds them again in whatever was written."""

import base64
import io
import json
import re
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pa_parquet

# With a letter that each encoding writes in its own way.
TEXT, ID, NOTE, CELL = "zqxblåkvist", "zqxidnår", "zqxmerkflåte", "zqxrutestål"
KINDS: Mapping[str, str] = {"text": TEXT, "id": ID, "note": NOTE, "cell": CELL}
EVERYTHING = frozenset(KINDS)
MAX_DEPTH = 4
MAX_UNPACKED = 20_000_000
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|\x28\xb5\x2f\xfd")


def forms(word: str) -> set[bytes]:
    """Return what a word looks like in a file, in lower case where the form has one."""
    folded = word.replace("å", "a")
    written = {
        word,
        unicodedata.normalize("NFD", word),
        folded,
        word.replace("å", "aa"),
        json.dumps(word)[1:-1],
        repr(word.encode())[2:-1],
        ascii(word)[1:-1],
        urllib.parse.quote(word).lower(),
        word.replace("å", "&#229;"),
        word.replace("å", "&#xe5;"),
        word.replace("å", "&aring;"),
        word.encode().hex(),
    }
    found = {one.encode(encoding) for one in written for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")}
    return found | {word.encode("latin-1"), word.upper().encode().lower(), word.upper().encode("latin-1").lower()}


def base64_forms(word: str) -> set[bytes]:
    """Return what is inside base64 of any text with the word, wherever in the text it begins."""
    found = set()
    for content in (word.encode(), word.encode("utf-16-le")):
        for start in range(3):
            packed = base64.b64encode(b"\0" * start + content)
            # The first and the last sign hold bits of the neighbours too.
            found.add(packed[4 if start else 0 : -4])
            found.add(packed[4 if start else 0 : -4].replace(b"+", b"-").replace(b"/", b"_"))
    return found


_FORMS = {kind: forms(word) for kind, word in KINDS.items()}
_BASE64 = {kind: base64_forms(word) for kind, word in KINDS.items()}


def kinds_in(content: bytes, *, depth: int = 0) -> set[str]:
    """Return which words stand in a content: plain, written in another way, or packed."""
    lower = content.lower()
    found = {kind for kind, written in _FORMS.items() if any(form in lower for form in written)}
    found |= {kind for kind, written in _BASE64.items() if any(form in content for form in written)}
    if depth < MAX_DEPTH and len(found) < len(KINDS):
        for part in unpacked(content):
            found |= kinds_in(part, depth=depth + 1)
    return found


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what is packed in a content: zip, gzip, zlib and Zstandard wherever they begin, and Parquet."""
    if content[:4] == b"PAR1":
        try:
            table = pa_parquet.read_table(io.BytesIO(content))
            yield repr((table.to_pydict(), table.schema.metadata)).encode()
        except (pa.ArrowException, OSError):
            pass
    if b"PK\x03\x04" in content:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for one in archive.infolist():
                    yield one.filename.encode()
                    yield archive.read(one)[:MAX_UNPACKED]
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError):
            pass
    for begin in _PACKED.finditer(content):
        yield from _stream(content[begin.start() :])


def _stream(content: bytes) -> Iterator[bytes]:
    if content[:2] == b"\x28\xb5":
        with suppress(pa.ArrowException, OSError):
            yield pa.input_stream(io.BytesIO(content), compression="zstd").read(MAX_UNPACKED)
        return
    with_header = 31 if content[:2] == b"\x1f\x8b" else 15
    try:
        found = zlib.decompressobj(with_header).decompress(content, MAX_UNPACKED)
    except zlib.error:
        return
    if len(found) > 8:
        yield found


def files_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def leaks(folder: Path, allowed: Mapping[Path, Collection[str]], *, seen: dict[Path, tuple[int, int]]) -> list[str]:
    """Return where in a folder words stand that were not asked for there, by kind; names of files count too.

    Parameters
    ----------
    allowed : file or folder to the kinds that may stand in it.
    seen : what has been searched before; a file that is as it was is not searched again.
    """
    found = []
    for path in files_in(folder):
        stamp = path.stat()
        if seen.get(path) == (stamp.st_mtime_ns, stamp.st_size):
            continue
        seen[path] = (stamp.st_mtime_ns, stamp.st_size)
        may = {kind for place, kinds in allowed.items() if path == place or place in path.parents for kind in kinds}
        kinds = kinds_in(path.read_bytes()) | kinds_in(str(path.relative_to(folder)).encode())
        found += [f"{kind} in {path.relative_to(folder)}" for kind in sorted(kinds - may)]
    return found
