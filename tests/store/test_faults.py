"""Two advisers at once, a database that is locked or gone, a process that is killed: nothing is lost, nothing twice."""

import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from pobo_nlp.errors import DatabaseError
from pobo_nlp.store import DecisionConflictError, Store
from pobo_nlp.store.schema import decision as decisions
from pobo_nlp.store.schema import label as labels
from pobo_nlp.tables.sql_database import Patience

HASTE = Patience(attempts=0)
SAVER = Path(__file__).with_name("saver.py")


def _saver(address, by, *, inquiries, versions):
    command = [sys.executable, SAVER, address, by, str(inquiries), str(versions)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _keys(store):
    question = select(decisions.c.save_key).order_by(decisions.c.id)
    return store.database.read(lambda connection: list(connection.execute(question).scalars()))


class TestTwoAdvisers:
    def test_one_of_several_saves_wins_and_the_others_are_told(self, store, decision):
        def save(by):
            try:
                return store.save(decision(by=by), seen=0, save_key=by)
            except DecisionConflictError as conflict:
                return conflict

        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(save, "ABCDEF"))

        (winner,) = (one for one in found if not isinstance(one, DecisionConflictError))
        assert store.history("17") == [winner]
        assert all(one.theirs == winner for one in found if one is not winner)

    def test_a_double_click_is_one_save(self, store, decision):
        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda _: store.save(decision(), seen=0, save_key="a"), range(6)))

        assert store.history("17") == [found[0]]
        assert all(one == found[0] for one in found)

    def test_two_processes_take_turns(self, store, address):
        running = [_saver(address, by, inquiries=2, versions=6) for by in ("KN", "ON")]
        told = [process.communicate(timeout=60)[0].split() for process in running]

        assert [process.returncode for process in running] == [0, 0]
        for number in ("0", "1"):
            history = store.history(number)
            assert [one.version for one in history] == list(range(1, 13))
            assert Counter(one.by for one in history) == {"KN": 6, "ON": 6}
        assert sorted(_keys(store)) == sorted(key for keys in told for key in keys if key != "ready")


class TestKilled:
    @pytest.mark.parametrize("n_saves", [1, 7])
    def test_what_was_told_to_be_kept_is_kept_and_the_rest_is_done_once(self, store, address, n_saves):
        process = _saver(address, "KN", inquiries=40, versions=1)
        told = [process.stdout.readline().strip() for _ in range(n_saves + 1)]
        process.kill()
        told += process.communicate(timeout=30)[0].split()

        kept = _keys(store)
        assert kept[: len(told) - 1] == told[1:]
        assert len(kept) in (len(told) - 1, len(told))

        again = _saver(address, "KN", inquiries=40, versions=1)
        again.communicate(timeout=60)

        assert _keys(store) == [f"KN-{number}-0" for number in range(40)]
        question = select(labels.c.decision_id)
        rows = store.database.read(lambda connection: list(connection.execute(question).scalars()))
        assert set(Counter(rows).values()) == {3}

    def test_a_killed_transaction_leaves_nothing(self, tmp_path, taxonomy, decision):
        path = tmp_path / "lager.db"
        store = Store(path, taxonomy)
        store.save(decision(), seen=0, save_key="a")
        code = (
            "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            "c.execute('BEGIN IMMEDIATE'); c.execute('INSERT INTO pobo_label SELECT 1, 1, 1, 1, 1');"
            "os.kill(os.getpid(), 9)"
        )
        subprocess.run([sys.executable, "-c", code, path], check=False)

        assert len(store.newest("17").verdicts) == 4
        assert store.save(decision(), seen=1, save_key="b").version == 2


class TestLocked:
    def test_a_save_waits_for_another_to_be_done(self, tmp_path, taxonomy, decision):
        store = Store(tmp_path / "lager.db", taxonomy)
        other = sqlite3.connect(tmp_path / "lager.db", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            saved = pool.submit(store.save, decision(), seen=0, save_key="a")
            time.sleep(0.2)
            assert store.newest("17") is None
            other.execute("COMMIT")

            assert saved.result().version == 1
        other.close()

    def test_a_file_that_goes_away_in_mid_save_is_told_and_the_next_try_keeps_it_once(
        self, tmp_path, taxonomy, decision
    ):
        store, path, away = Store(tmp_path / "lager.db", taxonomy), tmp_path / "lager.db", tmp_path / "borte.db"
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            saved = pool.submit(store.save, decision(), seen=0, save_key="a")
            # By now it waits for the lock, or finds that the file is gone: both are told.
            time.sleep(0.2)
            path.rename(away)
            other.execute("COMMIT")

            with pytest.raises(DatabaseError, match="Legg den tilbake, og lagre på nytt"):
                saved.result()
        other.close()
        away.rename(path)

        assert store.save(decision(), seen=0, save_key="a").version == 1
        assert _keys(store) == ["a"]

    def test_who_waits_too_long_is_told_and_may_try_again(self, tmp_path, taxonomy, decision):
        store = Store(f"sqlite:///{tmp_path}/lager.db?timeout=0.1", taxonomy, patience=HASTE)
        other = sqlite3.connect(tmp_path / "lager.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(DatabaseError, match=r"lager\.db: databasen er låst .* prøv igjen"):
            store.save(decision(), seen=0, save_key="a")
        other.execute("COMMIT")
        other.close()

        store.save(decision(), seen=0, save_key="a")
        assert len(store.history("17")) == 1


class TestGone:
    def test_a_connection_cut_in_mid_save_is_made_anew(self, postgresql, postgresql_server, taxonomy, decision):
        store = Store(postgresql, taxonomy)
        other = psycopg.connect(postgresql)
        other.execute("LOCK TABLE pobo_label IN EXCLUSIVE MODE")
        with ThreadPoolExecutor(1) as pool:
            saved = pool.submit(store.save, decision(), seen=0, save_key="a")
            _wait_until_blocked(postgresql)
            postgresql_server.cut(database=postgresql.rpartition("/")[2])

            assert saved.result().version == 1
        other.close()
        assert len(store.history("17")) == 1

    def test_a_save_that_arrived_without_an_answer_is_not_doubled(self, postgresql, taxonomy, decision):
        Store(postgresql, taxonomy)
        with _Proxy(_port(postgresql)) as proxy:
            store = Store(postgresql.replace(f":{_port(postgresql)}/", f":{proxy.port}/"), taxonomy)
            proxy.swallows_answer_to = [b"INSERT INTO pobo_label", b"COMMIT"]

            assert store.save(decision(), seen=0, save_key="a").version == 1
            assert proxy.n_swallowed == 1

        assert len(Store(postgresql, taxonomy).history("17")) == 1

    def test_a_server_that_is_down_is_told_and_loses_nothing(self, postgresql, postgresql_server, taxonomy, decision):
        store = Store(postgresql, taxonomy, patience=HASTE)
        store.save(decision(), seen=0, save_key="a")
        postgresql_server.stop()
        try:
            with pytest.raises(DatabaseError, match="databasen"):
                store.save(decision("18"), seen=0, save_key="b")
        finally:
            postgresql_server.start()

        store.save(decision("18"), seen=0, save_key="b")
        assert _keys(store) == ["a", "b"]


def _port(address):
    return int(address.rpartition(":")[2].partition("/")[0])


def _wait_until_blocked(address):
    with psycopg.connect(address, autocommit=True) as connection:
        question = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        while not connection.execute(question).fetchone()[0]:
            time.sleep(0.01)


class _Proxy:
    """A way to a server on which, after some messages, the answer to one is lost, and the connection with it."""

    def __init__(self, port):
        self._target, self._listener = port, socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.swallows_answer_to, self.n_swallowed = [], 0
        self._threads = []

    def __enter__(self):
        self._threads.append(threading.Thread(target=self._serve))
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._forward, args=(client,)))
            self._threads[-1].start()

    def _forward(self, client):
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            answers = threading.Thread(target=self._pass_on, args=(server, client))
            answers.start()
            while message := _received(client):
                if self.swallows_answer_to and self.swallows_answer_to[0] in message:
                    self.swallows_answer_to = self.swallows_answer_to[1:]
                    if self.swallows_answer_to:
                        server.sendall(message)
                        continue
                    client.shutdown(socket.SHUT_RDWR)
                    server.sendall(message)
                    # The server has done it when it is done with the connection.
                    server.shutdown(socket.SHUT_WR)
                    self.n_swallowed += 1
                    break
                server.sendall(message)
            else:
                server.shutdown(socket.SHUT_WR)
            answers.join()

    @staticmethod
    def _pass_on(server, client):
        while answer := _received(server):
            try:
                client.sendall(answer)
            except OSError:
                continue
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def _received(connection):
    try:
        return connection.recv(65536)
    except OSError:
        return b""
