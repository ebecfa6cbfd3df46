"""Promises of the repository as a whole."""

import json
import os
import re
import socket
import subprocess
import sys

import pytest

from pobo_nlp.model.scorer import Scorer
from training.report import readme_of

SERIALISERS = "pickle|joblib|dill|cloudpickle|skops|marshal|shelve"
RUN_CODE_WHEN_LOADED = re.compile(rf"^\s*(?:import|from)\s+(?:{SERIALISERS})\b", re.M)


def files(root, *endings):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True).stdout
    return [root / name for name in listed.split("\0") if name and name.endswith(endings)]


def test_the_readme_shows_the_shipped_model(root):
    readme = (root / "README.md").read_text("utf-8")
    benchmark = json.loads((root / "benchmarks" / "results.json").read_text("utf-8"))

    assert readme == readme_of(readme, root / "models" / "default", benchmark), "run: python -m training readme"


def test_the_readme_names_every_command(root):
    readme = (root / "README.md").read_text("utf-8")
    command = [sys.executable, "-m", "training", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    commands = re.findall(r"^[│ ]*(\w+) {2,}", shown.split("Commands")[1], re.M)

    assert {"run", "validate", "seal", "readme"} <= set(commands)
    assert not [name for name in commands if f"python -m training {name}" not in readme]


def test_links_of_the_readme_lead_somewhere(root):
    links = re.findall(r"\]\(([^)#]+)\)", (root / "README.md").read_text("utf-8"))

    assert len(links) > 3
    assert not [link for link in links if "://" not in link and not (root / link).exists()]


def test_nothing_that_is_loaded_can_run_code(root):
    found = [
        path.name
        for path in files(root, ".py")
        if path.is_relative_to(root / "pobo_nlp") | path.is_relative_to(root / "training")
        and RUN_CODE_WHEN_LOADED.search(path.read_text("utf-8"))
    ]

    assert found == []


def test_no_file_names_a_registry_or_a_path_of_a_machine(root):
    hosts = re.compile("|".join(["py" + r"pi\.org", "python" + "hosted", r"registry\." + "npmjs", r"deb\." + "debian"]))
    paths = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")

    texts = {path: path.read_bytes().decode("utf-8", errors="replace") for path in files(root, "")}
    assert not [path.name for path, text in texts.items() if hosts.search(text)]
    assert not [path.name for path, text in texts.items() if paths.search(text)]


def test_the_lock_pins_every_package_with_hashes(root):
    lock = (root / "requirements.lock").read_text("utf-8")

    pinned = re.findall(r"^[\w.-]+==\S+(?: ; [^\\]+)? \\$", lock, re.M)
    assert len(pinned) > 30
    assert len(pinned) == len(re.findall(r"^\w", lock, re.M))
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_scoring_opens_no_connection(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)

    texts = ["Fastlegen min svarer ikke", "My doctor does not answer the phone at all", "Min läkare svarar inte alls"]
    assert len(Scorer.load().suggest(texts)) == 3


@pytest.mark.parametrize("module", ["sklearn", "pandas", "simplemma", "joblib", "spacy", "mlflow", "jinja2"])
def test_scoring_imports_nothing_of_what_trains(module):
    code = (
        "import sys; from pobo_nlp.model.scorer import Scorer;"
        "Scorer.load().suggest('Fastlegen min svarer ikke på telefon');"
        f"sys.exit({module!r} in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_loads_no_numbers():
    code = "import sys, pobo_nlp.cli;print([name for name in ('numpy', 'scipy', 'rich.table') if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert found.strip() == "[]"


def test_the_environment_can_name_another_model(tmp_path):
    environment = {**os.environ, "POBO_NLP_MODEL": str(tmp_path / "none")}

    result = subprocess.run(
        [sys.executable, "-c", "from pobo_nlp.cli import main; main()", "model", "verify"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert str(tmp_path / "none") in result.stderr


def test_metrics_are_called_synthetic(root):
    metrics = json.loads((root / "models" / "default" / "metrics.json").read_text("utf-8"))

    assert metrics["provenance"]["sources"] == ["synthetic"]
    assert "synthetic" in (root / "models" / "default" / "MODEL_CARD.md").read_text("utf-8").lower()
