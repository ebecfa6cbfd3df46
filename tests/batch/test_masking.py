import json
import sqlite3

import pyarrow as pa
import pytest

from pobo_nlp.batch.masking import mask_table, text_columns_of
from pobo_nlp.errors import ColumnError, DatabaseError, OutputExistsError, TableError, UnreadableFileError
from pobo_nlp.tables import Place, open_table, open_writer

TEXT = "Ring meg på 977 00 654, hilsen Kari Nes"
MASKED = "Ring meg på [TELEFON], hilsen [NAVN]"
PLAIN = "Vedtaket er innvilget, men ingen kommer."


def mask(source, target, **options):
    return mask_table(Place(str(source)), Place(str(target)), **options)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "inn.csv"
    path.write_text(f"saksnr;tekst;merknad\n007;{TEXT};hilsen Kari Nes\n008;{PLAIN};\n", "utf-8")
    return path


def table_like(path, columns):
    table = open_table(path) if path.exists() else None
    rows = pa.RecordBatch.from_pydict(columns)
    with open_writer(path, rows.schema, like=table or _no_table(rows.schema)) as writer:
        writer.write(rows)


def _no_table(schema):
    from pobo_nlp.tables import Table

    return Table("ingen", schema, lambda rows, skip: iter(()), lambda: "")


def test_the_text_is_masked_and_the_rest_is_kept(source, tmp_path, rows_of):
    summary = mask(source, tmp_path / "ut.csv")

    assert rows_of(tmp_path / "ut.csv") == [
        {"saksnr": "007", "tekst": MASKED, "merknad": "hilsen Kari Nes"},
        {"saksnr": "008", "tekst": PLAIN, "merknad": ""},
    ]
    assert (summary.rows, summary.texts, summary.masked_texts) == (2, 2, 1)
    assert summary.kinds == {"telefon": 1, "navn": 1}
    assert summary.text_columns == ("tekst",)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".csv.gz", ".jsonl.zst"])
def test_any_format_goes_in_and_out(source, tmp_path, rows_of, ending):
    middle, target = tmp_path / f"midt{ending}", tmp_path / f"ut{ending}"
    with open_writer(middle, open_table(source).schema, like=open_table(source)) as writer:
        for chunk in open_table(source).chunks(100, 0):
            writer.write(chunk.rows)

    mask(middle, target)

    assert [row["tekst"] for row in rows_of(target)] == [MASKED, PLAIN]


def test_every_column_that_is_named_like_a_text_is_masked(tmp_path, rows_of):
    source = tmp_path / "inn.jsonl"
    source.write_text(json.dumps({"Fritekst": TEXT, "navn": "Kari Nes", "tekst": TEXT}), "utf-8")

    summary = mask(source, tmp_path / "ut.jsonl")

    assert rows_of(tmp_path / "ut.jsonl") == [{"Fritekst": MASKED, "navn": "Kari Nes", "tekst": MASKED}]
    assert set(summary.text_columns) == {"Fritekst", "tekst"}


def test_named_columns_alone_are_masked(source, tmp_path, rows_of):
    mask(source, tmp_path / "ut.csv", text_columns=["merknad", "merknad"])

    first = rows_of(tmp_path / "ut.csv")[0]
    assert first == {"saksnr": "007", "tekst": TEXT, "merknad": "hilsen [NAVN]"}


def test_texts_within_lists_and_objects_are_masked(tmp_path):
    source, target = tmp_path / "inn.jsonl", tmp_path / "ut.jsonl"
    values = [TEXT, [TEXT, 3, None], {"melding": {"inn": TEXT}, "ja": True}, None]
    source.write_text("\n".join(json.dumps({"tekst": value}) for value in values), "utf-8")

    mask(source, target)

    assert [json.loads(line)["tekst"] for line in target.read_text("utf-8").splitlines()] == [
        MASKED,
        [MASKED, 3, None],
        {"melding": {"inn": MASKED}, "ja": True},
        None,
    ]


def test_a_column_of_numbers_is_masked_as_text(tmp_path, rows_of):
    source, target = tmp_path / "inn.parquet", tmp_path / "ut.parquet"
    table_like(source, {"tekst": pa.array([97700654, 12, None], pa.int64())})

    mask(source, target)

    assert [row["tekst"] for row in rows_of(target)] == ["[TELEFON]", "12", None]


def test_a_text_that_comes_in_pieces_is_masked_alike(source, tmp_path):
    mask(source, tmp_path / "en.csv")
    mask(source, tmp_path / "to.csv", rows_at_once=1)

    assert (tmp_path / "en.csv").read_bytes() == (tmp_path / "to.csv").read_bytes()


def test_nothing_is_written_over_unless_that_is_asked_for(source, tmp_path):
    target = tmp_path / "ut.csv"
    target.write_text("før", "utf-8")
    with pytest.raises(OutputExistsError):
        mask(source, target)

    assert target.read_text("utf-8") == "før"

    mask(source, target, restart=True)

    assert MASKED in target.read_text("utf-8-sig")
    with pytest.raises(TableError, match="samme fil"):
        mask(source, source, restart=True)


def test_an_error_on_the_way_leaves_nothing(tmp_path, all_words_of):
    source = tmp_path / "inn.csv"
    source.write_text(f"saksnr;tekst\n1;{TEXT}\n2;{TEXT};for mye\n", "utf-8")
    with pytest.raises(TableError) as caught:
        mask(source, tmp_path / "ut.csv", rows_at_once=1)

    assert [path.name for path in tmp_path.iterdir()] == ["inn.csv"]
    assert "977" not in all_words_of(caught.value)


@pytest.mark.parametrize("options", [{"text_columns": ["annet"]}, {}])
def test_a_missing_column_is_told_before_anything_is_written(tmp_path, options):
    source = tmp_path / "inn.csv"
    source.write_text(f"saksnr;ytring\n1;{TEXT}\n", "utf-8")
    with pytest.raises(ColumnError):
        mask(source, tmp_path / "ut.csv", **options)

    assert not (tmp_path / "ut.csv").exists()


def test_a_missing_folder_is_told(source, tmp_path):
    with pytest.raises(UnreadableFileError, match="finnes ikke"):
        mask(source, tmp_path / "nei" / "ut.csv")


class TestDatabase:
    @pytest.fixture
    def database(self, tmp_path):
        path = tmp_path / "saker.db"
        with sqlite3.connect(path) as connection:
            connection.execute("create table saker (id integer primary key, tekst text, vekt real)")
            connection.executemany("insert into saker values (?, ?, ?)", [(1, TEXT, 1.5), (2, None, 2.5)])
        return f"sqlite:///{path}", path

    def test_a_table_becomes_another_one(self, database):
        address, path = database
        summary = mask_table(Place(address, table="saker"), Place(address, table="maskert"))

        with sqlite3.connect(path) as connection:
            assert connection.execute("select * from maskert").fetchall() == [(1, MASKED, 1.5), (2, None, 2.5)]
        assert summary.texts == 1
        with pytest.raises(OutputExistsError):
            mask_table(Place(address, table="saker"), Place(address, table="maskert"), restart=True)

    def test_a_table_that_is_broken_off_is_taken_away(self, database, tmp_path):
        address, path = database

        def stop(rows):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            mask_table(Place(address, table="saker"), Place(address, table="maskert"), on_rows=stop)

        with sqlite3.connect(path) as connection:
            assert connection.execute("select name from sqlite_master").fetchall() == [("saker",)]

    def test_a_new_table_needs_a_name(self, source, tmp_path):
        with pytest.raises(DatabaseError, match="navnet på den nye tabellen"):
            mask(source, f"sqlite:///{tmp_path / 'ut.db'}")


def test_columns_that_cannot_hold_texts_are_refused(tmp_path):
    path = tmp_path / "inn.parquet"
    table_like(path, {"tekst": pa.array(["a"]), "fritekst": pa.array([["a"]], pa.list_(pa.string()))})

    with pytest.raises(ColumnError, match="fritekst"):
        text_columns_of(open_table(path), [])
