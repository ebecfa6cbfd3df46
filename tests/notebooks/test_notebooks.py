"""The notebooks run from anywhere as scripts, leave nothing behind, and say what the figures say."""

import os
import subprocess
import sys

import jupytext
import pytest

NOTEBOOKS = ("01_corpus.py", "02_errors.py", "03_thresholds.py", "04_patterns.py")
# Runs a script. A write into the checkout, or a connection, ends it wherever it happens, even if it would be caught.
WATCHED = """
import os, runpy, sys
root, script = sys.argv[1:]
CONNECTING = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request")
CHANGING = ("os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "sqlite3.connect")
def inside(path):
    return isinstance(path, (str, bytes, os.PathLike)) and os.path.abspath(os.fsdecode(path)).startswith(root + os.sep)
def watch(event, arguments):
    is_write = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    changed = arguments[:1] if is_write else arguments[:2] if event in CHANGING else ()
    if event == "os.remove" and arguments[1] >= 0:  # named from an open folder, as when a temporary one is emptied
        changed = (os.path.join(os.readlink(f"/proc/self/fd/{arguments[1]}"), arguments[0]),)
    if event in CONNECTING or any(map(inside, changed)):
        os.write(2, f"not allowed: {event} {arguments[0]!r}\\n".encode())
        os._exit(3)
sys.addaudithook(watch)
runpy.run_path(script, run_name="__main__")
"""


def watched(script, root, folder):
    """Run a script in a folder, without a screen; a warning is an error."""
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    settings = {
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONWARNINGS": "error",
    }
    return subprocess.run(
        [sys.executable, "-c", WATCHED, str(root), os.path.relpath(script, folder)],
        cwd=folder,
        env=environment | settings,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "event"),
    [
        pytest.param("from pathlib import Path; Path('new.txt').write_text('')", "open", id="writes"),
        pytest.param("import os; os.mkdir('new')", "os.mkdir", id="makes a folder"),
        pytest.param("import shutil; shutil.rmtree('old')", "os.remove", id="empties a folder"),
        pytest.param("import socket; socket.create_connection(('127.0.0.1', 9))", "socket", id="connects"),
    ],
)
def test_the_watch_stops_what_a_notebook_must_not_do(tmp_path, line, event):
    (tmp_path / "script.py").write_text(line, "utf-8")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "kept.txt").write_text("", "utf-8")

    done = watched(tmp_path / "script.py", tmp_path, tmp_path)

    assert done.returncode == 3
    assert f"not allowed: {event}" in done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept.txt", "old", "script.py"]


def test_every_notebook_is_tested(root):
    assert sorted(path.name for path in (root / "notebooks").iterdir() if path.is_file()) == sorted(NOTEBOOKS)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        pytest.param("01_corpus.py", "notebooks", id="corpus from its folder"),
        pytest.param("02_errors.py", ".", id="errors from the root"),
        pytest.param("03_thresholds.py", "notebooks", id="thresholds from its folder"),
        pytest.param("04_patterns.py", ".", id="patterns from the root"),
    ],
)
def test_a_notebook_runs_leaves_nothing_and_its_answers_hold(root, name, folder):
    done = watched(root / "notebooks" / name, root, root / folder)

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
