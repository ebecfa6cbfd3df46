"""`pobo-nlp similar` as people run it."""

import csv
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

CONSOLE_COMMAND = Path(sys.executable).parent / "pobo-nlp"
SOUGHT = "Mor på sykehjemmet får ikke besøk om kvelden, for de har faste besøkstider."
ROWS = (
    ("S-1", "Far bor på sykehjemmet. Vi får ikke besøke ham om kvelden, for de har faste besøkstider der."),
    ("S-2", "Jeg venter på operasjon i kneet. Hilsen Kari Nordmann, telefon 977 00 654."),
    ("S-3", ""),
    ("S-4", "Jeg vil bytte fastlege, men det er ingen ledige i kommunen."),
)


def _run(*arguments, given=None, **more):
    return subprocess.run(
        [CONSOLE_COMMAND, "similar", *map(str, arguments)],
        input=given,
        stdin=None if given is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "POBO_NLP_MODEL"} | {"PYTHONUTF8": "1"},
        **more,
    )


def _out(run):
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def _fault(run):
    assert (run.returncode, run.stdout) == (1, "")
    return run.stderr


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("similar") / "saker.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["id", "dato", "sted", "tekst", "tjenesteomrade", "systemflagg"])
        for number, (row_id, text) in enumerate(ROWS):
            writer.writerow(
                [row_id, f"0{number + 1}.02.2025", "Lia", text, "sykehjem_langtid", "ulovlige_restriksjoner"]
            )
    return path


class TestTable:
    def test_the_most_similar_comes_first_with_labels_by_name(self, table):
        told = _out(_run(SOUGHT, "--in", table))

        assert told.index("S-1") < told.index("S-2")
        assert "Sykehjem, langtidsopphold" in told
        assert "Besøks- eller husregler uten hjemmel" in told
        assert "4 henvendelser er sammenlignet, 1 av dem uten tekst" in told

    def test_no_text_is_shown_unless_asked_for(self, table):
        told = _out(_run(SOUGHT, "--in", table)) + _out(_run(SOUGHT, "--in", table, "--json"))

        assert not any(word in told for word in ("besøkstider", "kneet", "Kari", "fastlege,"))

    def test_quotes_are_masked(self, table):
        told = _out(_run(SOUGHT, "--in", table, "--with-quotes"))

        assert "«Far bor på sykehjemmet." in told
        assert "Hilsen [NAVN], telefon [TELEFON]." in " ".join(told.split())
        assert "Kari" not in told

    def test_a_text_that_nothing_is_like_is_told_so(self, table):
        assert "Ingen ligner mye" in _out(_run("Regningen fra tannlegen er for høy.", "--in", table))

    def test_a_terminal_of_eighty_columns_shows_whole_ids(self, table):
        leader, follower = pty.openpty()
        environment = os.environ | {"PYTHONUTF8": "1", "COLUMNS": "80", "TERM": "xterm"}
        process = subprocess.Popen(
            [CONSOLE_COMMAND, "similar", SOUGHT, "--in", table],
            stdin=follower, stdout=follower, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        os.close(follower)
        told = b""
        try:
            while part := os.read(leader, 4096):
                told += part
        except OSError:
            pass
        assert process.wait(timeout=30) == 0
        os.close(leader)

        assert "S-1" in told.decode()
        assert "01.02.2025" in told.decode()


class TestJson:
    def test_it_tells_of_each_case(self, table):
        facts = json.loads(_out(_run(SOUGHT, "--in", table, "--json", "--top", "2")))

        assert (facts["rows"], facts["without_text"], len(facts["similar"])) == (4, 1, 2)
        first = facts["similar"][0]
        assert first.pop("similarity") > facts["similar"][1]["similarity"]
        assert first == {
            "id": "S-1",
            "row": 2,
            "date": "01.02.2025",
            "site": "Lia",
            "labels": {"tjenesteomrade": ["sykehjem_langtid"], "systemflagg": ["ulovlige_restriksjoner"]},
        }

    @pytest.mark.parametrize("arguments", [(), ("-",)])
    def test_the_text_may_be_piped_in(self, table, arguments):
        piped = _out(_run(*arguments, "--in", table, "--json", given=SOUGHT))

        assert piped == _out(_run(SOUGHT, "--in", table, "--json"))

    def test_the_text_may_be_a_file(self, table, tmp_path):
        (tmp_path / "brev.txt").write_text(SOUGHT, "utf-8")

        assert _out(_run("--file", tmp_path / "brev.txt", "--in", table, "--json")) == _out(
            _run(SOUGHT, "--in", table, "--json")
        )


class TestFaults:
    def test_an_empty_text(self, table):
        assert _fault(_run(" ", "--in", table)).startswith("Feil: Teksten er tom.")

    def test_no_text_at_all(self, table):
        assert _fault(_run("--in", table)).startswith("Feil: Teksten er tom.")

    def test_a_table_without_texts(self, tmp_path):
        (tmp_path / "x.csv").write_text("a;b\n1;2\n")

        assert "--text-column" in _fault(_run(SOUGHT, "--in", tmp_path / "x.csv"))

    def test_a_table_that_is_not_there(self, tmp_path):
        assert "finnes ikke" in _fault(_run(SOUGHT, "--in", tmp_path / "borte.csv"))

    def test_a_table_in_place_of_a_text(self, table):
        run = _run("--file", table, "--in", table)

        assert run.returncode == 2
        assert "--file er en tekstfil" in " ".join(run.stderr.replace("│", " ").split())

    def test_nothing_but_the_core_is_needed(self, table, tmp_path):
        # The packages of the extra are hidden from the process.
        for name in ("sklearn", "statsmodels", "pandas", "matplotlib"):
            (tmp_path / f"{name}.py").write_text(f"raise ImportError({name!r})")
        code = "import sys; sys.argv = ['pobo-nlp', 'similar', *sys.argv[1:]]; from pobo_nlp.cli import main; main()"
        run = subprocess.run(
            [sys.executable, "-c", code, SOUGHT, "--in", table, "--json"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"},
        )

        assert (run.returncode, run.stderr) == (0, "")
        assert json.loads(run.stdout)["similar"][0]["id"] == "S-1"
