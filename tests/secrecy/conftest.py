"""A box to run commands in: folder, home and temporary files of their own, everything said as loudly as can be."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

LOUD = (
    "import logging, os; logging.basicConfig(level=int(os.environ['LEVEL'])); "
    "logging.raiseExceptions = True; from {program} import main; main()"
)
# Ends the process at the n-th rename: what it was about to finish is there, under the name it has until then.
ENDING = (
    "import os, sys; left = [int(os.environ['RENAMES'])]\n"
    "def hook(event, arguments):\n"
    "    if event == 'os.rename':\n"
    "        left[0] -= 1\n"
    "        if left[0] == 0: os.kill(os.getpid(), int(os.environ['SIGNAL']))\n"
    "sys.addaudithook(hook)\n"
    "from pobo_nlp.cli import main; main()"
)


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"secrecy_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sentinels() -> ModuleType:
    return _module("sentinels")


@pytest.fixture(scope="session")
def material() -> ModuleType:
    return _module("material")


@pytest.fixture(scope="session")
def module() -> Callable[[str], ModuleType]:
    return _module


class Box:
    """Folders of its own for a command, in which all it writes is found."""

    def __init__(self, folder: Path, sentinels: ModuleType) -> None:
        self.folder, self.sentinels = folder, sentinels
        self.work, self.home, self.tmp = (folder / name for name in ("work", "home", "tmp"))
        for one in (self.work, self.home, self.tmp):
            one.mkdir()
        self.seen: dict[Path, tuple[int, int]] = {}

    def environment(self, level: int = 1, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("POBO_NLP_", "MLFLOW_"))}
        return kept | {
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "MLFLOW_TRACKING_URI": f"sqlite:///{self.work / 'mlflow.db'}",
            "PYTHONUTF8": "1",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONWARNINGS": "default",
            "PYTHONASYNCIODEBUG": "1",
            "LEVEL": str(level),
            **more,
        }

    def run(
        self, *arguments: object, program: str = "pobo_nlp.cli", code: str = LOUD, given: bytes = b"", **more: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command; without one of the tests' own settings, it logs everything that any library logs."""
        return subprocess.run(
            [sys.executable, "-c", code.format(program=program), *map(str, arguments)],
            input=given,
            capture_output=True,
            cwd=self.work,
            env=self.environment(**more),
            timeout=300,
            check=False,
        )

    def leaks(self, allowed: dict[str, set[str]] | None = None) -> list[str]:
        """Return where words stand that were not asked for, in what was written since the last search."""
        places = {self.work / name: kinds for name, kinds in (allowed or {}).items()}
        return self.sentinels.leaks(self.folder, places, seen=self.seen)


@pytest.fixture(scope="session")
def new_box(tmp_path_factory: pytest.TempPathFactory, sentinels: ModuleType) -> Callable[[], Box]:
    return lambda: Box(tmp_path_factory.mktemp("box"), sentinels)


@pytest.fixture(scope="session")
def ending() -> str:
    return ENDING
