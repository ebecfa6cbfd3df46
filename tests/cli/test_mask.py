"""`pobo-nlp mask` as a process."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PIPELINE = Path(__file__).parents[3] / "shared" / "models" / "nb_ndt_sm"
PROGRAM = Path(sys.executable).parent / "pobo-nlp"
TEXT = "Ring meg på 977 00 654, hilsen Kari Nes"
MASKED = "Ring meg på [TELEFON], hilsen [NAVN]"
TIMEOUT_S = 60


def run(*arguments):
    return subprocess.run(
        [PROGRAM, "mask", *map(str, arguments)], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "inn.csv"
    path.write_text(f"saksnr;tekst\n007;{TEXT}\n", "utf-8")
    return path


def test_it_tells_how_many_of_each_kind_and_never_which(source, tmp_path):
    done = run(source, tmp_path / "ut.csv")

    assert (done.returncode, done.stderr) == (0, "")
    assert "telefonnummer: 1\n" in done.stdout
    assert "navn: 1\n" in done.stdout
    assert "ingen garanti" in done.stdout
    assert not [word for word in ("977", "Kari", "Nes") if word in done.stdout]
    assert MASKED in (tmp_path / "ut.csv").read_text("utf-8-sig")


def test_json_is_for_programs(source, tmp_path):
    done = run(source, tmp_path / "ut.csv", "--json")
    told = json.loads(done.stdout)

    assert told["kinds"] == {"telefon": 1, "navn": 1}
    assert (told["rows"], told["texts"], told["masked_texts"], told["text_columns"]) == (1, 1, 1, ["tekst"])


def test_an_error_is_one_line_and_exit_code_1(source, tmp_path):
    (tmp_path / "ut.csv").write_text("før", "utf-8")
    exists = run(source, tmp_path / "ut.csv")
    column = run(source, tmp_path / "to.csv", "--text-column", "annet")

    assert exists.returncode == column.returncode == 1
    assert exists.stderr.startswith("Feil: ")
    assert "--restart" in exists.stderr
    assert "«annet» finnes ikke" in column.stderr
    assert "Traceback" not in exists.stderr + column.stderr
    assert run(source, tmp_path / "ut.csv", "--restart").returncode == 0


def test_wrong_use_is_exit_code_2(source):
    assert run(source).returncode == 2


def test_help_says_that_it_is_no_guarantee():
    assert "ingen garanti" in " ".join(run("--help").stdout.split())


def test_a_pipeline_that_is_not_there_is_told(source, tmp_path):
    done = run(source, tmp_path / "ut.csv", "--names-by", "finnes_ikke_nb")

    assert done.returncode == 1
    assert done.stderr.startswith("Feil: ")
    assert not (tmp_path / "ut.csv").exists()


@pytest.mark.skipif(not PIPELINE.is_dir(), reason="spaCy-modellen nb_ndt_sm ligger ikke ved siden av")
def test_a_pipeline_looks_for_names_besides_the_rules(source, tmp_path):
    done = run(source, tmp_path / "ut.csv", "--names-by", PIPELINE)

    assert done.returncode == 0
    assert MASKED in (tmp_path / "ut.csv").read_text("utf-8-sig")


@pytest.mark.skipif(os.name != "posix", reason="signaler")
def test_a_signal_ends_it_and_leaves_nothing(tmp_path):
    source, target = tmp_path / "inn.csv", tmp_path / "ut.csv"
    source.write_text("saksnr;tekst\n" + f"1;{TEXT} {'og mer tekst ' * 50}\n" * 100_000, "utf-8")
    process = subprocess.Popen(
        [PROGRAM, "mask", source, target], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + TIMEOUT_S
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    out, error = process.communicate(timeout=TIMEOUT_S)

    assert (process.returncode, out, error) == (143, "", "Stanset. Ingenting er skrevet.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["inn.csv"]
