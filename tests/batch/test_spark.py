import csv
import gc
import io
import json
import sys
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pobo_nlp.batch.columns import text_column_of
from pobo_nlp.batch.engine import Options, Progress
from pobo_nlp.batch.job import MAX_TEXT_BYTES, SuggestJob
from pobo_nlp.errors import (
    ColumnError,
    InputNotFoundError,
    ModelDamagedError,
    OutputExistsError,
    RowError,
    SparkError,
    UnknownFormatError,
)
from pobo_nlp.tables import Place

# Java begins faster when it does not try to become fast.
SETTINGS = {
    "spark.driver.memory": "512m",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
SENTINEL = "hemmelegord"
CARE = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden."
DOCTOR = "Fastlegen vil ikke henvise meg, og eg har venta i tre veker på svar."
ENGLISH = "I do not understand the letter that you sent to my mother last week."
TEXTS = [
    CARE,
    f'Hun sa: "{DOCTOR}" og la på.',
    f"Første linje.\n{CARE}\n\nSiste linje.",
    f"Fra Windows.\r\n{DOCTOR}",
    f"  innrykk; semikolon, komma\t tabulator {CARE}  ",
    "",
    '"',
    '""',
    "#kommentar? " + DOCTOR,
    "\\ og \\\" og 'enkle'",
    "NULL",
    "=1+1 " + DOCTOR,
    "'- " + DOCTOR,
    ENGLISH,
    "Blåbær, ærlig og økonomi på sykehjemmet; ingen svarte i helga.",
    CARE + " " + "Ingen svarte. " * 300,
]
HEADING = ["Saksnr", "tekst", "Dato med. punktum`", "tom"]


@pytest.fixture(scope="module")
def spark(java):
    """A session on two cores of this machine, which the runs share as they do in a notebook."""
    from pobo_nlp.batch.spark_session import quiet_about_pandas, session

    with quiet_about_pandas(), session("local[2]", SETTINGS) as started:
        yield started
    gc.collect()


@pytest.fixture
def run(spark):
    from pobo_nlp.batch.spark import run_on_spark

    def _run(source, target, *, model=None, text_column=None, progress=None, **options):
        return run_on_spark(
            source if isinstance(source, Place) else Place(str(source)),
            str(target),
            model,
            job_of=lambda table: SuggestJob(text_column_of(table, text_column)),
            options=Options(**options),
            progress=progress,
        )

    return _run


def _csv(rows, *, delimiter=";", line_end="\r\n", encoding="utf-8", quoting=csv.QUOTE_MINIMAL, above=""):
    text = io.StringIO(newline="")
    text.write(above)
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    return text.getvalue().encode(encoding)


def _rows(n):
    return [[f"{number:05d}", TEXTS[number % len(TEXTS)], "01.02.2003", ""] for number in range(n)]


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "style",
    [
        pytest.param({}, id="semicolons"),
        pytest.param({"delimiter": ",", "line_end": "\n"}, id="commas"),
        pytest.param({"delimiter": "\t", "quoting": csv.QUOTE_ALL}, id="tabs, all quoted"),
        pytest.param({"encoding": "cp1252"}, id="Windows-1252"),
        pytest.param({"encoding": "utf-8-sig", "quoting": csv.QUOTE_ALL}, id="byte order mark"),
        pytest.param({"above": "sep=;\r\n"}, id="hint of Excel"),
    ],
)
def test_csv_gives_the_rows_of_one_machine(run, on_one_machine, rows_of, tmp_path, style):
    source = tmp_path / "inn med mellomrom {a} [b]%20.csv"
    source.write_bytes(_csv([HEADING, *_rows(60)], **style))

    here = on_one_machine(source, tmp_path / "here.parquet")
    there = run(source, tmp_path / "there.parquet", rows_at_once=20)

    expected = rows_of(tmp_path / "here.parquet")
    assert len(expected) == 60
    assert rows_of(tmp_path / "there.parquet") == expected
    assert (there.counts, there.columns, there.id_column) == (here.counts, here.columns, here.id_column)


def test_a_folder_of_csv_holds_the_cells_that_one_machine_writes(run, on_one_machine, rows_of, tmp_path):
    source = tmp_path / "inn.csv"
    source.write_bytes(_csv([HEADING, *_rows(60)]))

    on_one_machine(source, tmp_path / "here.csv")
    run(source, tmp_path / "there.csv")

    assert rows_of(tmp_path / "there.csv") == rows_of(tmp_path / "here.csv")
    assert "_SUCCESS" in _names(tmp_path / "there.csv")


def test_compressed_csv_is_read(run, on_one_machine, rows_of, tmp_path):
    import gzip

    source = tmp_path / "inn.csv.gz"
    source.write_bytes(gzip.compress(_csv([HEADING, *_rows(20)])))

    on_one_machine(source, tmp_path / "here.parquet")
    run(source, tmp_path / "there.parquet")

    assert rows_of(tmp_path / "there.parquet") == rows_of(tmp_path / "here.parquet")


def test_json_lines_give_the_rows_of_one_machine(run, on_one_machine, rows_of, tmp_path):
    objects = [
        {"id": number, "text": text, "mixed": [1, "a"] if number % 2 else "007", "share": number / 7}
        for number, text in enumerate(TEXTS)
    ]
    del objects[3]["text"]
    lines = [json.dumps(one, ensure_ascii=number % 3 == 0) for number, one in enumerate(objects)]
    source = tmp_path / "inn.jsonl"
    source.write_text("\n\n".join(lines) + "\n  \n", "utf-8")

    here = on_one_machine(source, tmp_path / "here.parquet")
    there = run(source, tmp_path / "there.parquet")

    assert rows_of(tmp_path / "there.parquet") == rows_of(tmp_path / "here.parquet")
    assert there.rows == here.rows == len(TEXTS)
    assert there.errors == here.errors == 1


@pytest.fixture
def parquet(tmp_path):
    """Types that a database exports, in two groups of rows."""
    table = pa.table(
        {
            "id": pa.array(range(40), pa.int32()),
            "ID": [f"{number:03d}" for number in range(40)],
            "tekst": pa.array([None if number == 7 else TEXTS[number % len(TEXTS)] for number in range(40)]),
            "review": ["gammel"] * 40,
            "day": [date(1890, 1, 1)] * 40,
            "at": pa.array([datetime(2026, 1, 2, 3, 4, 5, 6, UTC)] * 40, pa.timestamp("us", "UTC")),
            "local": pa.array([datetime(2026, 1, 2, 3, 4, 5)] * 40, pa.timestamp("us")),
            "share": [0.00001] * 40,
            "list": [["a", None]] * 40,
        }
    )
    path = tmp_path / "inn.parquet"
    pq.write_table(table, path, row_group_size=20)
    return path


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_parquet_gives_the_rows_of_one_machine(run, on_one_machine, rows_of, tmp_path, parquet, ending):
    here = on_one_machine(parquet, tmp_path / f"here{ending}")
    there = run(parquet, tmp_path / f"there{ending}", rows_at_once=10)

    assert rows_of(tmp_path / f"there{ending}") == rows_of(tmp_path / f"here{ending}")
    assert there.columns == here.columns
    assert "review_suggested" in there.columns


def test_a_folder_of_parquet_is_read_in_the_order_of_its_names(run, rows_of, tmp_path, parquet):
    folder = tmp_path / "inn"
    folder.mkdir()
    # Spark itself begins with the largest.
    for name, rows in (("c", 30), ("a", 3), ("b", 10)):
        table = pq.read_table(parquet).slice(0, rows)
        pq.write_table(table.set_column(1, "ID", [[f"{name}{row:02d}" for row in range(rows)]]), folder / name)

    run(folder, tmp_path / "ut.parquet", rows_at_once=10)

    ids = [row["ID"] for row in rows_of(tmp_path / "ut.parquet")]
    assert len(ids) == 43
    assert ids == sorted(ids)


def test_a_database_gives_the_rows_of_one_machine(run, on_one_machine, rows_of, tmp_path, postgresql, jdbc_driver):
    import psycopg

    with psycopg.connect(postgresql) as database:
        database.execute('CREATE TABLE saker (nr bigint PRIMARY KEY, tekst text, "Dag" date)')
        for number in range(50):
            values = number * 3 - 20, TEXTS[number % len(TEXTS)], date(2003, 1, 1)
            database.execute("INSERT INTO saker VALUES (%s, %s, %s)", values)
    table = Place(postgresql, table="saker", key="nr")
    query = Place(postgresql, query="SELECT nr, tekst FROM saker WHERE nr > 0 -- not the others", key="nr")

    for number, source in enumerate((table, query)):
        on_one_machine(source, tmp_path / f"here{number}.parquet")
        run(source, tmp_path / f"there{number}.parquet", rows_at_once=10)

        assert rows_of(tmp_path / f"there{number}.parquet") == rows_of(tmp_path / f"here{number}.parquet")


def test_a_database_that_refuses_is_told_without_its_words(run, all_words_of, postgresql, tmp_path):
    with pytest.raises(SparkError, match="databasen gjorde ikke") as caught:
        run(Place(postgresql, query="SELECT 1 AS nr FROM hemmelegord", key="nr"), tmp_path / "ut.parquet")

    assert SENTINEL not in all_words_of(caught.value)
    assert "hemlig" not in all_words_of(caught.value)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        pytest.param(Place("sqlite:///x.db", table="saker"), "bare PostgreSQL", id="another database"),
        pytest.param(Place("postgresql://ola:hemlig@127.0.0.1/x", table="saker"), "--key", id="no key"),
        pytest.param(Place("postgresql://ola:hemlig@127.0.0.1/x", key="nr"), "--table eller --query", id="no table"),
        pytest.param(Place("postgresql://ola:hemlig@127.0.0.1:1/x", table="s", key="nr"), "databasen", id="closed"),
    ],
)
def test_a_database_that_cannot_be_read_is_told(run, all_words_of, tmp_path, place, told):
    with pytest.raises(SparkError, match=told) as caught:
        run(place, tmp_path / "ut.parquet")

    assert "hemlig" not in all_words_of(caught.value)


def test_rows_that_cannot_be_scored_are_listed_by_number_and_id(run, on_one_machine, rows_of, tmp_path):
    rows = _rows(30)
    rows[4][1] = f"{SENTINEL} " + "x" * MAX_TEXT_BYTES
    source = tmp_path / "inn.csv"
    source.write_bytes(_csv([HEADING, *rows]))

    on_one_machine(source, tmp_path / "here.parquet")
    summary = run(source, tmp_path / "ut.parquet", rows_at_once=10)

    assert rows_of(tmp_path / "ut.parquet") == rows_of(tmp_path / "here.parquet")
    assert summary.errors == 1
    listed = (tmp_path / "ut.parquet.errors.csv").read_text("utf-8-sig")
    assert listed == "row;id;code\n5;00004;error_too_large\n"
    assert json.loads((tmp_path / "ut.parquet.summary.json").read_text("utf-8")) == summary.to_dict()


def test_nothing_but_the_output_is_left(run, tmp_path):
    (tmp_path / "inn.csv").write_bytes(_csv([HEADING, *_rows(10)]))
    (tmp_path / ".ut.parquet.spark" / "scored").mkdir(parents=True)

    run(tmp_path / "inn.csv", tmp_path / "ut.parquet")

    assert _names(tmp_path) == ["inn.csv", "ut.parquet", "ut.parquet.summary.json"]


def test_columns_are_chosen(run, rows_of, tmp_path):
    (tmp_path / "inn.csv").write_bytes(_csv([HEADING, *_rows(10)]))

    summary = run(tmp_path / "inn.csv", tmp_path / "ut.parquet", columns=("review", "Saksnr"))

    assert list(rows_of(tmp_path / "ut.parquet")[0]) == ["review", "Saksnr"]
    assert sum(summary.counts["settled"].values()) == 10


def test_an_id_that_stands_twice_is_counted(run, tmp_path):
    rows = _rows(10)
    rows[3][0] = rows[4][0] = rows[5][0]
    (tmp_path / "inn.csv").write_bytes(_csv([HEADING, *rows]))

    assert run(tmp_path / "inn.csv", tmp_path / "ut.parquet").repeated_ids == 2


def test_a_table_without_rows_gives_one(run, rows_of, tmp_path):
    (tmp_path / "inn.csv").write_bytes(_csv([HEADING]))

    summary = run(tmp_path / "inn.csv", tmp_path / "ut.parquet")

    assert summary.rows == 0
    assert (tmp_path / "ut.parquet" / "_SUCCESS").is_file()


def test_progress_is_told(run, tmp_path):
    (tmp_path / "inn.csv").write_bytes(_csv([HEADING, *_rows(40)]))
    told = []

    run(
        tmp_path / "inn.csv",
        tmp_path / "ut.parquet",
        rows_at_once=10,
        progress=Progress(
            on_total=lambda rows: told.append(("total", rows)),
            on_rows=lambda rows: told.append(("rows", rows)),
            on_writing=lambda: told.append(("writing", 0)),
        ),
    )

    assert told[0] == ("total", 40)
    assert told[-1] == ("writing", 0)
    assert sum(rows for what, rows in told if what == "rows") == 40


def test_an_existing_output_is_never_replaced(run, tmp_path):
    (tmp_path / "inn.csv").write_bytes(_csv([HEADING, *_rows(10)]))
    (tmp_path / "ut.parquet").mkdir()
    (tmp_path / "ut.parquet" / "part-0").write_bytes(b"dear")

    with pytest.raises(OutputExistsError, match="finnes allerede"):
        run(tmp_path / "inn.csv", tmp_path / "ut.parquet")

    assert (tmp_path / "ut.parquet" / "part-0").read_bytes() == b"dear"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(f"id;tekst\n1;{SENTINEL};3\n".encode(), RowError, id="too many fields"),
        pytest.param(f"id;tekst;c\n1;{SENTINEL}\n".encode(), RowError, id="too few fields"),
        pytest.param(f"id;{SENTINEL}\n1;{SENTINEL}\n".encode(), ColumnError, id="no column of texts"),
    ],
)
def test_a_row_that_does_not_fit_is_told_without_its_text(run, all_words_of, tmp_path, content, error):
    (tmp_path / "inn.csv").write_bytes(content)

    with pytest.raises(error) as caught:
        run(tmp_path / "inn.csv", tmp_path / "ut.parquet")

    assert SENTINEL not in all_words_of(caught.value)
    assert _names(tmp_path) == ["inn.csv"]


@pytest.mark.parametrize(
    ("source", "target", "error", "told"),
    [
        pytest.param("inn.xlsx", "ut.parquet", UnknownFormatError, "lagre som CSV", id="Excel"),
        pytest.param("inn.csv.zst", "ut.parquet", SparkError, "zst", id="zstd"),
        pytest.param("borte.parquet", "ut.parquet", InputNotFoundError, "finnes ikke", id="no input"),
        pytest.param("hdfs://tjener/inn.csv", "ut.parquet", SparkError, "Parquet", id="CSV elsewhere"),
        pytest.param("inn.csv", "ut.xlsx", UnknownFormatError, "ender på", id="Excel out"),
        pytest.param("inn.csv", "ut.csv.gz", UnknownFormatError, "ender på", id="compressed out"),
        pytest.param("inn.csv", "postgresql://ola:hemlig@x/y", UnknownFormatError, "to ganger", id="database out"),
    ],
)
def test_what_spark_does_not_read_or_write_is_told(
    run, all_words_of, tmp_path, monkeypatch, source, target, error, told
):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(error, match=told) as caught:
        run(source, target)

    assert "hemlig" not in all_words_of(caught.value)


def test_a_damaged_model_is_told_before_any_work(run, tmp_path, root):
    import shutil

    shutil.copytree(root / "models" / "default", tmp_path / "model")
    (tmp_path / "model" / "lemmas.json").write_text("{}")
    (tmp_path / "inn.csv").write_bytes(_csv([HEADING, *_rows(1)]))

    with pytest.raises(ModelDamagedError, match=r"lemmas\.json"):
        run(tmp_path / "inn.csv", tmp_path / "ut.parquet", model=tmp_path / "model")


def test_a_task_that_fails_tells_no_text(run, all_words_of, tmp_path):
    from pyspark import cloudpickle

    from pobo_nlp.batch.spark import run_on_spark

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    rows = [["1", SENTINEL, "", ""]]
    (tmp_path / "inn.csv").write_bytes(_csv([HEADING, *rows]))

    with pytest.raises(SparkError, match="Ingenting er skrevet") as caught:
        run_on_spark(
            Place(str(tmp_path / "inn.csv")), str(tmp_path / "ut.parquet"), None, job_of=lambda t: _Broken("tekst")
        )

    assert SENTINEL not in all_words_of(caught.value)
    assert _names(tmp_path) == ["inn.csv"]


class _Broken(SuggestJob):
    """A job that fails with the text on its lips, as a library may."""

    def columns(self, scorer, rows):
        raise ValueError(rows.column("tekst")[0].as_py())
