"""The notebooks run from anywhere as scripts, leave nothing behind, and say what the figures say."""

import os
import subprocess
import sys

import jupytext
import pytest

NOTEBOOKS = ("01_corpus.py", "02_errors.py", "03_thresholds.py")
# Runs a notebook as a script. A write into the checkout or a connection is an error wherever it happens.
WATCHED = """
import os, runpy, sys
root, notebook = sys.argv[1:]
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        os.write(2, f"network: {event}\\n".encode())
        os._exit(3)
    is_write = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if is_write or event in ("os.mkdir", "os.rename", "os.remove"):
        path = os.path.abspath(os.fsdecode(arguments[0])) if not isinstance(arguments[0], int) else ""
        if path.startswith(root + os.sep):
            os.write(2, f"writes: {path}\\n".encode())
            os._exit(3)
sys.addaudithook(watch)
runpy.run_path(notebook, run_name="__main__")
"""


@pytest.fixture(scope="module")
def run(root):
    def _run(name, folder):
        environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        settings = {
            "MPLBACKEND": "Agg",
            "OMP_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONWARNINGS": "error",
        }
        return subprocess.run(
            [sys.executable, "-c", WATCHED, str(root), os.path.relpath(root / "notebooks" / name, folder)],
            cwd=folder,
            env=environment | settings,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return _run


def test_every_notebook_is_tested(root):
    assert sorted(path.name for path in (root / "notebooks").iterdir() if path.is_file()) == sorted(NOTEBOOKS)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        pytest.param("01_corpus.py", "notebooks", id="corpus from its folder"),
        pytest.param("02_errors.py", ".", id="errors from the root"),
        pytest.param("03_thresholds.py", "notebooks", id="thresholds from its folder"),
    ],
)
def test_a_notebook_runs_leaves_nothing_and_its_answers_hold(run, root, name, folder):
    done = run(name, root / folder)

    assert done.returncode == 0, done.stderr
    assert "stemmer" in done.stdout
    assert "NEI" not in done.stdout


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_in_percent_format_and_begins_with_question_data_and_answer(root, name):
    notebook = jupytext.read(root / "notebooks" / name)
    first = notebook.cells[0]

    assert notebook.metadata["jupytext"]["text_representation"]["format_name"] == "percent"
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert all(word in first.source for word in ("**Spørsmål.**", "**Data.**", "**Svar.**", "syntetisk"))
    assert {cell.cell_type for cell in notebook.cells} == {"markdown", "code"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_survives_the_way_to_jupyter_and_back_without_outputs(root, name):
    text = (root / "notebooks" / name).read_text("utf-8")
    notebook = jupytext.read(root / "notebooks" / name)
    again = jupytext.reads(jupytext.writes(notebook, fmt="ipynb"), fmt="ipynb")

    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells]
    assert not any(word in text for word in ("data:image", "application/vnd", "# Output"))
