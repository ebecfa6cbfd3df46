"""Servers as they are started: processes of their own, asked over the network."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

TOKEN = "nokkel-som-bare-testene-kjenner-0123456789"
_ADDRESS = re.compile(r"Åpne (\S+) i en nettleser")


@dataclass
class Served:
    """A running server.

    Attributes
    ----------
    said : what it has written on standard error.
    """

    process: subprocess.Popen[str]
    store: Path
    url: str = ""
    said: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def client(self, *, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # A test's own certificate is signed by nobody.
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, verify=not self.url.startswith("https"))

    def log(self) -> str:
        return "".join(self.said)

    def listen(self) -> None:
        """Read until it tells its address, then on beside the test."""
        for line in self.process.stderr:
            self.said.append(line)
            if found := _ADDRESS.search(line):
                self.url = found[1]
                break
        else:
            self.process.wait()
            raise RuntimeError(self.log())
        self.reader = threading.Thread(target=self._read_on)
        self.reader.start()
        with self.client() as client:
            client.get("/v1/health")

    def _read_on(self) -> None:
        for line in self.process.stderr:
            self.said.append(line)

    def wait(self) -> int:
        """Wait for its end, and return the exit code."""
        code = self.process.wait(60)
        self.reader.join()
        if not self.process.stderr.closed:
            self.process.stderr.close()
        return code

    def stop(self) -> int:
        self.process.terminate()
        return self.wait()


def start_server(store: Path, *options: str, token: str | None = None, port: int = 0) -> Served:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("POBO_NLP_")}
    if token is not None:
        variables["POBO_NLP_TOKEN"] = token
    command = [sys.executable, "-c", "from pobo_nlp.cli import main; main()", "serve"]
    process = subprocess.Popen(
        [*command, "--store", str(store), "--port", str(port), *options],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=variables | {"PYTHONUTF8": "1"},
        cwd=store.parent,
    )
    served = Served(process, store)
    served.listen()
    return served


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Return what starts a server; all that were started are stopped."""
    started: list[Served] = []

    def start(*options: str, store: Path | None = None, token: str | None = None, port: int = 0) -> Served:
        started.append(start_server(store or tmp_path / "avgjorelser.db", *options, token=token, port=port))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a server for this machine alone, shared by tests that leave it as it is."""
    found = start_server(tmp_path_factory.mktemp("serve") / "avgjorelser.db", "--rate", "1000")
    yield found
    found.stop()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a server that asks for a token."""
    found = start_server(tmp_path_factory.mktemp("guarded") / "avgjorelser.db", "--rate", "1000", token=TOKEN)
    yield found
    found.stop()


@pytest.fixture(scope="session")
def token() -> str:
    return TOKEN


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client() as found:
        yield found
