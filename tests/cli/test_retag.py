"""`pobo-nlp retag`, from an old table to a copy with what was approved, and back; as processes."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).parent / "pobo-nlp"
CARE = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden for å hjelpe mor med medisinene."
SENTINEL = "hemmelegord"
ROWS = [
    ("0001", CARE, "HSP", ""),
    ("0002", CARE, "ORT", "TV"),
    ("0003", CARE, "", "TV; AV"),
    ("0004", f"{SENTINEL} nei", "UT", ""),
]
MAP = """
[separator]
arsak = ";"
[tjenesteomrade]
HSP = "hjemmesykepleie"
ORT = "ortopedi"
UT = ""
[arsak]
TV = "tvang"
AV = "avslag"
"""
LABELS = ("--labels", "tjenesteomrade=Område", "--labels", "arsak=Årsak")


def run(*arguments):
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120"},
    )
    out, error = done.stdout.decode(), done.stderr.decode()

    assert SENTINEL not in out + error
    return done.returncode, out, error


def out_of(*arguments):
    code, out, error = run(*arguments)

    assert (code, error) == (0, "")
    return out


def error_of(*arguments, code=1):
    found, _, error = run(*arguments)

    assert found == code
    return error


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("kart.toml").write_text(MAP, "utf-8")
    with Path("saker.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([("id", "Tekst", "Område", "Årsak"), *ROWS])
    return tmp_path


@pytest.fixture
def retagged(folder):
    out_of("retag", "saker.csv", "ny.csv", *LABELS, "--map", "kart.toml")
    return folder / "ny.csv"


def test_suggestions_stand_beside_old_labels_that_nobody_touched(retagged):
    rows = rows_of(retagged)

    assert [(row["id"], row["Tekst"], row["Område"], row["Årsak"]) for row in rows] == ROWS
    assert [row["tjenesteomrade_status"] for row in rows] == ["unchanged", "changed", "new", "needs_person"]
    assert {row["tjenesteomrade"] for row in rows[:3]} == {"hjemmesykepleie"}
    assert rows[2]["arsak_old"] == "tvang|avslag"


def test_the_summary_counts_what_becomes_of_the_rows(folder):
    told = json.loads(out_of("retag", "saker.csv", "ny.csv", *LABELS, "--map", "kart.toml", "--json"))

    assert told["labels"]["tjenesteomrade_status"] == {"changed": 1, "needs_person": 1, "new": 1, "unchanged": 1}
    assert sum(told["labels"]["retag_status"].values()) == len(ROWS)


def test_options_may_come_first_and_several_processes_give_the_same(retagged):
    out_of("retag", *LABELS, "--map", "kart.toml", "--workers", 2, "--rows-at-once", 1, "saker.csv", "to.csv")

    assert Path("to.csv").read_bytes() == retagged.read_bytes()


def test_a_higher_threshold_proposes_more_changes(folder):
    never, always = (
        json.loads(
            out_of("retag", "saker.csv", f"{limit}.csv", *LABELS, "--map", "kart.toml", "--threshold", limit, "--json")
        )
        for limit in (0, 1)
    )

    assert "changed" not in never["labels"]["tjenesteomrade_status"]
    assert always["labels"]["tjenesteomrade_status"]["changed"] == 1


def test_all_unmapped_codes_are_told_before_anything_is_written(folder):
    error = error_of("retag", "saker.csv", "ny.csv", *LABELS)

    for code in ("«HSP», 1 rad", "«ORT», 1 rad", "«UT», 1 rad", "«TV», 1 rad", "«TV; AV», 1 rad"):
        assert code in error
    assert {path.name for path in folder.iterdir()} == {"saker.csv", "kart.toml"}


def test_the_text_column_is_no_label_column_and_is_not_quoted(folder):
    error = error_of("retag", "saker.csv", "ny.csv", "--labels", "tjenesteomrade=Tekst", "--text-column", "id")

    assert "hjemmesykepleie" not in error
    assert "fri tekst" in error


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        pytest.param(["--labels", "tjenesteomrade"], 2, "DIMENSJON=KOLONNE", id="no column"),
        pytest.param([], 2, "--labels", id="no labels"),
        pytest.param(["--labels", "seksjon=Område"], 1, "seksjon: ukjent dimensjon", id="unknown dimension"),
        pytest.param(["--labels", "arsak=Grunn"], 1, "«Grunn» finnes ikke", id="unknown column"),
        pytest.param(["--labels", "arsak=Årsak", "--map", "nei.toml"], 1, "nei.toml finnes ikke", id="no map"),
        pytest.param(["--labels", "arsak=Årsak", "--threshold", "2"], 2, "--threshold", id="threshold above one"),
    ],
)
def test_what_cannot_be_run_is_told(folder, arguments, code, told):
    assert told in error_of("retag", "saker.csv", "ny.csv", *arguments, code=code)


def test_a_map_with_an_unknown_label_is_told(folder):
    Path("kart.toml").write_text('[tjenesteomrade]\nHSP = "hjemmehjelp"\n', "utf-8")

    assert "ukjent etikett «hjemmehjelp»" in error_of("retag", "saker.csv", "ny.csv", *LABELS, "--map", "kart.toml")


@pytest.mark.parametrize("words", [["retag", "--help"], ["retag", "apply", "--help"], ["retag", "undo", "--help"]])
def test_every_form_of_the_command_has_its_help(words):
    out = out_of(*words)

    assert all(word in out for word in ("Usage: pobo-nlp", *words[:-1]))


HEADING = "row;id;dimension;old;suggested;probability;old_probability;status;decision;table".split(";")


def decided(path, decision):
    """Fill the decision of every line, as a person does in Excel."""
    text = path.read_bytes().decode("utf-8-sig").splitlines()
    filled = [";".join(HEADING)]

    assert text[0] == filled[0]
    for line in text[1:]:
        cells = line.split(";")
        cells[HEADING.index("decision")] = "nei" if cells[HEADING.index("status")] == "needs_person" else decision
        filled.append(";".join(cells))
    path.write_text("\n".join(filled) + "\n", "utf-8")


@pytest.fixture
def copied(retagged):
    out_of("diff", "saker.csv", "ny.csv", "--out", "forskjell")
    lists = sorted(Path("forskjell").glob("*.csv"))
    for path in lists:
        decided(path, "ja")
    out_of(
        "retag",
        "apply",
        *lists,
        "--to",
        "saker.csv",
        "--out",
        "kopi.csv",
        *LABELS,
        "--map",
        "kart.toml",
        "--by",
        "Kari",
    )
    return Path("kopi.csv")


def test_what_was_approved_stands_in_the_copy_with_the_codes_of_the_office(copied):
    assert [row["Område"] for row in rows_of(copied)] == ["HSP", "HSP", "HSP", "UT"]
    assert rows_of(Path("saker.csv"))[1]["Område"] == "ORT"


def test_undo_gives_back_the_very_same_table(copied):
    out = out_of("retag", "undo", copied, "--out", "tidligere.csv")

    assert "Kari" in out
    assert Path("tidligere.csv").read_bytes() == Path("saker.csv").read_bytes()


def test_undo_refuses_a_copy_that_was_changed(copied):
    with copied.open("a", encoding="utf-8") as file:
        file.write("0005;ny;HSP;\r\n")

    assert "endret etter" in error_of("retag", "undo", copied, "--out", "tidligere.csv")
    assert not Path("tidligere.csv").exists()


def test_a_table_that_changed_since_the_diff_is_refused(copied):
    with Path("saker.csv").open("a", encoding="utf-8") as file:
        file.write("0005;ny;HSP;\r\n")
    lists = sorted(Path("forskjell").glob("*.csv"))

    error = error_of("retag", "apply", *lists, "--to", "saker.csv", "--out", "igjen.csv", *LABELS, "--map", "kart.toml")

    assert "er endret siden" in error
    assert not Path("igjen.csv").exists()


def test_a_database_is_retagged_approved_and_given_back(folder):
    with sqlite3.connect("arkiv.db") as connection:
        connection.execute('CREATE TABLE saker (id TEXT PRIMARY KEY, "Tekst" TEXT, "Område" TEXT, "Årsak" TEXT)')
        connection.executemany("INSERT INTO saker VALUES (?, ?, ?, ?)", ROWS)
    connection.close()
    address = "sqlite:///arkiv.db"

    out_of("retag", address, address, "--table", "saker", "--out-table", "ny", *LABELS, "--map", "kart.toml")
    out_of("diff", address, address, "--table", "saker", "--new-table", "ny", "--new-key", "id", "--out", "forskjell")
    decided(Path("forskjell/review-tjenesteomrade.csv"), "ja")
    out_of(
        *("retag", "apply", "forskjell/review-tjenesteomrade.csv", "--to", address, "--table", "saker"),
        *("--out", address, "--out-table", "kopi", *LABELS, "--map", "kart.toml"),
    )
    out_of("retag", "undo", address, "--table", "kopi", "--out", address, "--out-table", "tidligere")

    connection = sqlite3.connect("arkiv.db")
    copy = connection.execute("SELECT * FROM kopi ORDER BY id").fetchall()
    former = connection.execute("SELECT * FROM tidligere ORDER BY id").fetchall()
    connection.close()
    assert [row[2] for row in copy] == ["HSP", "HSP", "HSP", "UT"]
    assert former == ROWS


def test_a_table_of_postgresql_is_retagged_approved_and_given_back(folder, postgresql):
    import psycopg

    with psycopg.connect(postgresql) as connection, connection.cursor() as cursor:
        cursor.execute('CREATE TABLE saker (id text PRIMARY KEY, "Tekst" text, "Område" text, "Årsak" text)')
        cursor.executemany("INSERT INTO saker VALUES (%s, %s, %s, %s)", ROWS)
    address = postgresql.replace("postgresql://", "postgresql+psycopg://")

    out_of("retag", address, address, "--table", "saker", "--out-table", "ny", *LABELS, "--map", "kart.toml")
    out_of("diff", address, address, "--table", "saker", "--new-table", "ny", "--new-key", "id", "--out", "forskjell")
    decided(Path("forskjell/review-tjenesteomrade.csv"), "ja")
    out_of(
        *("retag", "apply", "forskjell/review-tjenesteomrade.csv", "--to", address, "--table", "saker"),
        *("--out", address, "--out-table", "kopi", *LABELS, "--map", "kart.toml"),
    )
    out_of("retag", "undo", address, "--table", "kopi", "--out", address, "--out-table", "tidligere")

    with psycopg.connect(postgresql) as connection:
        copy = connection.execute("SELECT * FROM kopi ORDER BY id").fetchall()
        former = connection.execute("SELECT * FROM tidligere ORDER BY id").fetchall()
    assert [row[2] for row in copy] == ["HSP", "HSP", "HSP", "UT"]
    assert former == ROWS
