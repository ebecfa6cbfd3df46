"""What is not to be kept is not in the files: neither in tables nor on pages that were freed."""

import sqlite3
import stat
from pathlib import Path

import psycopg
import pytest

from pobo_nlp.errors import StoreError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Store
from pobo_nlp.store.database import KEY_VARIABLE, renew_key
from pobo_nlp.store.retention import purge

SENTINEL = "hemmelegord"


def _bytes(path):
    """Return all that the files of a store hold, its write-ahead log too."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "lager.db"


@pytest.fixture
def log_is_kept(path):
    """Keep a connection open, so that the last save does not empty the write-ahead log."""

    def keep():
        connection = sqlite3.connect(path)
        connection.execute("SELECT count(*) FROM pobo_decision").fetchall()
        return connection

    opened = []
    yield lambda: opened.append(keep())
    for connection in opened:
        connection.close()


def test_a_text_that_is_not_kept_is_in_no_file(path, taxonomy, decision, log_is_kept):
    store = Store(path, taxonomy)
    log_is_kept()

    for number in range(20):
        store.save(decision(str(number)), seen=0, save_key=str(number))

    assert SENTINEL in decision().text
    assert (path.parent / "lager.db-wal").stat().st_size > 0
    assert SENTINEL.encode() not in _bytes(path)
    assert store.kept_text("0") is None


def test_a_text_that_is_kept_is_masked(path, taxonomy, decision):
    store = Store(path, taxonomy, keep_text=True)

    store.save(decision(text="Det haster. Hilsen Kari Nes, 977 00 654", note="Mvh Ola Nes"), seen=0, save_key="a")

    assert store.kept_text("17") == "Det haster. Hilsen [NAVN], [TELEFON]"
    assert store.newest("17").note == "Mvh [NAVN]"
    assert not [word for word in (b"Kari", b"Ola", b"977 00 654") if word in _bytes(path)]


@pytest.mark.parametrize("n_words", [1, 40, 4_000], ids=["short", "usual", "long"])
def test_a_text_of_the_queue_is_gone_when_its_inquiry_is_decided(path, taxonomy, decision, log_is_kept, n_words):
    store = Store(path, taxonomy)
    log_is_kept()
    store.queue.add("mars", [Inquiry(str(number), f"{SENTINEL}{number} " * n_words) for number in range(30)])
    assert SENTINEL.encode() in _bytes(path)

    for number in range(30):
        store.save(decision(str(number), text=None), seen=0, save_key=str(number))

    assert SENTINEL.encode() not in _bytes(path)


@pytest.mark.parametrize("n_words", [1, 40, 4_000], ids=["short", "usual", "long"])
def test_what_is_purged_is_in_no_file(path, taxonomy, decision, clock, n_words):
    store = Store(path, taxonomy, keep_text=True, clock=clock)
    for number in range(30):
        store.save(
            decision(str(number), text=f"{SENTINEL} " * n_words, note=f"notat{number}"), seen=0, save_key=str(number)
        )
        clock.advance(days=1)

    done = purge(store.database, decided_before=clock.now)

    assert (done.inquiries, done.texts, done.is_compact) == (30, 30, True)
    assert SENTINEL.encode() not in _bytes(path)
    assert b"notat" not in _bytes(path)


def test_who_still_reads_is_told_of(path, taxonomy, decision, clock):
    store = Store(f"sqlite:///{path}?timeout=0.1", taxonomy, keep_text=True, clock=clock)
    store.save(decision(), seen=0, save_key="a")
    clock.advance(days=1)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM pobo_text").fetchall()

    assert not purge(store.database, decided_before=clock.now).is_compact
    reader.close()

    again = purge(store.database, decided_before=clock.now)
    assert (again.inquiries, again.is_compact) == (0, True)
    assert SENTINEL.encode() not in _bytes(path)


def test_files_are_their_owners_alone(path, taxonomy, decision, log_is_kept):
    store = Store(path, taxonomy)
    log_is_kept()
    store.save(decision(), seen=0, save_key="a")

    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert {file.name for file in path.parent.iterdir()} == {
        f"lager.db{ending}" for ending in ("", ".key", "-wal", "-shm")
    }


class TestKey:
    def test_the_same_text_has_another_hash_in_another_store(self, tmp_path, taxonomy, decision):
        found = {
            Store(tmp_path / name, taxonomy).save(decision(), seen=0, save_key="a").text_hash
            for name in ("a.db", "b.db")
        }

        assert len(found) == 2

    def test_a_file_of_sqlite_does_not_hold_its_key(self, path, taxonomy):
        key = Store(path, taxonomy).database.key

        assert (path.parent / "lager.db.key").read_bytes().strip() == key
        assert key not in path.read_bytes()

    @pytest.mark.parametrize("key", [None, "0" * 64, ""], ids=["lost", "other", "empty"])
    def test_a_lost_key_is_told_and_can_be_made_anew(self, path, taxonomy, decision, key):
        kept = Store(path, taxonomy).save(decision(), seen=0, save_key="a")
        if key is None:
            (path.parent / "lager.db.key").unlink()
        else:
            (path.parent / "lager.db.key").write_text(key)

        with pytest.raises(StoreError, match=r"mangler eller hører til et annet lager.*new-key"):
            Store(path, taxonomy)
        renew_key(path)

        assert Store(path, taxonomy).newest("17") == kept
        assert Store(path, taxonomy).with_same_text(decision().text) == []

    def test_a_variable_names_the_file(self, address, tmp_path, taxonomy, monkeypatch):
        monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "nøkkel"))

        key = Store(address, taxonomy).database.key

        assert (tmp_path / "nøkkel").read_bytes().strip() == key
        assert Store(address, taxonomy).database.key == key

    def test_servers_share_the_key_of_a_postgresql(self, schema, taxonomy):
        assert Store(schema, taxonomy).database.key == Store(schema, taxonomy).database.key
        with psycopg.connect(schema) as connection:
            assert connection.execute("SELECT count(*) FROM pobo_setting WHERE name = 'key'").fetchone() == (1,)
