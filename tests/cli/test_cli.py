import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CONSOLE_COMMAND = Path(sys.executable).parent / "pobo-nlp"
SENTINEL = "hemmelegord"
BOKMAL = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden."
ENGLISH = "I do not understand the letter that you sent to my mother last week."
SUGGESTION_KEYS = ["id", "model", "malform", "suggestions", "settled", "review"]
SINGLE = {"tjenesteniva": 3, "tjenesteomrade": 3, "henvendelsestype": 2}
MULTI = ("arsak", "systemflagg")


def _run(*arguments, given=b""):
    return subprocess.run(
        [CONSOLE_COMMAND, *map(str, arguments)],
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "POBO_NLP_MODEL"} | {"PYTHONUTF8": "1"},
    )


def _out(run):
    """Return what a command that succeeded wrote."""
    error = run.stderr.decode()

    assert (run.returncode, error) == (0, "")
    return run.stdout.decode()


def _suggestion(run):
    return json.loads(_out(run))


def _accepted(suggestion):
    return [label["label"] for labels in suggestion["suggestions"].values() for label in labels if label["accepted"]]


@pytest.fixture(scope="module")
def suggested():
    return _suggestion(_run("suggest", "--json", BOKMAL))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("batch")


@pytest.fixture(scope="module")
def source(root):
    return root / "data" / "samples" / "henvendelser.csv"


@pytest.fixture(scope="module")
def told(source, folder):
    return _out(_run("batch", source, folder / "ut.csv"))


@pytest.fixture(scope="module")
def given(source):
    return _read_csv(source)


@pytest.fixture(scope="module")
def written(told, folder):
    return _read_csv(folder / "ut.csv")


class TestHelp:
    def test_it_lists_the_commands(self):
        text = _out(_run("--help"))

        assert all(re.search(rf"^\W*{name}\s", text, re.MULTILINE) for name in ("suggest", "labels", "batch", "model"))

    @pytest.mark.parametrize("arguments", [("finnes-ikke",), ("suggest", "--finnes-ikke"), ("batch", "bare-en.csv")])
    def test_wrong_usage_exits_with_2(self, arguments):
        run = _run(*arguments)

        assert run.returncode == 2
        assert run.stdout == b""
        assert b"Traceback" not in run.stderr


class TestSuggest:
    def test_json_has_the_keys_of_the_contract(self, suggested):
        assert list(suggested) == SUGGESTION_KEYS
        assert suggested["id"] == "1"
        assert re.fullmatch(r"[\w.-]+@[0-9a-f]{8}", suggested["model"])
        assert suggested["malform"] == "nb"
        assert isinstance(suggested["review"], list)

    def test_single_dimensions_list_the_top_three(self, suggested):
        for dimension, count in SINGLE.items():
            probabilities = [label["probability"] for label in suggested["suggestions"][dimension]]

            assert len(probabilities) == count
            assert probabilities == sorted(probabilities, reverse=True)

    def test_multi_dimensions_list_accepted_labels_first(self, suggested):
        for dimension in MULTI:
            accepted = [label["accepted"] for label in suggested["suggestions"][dimension]]

            assert accepted == sorted(accepted, reverse=True)

    def test_every_label_has_a_probability_and_evidence_inside_the_text(self, suggested):
        labels = [label for labels in suggested["suggestions"].values() for label in labels]

        assert all(list(label) == ["label", "probability", "accepted", "evidence"] for label in labels)
        assert all(0.0 <= label["probability"] <= 1.0 for label in labels)
        assert any(label["evidence"] for label in labels)
        assert all(0 <= start < end <= len(BOKMAL) for label in labels for start, end, _ in label["evidence"])

    def test_settled_says_how_deep_the_hierarchy_is_accepted(self, suggested):
        assert list(suggested["settled"]) == ["tjenesteomrade"]
        assert suggested["settled"]["tjenesteomrade"] in ("tjenesteomrade", "tjenesteniva", None)

    @pytest.mark.parametrize("arguments", [pytest.param((), id="no text"), pytest.param(("-",), id="a dash")])
    def test_standard_input_is_read(self, suggested, arguments):
        assert _suggestion(_run("suggest", "--json", *arguments, given=BOKMAL.encode())) == suggested

    def test_standard_input_may_be_in_windows_1252(self):
        text = "Jeg får ikke hjelp på sykehjemmet, og sønnen min må være her hver kveld."
        one, other = (_suggestion(_run("suggest", "--json", given=text.encode(code))) for code in ("utf-8", "cp1252"))

        assert one == other

    def test_a_text_file_is_one_inquiry(self, suggested, tmp_path):
        path = tmp_path / "brev.txt"
        path.write_text(BOKMAL, "utf-8")

        assert _suggestion(_run("suggest", "--json", "--file", path)) == suggested

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            pytest.param("inn.csv", f"saksnr;tekst\n007;{BOKMAL}\n008;\n", id="csv"),
            pytest.param(
                "inn.jsonl",
                json.dumps({"id": "007", "text": BOKMAL}) + "\n" + json.dumps({"id": "008", "text": ""}) + "\n",
                id="jsonl",
            ),
        ],
    )
    def test_a_table_gives_one_line_for_each_row(self, suggested, tmp_path, name, content):
        path = tmp_path / name
        path.write_text(content, "utf-8")
        first, second = map(json.loads, _out(_run("suggest", "--json", "--file", path)).splitlines())

        assert first == {**suggested, "id": "007"}
        assert (second["id"], second["review"]) == ("008", ["empty"])

    def test_people_are_told_the_names_of_labels_and_that_a_person_decides(self, suggested, scorer):
        text = _out(_run("suggest", BOKMAL))
        level = scorer.taxonomy.dimension("tjenesteniva").label(suggested["suggestions"]["tjenesteniva"][0]["label"])

        assert level.name.split()[0] in text
        assert "Rådgiveren avgjør" in text

    def test_a_text_and_a_file_together_are_wrong_usage(self, tmp_path):
        path = tmp_path / "brev.txt"
        path.write_text(SENTINEL, "utf-8")
        run = _run("suggest", SENTINEL, "--file", path)

        assert run.returncode == 2
        assert run.stdout == b""
        assert SENTINEL.encode() not in run.stderr


class TestContentThatNeverFails:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            pytest.param(b"", "empty", id="nothing"),
            pytest.param(b" \n\t ", "empty", id="white space"),
            pytest.param(b"Fastlege", "too_short", id="one word"),
            pytest.param((BOKMAL + "\n").encode() * (2 * 10**6 // len(BOKMAL)), "too_long", id="two million bytes"),
            pytest.param(f"{BOKMAL} \x00\x07\x1b[31m".encode(), "control_characters", id="control characters"),
            pytest.param(b"\xff\xfe\x81\x8d" * 50, None, id="no encoding"),
            pytest.param(ENGLISH.encode(), "language_not_supported", id="english"),
        ],
    )
    def test_it_is_for_a_person_to_look_at_and_nothing_is_accepted(self, content, reason):
        suggestion = _suggestion(_run("suggest", "--json", given=content))

        assert suggestion["review"] == [reason] if reason else suggestion["review"]
        assert _accepted(suggestion) == []
        assert set(suggestion["settled"].values()) == {None}

    @pytest.mark.parametrize("text", ["", "Fastlege", "\x1b[31m rødt \x07", "[bold]klammer[/] i teksten", ENGLISH])
    def test_it_is_shown_to_people_too(self, text):
        assert _out(_run("suggest", given=text.encode())) != ""


class TestLabels:
    def test_json_holds_the_whole_scheme(self):
        scheme = json.loads(_out(_run("labels", "--json")))

        assert [dimension["id"] for dimension in scheme["dimensions"]] == [
            "tjenesteniva",
            "tjenesteomrade",
            "arsak",
            "systemflagg",
            "henvendelsestype",
        ]
        assert all(dimension["labels"] for dimension in scheme["dimensions"])

    def test_every_label_is_shown_to_people(self):
        scheme = json.loads(_out(_run("labels", "--json")))
        text = _out(_run("labels"))

        assert all(label["id"] in text for dimension in scheme["dimensions"] for label in dimension["labels"])

    def test_another_scheme_can_be_shown(self, tmp_path):
        path = tmp_path / "skjema.toml"
        path.write_text('[[dimension]]\nid = "farge"\nkind = "single"\n[[farge]]\nid = "blå"\n', "utf-8")
        scheme = json.loads(_out(_run("labels", "--json", "--taxonomy", path)))

        assert [label["id"] for label in scheme["dimensions"][0]["labels"]] == ["blå"]

    def test_all_faults_of_a_scheme_are_told(self, tmp_path):
        path = tmp_path / "skjema.toml"
        path.write_text('[[dimension]]\nid = "farge"\nkind = "begge"\n', "utf-8")
        run = _run("labels", "--taxonomy", path)

        assert run.returncode == 1
        assert "kind må være" in run.stderr.decode()
        assert "mangler" in run.stderr.decode()
        assert "Traceback" not in run.stderr.decode()


class TestModel:
    def test_the_shipped_model_is_whole(self, suggested):
        text = _out(_run("model", "verify"))

        assert suggested["model"] in text

    def test_info_names_the_model_that_suggests(self, suggested):
        facts = json.loads(_out(_run("model", "info", "--json")))

        assert re.fullmatch(r"[\w.-]+@[0-9a-f]{8}", facts["model"])
        assert facts["model"] == suggested["model"]

    def test_info_is_shown_to_people(self, suggested):
        assert suggested["model"] in _out(_run("model", "info"))

    def test_a_changed_file_is_noticed(self, root, tmp_path):
        for path in (root / "models" / "default").iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        changed = tmp_path / "lemmas.json"
        changed.write_bytes(changed.read_bytes() + b" ")
        run = _run("model", "verify", tmp_path)

        assert run.returncode == 1
        assert str(tmp_path) in run.stderr.decode()
        assert "lemmas.json" in run.stderr.decode()
        assert "Traceback" not in run.stderr.decode()


class TestBatch:
    def test_it_tells_how_many_rows_were_written_where(self, told, folder):
        assert "24 rader" in told
        assert str(folder / "ut.csv") in told

    def test_every_row_comes_out_with_all_that_it_held(self, given, written):
        assert len(written) == 24
        assert [{name: row[name] for name in given[0]} for row in written] == given

    def test_leading_zeros_survive(self, written):
        assert {"004518", "004519", "004520"} <= {row["saksnr"] for row in written}

    def test_every_label_is_one_of_the_scheme(self, written, scorer):
        for dimension in scorer.taxonomy.dimensions:
            found = {label for row in written for label in row[dimension.id].split("|") if label}

            assert found <= set(dimension.label_ids)

    def test_other_languages_get_no_label(self, written):
        rows = {row["saksnr"]: row for row in written}

        for number in ("2026-000517", "2026-000523"):
            assert rows[number]["review"] == "language_not_supported"
            assert rows[number]["malform"] == "other"
            assert _labels(rows[number]) == set()

    def test_an_empty_text_gets_no_label(self, written):
        (row,) = [row for row in written if not row["henvendelse"].strip()]

        assert row["review"] == "empty"
        assert _labels(row) == set()

    def test_a_single_word_is_too_short(self, written):
        (row,) = [row for row in written if len(row["henvendelse"].split()) == 1]

        assert row["review"] == "too_short"
        assert row["settled"] == ""
        assert row["arsak"] == row["systemflagg"] == ""

    def test_json_lines_come_out_where_the_ending_says_so(self, given, source, tmp_path):
        _out(_run("batch", source, tmp_path / "ut.jsonl"))
        rows = [json.loads(line) for line in (tmp_path / "ut.jsonl").read_text("utf-8").split("\n") if line]

        assert [row["saksnr"] for row in rows] == [row["saksnr"] for row in given]

    def test_the_rows_can_be_shown(self, given, source, tmp_path):
        text = _out(_run("batch", source, tmp_path / "ut.csv", "--show"))

        assert all(row["saksnr"] in text for row in given)

    def test_the_columns_can_be_named(self, tmp_path):
        (tmp_path / "inn.csv").write_text(f"nr;notat\n7;{BOKMAL}\n", "utf-8")
        _out(_run("batch", tmp_path / "inn.csv", tmp_path / "ut.csv", "--id-column", "nr", "--text-column", "notat"))
        (row,) = _read_csv(tmp_path / "ut.csv", "utf-8-sig")

        assert row["nr"] == "7"
        assert row["tjenesteniva"] != ""


def _read_csv(path, encoding="cp1252"):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def _labels(row):
    names = [*(f"{name}{end}" for name in SINGLE for end in ("", "_2", "_3")), *MULTI, "settled"]
    return {row[name] for name in names} - {""}


# Name of the input, its content (None: there is none), and the line that is told (None: the whole file is meant).
BAD_TABLES = [
    pytest.param("borte.csv", None, None, id="missing file"),
    pytest.param("rot.csv", SENTINEL.encode() + b";\x81", 1, id="undecodable"),
    pytest.param("notat.csv", f"id;notat\n1;{SENTINEL}\n".encode(), 1, id="no text column"),
    pytest.param("skjev.csv", f"id;tekst\n1;a\n2;{SENTINEL};b\n".encode(), 3, id="ragged row"),
    pytest.param("sitat.csv", f'id;tekst\n1;"{SENTINEL}\n'.encode(), 2, id="unbalanced quote"),
    pytest.param("tom.csv", b"", None, id="empty file"),
    pytest.param("pakke.csv", b"PK\x03\x04" + SENTINEL.encode(), None, id="zip file"),
    pytest.param("utf16.csv", f"id;tekst\n1;{SENTINEL}\n".encode("utf-16"), None, id="UTF-16"),
    pytest.param("brutt.jsonl", f'{{"text": "a"}}\n{{"text": "{SENTINEL}\n'.encode(), 2, id="broken JSON line"),
    pytest.param("liste.jsonl", f'{{"text": "a"}}\n["{SENTINEL}"]\n'.encode(), 2, id="JSON line that is a list"),
    pytest.param("notat.docx", SENTINEL.encode(), None, id="unknown ending"),
]


class TestBadInput:
    @pytest.mark.parametrize(("name", "content", "line"), BAD_TABLES)
    def test_a_bad_table_is_told_in_one_line_and_nothing_is_written(self, tmp_path, name, content, line):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        error = _error_of("batch", tmp_path / name, tmp_path / "ut.csv")

        assert str(tmp_path / name) in error
        assert f"linje {line}: " in error or line is None
        assert {path.name for path in tmp_path.iterdir()} <= {name}

    def test_a_folder_is_no_table(self, tmp_path):
        (tmp_path / "mappe.csv").mkdir()
        error = _error_of("batch", tmp_path / "mappe.csv", tmp_path / "ut.csv")

        assert f"{tmp_path / 'mappe.csv'} er en mappe" in error
        assert [path.name for path in tmp_path.iterdir()] == ["mappe.csv"]

    @pytest.mark.parametrize(
        "target",
        [
            pytest.param("borte/ut.csv", id="missing folder"),
            pytest.param("ut.docx", id="unknown ending"),
            pytest.param("inn.csv", id="the input itself"),
            pytest.param("mappe", id="a folder"),
        ],
    )
    def test_a_bad_target_is_told_in_one_line_and_nothing_is_written(self, tmp_path, target):
        content = f"id;tekst\n1;{SENTINEL} er en tekst\n"
        (tmp_path / "inn.csv").write_text(content, "utf-8")
        (tmp_path / "mappe").mkdir()
        error = _error_of("batch", tmp_path / "inn.csv", tmp_path / target)

        assert str(tmp_path / target) in error
        assert sorted(path.name for path in tmp_path.iterdir()) == ["inn.csv", "mappe"]
        assert list((tmp_path / "mappe").iterdir()) == []
        assert (tmp_path / "inn.csv").read_text("utf-8") == content

    @pytest.mark.parametrize("command", [("suggest", SENTINEL, "--model"), ("model", "info"), ("model", "verify")])
    def test_an_unknown_model_folder_is_told_in_one_line(self, tmp_path, command):
        assert str(tmp_path / "borte") in _error_of(*command, tmp_path / "borte")

    @pytest.mark.parametrize("name", ["borte.txt", "borte.csv"])
    def test_a_missing_file_to_suggest_for_is_told_in_one_line(self, tmp_path, name):
        assert str(tmp_path / name) in _error_of("suggest", "--file", tmp_path / name)

    def test_a_missing_label_scheme_is_told_in_one_line(self, tmp_path):
        assert str(tmp_path / "borte.toml") in _error_of("labels", "--taxonomy", tmp_path / "borte.toml")


def _error_of(*arguments):
    """Return the one line that a command which failed wrote to standard error."""
    run = _run(*arguments)
    error = run.stderr.decode()

    assert run.returncode == 1
    assert run.stdout == b""
    assert len(error.splitlines()) == 1
    assert "Traceback" not in error
    assert SENTINEL not in error
    return error


def test_batch_tells_its_summary_as_json(tmp_path):
    source = tmp_path / "inn.csv"
    source.write_text("saksnr;tekst\n1;Fastlegen min svarer ikke på telefon\n2;\n", "utf-8")

    summary = json.loads(_out(_run("batch", source, tmp_path / "ut.csv", "--json")))

    assert summary["rows"] == 2
    assert (summary["id_column"], summary["text_column"]) == ("saksnr", "tekst")
    assert summary["review"]["empty"] == 1


def test_half_a_surrogate_pair_stops_no_command(tmp_path):
    source = tmp_path / "inn.jsonl"
    source.write_text('{"id": "\\ud800", "text": "Jeg fikk ikke time hos fastlegen i dag"}\n', "utf-8")

    assert json.loads(_out(_run("suggest", "--file", source, "--json")))["suggestions"]["tjenesteomrade"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("1;Sentinel Navnesen\n2;hei\n", id="no text column"),
        pytest.param("Sentinel;Sentinel;tekst\n1;2;hei\n", id="doubled"),
    ],
)
def test_the_first_row_of_a_file_without_a_heading_is_not_told(content, tmp_path):
    source = tmp_path / "inn.csv"
    source.write_text(content, "utf-8")

    run = _run("batch", source, tmp_path / "ut.csv")

    assert run.returncode == 1
    assert b"inn.csv, linje 1" in run.stderr
    assert b"Sentinel" not in run.stderr
