"""`pobo-nlp diff` as people run it: on what `retag` wrote, in a terminal, in a browser."""

import csv
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pobo_nlp.batch.review_list import COLUMNS, read_review_list

CONSOLE_COMMAND = Path(sys.executable).parent / "pobo-nlp"
LABELS = ("--labels", "tjenesteomrade=omrade", "--labels", "arsak=aarsak")
ROWS = 60


def _run(*arguments, **more):
    return subprocess.run(
        [CONSOLE_COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "POBO_NLP_MODEL"} | {"PYTHONUTF8": "1"},
        **more,
    )


def _out(run):
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


@pytest.fixture(scope="module")
def texts(root):
    path = next((root / "data" / "annotated").glob("dev*.jsonl"), None) or min(
        (root / "data" / "annotated").glob("*.jsonl")
    )
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()[:ROWS]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("diff")
    with (folder / "old.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["saksnr", "dato", "tekst", "omrade", "aarsak"])
        for number, text in enumerate(texts):
            # Every fourth was tagged as something else, every tenth not at all.
            label = "legevakt" if number % 4 == 0 else "" if number % 10 == 1 else text["tjenesteomrade"]
            date = f"{number % 28 + 1:02d}.06.{2018 + number % 5}"
            writer.writerow([f"S-{number:03d}", date, text["text"], label, "|".join(text["arsak"])])
    _out(_run("retag", folder / "old.csv", folder / "new.csv", *LABELS, "--json"))
    return folder


@pytest.fixture(scope="module")
def summary(folder):
    return json.loads(_out(_run("diff", folder / "old.csv", folder / "new.csv", "--out", folder / "r", "--json")))


class TestReport:
    def test_the_summary_tells_of_every_dimension_that_was_retagged(self, summary):
        assert summary["rows"] == {"old": ROWS, "new": ROWS, "matched": ROWS}
        assert summary["matched_by"] == "id"
        assert summary["date_column"] == "dato"
        assert {"tjenesteomrade", "arsak"} <= set(summary["dimensions"])

    def test_no_text_is_in_any_file(self, summary, folder, texts):
        written = "".join(path.read_text("utf-8-sig") for path in (folder / "r").iterdir())

        assert not [text["id"] for text in texts if text["text"][:40] in written]

    def test_the_lists_agree_with_what_retag_said(self, summary, folder):
        with (folder / "new.csv").open(encoding="utf-8-sig", newline="") as file:
            retagged = {row["saksnr"]: row for row in csv.DictReader(file, delimiter=";")}
        rows = read_review_list(folder / "r" / summary["dimensions"]["tjenesteomrade"]["review_list"]).rows

        assert {row.id for row in rows} == {
            row_id for row_id, row in retagged.items() if row["tjenesteomrade_status"] != "unchanged"
        }
        for row in rows:
            cells = retagged[row.id]

            assert row.status == cells["tjenesteomrade_status"]
            assert row.old == cells["tjenesteomrade_old"]
            assert row.suggested == (cells["tjenesteomrade_proposed"] or cells["tjenesteomrade"])

    def test_what_is_approved_can_be_taken_over(self, summary, folder, tmp_path):
        listed = folder / "r" / "review-tjenesteomrade.csv"
        filled = tmp_path / "filled.csv"
        with listed.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        row = next(row for row in rows if row["status"] in ("changed", "new", "refined"))
        row["decision"] = "ja"
        with filled.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        _out(_run("retag", "apply", filled, "--to", folder / "old.csv", "--out", tmp_path / "copy.csv", *LABELS))
        with (tmp_path / "copy.csv").open(encoding="utf-8-sig", newline="") as file:
            copy = {one["saksnr"]: one["omrade"] for one in csv.DictReader(file, delimiter=";")}

        assert copy[row["id"]] == row["suggested"]

    def test_people_are_told_in_words(self, folder):
        told = _out(_run("diff", folder / "old.csv", folder / "new.csv", "--out", folder / "words"))

        assert f"{ROWS} rader er koblet på id." in told
        assert "Tjenesteområde: " in told
        assert "index.html" in told


class TestErrors:
    def test_a_folder_with_something_else_is_one_line(self, folder, tmp_path):
        (tmp_path / "mitt.txt").write_text("mitt")
        run = _run("diff", folder / "old.csv", folder / "new.csv", "--out", tmp_path)

        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr.startswith("Feil: ")
        assert "annet innhold" in run.stderr

    def test_labels_without_a_column_are_a_usage_error(self, folder, tmp_path):
        run = _run("diff", folder / "old.csv", folder / "new.csv", "--out", tmp_path / "r", "--labels", "arsak")

        assert run.returncode == 2
        assert "DIMENSJON=KOLONNE" in run.stderr


def test_a_terminal_sees_how_far_it_has_come(folder, tmp_path):
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [CONSOLE_COMMAND, "diff", folder / "old.csv", folder / "new.csv", "--out", tmp_path / "r"],
        stderr=follower,
        stdout=subprocess.PIPE,
    ) as process:
        os.close(follower)
        process.wait(60)
    seen = os.read(leader, 100_000).decode()
    os.close(leader)

    assert process.returncode == 0
    assert "Leser" in seen or "Teller" in seen


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_the_window_of_a_browser(chromium, summary, folder, tmp_path, width):
    """The page stands in a frame of that width; what the browser measured is read from a title."""
    shutil.copytree(folder / "r", tmp_path / "r")
    (tmp_path / "frame.html").write_text(
        f"""<iframe id="f" src="r/index.html" style="width:{width}px;height:900px;border:0"></iframe><script>
        window.onload = () => {{
          const page = document.getElementById("f").contentDocument;
          const pictures = [...page.querySelectorAll("svg.plot")];
          const squeezed = pictures.filter((one) => one.getBoundingClientRect().width < 50);
          document.title = `${{page.documentElement.scrollWidth}} ${{squeezed.length}} ${{pictures.length}}`;
        }};</script>"""
    )
    run = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--dump-dom",
         f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,1000", (tmp_path / "frame.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )  # fmt: skip
    scrolled, squeezed, drawn = map(int, re.search(r"<title>(\d+) (\d+) (\d+)</title>", run.stdout).groups())

    assert scrolled <= width
    assert squeezed == 0
    assert drawn > 2
