"""A real cluster on loopback: one master and two workers, of which one is killed while it works."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pyspark
import pytest

SPARK_HOME = Path(pyspark.__file__).parent
SENTINEL = "hemmelegord"
MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
# Java begins faster when it does not try to become fast.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SETTINGS = {
    "spark.executor.memory": "512m",
    "spark.driver.memory": "512m",
    "spark.executor.extraJavaOptions": SHORT_LIVED,
    "spark.driver.extraJavaOptions": SHORT_LIVED,
}
TEXTS = [
    f"Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden. {SENTINEL}",
    f'Ho sa "{SENTINEL}".\nFastlegen vil ikkje henvise meg, og eg har venta i tre veker på svar; ingen ringer.',
    f"{SENTINEL} I do not understand the letter that you sent to my mother last week.",
    "",
    " ".join([SENTINEL, "Sykehjemmet har for få folk i helgene, og mor fikk feil medisin to ganger."] * 8),
]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@dataclass
class SparkCluster:
    """A master and its workers. Each of them leads a process group, to which its executors belong."""

    folder: Path
    master: str = ""
    processes: list[subprocess.Popen] = field(default_factory=list)

    def start(self, what, *arguments):
        name = f"{len(self.processes)}"
        settings = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m", "SPARK_HOME": str(SPARK_HOME)}
        settings |= {"SPARK_DAEMON_JAVA_OPTS": SHORT_LIVED, "SPARK_LOCAL_DIRS": str(self.folder / f"local{name}")}
        command = [SPARK_HOME / "bin" / "spark-class", what, "--host", "127.0.0.1", "--webui-port", "0", *arguments]
        with (self.folder / f"log{name}").open("wb") as log:
            started = subprocess.Popen(
                command, env=os.environ | settings, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        self.processes.append(started)
        return started

    def start_worker(self):
        work = str(self.folder / f"work{len(self.processes)}")
        return self.start(WORKER, "--cores", "1", "--memory", "700m", "--work-dir", work, self.master)

    def wait_for(self, words, *, times=1):
        """Wait until the master has told something so many times."""
        log = self.folder / "log0"
        deadline = time.monotonic() + 60
        while log.read_text("utf-8").count(words) < times:
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.1)

    def kill(self, process):
        """Kill a process with those that it has started."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster(java, tmp_path_factory):
    started = SparkCluster(tmp_path_factory.mktemp("spark"))
    port = free_port()
    started.master = f"spark://127.0.0.1:{port}"
    started.start(MASTER, "--port", str(port))
    started.wait_for("I have been elected leader")
    for _ in range(2):
        started.start_worker()
    started.wait_for("Registering worker", times=2)
    yield started
    for process in started.processes:
        started.kill(process)


@pytest.fixture
def batch(cluster, tmp_path):
    """Starts the command that scores a table on the cluster."""
    running = []

    def _batch(source, target, *options):
        command = [str(Path(sys.executable).with_name("pobo-nlp")), "batch", str(source), str(target)]
        command += ["--engine", "spark", "--master", cluster.master, "--json"]
        command += [part for name, value in SETTINGS.items() for part in ("--spark-conf", f"{name}={value}")]
        started = subprocess.Popen(
            [*command, *options], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(started)
        return started

    yield _batch
    for process in running:
        process.kill()
        process.communicate()


def _table(path, n_rows):
    rows = ({"id": f"{number:06d}", "tekst": TEXTS[number % len(TEXTS)]} for number in range(n_rows))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def _wait_until_done(tasks, output, process):
    """Wait until so many tasks have handed in what they wrote, and not all have."""
    while process.poll() is None:
        if len(list(output.glob("_temporary/0/task_*"))) >= tasks:
            return
        time.sleep(0.02)
    raise AssertionError(process.communicate())


def _files_with(text, folder):
    return [str(path) for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_a_cluster_gives_the_rows_of_one_machine(cluster, batch, on_one_machine, rows_of, tmp_path):
    source = tmp_path / "inn.csv"
    rows = "".join(f'{number:05d};"{TEXTS[number % 5].replace(chr(34), chr(34) * 2)}"\r\n' for number in range(2000))
    source.write_bytes(f"id;tekst\r\n{rows}".encode("cp1252"))

    out, err = (process := batch(source, tmp_path / "there.parquet", "--rows-at-once", "400")).communicate(timeout=120)
    on_one_machine(source, tmp_path / "here.parquet")

    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["rows"] == 2000
    assert rows_of(tmp_path / "there.parquet") == rows_of(tmp_path / "here.parquet")
    assert _files_with(SENTINEL, cluster.folder) == []


def test_a_worker_that_is_killed_half_way_loses_nothing(cluster, batch, on_one_machine, rows_of, tmp_path):
    source = _table(tmp_path / "inn.jsonl", 12_000)

    process = batch(source, tmp_path / "there.parquet", "--rows-at-once", "600")
    _wait_until_done(4, tmp_path / ".there.parquet.spark" / "scored", process)
    cluster.kill(cluster.processes[1])
    was_running = process.poll() is None
    out, err = process.communicate(timeout=120)
    on_one_machine(source, tmp_path / "here.parquet")

    assert was_running
    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["rows"] == 12_000
    assert rows_of(tmp_path / "there.parquet") == rows_of(tmp_path / "here.parquet")
    assert _files_with(SENTINEL, cluster.folder) == []
