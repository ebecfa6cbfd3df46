"""A tiny label scheme and a hand-written corpus in bokmål and nynorsk, small enough to train on in seconds."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from training.config import load_config
from training.corpus import Sources
from training.progress import Progress

TAXONOMY = """
version = "tiny-1"
[[dimension]]
id = "nivaa"
navn = "Nivå"
kind = "single"
[[dimension]]
id = "omraade"
navn = "Område"
kind = "single"
parent = "nivaa"
[[dimension]]
id = "grunn"
navn = "Grunn"
kind = "multi"
[[nivaa]]
id = "kommune"
navn = "Kommune"
[[nivaa]]
id = "stat"
navn = "Stat"
[[omraade]]
id = "bibliotek"
parent = "kommune"
navn = "Bibliotek"
definisjon = "Bøker, lån og lesesal."
[[omraade]]
id = "renovasjon"
parent = "kommune"
navn = "Renovasjon"
definisjon = "Søppel, dunker og tømming."
[[omraade]]
id = "tog"
parent = "stat"
navn = "Tog"
definisjon = "Togreiser, stasjoner og billetter."
[[grunn]]
id = "forsinkelse"
navn = "Forsinkelse"
definisjon = "Det kommer for sent."
[[grunn]]
id = "pris"
navn = "Pris"
definisjon = "Det koster for mye."
"""

ROWS = [
    ("bibliotek", ["forsinkelse"], "nb", "Boka jeg bestilte på biblioteket kommer aldri, den er tre uker forsinket."),
    ("bibliotek", [], "nb", "Kan jeg låne flere bøker enn ti om gangen på lesesalen?"),
    ("bibliotek", ["pris"], "nb", "Gebyret for en bok som kom for sent tilbake er altfor dyrt."),
    ("bibliotek", [], "nn", "Eg lurer på om biblioteket har bøker på nynorsk for ungar."),
    ("bibliotek", ["forsinkelse"], "nn", "Boka eg bestilte er framleis ikkje komen til biblioteket, ho er seint ute."),
    ("bibliotek", ["pris"], "nb", "Hvorfor koster det penger å bestille bøker fra et annet bibliotek?"),
    ("bibliotek", [], "nb", "Lesesalen er full av folk som snakker høyt mens vi leser bøker."),
    ("renovasjon", ["forsinkelse"], "nb", "Søppelbilen er forsinket igjen, dunken har stått full i to uker."),
    ("renovasjon", ["pris"], "nb", "Avgiften for søppeltømming er blitt altfor dyr i år."),
    ("renovasjon", [], "nn", "Kvar skal eg setje dunken med glas og metall?"),
    ("renovasjon", ["forsinkelse"], "nn", "Bosset vart ikkje henta, bilen kom to dagar for seint til dunken vår."),
    ("renovasjon", [], "nb", "Naboen kaster hageavfall i dunken vår hver lørdag."),
    ("renovasjon", ["pris"], "nb", "Må vi betale mer for en større dunk til søppel?"),
    ("renovasjon", [], "nb", "Dunkene for papir er fjernet fra gata uten beskjed."),
    ("tog", ["forsinkelse"], "nb", "Toget var forsinket i to timer, og ingen sa noe på stasjonen."),
    ("tog", ["pris"], "nb", "Billetten til toget koster mer enn flyet."),
    ("tog", [], "nn", "Går det tog til byen på sundagar?"),
    ("tog", ["forsinkelse", "pris"], "nn", "Toget kom for seint og billetten var dyr, eg vil ha pengane att."),
    ("tog", ["forsinkelse"], "nb", "Hver morgen er toget for sent til stasjonen, og vi fryser."),
    ("tog", [], "nb", "Konduktøren var hyggelig og hjalp meg med billetten på toget."),
    ("tog", ["pris"], "nb", "Hvorfor er billettene dyrere på toget enn på nett?"),
]


@pytest.fixture
def rows():
    return [
        {
            "id": f"t-{number}",
            "text": text,
            "omraade": area,
            "grunn": causes,
            "malform": malform,
            "group": f"t-{number}",
        }
        for number, (area, causes, malform, text) in enumerate(ROWS)
    ]


@pytest.fixture
def write(tmp_path):
    """Writes a file of JSON Lines into a folder of the test's own."""

    def _write(name, rows):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        return path

    return _write


@pytest.fixture
def taxonomy_file(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TAXONOMY, "utf-8")
    return path


@pytest.fixture
def sources(rows, write, taxonomy_file):
    phrases = [
        {"dimension": "omraade", "label": "tog", "phrase": "på perrongen", "malform": "nb", "strength": 3},
        {"dimension": "omraade", "label": "renovasjon", "phrase": "avfallet hentes", "malform": "nb", "strength": 2},
        {"dimension": "grunn", "label": "pris", "phrase": "for dyrt", "malform": "nb", "strength": 3},
    ]
    return Sources(
        taxonomy=taxonomy_file,
        annotations=write("annotated/a.jsonl", rows).parent,
        lexicon=write("lexicon/b.jsonl", phrases).parent,
    )


@pytest.fixture
def config():
    """The shipped settings, with fewer folds and samples."""
    return _small(load_config())


def _small(settings):
    return replace(
        settings,
        folds=replace(settings.folds, outer=3, inner=2),
        evaluation=replace(settings.evaluation, bootstrap=50),
        decisions=replace(settings.decisions, min_support=5),
        features=replace(settings.features, min_groups=2),
    )


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """A model of the tiny corpus, with what it said beside its folder; a test that changes it copies it."""
    from training.run import run

    folder = tmp_path_factory.mktemp("tiny_model")
    lines = [
        {"id": f"t-{number}", "text": text, "omraade": area, "grunn": causes, "malform": malform}
        for number, (area, causes, malform, text) in enumerate(ROWS)
    ]
    (folder / "tiny.toml").write_text(TAXONOMY, "utf-8")
    (folder / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    sources = Sources(folder / "tiny.toml", folder / "a.jsonl", None)
    run(sources, folder / "tiny", _small(load_config()), workers=1, progress=Progress(Console(quiet=True)))
    return folder / "tiny"


@dataclass(frozen=True)
class TrackingServer:
    """A tracking server on this machine: its address, and the folder that its files lie in."""

    uri: str
    folder: Path
    process: subprocess.Popen

    @property
    def artefacts(self):
        return self.folder / "artefacts"

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture(scope="session")
def start_tracking_server(tmp_path_factory):
    """Starts a server with a database of its own, or with the one that is named."""
    servers = []

    def start(database=None):
        folder = tmp_path_factory.mktemp("mlflow")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "mlflow",
            "server",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "1",
        ]
        command += ["--backend-store-uri", database or f"sqlite:///{folder / 'server.db'}"]
        command += ["--artifacts-destination", str(folder / "artefacts")]
        settings = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=folder, env=os.environ | settings, stdout=log, stderr=log, start_new_session=True
            )
        servers.append(TrackingServer(f"http://127.0.0.1:{port}", folder, process))
        _wait_for(servers[-1])
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


def _wait_for(server):
    while server.process.poll() is None:
        try:
            connection = http.client.HTTPConnection(server.uri.removeprefix("http://"), timeout=5)
            connection.request("GET", "/health")
            connection.getresponse()
            connection.close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError((server.folder / "log").read_text("utf-8"))


@pytest.fixture(scope="session")
def tracking_server(start_tracking_server):
    """A server that keeps its runs in SQLite; it is shared, so each test looks at its own runs."""
    return start_tracking_server()


@pytest.fixture
def failing_at(tracking_server):
    """Gives the address of the shared server behind a gate, at which requests with some words in their path fail.

    They do not reach the server, or only their answer is lost; all of them, or the first ones.
    """

    @contextmanager
    def _failing_at(*words, answer_is_lost=False, times=None):
        failed = []

        class Gate(BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if "chunked" in self.headers.get("Transfer-Encoding", ""):
                    # The client sends an empty file so: one chunk of nothing.
                    assert self.rfile.readline() + self.rfile.readline() == b"0\r\n\r\n"
                fails = any(word in self.path for word in words) and (times is None or len(failed) < times)
                failed.extend([self.path] * fails)
                if not fails or answer_is_lost:
                    response, content = self.forwarded(body)
                if fails:
                    self.send_error(400)
                    return
                self.send_response(response.status)
                self.send_header("Content-Type", response.headers["Content-Type"])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def forwarded(self, body):
                behind = http.client.HTTPConnection(tracking_server.uri.removeprefix("http://"))
                headers = {name: value for name, value in self.headers.items() if name != "Transfer-Encoding"}
                behind.request(self.command, self.path, body, headers)
                response = behind.getresponse()
                content = response.read()
                behind.close()
                return response, content

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

            def log_message(self, *arguments):
                pass

        with serving(Gate) as uri:
            yield uri

    return _failing_at


@contextmanager
def serving(handler):
    """Give the address of a small server that answers in this process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def answering():
    """Gives the address of a web server that answers every question with a page, under one status."""

    @contextmanager
    def _answering(status):
        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"<html>")

            def log_message(self, *arguments):
                pass

        with serving(Page) as uri:
            yield uri

    return _answering
