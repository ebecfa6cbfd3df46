import csv
import errno
import json
import multiprocessing
import os
import signal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pobo_nlp.batch.columns import text_column_of
from pobo_nlp.batch.engine import Options, Progress, run_batch
from pobo_nlp.batch.job import MAX_TEXT_BYTES, SuggestJob
from pobo_nlp.errors import (
    ChangedRunError,
    ColumnError,
    EmptyTableError,
    NotAFileError,
    OutputExistsError,
    RowError,
    RunningError,
    StoppedRunError,
    TableError,
    UnknownFormatError,
    UnreadableFileError,
    WorkerError,
)
from pobo_nlp.model.manifest import sealed
from pobo_nlp.model.strict_json import as_json
from pobo_nlp.tables import Place, open_table

SENTINEL = "hemmelegord"
CARE = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden."
DOCTOR = "Fastlegen vil ikke henvise meg, og eg har venta i tre veker på svar."
ENGLISH = "I do not understand the letter that you sent to my mother last week."
ROWS_AT_ONCE = 10
N_ROWS = 45


@pytest.fixture
def write(tmp_path):
    def _write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return _write


@pytest.fixture
def source(write):
    """A table of 45 rows in five chunks."""
    texts = [CARE, DOCTOR, ENGLISH, "", "Nei"]
    rows = "".join(f"{number:05d};{texts[number % 5]};{number}.1.26\n" for number in range(N_ROWS))
    return write("inn.csv", "saksnr;tekst;dato\n" + rows)


def _run(source, target, *, text_column=None, id_column=None, columns=(), rows_at_once=ROWS_AT_ONCE, **how):
    return run_batch(
        Place(str(source)),
        Place(str(target)),
        how.pop("model", None),
        job_of=lambda table: SuggestJob(text_column_of(table, text_column)),
        options=Options(id_column, columns, rows_at_once),
        **how,
    )


def _rows(path):
    return [row for chunk in open_table(path).chunks(1000, 0) for row in chunk.rows.to_pylist()]


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _stop_after(chunks):
    """Return what is told of the rows; after so many chunks, the person who runs it stops it."""
    told = []

    def on_rows(rows):
        told.append(rows)
        if len(told) == chunks:
            raise KeyboardInterrupt

    return Progress(on_rows=on_rows)


def _stopped(source, target, chunks=2, **how):
    with pytest.raises(KeyboardInterrupt):
        _run(source, target, progress=_stop_after(chunks), **how)


class TestOutput:
    def test_columns_and_rows_of_the_input_are_kept_in_their_order(self, write, tmp_path):
        source = write("inn.csv", f"kontor;Saksnr;Tekst;dato\nNord;007;{CARE};1.2.26\nSør;006;{DOCTOR};2.2.26\n")
        summary = _run(source, tmp_path / "ut.csv")
        names = ("kontor", "Saksnr", "Tekst", "dato")

        assert tuple(open_table(tmp_path / "ut.csv").schema.names) == (*names, *summary.added.values())
        assert [{name: row[name] for name in names} for row in _rows(tmp_path / "ut.csv")] == _rows(source)

    def test_a_row_gets_what_the_scorer_suggests_for_its_text(self, source, scorer, tmp_path):
        _run(source, tmp_path / "ut.parquet")
        written = _rows(tmp_path / "ut.parquet")
        suggestions = scorer.suggest([row["tekst"] for row in written], with_evidence=False)

        for row, suggestion in zip(written, suggestions, strict=True):
            areas = suggestion.suggestions["tjenesteomrade"]
            assert row["tjenesteomrade"] == (areas[0].label if areas else "")
            assert row["review"] == "|".join(suggestion.review)
            assert row["model"] == scorer.model_id

    @pytest.mark.parametrize("n_rows", [0, 1, 9, 10, 11, 20])
    def test_as_many_rows_come_out_as_went_in(self, write, tmp_path, n_rows):
        source = write("inn.csv", "id;tekst\n" + "".join(f"{n};time hos lege {n}\n" for n in range(n_rows)))
        totals, steps = [], []
        summary = _run(source, tmp_path / "ut.csv", progress=Progress(on_total=totals.append, on_rows=steps.append))

        assert summary.rows == n_rows
        assert [row["id"] for row in _rows(tmp_path / "ut.csv")] == [str(number) for number in range(n_rows)]
        assert (totals, sum(steps)) == ([n_rows], n_rows)

    def test_a_heading_alone_becomes_a_heading_with_the_added_columns(self, write, tmp_path):
        summary = _run(write("inn.csv", "id;tekst\n"), tmp_path / "ut.csv")

        assert open_table(tmp_path / "ut.csv").schema.names == ["id", "tekst", *summary.added.values()]

    def test_an_existing_column_is_kept_beside_the_suggested_one(self, write, scorer, tmp_path):
        header = "id;tekst;tjenesteomrade;review;review_suggested"
        _run(write("inn.csv", f"{header}\n1;{CARE};satt av menneske;x;y\n"), tmp_path / "ut.csv")
        (row,) = _rows(tmp_path / "ut.csv")

        assert (row["tjenesteomrade"], row["review"], row["review_suggested"]) == ("satt av menneske", "x", "y")
        assert row["tjenesteomrade_suggested"] in scorer.taxonomy.dimension("tjenesteomrade").label_ids
        assert "review_suggested_suggested" in row

    def test_the_columns_to_write_are_chosen_in_their_order(self, source, tmp_path):
        _run(source, tmp_path / "ut.csv", columns=("review", "saksnr", "tjenesteomrade"))

        assert list(_rows(tmp_path / "ut.csv")[0]) == ["review", "saksnr", "tjenesteomrade"]

    @pytest.mark.parametrize(("columns", "problem"), [(("borte",), "finnes ikke"), (("id", "id"), "står to ganger")])
    def test_an_impossible_choice_of_columns_is_refused(self, write, tmp_path, columns, problem):
        with pytest.raises(ColumnError, match=problem):
            _run(write("inn.csv", f"id;tekst\n1;{CARE}\n"), tmp_path / "ut.csv", columns=columns)

        assert _names(tmp_path) == ["inn.csv"]

    def test_types_survive(self, tmp_path):
        table = pa.table({"nr": [7, None], "dato": pa.array([0, 1], pa.date32()), "text": [CARE, DOCTOR]})
        pq.write_table(table, tmp_path / "inn.parquet")
        _run(tmp_path / "inn.parquet", tmp_path / "ut.parquet")
        written = pq.read_table(tmp_path / "ut.parquet")

        assert written.select(["nr", "dato", "text"]).cast(table.schema) == table
        assert written.schema.field("tjenesteomrade_probability").type == pa.float64()

    @pytest.mark.parametrize("workers", [2, 3])
    @pytest.mark.parametrize("name", ["ut.csv", "ut.parquet"])
    def test_it_does_not_depend_on_the_number_of_processes(self, source, tmp_path, workers, name):
        _run(source, tmp_path / name)
        _run(source, tmp_path / f"flere-{name}", workers=workers)

        assert (tmp_path / f"flere-{name}").read_bytes() == (tmp_path / name).read_bytes()

    def test_nothing_but_output_and_summary_is_left(self, source, tmp_path):
        summary = _run(source, tmp_path / "ut.csv")
        told = json.loads((tmp_path / "ut.csv.summary.json").read_text("utf-8"))

        assert _names(tmp_path) == ["inn.csv", "ut.csv", "ut.csv.summary.json"]
        assert told == summary.to_dict()

    def test_the_first_rows_are_told_before_the_first_chunk_is_done(self, write, tmp_path):
        source = write("inn.csv", "id;tekst\n" + "".join(f"{n};time hos lege {n}\n" for n in range(200)))
        steps = []
        _run(source, tmp_path / "ut.csv", rows_at_once=150, progress=Progress(on_rows=steps.append))

        assert steps == [64, 86, 50]


class TestSummary:
    def test_it_counts_what_was_written(self, source, tmp_path):
        summary = _run(source, tmp_path / "ut.csv")
        written = _rows(tmp_path / "ut.csv")

        for name, counts in summary.counts.items():
            found = [value for row in written for value in row[name].split("|") if value or name == "settled"]
            assert counts == {value: found.count(value) for value in found}
        assert (summary.id_column, summary.text_column) == ("saksnr", "tekst")
        assert summary.review["empty"] == N_ROWS / 5

    def test_ids_that_stand_twice_are_allowed_and_counted(self, write, tmp_path):
        source = write("inn.csv", f"id;tekst\n1;{CARE}\n2;{CARE}\n1;{DOCTOR}\n1;{CARE}\n")
        summary = _run(source, tmp_path / "ut.csv", rows_at_once=1)

        assert summary.repeated_ids == 2
        assert [row["id"] for row in _rows(tmp_path / "ut.csv")] == ["1", "2", "1", "1"]


class TestDatabase:
    def test_postgresql_is_written_and_the_summary_tells_what_it_cannot_hold(self, tmp_path, monkeypatch, postgresql):
        monkeypatch.chdir(tmp_path)
        texts = [CARE, f"{SENTINEL}\x00", DOCTOR]
        pq.write_table(pa.table({"id": ["01", "02", "03"], "tekst": texts}), tmp_path / "inn.parquet")
        summary = run_batch(
            Place(str(tmp_path / "inn.parquet")),
            Place(postgresql, table="forslag"),
            None,
            job_of=lambda table: SuggestJob(text_column_of(table, None)),
        )
        found = [chunk.rows for chunk in open_table(Place(postgresql, table="forslag", key="id")).chunks(10, 0)]

        assert summary.texts_with_nul == 1
        assert found[0]["tekst"].to_pylist() == [CARE, f"{SENTINEL}\ufffd", DOCTOR]
        assert found[0]["id"].to_pylist() == ["01", "02", "03"]


class TestRowsThatCannotBeScored:
    @pytest.fixture
    def faulty(self, tmp_path):
        texts = [CARE, None, f"{SENTINEL}\x00 er skadet", "å" * MAX_TEXT_BYTES, DOCTOR]
        pq.write_table(pa.table({"sak": ["a", "b", "c", "d", "e"], "text": texts}), tmp_path / "inn.parquet")
        return tmp_path / "inn.parquet"

    def test_they_are_written_with_a_code_and_listed(self, faulty, tmp_path):
        summary = _run(faulty, tmp_path / "ut.parquet", id_column="sak")
        written = _rows(tmp_path / "ut.parquet")
        listed = (tmp_path / "ut.parquet.errors.csv").read_text("utf-8-sig")

        assert [row["sak"] for row in written] == ["a", "b", "c", "d", "e"]
        assert [row["review"] for row in written[1:4]] == [
            "error_no_text", "error_nul_character", "error_too_large",
        ]  # fmt: skip
        assert {row["tjenesteomrade"] for row in written[1:4]} == {""}
        assert written[0]["tjenesteomrade"]
        assert list(csv.reader(listed.splitlines(), delimiter=";")) == [
            ["row", "id", "code"],
            ["2", "b", "error_no_text"],
            ["3", "c", "error_nul_character"],
            ["4", "d", "error_too_large"],
        ]
        assert (summary.errors, summary.errors_file) == (3, str(tmp_path / "ut.parquet.errors.csv"))
        assert SENTINEL not in listed

    def test_they_are_listed_whatever_columns_are_written(self, faulty, tmp_path):
        assert _run(faulty, tmp_path / "ut.parquet", columns=("sak",)).errors == 3

    def test_a_list_of_errors_from_before_goes_where_there_are_none(self, source, tmp_path):
        (tmp_path / "ut.csv.errors.csv").write_text("gammel", "utf-8")
        summary = _run(source, tmp_path / "ut.csv")

        assert summary.errors_file is None
        assert not (tmp_path / "ut.csv.errors.csv").exists()

    def test_a_json_line_without_the_text_or_with_another_value_is_one(self, write, tmp_path):
        lines = [{"id": 1, "text": CARE}, {"id": 2}, {"id": 3, "text": [SENTINEL]}, {"id": 4, "text": 12}]
        source = write("inn.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        _run(source, tmp_path / "ut.jsonl")
        written = [json.loads(line) for line in (tmp_path / "ut.jsonl").read_text("utf-8").splitlines()]

        assert [row["review"] for row in written[1:]] == ["error_no_text", "error_not_text", "too_short"]
        assert written[2]["text"] == [SENTINEL]

    def test_a_row_of_thirty_megabytes_does_not_stop_the_rest(self, write, tmp_path):
        source = write("inn.csv", f"id;tekst\n1;{CARE}\n2;{'mye tekst ' * 3_000_000}\n3;{DOCTOR}\n")
        summary = _run(source, tmp_path / "ut.csv", columns=("id", "review", "tjenesteomrade"))
        written = _rows(tmp_path / "ut.csv")

        assert written[1]["review"] == "error_too_large"
        assert (summary.rows, summary.errors) == (3, 1)
        assert written[0]["tjenesteomrade"]
        assert written[2]["tjenesteomrade"]


class TestRefused:
    def test_a_text_column_of_lists(self, tmp_path):
        pq.write_table(pa.table({"text": [["a", SENTINEL]]}), tmp_path / "inn.parquet")

        with pytest.raises(ColumnError, match=r"«text» med teksten er av typen list"):
            _run(tmp_path / "inn.parquet", tmp_path / "ut.parquet")

        assert _names(tmp_path) == ["inn.parquet"]

    def test_ids_that_are_lists(self, tmp_path):
        pq.write_table(pa.table({"id": [["a"]], "text": [CARE]}), tmp_path / "inn.parquet")
        recognised = _run(tmp_path / "inn.parquet", tmp_path / "ut.parquet")

        assert recognised.id_column is None

        with pytest.raises(ColumnError, match="«id» med id-ene er av typen list"):
            _run(tmp_path / "inn.parquet", tmp_path / "to.parquet", id_column="id")

    def test_an_empty_file(self, write, tmp_path):
        with pytest.raises(EmptyTableError, match="tom"):
            _run(write("inn.csv", ""), tmp_path / "ut.csv")

        assert _names(tmp_path) == ["inn.csv"]

    @pytest.mark.parametrize("rows_at_once", [1, 10])
    def test_a_row_that_does_not_fit(self, write, tmp_path, all_words_of, rows_at_once):
        source = write("inn.csv", f"id;tekst\n1;{CARE}\n2;{DOCTOR}\n3;{SENTINEL};x\n4;{CARE}\n")

        with pytest.raises(RowError, match="linje 4") as caught:
            _run(source, tmp_path / "ut.csv", rows_at_once=rows_at_once)

        assert _names(tmp_path) == ["inn.csv"]
        assert SENTINEL not in all_words_of(caught.value)

    @pytest.mark.parametrize(
        ("target", "error"),
        [
            pytest.param("inn.csv", TableError, id="the input itself"),
            pytest.param("ut.docx", UnknownFormatError, id="unknown ending"),
            pytest.param("borte/ut.csv", UnreadableFileError, id="missing folder"),
            pytest.param("mappe", NotAFileError, id="a folder"),
            pytest.param("/proc/ut.csv", UnreadableFileError, id="where nothing can be written"),
        ],
    )
    def test_a_target_that_cannot_be_written_is_told_before_any_work(self, source, tmp_path, target, error):
        (tmp_path / "mappe").mkdir()
        before = source.read_bytes()
        told = []

        with pytest.raises(error, match=r"inn\.csv|ut\.docx|ut\.csv|mappe"):
            _run(source, tmp_path / target, progress=Progress(on_rows=told.append))

        assert told == []
        assert source.read_bytes() == before
        assert _names(tmp_path) == ["inn.csv", "mappe"]

    def test_an_output_that_is_there(self, source, tmp_path):
        (tmp_path / "ut.csv").write_text("gammel", "utf-8")

        with pytest.raises(OutputExistsError, match=r"ut\.csv finnes allerede\. Bruk --restart"):
            _run(source, tmp_path / "ut.csv")

        assert (tmp_path / "ut.csv").read_text("utf-8") == "gammel"
        assert _names(tmp_path) == ["inn.csv", "ut.csv"]

    def test_a_run_that_is_finished_says_so(self, source, tmp_path):
        _run(source, tmp_path / "ut.csv")

        with pytest.raises(OutputExistsError, match="skrevet ferdig av en tidligere kjøring"):
            _run(source, tmp_path / "ut.csv")

    def test_unless_it_is_to_begin_anew(self, source, tmp_path):
        (tmp_path / "ut.csv").write_text("gammel", "utf-8")
        _run(source, tmp_path / "ut.csv", restart=True)

        assert len(_rows(tmp_path / "ut.csv")) == N_ROWS


class TestResume:
    @pytest.fixture
    def expected(self, source, tmp_path):
        _run(source, tmp_path / "hel.csv")
        return (tmp_path / "hel.csv").read_bytes()

    @pytest.mark.parametrize("workers", [1, 2])
    @pytest.mark.parametrize("chunks", [1, 4, 5])
    def test_a_stopped_run_goes_on_and_writes_the_same(self, source, expected, tmp_path, chunks, workers):
        target, done = tmp_path / "ut.csv", []
        _stopped(source, target, chunks)
        is_there = target.exists()
        summary = _run(source, target, workers=workers, progress=Progress(on_rows=done.append))

        assert not is_there
        assert target.read_bytes() == expected
        assert summary.resumed_rows == min(chunks * ROWS_AT_ONCE, N_ROWS)
        assert sum(done) == N_ROWS - summary.resumed_rows
        assert not (tmp_path / ".ut.csv.batch").exists()

    def test_the_summary_tells_of_both_runs_together(self, source, tmp_path):
        whole = _run(source, tmp_path / "hel.csv")
        _stopped(source, tmp_path / "ut.csv")
        summary = _run(source, tmp_path / "ut.csv")

        assert (summary.rows, summary.counts) == (whole.rows, whole.counts)

    def test_what_is_kept_is_for_its_owner_alone(self, source, tmp_path):
        _stopped(source, tmp_path / "ut.csv")
        journal = tmp_path / ".ut.csv.batch"

        assert journal.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in journal.iterdir()} == {0o600}

    @pytest.mark.parametrize("chunks", [1, 2, 3])
    def test_the_cut_of_the_chunks_does_not_depend_on_where_it_was_stopped(self, write, tmp_path, chunks):
        source = write("inn.csv", "id;tekst\n" + "".join(f"{n};time hos lege {n}\n" for n in range(200)))
        _stopped(source, tmp_path / "ut.csv", chunks, rows_at_once=100)
        steps = []
        _run(source, tmp_path / "ut.csv", rows_at_once=100, progress=Progress(on_rows=steps.append))

        assert steps == [64, 36, 100][chunks:]
        assert [row["id"] for row in _rows(tmp_path / "ut.csv")] == [str(number) for number in range(200)]

    @pytest.mark.parametrize("cut", [1, 20, 200])
    def test_a_torn_line_is_done_again(self, source, expected, tmp_path, cut):
        _stopped(source, tmp_path / "ut.csv", 3)
        journal = tmp_path / ".ut.csv.batch" / "journal.jsonl"
        os.truncate(journal, journal.stat().st_size - cut)
        summary = _run(source, tmp_path / "ut.csv")

        assert summary.resumed_rows == 2 * ROWS_AT_ONCE
        assert (tmp_path / "ut.csv").read_bytes() == expected

    def test_zeros_where_a_line_should_stand_are_done_again_and_do_no_lasting_harm(self, source, expected, tmp_path):
        _stopped(source, tmp_path / "ut.csv", 2)
        with (tmp_path / ".ut.csv.batch" / "journal.jsonl").open("ab") as file:
            file.write(bytes(100) + b"\n")
        _stopped(source, tmp_path / "ut.csv", 1)
        summary = _run(source, tmp_path / "ut.csv")

        assert summary.resumed_rows == 3 * ROWS_AT_ONCE
        assert (tmp_path / "ut.csv").read_bytes() == expected

    @pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
    def test_a_damaged_part_alone_is_done_again(self, source, expected, tmp_path, damage):
        _stopped(source, tmp_path / "ut.csv", 4)
        part = sorted((tmp_path / ".ut.csv.batch").glob("*.arrow"))[1]
        if damage == "gone":
            part.unlink()
        else:
            content = part.read_bytes()
            part.write_bytes(content[:-1] if damage == "cut" else content.replace(b"ARROW", b"WORRA", 1))
        done = []
        _run(source, tmp_path / "ut.csv", progress=Progress(on_rows=done.append))

        assert done == [ROWS_AT_ONCE, 5]
        assert (tmp_path / "ut.csv").read_bytes() == expected

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            pytest.param({"columns": ("saksnr", "review")}, "kolonnene som skrives, er endret", id="columns"),
            pytest.param({"id_column": "dato"}, "valgene for kjøringen er endret", id="id column"),
            pytest.param({"text_column": "dato"}, "valgene for kjøringen er endret", id="text column"),
            pytest.param({"rows_at_once": 9}, "antall rader om gangen er endret", id="rows at once"),
        ],
    )
    def test_another_option_is_refused_with_the_reason(self, source, expected, tmp_path, change, reason):
        _stopped(source, tmp_path / "ut.csv")

        with pytest.raises(ChangedRunError, match=rf"{reason}.*--restart"):
            _run(source, tmp_path / "ut.csv", **change)

        _run(source, tmp_path / "ut.csv")

        assert (tmp_path / "ut.csv").read_bytes() == expected

    def test_another_input_is_refused_with_the_reason(self, source, tmp_path):
        _stopped(source, tmp_path / "ut.csv")
        source.write_bytes(source.read_bytes() + f"x;{CARE};1.1.26\n".encode())

        with pytest.raises(ChangedRunError, match="innholdet i det som leses er endret"):
            _run(source, tmp_path / "ut.csv")

        assert _run(source, tmp_path / "ut.csv", restart=True).rows == N_ROWS + 1

    def test_another_model_is_refused_with_the_reason(self, root, source, tmp_path):
        for path in (root / "models" / "default").iterdir():
            (tmp_path / "modell").mkdir(exist_ok=True)
            (tmp_path / "modell" / path.name).write_bytes(path.read_bytes())
        manifest = tmp_path / "modell" / "manifest.json"
        manifest.write_bytes(as_json(sealed({**json.loads(manifest.read_bytes()), "name": "x"})))
        _stopped(source, tmp_path / "ut.csv")

        with pytest.raises(ChangedRunError, match="modellen er en annen"):
            _run(source, tmp_path / "ut.csv", model=tmp_path / "modell")

    def test_two_processes_do_not_share_a_journal(self, source, tmp_path):
        def run_again(rows):
            _run(source, tmp_path / "ut.csv")

        with pytest.raises(RunningError, match="En annen kjøring holder på"):
            _run(source, tmp_path / "ut.csv", progress=Progress(on_rows=run_again))

    def test_the_journal_may_lie_elsewhere(self, source, expected, tmp_path):
        (tmp_path / "j").mkdir()
        _stopped(source, tmp_path / "ut.csv", journal=tmp_path / "j")
        kept = _names(tmp_path / "j")
        _run(source, tmp_path / "ut.csv", journal=tmp_path / "j")

        assert kept == [".ut.csv.batch"]
        assert _names(tmp_path / "j") == []
        assert (tmp_path / "ut.csv").read_bytes() == expected

    def test_what_others_put_into_the_folder_stays(self, source, tmp_path):
        _stopped(source, tmp_path / "ut.csv")
        (tmp_path / ".ut.csv.batch" / "notat.txt").write_text("mitt", "utf-8")
        _run(source, tmp_path / "ut.csv")

        assert _names(tmp_path / ".ut.csv.batch") == ["notat.txt"]


class TestWorkers:
    def test_a_process_that_dies_is_replaced_and_nothing_is_lost(self, source, tmp_path):
        _run(source, tmp_path / "hel.csv")
        killed = []

        def kill(rows):
            if not killed:
                killed.extend(process.pid for process in multiprocessing.active_children())
                for number in killed:
                    os.kill(number, signal.SIGKILL)

        summary = _run(source, tmp_path / "ut.csv", workers=2, progress=Progress(on_rows=kill))

        assert len(killed) == 2
        assert summary.rows == N_ROWS
        assert (tmp_path / "ut.csv").read_bytes() == (tmp_path / "hel.csv").read_bytes()

    def test_processes_are_gone_when_the_run_is(self, source, tmp_path):
        _run(source, tmp_path / "ut.csv", workers=2)
        _stopped(source, tmp_path / "to.csv", 1, workers=2)

        assert multiprocessing.active_children() == []


def test_an_error_of_the_operating_system_is_told_with_what_is_done(source, tmp_path):
    def fill(rows):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(StoppedRunError, match=r"10 rader er gjort .* No space left on device.*samme kommando igjen"):
        _run(source, tmp_path / "ut.csv", progress=Progress(on_rows=fill))


def test_a_worker_error_tells_what_to_do():
    assert "--workers" in str(WorkerError("feilet (ValueError)"))
