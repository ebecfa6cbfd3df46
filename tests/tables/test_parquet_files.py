import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pobo_nlp.errors import ColumnError, DamagedFileError, EmptyTableError
from pobo_nlp.tables import open_table, open_writer
from pobo_nlp.tables.parquet_files import GROUP_BYTES, GROUP_ROWS

SENTINEL = "hemmelegord"


def _groups(path):
    metadata = pq.ParquetFile(path).metadata
    return [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]


@pytest.mark.parametrize("group_rows", [3, 4, 100])
@pytest.mark.parametrize("skip", [0, 1, 3, 4, 9, 10])
def test_reading_can_begin_after_any_row(tmp_path, group_rows, skip):
    path = tmp_path / "inn.parquet"
    pq.write_table(pa.table({"n": range(10)}), path, row_group_size=group_rows)
    chunks = list(open_table(path).chunks(4, skip))

    assert [value for chunk in chunks for value in chunk.rows.column("n").to_pylist()] == list(range(skip, 10))
    assert [place for chunk in chunks for place in chunk.places] == list(range(skip + 1, 11))
    assert all(0 < chunk.rows.num_rows == len(chunk.places) <= 4 for chunk in chunks)


def test_types_of_every_kind_come_back(tmp_path, put, take):
    table = pa.table(
        {
            "tekst": ["007", None],
            "dag": [dt.date(2003, 1, 2), None],
            "sone": pa.array([dt.datetime(2003, 1, 2), None], pa.timestamp("us", "Europe/Oslo")),
            "liste": [["å"], None],
            "post": [{"a": 1}, None],
            "stor": pa.array(["x", None], pa.large_string()),
            "bytes": pa.array([b"\0", None], pa.binary()),
            "liten": pa.array([1, None], pa.int8()),
        },
    )

    assert take(put(tmp_path / "ut.parquet", table)) == table


def test_a_column_of_categories_becomes_one_of_their_values(tmp_path, take):
    path = tmp_path / "inn.parquet"
    pq.write_table(pa.table({"kontor": pa.array(["Nord", "Sør", None]).dictionary_encode()}), path)

    assert take(path) == pa.table({"kontor": ["Nord", "Sør", None]})


def test_a_list_column_is_handed_on_and_is_json_in_text_formats(tmp_path, put, take):
    path = tmp_path / "inn.parquet"
    pq.write_table(pa.table({"text": [["å", "b"], [], None]}), path)
    rows = take(path)

    assert rows.schema.field("text").type == pa.list_(pa.string())
    assert take(put(tmp_path / "ut.csv", rows)).column("text").to_pylist() == ['["å", "b"]', "[]", ""]
    assert (put(tmp_path / "ut.jsonl", rows)).read_text("utf-8").splitlines()[0] == '{"text": ["å", "b"]}'


def test_a_table_without_rows_keeps_its_columns(tmp_path, put, take):
    table = pa.table({"id": pa.array([], pa.string()), "n": pa.array([], pa.int64())})

    assert take(put(tmp_path / "ut.parquet", table)) == table


def test_a_table_without_columns_is_refused(tmp_path):
    pq.write_table(pa.table({}), tmp_path / "inn.parquet")

    with pytest.raises(EmptyTableError, match="filen har ingen kolonner"):
        open_table(tmp_path / "inn.parquet")


def test_two_columns_of_one_name_are_refused(tmp_path):
    pq.write_table(pa.table([pa.array(["a"]), pa.array(["b"])], names=["x", "x"]), tmp_path / "inn.parquet")

    with pytest.raises(ColumnError, match="kolonne 1 og 2 har samme navn"):
        open_table(tmp_path / "inn.parquet")


def test_groups_are_of_one_size_however_rows_are_handed_over(tmp_path, put):
    table = pa.table({"n": range(2 * GROUP_ROWS + 5)})
    one = put(tmp_path / "en.parquet", table, rows_at_once=GROUP_ROWS - 1)
    other = put(tmp_path / "to.parquet", table, rows_at_once=3 * GROUP_ROWS)

    assert _groups(one) == _groups(other) == [GROUP_ROWS, GROUP_ROWS, 5]
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("rows_at_once", [1, 2, 5])
def test_a_group_of_large_texts_ends_early(tmp_path, put, rows_at_once):
    table = pa.table({"tekst": ["a" * (GROUP_BYTES // 2), "b" * (GROUP_BYTES // 2), "c", "d" * GROUP_BYTES, "e"]})

    assert _groups(put(tmp_path / "ut.parquet", table, rows_at_once=rows_at_once)) == [2, 2, 1]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"", id="nothing"),
        pytest.param(lambda data: SENTINEL.encode() * 9, id="text"),
        pytest.param(lambda data: data[:-20], id="cut short"),
    ],
)
def test_a_damaged_file_is_told_without_its_content(tmp_path, put, all_words_of, damage):
    path = put(tmp_path / "inn.parquet", pa.table({"tekst": [SENTINEL]}))
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(DamagedFileError, match="filen er ikke Parquet, eller den er skadet") as caught:
        open_table(path)

    assert SENTINEL not in all_words_of(caught.value)


def test_a_page_that_is_damaged_is_told_when_it_is_read(tmp_path, put):
    path = put(tmp_path / "inn.parquet", pa.table({"tekst": [f"{number} {SENTINEL}" for number in range(5000)]}))
    data = path.read_bytes()
    path.write_bytes(data[:4] + b"\xff" * 4000 + data[4004:])

    with pytest.raises(DamagedFileError, match="skadet"):
        list(open_table(path).chunks(100, 0))


def test_a_single_byte_that_was_flipped_is_told(tmp_path, put):
    path = put(tmp_path / "inn.parquet", pa.table({"n": pa.array(range(5000))}))
    data = bytearray(path.read_bytes())
    data[2000] ^= 1
    path.write_bytes(data)

    with pytest.raises(DamagedFileError, match="skadet"):
        list(open_table(path).chunks(100, 0))


def test_json_text_is_known_again(tmp_path, like):
    source = tmp_path / "inn.jsonl"
    source.write_text('{"a": 1, "b": {"å": [null]}}\n{"a": "x", "b": 0.50}\n', "utf-8")
    for ending_in, ending_out in ((source, "ut.parquet"), (tmp_path / "ut.parquet", "tilbake.jsonl")):
        table = open_table(ending_in)
        with open_writer(tmp_path / ending_out, table.schema, like=table) as writer:
            for chunk in table.chunks(1, 0):
                writer.write(chunk.rows)

    assert (tmp_path / "tilbake.jsonl").read_text("utf-8") == '{"a": 1, "b": {"å": [null]}}\n{"a": "x", "b": 0.5}\n'
