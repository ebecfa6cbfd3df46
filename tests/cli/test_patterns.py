"""`pobo-nlp patterns` on a small table with texts, by the shipped model."""

import json
import re
import subprocess

import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
from typer.testing import CliRunner

from pobo_nlp.cli import app

runner = CliRunner()
STORY = "Mor på sykehjemmet får bare besøk mellom klokka 14 og 15, og det gjelder alle. Ring Kari Nes på 977 00 654."


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a tagged table, and its report with quotes."""
    folder = tmp_path_factory.mktemp("patterns")
    n = 120
    is_story = [row % 10 == 3 for row in range(n)]
    table = {
        "id": [f"sak-{row}" for row in range(n)],
        "dato": [f"2025-{row // 10 + 1:02}-{row % 10 + 10}" for row in range(n)],
        "sted": ["" if row % 3 == 0 else "Solbakken sykehjem" for row in range(n)],
        "kommune": ["Bergen"] * n,
        "tekst": [
            f"{STORY} Det er sak {row}." if story else f"Ventetiden ved Haukeland universitetssjukehus er {row} uker."
            for row, story in enumerate(is_story)
        ],
        "tjenesteomrade": ["sykehjem_langtid" if story else "ortopedi" for story in is_story],
        "arsak": ["ventetid"] * n,
        "systemflagg": ["ulovlige_restriksjoner" if story else "" for story in is_story],
        "model": ["default@1"] * n,
        "malform": ["nb"] * n,
        "review": [""] * n,
    }
    pa_parquet.write_table(pa.table(table), folder / "saker.parquet")
    result = runner.invoke(
        app, ["patterns", str(folder / "saker.parquet"), "--out", str(folder / "rapport"), "--with-quotes"]
    )
    assert result.exit_code == 0, result.output
    (folder / "said.txt").write_text(result.output)
    return folder


def test_the_findings_are_told_on_the_screen(folder):
    said = (folder / "said.txt").read_text()

    assert re.search(r"^1\. ", said, re.MULTILINE)
    assert str(folder / "rapport" / "index.html") in said


def test_quotes_are_short_and_without_what_identifies_a_person(folder):
    page = (folder / "rapport/index.html").read_text()
    quotes = re.findall(r"<blockquote>«(.*?)»</blockquote>", page)

    assert quotes
    assert all(len(quote.split()) <= 21 for quote in quotes)
    assert "Kari" not in page
    assert "977" not in page


def test_no_text_stands_in_the_tables_even_with_quotes(folder):
    for path in (folder / "rapport").iterdir():
        if path.suffix in (".csv", ".json"):
            assert "besøk mellom" not in path.read_text()


def test_without_quotes_no_text_is_anywhere(folder, tmp_path):
    result = runner.invoke(app, ["patterns", str(folder / "saker.parquet"), "--out", str(tmp_path / "r"), "--json"])

    assert result.exit_code == 0
    assert json.loads(result.output)["henvendelser"] in (None, 120)
    for path in (tmp_path / "r").iterdir():
        assert "besøk mellom".encode() not in path.read_bytes()


def test_sites_are_proposed_where_the_cell_is_empty(folder):
    table = json.loads((folder / "rapport/rapport.json").read_text())["tabeller"]["stedsforslag"]
    rows = [dict(zip(table["kolonner"], row, strict=True)) for row in table["rader"]]

    assert {row["forslag"] for row in rows} == {"Haukeland universitetssjukehus"}
    assert all(int(row["sak"].split("-")[1]) % 3 == 0 for row in rows)


def test_groups_have_the_same_ids_in_two_runs(folder, tmp_path):
    runner.invoke(app, ["patterns", str(folder / "saker.parquet"), "--out", str(tmp_path / "r")])

    assert (tmp_path / "r/grupper.csv").read_bytes() == (folder / "rapport/grupper.csv").read_bytes()
    assert (tmp_path / "r/grupper.csv").read_text().count("\n") > 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--since", "2025-02-01", "--until", "2025-01-01"], "er før --since", id="time"),
        pytest.param(["--labels", "arsak"], "DIMENSJON=KOLONNE", id="labels"),
        pytest.param(["--period", "week"], "week", id="period"),
    ],
)
def test_wrong_use_is_told(folder, tmp_path, options, said):
    result = runner.invoke(app, ["patterns", str(folder / "saker.parquet"), "--out", str(tmp_path / "r"), *options])

    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_the_window_of_a_browser(chromium, folder, tmp_path, width):
    (tmp_path / "frame.html").write_text(
        f"""<iframe id="f" style="width:{width}px;height:900px" src="{(folder / "rapport/index.html").as_uri()}">
        </iframe><script>window.onload = () => {{
          const page = document.getElementById("f").contentDocument;
          document.title = `${{page.documentElement.scrollWidth}} ${{page.querySelectorAll("svg.plot").length}}`;
        }};</script>"""
    )
    run = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--dump-dom",
         f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,1000", (tmp_path / "frame.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )  # fmt: skip
    scrolled, drawn = map(int, re.search(r"<title>(\d+) (\d+)</title>", run.stdout).groups())

    assert scrolled <= width
    assert drawn > 1
