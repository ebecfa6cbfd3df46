import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pobo_nlp.store import Answer, Decision, Store
from pobo_nlp.taxonomy import Taxonomy

CONSOLE_COMMAND = Path(sys.executable).parent / "pobo-nlp"


def _run(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POBO_NLP_")}
    return subprocess.run(
        [CONSOLE_COMMAND, "store", *map(str, arguments)],
        capture_output=True,
        cwd=folder,
        text=True,
        timeout=60,
        check=False,
        env=environment | {"PYTHONUTF8": "1"},
    )


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "avgjorelser.db", Taxonomy.default(), keep_text=True)
    answers = {"arsak": Answer("decided", ("ventetid",)), "tjenesteomrade": Answer("unknown")}
    store.save(Decision("17", answers, "KN", text="Ingen kommer"), seen=0, save_key="a")
    return store


def test_a_table_is_worked_through_and_brought_out(tmp_path):
    (tmp_path / "inn.csv").write_text("id;tekst\n1;Ingen kommer\n2;Ingen svarer\n", "utf-8")

    run = _run(tmp_path, "import", "inn.csv", "--queue", "mars")
    assert (run.returncode, run.stdout) == (0, "2 nye henvendelser er lagt i køen mars.\n")
    store = Store(tmp_path / "avgjorelser.db", Taxonomy.default())
    item = store.queue.claim("mars", by="KN")
    store.save(Decision(item.inquiry.id, {"arsak": Answer("decided", ("ventetid",))}, "KN"), seen=0, save_key="a")

    shown = _run(tmp_path, "info")
    assert shown.returncode == 0
    assert "1 av 2, 0 i arbeid" in shown.stdout
    assert "KN" not in shown.stdout
    run = _run(tmp_path, "export", "--to", "table", "ut.csv")
    assert run.stdout == "1 henvendelse er skrevet til ut.csv.\n"
    assert (tmp_path / "ut.csv").read_text("utf-8-sig").splitlines()[1].startswith("1;")


def test_info_is_json_for_programs(store, tmp_path):
    found = json.loads(_run(tmp_path, "info", "--json").stdout)

    assert (found["inquiries"], found["kept_texts"], found["outcomes"]) == (1, 1, {"added": 1})


def test_annotations_tell_what_is_left_out(store, tmp_path):
    run = _run(tmp_path, "export", "--to", "annotations", "ut.jsonl")

    assert run.returncode == 0
    assert "0 henvendelser er skrevet" in run.stdout
    assert "Utelatt, ikke avgjort i alle dimensjoner: 1" in run.stdout


def test_a_purge_tells_what_it_removed(store, tmp_path):
    run = _run(tmp_path, "purge", "--older-than", "24m")
    assert "0 henvendelser med 0 versjoner" in run.stdout

    run = _run(tmp_path, "purge", "--older-than", "0d")
    assert run.returncode == 0
    assert "1 henvendelse med 1 versjon og 1 tekst," in run.stdout
    assert store.newest("17") is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("info", "--store", "borte.db"), "Feil: sqlite:///borte.db: lageret finnes ikke.", id="missing"),
        pytest.param(("purge", "--older-than", "lenge"), "Feil: --older-than: dette er ingen alder", id="age"),
        pytest.param(("export", "--to", "table", "ut.docx"), "endelsen", id="ending"),
        pytest.param(("export", "--to", "table", "avgjorelser.db.key"), "endelsen", id="the key"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(store, tmp_path, arguments, told):
    run = _run(tmp_path, *arguments)

    assert run.returncode == 1
    assert told in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_lost_key_is_made_anew(store, tmp_path):
    (tmp_path / "avgjorelser.db.key").unlink()

    assert "new-key" in _run(tmp_path, "info").stderr
    assert _run(tmp_path, "new-key").returncode == 0
    assert _run(tmp_path, "info").returncode == 0
