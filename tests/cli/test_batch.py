"""`pobo-nlp batch` as a process: killed, stopped, out of disk, and gone on with."""

import csv
import fcntl
import json
import os
import pty
import random
import re
import resource
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).parent / "pobo-nlp"
CARE = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden."
DOCTOR = "Fastlegen vil ikke henvise meg, og eg har venta i tre veker på svar."
SENTINEL = "hemmelegord"
N_ROWS = 600
ROWS_AT_ONCE = 20
N_KILLS = 20
TIMEOUT_S = 120


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("inn") / "inn.csv"
    rows = "".join(f"{n % 590:04d};{CARE if n % 2 else DOCTOR} Sak {n} {SENTINEL}.\n" for n in range(N_ROWS))
    path.write_text("saksnr;tekst\n" + rows, "utf-8")
    return path


@pytest.fixture(scope="module")
def expected(source):
    """What a run that nobody stops writes, and the seconds that it takes."""
    target = source.with_name("hel.csv")
    start = time.monotonic()
    _done(_start(source, target))
    return target.read_bytes(), time.monotonic() - start


def _start(source, target, *options, **how):
    arguments = [PROGRAM, "batch", source, target, "--rows-at-once", ROWS_AT_ONCE, *options]
    return subprocess.Popen(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **how,
    )


def _ended(process):
    """Return exit code, standard output and standard error, neither of which ever holds a text."""
    out, error = (content.decode() for content in process.communicate(timeout=TIMEOUT_S))

    assert SENTINEL not in out + error
    assert "Traceback" not in error
    return process.returncode, out, error


def _done(process):
    code, out, error = _ended(process)

    assert (code, error) == (0, "")
    return out


def _parts(target):
    return len(list((target.parent / f".{target.name}.batch").glob("*.arrow")))


def _wait_for_parts(process, target, n_parts):
    deadline = time.monotonic() + TIMEOUT_S
    while _parts(target) < n_parts and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)


def _is_writing(target):
    journal = target.parent / f".{target.name}.batch" / "journal.jsonl"
    try:
        return b'{"writing"' in journal.read_bytes()[-200:]
    except FileNotFoundError:
        return False


def _kill_sometime(process, target, dice, longest):
    """Wait for a moment that the dice choose, and kill the process and all that it has started."""
    moment = dice.choice(["time", "time", "parts", "writing"])
    if moment == "time":
        time.sleep(dice.uniform(0, 1.1 * longest))
    elif moment == "parts":
        _wait_for_parts(process, target, _parts(target) + dice.randint(1, 12))
    else:
        while process.poll() is None and not _is_writing(target):
            time.sleep(0.0005)
        time.sleep(dice.uniform(0, 0.02))
    # It may have ended before.
    with suppress(ProcessLookupError):
        process.kill() if dice.random() < 0.5 else os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=TIMEOUT_S)
    return moment


def test_killed_at_twenty_random_moments_it_writes_what_an_uninterrupted_run_writes(source, expected, tmp_path):
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  # shown where the test fails
    dice = random.Random(seed)  # noqa: S311
    content, seconds = expected
    target, moments = tmp_path / "ut.csv", []
    while len(moments) < N_KILLS:
        process = _start(source, target, "--workers", dice.choice([1, 1, 2]))
        moments.append(_kill_sometime(process, target, dice, seconds))
        if target.exists():
            assert target.read_bytes() == content

            if not (tmp_path / ".ut.csv.batch").exists():
                # It was quicker than the kill: another one begins.
                target.unlink()
    if not target.exists():
        _done(_start(source, target))

    assert target.read_bytes() == content
    assert {path.name for path in tmp_path.iterdir()} <= {"ut.csv", "ut.csv.summary.json", ".ut.csv.batch"}


class TestStop:
    @pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_signal_stops_it_cleanly_and_the_message_says_how_to_go_on(
        self, source, expected, tmp_path, number, code, workers
    ):
        target = tmp_path / "ut.csv"
        process = _start(source, target, "--workers", workers)
        _wait_for_parts(process, target, 2)
        # Ctrl-C goes to all processes of a terminal, as here.
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        found, out, error = _ended(process)

        assert (found, out) == (code, "")
        assert error.splitlines() == [
            "Stanset. Det som er gjort, er tatt vare på: samme kommando fortsetter der kjøringen slapp."
        ]
        assert [path.name for path in tmp_path.iterdir()] == [".ut.csv.batch"]
        assert "gjort i en tidligere kjøring" in _done(_start(source, target))
        assert target.read_bytes() == expected[0]

    def test_no_process_outlives_a_kill(self, source, tmp_path):
        target = tmp_path / "ut.csv"
        process = _start(source, target, "--workers", "2")
        _wait_for_parts(process, target, 2)
        process.kill()
        process.communicate(timeout=TIMEOUT_S)
        deadline = time.monotonic() + TIMEOUT_S
        while _group_is_alive(process.pid) and time.monotonic() < deadline:
            time.sleep(0.05)

        assert not _group_is_alive(process.pid)


def _group_is_alive(group):
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = stat.read_text("utf-8").rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of_group) == group and state != "Z":
            return True
    return False


class TestFullDisk:
    @pytest.mark.parametrize("max_bytes", [2_000, 60_000], ids=["at the journal", "at the output"])
    def test_it_is_told_and_the_same_command_goes_on_when_there_is_room(self, source, expected, tmp_path, max_bytes):
        target = tmp_path / "ut.csv"

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes))

        code, out, error = _ended(_start(source, target, preexec_fn=limit))

        assert (code, out) == (1, "")
        assert len(error.splitlines()) == 1
        assert "rader er gjort og tatt vare på" in error
        assert "kjør samme kommando igjen" in error
        assert not target.exists()

        _done(_start(source, target))

        assert target.read_bytes() == expected[0]


class TestDatabase:
    @pytest.fixture
    def database(self, source, tmp_path):
        path = tmp_path / "saker.db"
        with source.open(encoding="utf-8", newline="") as file:
            rows = [
                (number, row["saksnr"], row["tekst"]) for number, row in enumerate(csv.DictReader(file, delimiter=";"))
            ]
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE saker (nr INTEGER PRIMARY KEY, saksnr TEXT, tekst TEXT)")
        connection.executemany("INSERT INTO saker VALUES (?, ?, ?)", rows)
        connection.commit()
        connection.close()
        return path

    @staticmethod
    def _run(database, target, cwd):
        return _start(
            f"sqlite:///{database}", f"sqlite:///{target}", "--table", "saker", "--out-table", "forslag", cwd=cwd
        )

    @staticmethod
    def _content(path):
        connection = sqlite3.connect(path)
        rows = connection.execute("SELECT * FROM forslag ORDER BY nr").fetchall()
        connection.close()
        return rows

    def test_a_table_is_gone_on_with_after_kills_and_has_every_row_once(self, database, tmp_path):
        _done(self._run(database, tmp_path / "hel.db", tmp_path))
        dice = random.Random(5)  # noqa: S311
        for _ in range(3):
            process = self._run(database, tmp_path / "ut.db", tmp_path)
            _kill_sometime(process, tmp_path / "forslag", dice, 1.0)
        process = self._run(database, tmp_path / "ut.db", tmp_path)
        while process.poll() is None and not _is_writing(tmp_path / "forslag"):
            time.sleep(0.0005)
        process.kill()
        process.communicate(timeout=TIMEOUT_S)
        if (tmp_path / ".forslag.batch").exists():
            _done(self._run(database, tmp_path / "ut.db", tmp_path))

        assert [row[0] for row in self._content(tmp_path / "ut.db")] == list(range(N_ROWS))
        assert self._content(tmp_path / "ut.db") == self._content(tmp_path / "hel.db")

    def test_a_new_table_without_a_name_is_refused_before_any_work(self, source, tmp_path):
        code, _, error = _ended(_start(source, f"sqlite:///{tmp_path / 'ut.db'}", cwd=tmp_path))

        assert code == 1
        assert "--out-table" in error
        assert list(tmp_path.iterdir()) == []

    def test_a_table_that_is_there_is_never_replaced(self, database, tmp_path):
        _done(self._run(database, tmp_path / "ut.db", tmp_path))
        before = self._content(tmp_path / "ut.db")
        for options in ([], ["--restart"]):
            code, _, error = _ended(
                _start(
                    f"sqlite:///{database}",
                    f"sqlite:///{tmp_path / 'ut.db'}",
                    "--table",
                    "saker",
                    "--out-table",
                    "forslag",
                    *options,
                    cwd=tmp_path,
                )
            )

            assert code == 1
            assert "finnes allerede" in error
        assert self._content(tmp_path / "ut.db") == before


def _on_terminal(source, target):
    """Return what a terminal shows of a run."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    arguments = [PROGRAM, "batch", source, target, "--rows-at-once", "40"]
    process = subprocess.Popen([str(argument) for argument in arguments], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    # A terminal that nobody writes to any more answers with an error.
    with suppress(OSError):
        while content := os.read(ours, 4096):
            shown += content
    os.close(ours)

    assert process.wait(TIMEOUT_S) == 0
    return shown.decode()


class TestTold:
    def test_a_terminal_shows_rows_rate_and_time_left(self, source, tmp_path):
        shown = _on_terminal(source, tmp_path / "ut.csv")

        assert "Foreslår" in shown
        assert "/600" in shown
        assert re.search(r"\d+ rader/s", shown)
        assert re.search(r"\d:\d\d:\d\d.*\d:\d\d:\d\d", shown)
        assert SENTINEL not in shown

    def test_the_summary_is_shown_to_people(self, source, tmp_path):
        out = _done(_start(source, tmp_path / "ut.csv"))

        assert "600 rader fra kolonnen «tekst»" in out
        assert "rader/s" in out
        assert "10 rader har en id som står før i tabellen" in out
        assert "Tjenesteområde" in out
        assert "Fastlegetjenesten" in out

    def test_the_summary_as_json_is_that_of_the_file(self, source, tmp_path):
        told = json.loads(_done(_start(source, tmp_path / "ut.csv", "--json")))

        assert told == json.loads((tmp_path / "ut.csv.summary.json").read_text("utf-8"))
        assert told["rows"] == N_ROWS
        assert told["repeated_ids"] == 10
        assert sum(told["labels"]["tjenesteniva"].values()) <= N_ROWS

    def test_errors_are_told_with_their_file(self, tmp_path):
        (tmp_path / "inn.csv").write_text(f"id;tekst\n1;{SENTINEL} \x00\n", "utf-8")
        out = _done(_start(tmp_path / "inn.csv", tmp_path / "ut.csv"))

        assert f"1 rad kunne ikke leses; den står i {tmp_path / 'ut.csv.errors.csv'}" in out

    def test_columns_may_be_named_with_commas_between(self, source, tmp_path):
        _done(_start(source, tmp_path / "ut.csv", "--columns", "saksnr,review", "--columns", "settled", "--show"))

        assert (tmp_path / "ut.csv").read_text("utf-8").splitlines()[0] == "saksnr;review;settled"

    def test_an_unknown_column_is_told_with_those_there_are(self, source, tmp_path):
        code, _, error = _ended(_start(source, tmp_path / "ut.csv", "--columns", "saksnr,borte"))

        assert code == 1
        assert "«borte»" in error
        assert "tjenesteomrade_probability" in error

    def test_help_documents_codes_and_exit_codes(self):
        text = subprocess.run([PROGRAM, "batch", "--help"], capture_output=True, check=True, timeout=60).stdout.decode()

        for word in ("error_too_large", "130", "143", "--columns", "--restart", "--workers", "errors.csv"):
            assert word in text
        assert "rows-at-once" not in text


def test_a_csv_file_needs_no_library_of_databases_or_excel(source, tmp_path):
    script = (
        "import sys; sys.argv = ['pobo-nlp', 'batch', *sys.argv[1:], '--json']\n"
        "from pobo_nlp.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'sqlalchemy', 'python_calamine', 'xlsxwriter', 'jinja2'} & set(sys.modules)))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, source, tmp_path / "ut.csv"], capture_output=True, check=True, timeout=TIMEOUT_S
    )

    assert run.stdout.decode().splitlines()[-1] == "[]"
