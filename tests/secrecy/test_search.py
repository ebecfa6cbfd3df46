"""What searches for the words of these tests finds them wherever they were put."""

import base64
import gzip
import io
import json
import sqlite3
import urllib.parse
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

AROUND = "Det står mye annet her, før og etter. "


def _zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inne.txt", content)
    return file.getvalue()


def _parquet(text):
    file = io.BytesIO()
    pa_parquet.write_table(pa.table({"a": [text]}), file)
    return file.getvalue()


def _sqlite(text, folder):
    with sqlite3.connect(folder / "a.db") as database:
        database.execute("CREATE TABLE a (b TEXT)")
        database.execute("INSERT INTO a VALUES (?)", [text])
    database.close()
    return (folder / "a.db").read_bytes()


WRITTEN = {
    "utf-8": lambda text, folder: text.encode(),
    "capitals": lambda text, folder: text.upper().encode(),
    "latin-1": lambda text, folder: text.encode("latin-1"),
    "utf-16": lambda text, folder: text.encode("utf-16"),
    "utf-16-be": lambda text, folder: text.encode("utf-16-be"),
    "json": lambda text, folder: json.dumps({"a": text}).encode(),
    "json in json": lambda text, folder: json.dumps(json.dumps(text, ensure_ascii=False)).encode(),
    "bytes": lambda text, folder: repr(text.encode()).encode(),
    "address": lambda text, folder: urllib.parse.quote(text).encode(),
    "hex": lambda text, folder: text.encode().hex().encode(),
    "base64": lambda text, folder: base64.b64encode(text.encode()),
    "base64 of an address": lambda text, folder: base64.urlsafe_b64encode(b"1" + text.encode()),
    "base64, moved": lambda text, folder: base64.b64encode(b"22" + text.encode()),
    "gzip": lambda text, folder: gzip.compress(text.encode()),
    "zlib within": lambda text, folder: b"first" + zlib.compress(text.encode()) + b"last",
    "zip": lambda text, folder: _zipped(text.encode()),
    "gzip in zip": lambda text, folder: _zipped(gzip.compress(text.encode())),
    "zlib in base64-free json": lambda text, folder: gzip.compress(json.dumps(text).encode()),
    "parquet": lambda text, folder: _parquet(text),
    "sqlite": _sqlite,
}


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("kind", ["text", "id", "note", "cell"])
def test_a_planted_word_is_found(sentinels, tmp_path, way, kind):
    content = WRITTEN[way](f"{AROUND}{sentinels.KINDS[kind]} {AROUND}", tmp_path)

    assert sentinels.kinds_in(content) == {kind}


def test_nothing_is_found_where_nothing_was_planted(sentinels, root):
    for path in (root / "README.md", root / "pobo_nlp" / "taxonomy.toml", root / "models/default/manifest.json"):
        assert sentinels.kinds_in(path.read_bytes()) == set()


def test_a_word_in_a_file_or_its_name_is_told_with_its_place(sentinels, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.gz").write_bytes(gzip.compress(sentinels.TEXT.encode()))
    (tmp_path / f"{sentinels.ID}.txt").write_text("tom")
    allowed = {tmp_path / "c": sentinels.EVERYTHING}

    found = sentinels.leaks(tmp_path, allowed, seen={})

    assert found == ["text in a/b.gz", f"id in {sentinels.ID}.txt"]
    assert sentinels.leaks(tmp_path, {tmp_path: sentinels.EVERYTHING}, seen={}) == []
