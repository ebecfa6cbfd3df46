"""No text, id, name of a file or model brings the terminal a code of its own; pages and lists show markup as text."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pobo_nlp.cli.terminal import shown, without_codes

COMMAND = Path(sys.executable).parent / "pobo-nlp"
# Clears the screen, sets the title, an eight-bit introducer, overwrites the line, reads from right to left.
CODES = "\x1b[2J\x1b]0;tittel\x07\x9b31m\roverskrevet\u202egnp.exe"
# Colours, and what a progress bar needs.
OURS = re.compile(r"\r?\x1b\[(?:[0-9;]*m|\?25[lh]|2K|1A)")
TEXT = f"Fastlegen vil ikke henvise meg videre{CODES}, og jeg har ventet i tre uker på [bold red]svar[/]."


def _on_terminal(*arguments):
    """Return what a command writes to a terminal, without the codes that are ours."""
    controller, terminal = pty.openpty()
    os.set_blocking(controller, False)
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200"}
    process = subprocess.Popen([COMMAND, *map(str, arguments)], stdout=terminal, stderr=terminal, env=environment)
    os.close(terminal)
    written = b""
    while True:
        ended = process.poll() is not None
        try:
            while block := os.read(controller, 65536):
                written += block
        except BlockingIOError:
            if ended:
                break
        except OSError:
            break
        if not ended:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
    process.wait()
    os.close(controller)
    return OURS.sub("", written.decode().replace("\r\n", "\n"))


def _codes_in(text):
    return set(re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text))


@given(st.text())
def test_a_line_holds_no_code_and_means_the_same_as_json(text):
    assert not _codes_in(shown(text))
    assert json.loads(shown(json.dumps(text, ensure_ascii=False))) == text


@given(st.text())
def test_a_cell_loses_its_codes_and_nothing_else(text):
    assert not _codes_in(without_codes(text))
    assert len(without_codes(text)) >= sum(sign.isalnum() for sign in text)


def test_a_suggestion_quotes_no_code(tmp_path):
    (tmp_path / "t.txt").write_text(TEXT, "utf-8")

    written = _on_terminal("suggest", "--file", tmp_path / "t.txt")

    assert "Fastlege" in written
    assert not _codes_in(written)


def test_a_table_shows_ids_without_codes(tmp_path):
    rows = [{"id": f"[red]1[/]{CODES}", "tekst": TEXT}, {"id": "<b>2</b>", "tekst": TEXT}]
    (tmp_path / "inn.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    written = _on_terminal("batch", tmp_path / "inn.jsonl", tmp_path / "ut.csv", "--show")

    assert "[red]1[/]" in written
    assert "<b>2</b>" in written
    assert not _codes_in(written)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["suggest", "--file", f"borte{CODES}.txt"], id="a missing file"),
        pytest.param(["batch", f"borte{CODES}.csv", "ut.csv"], id="a missing table"),
        pytest.param(["model", "verify", f"borte{CODES}"], id="a missing model"),
        pytest.param(["diff", f"a{CODES}.csv", "b.csv", "--out", "ut"], id="missing tables"),
    ],
)
def test_an_error_shows_the_codes_of_a_name_written_out(arguments):
    written = _on_terminal(*arguments)

    assert "Feil: " in written
    assert "\\u001b[2J" in written
    assert not _codes_in(written)


def test_an_error_that_names_a_column_shows_its_codes_written_out(tmp_path):
    (tmp_path / "inn.csv").write_text(f"id;a{CODES.replace(chr(13), '')}\n1;2\n", "utf-8")

    written = _on_terminal("batch", tmp_path / "inn.csv", tmp_path / "ut.csv", "--text-column", f"b{CODES}")

    assert "Feil: " in written
    assert not _codes_in(written)
