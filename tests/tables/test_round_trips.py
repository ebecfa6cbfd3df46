"""A table goes from one format to another and back: order of columns, types, dates and leading zeros survive."""

import datetime as dt
import json
from itertools import product

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.tables import open_table, open_writer

TEXT_FORMATS = (".csv", ".tsv", ".csv.gz", ".csv.zst")
JSON_FORMATS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
TYPED_FORMATS = (".parquet", ".xlsx")
ALL_FORMATS = TEXT_FORMATS + JSON_FORMATS + TYPED_FORMATS

TEXTS = pa.table(
    {
        "saksnr": ["007", "0", "1e5", "00", "12345678901234567890"],
        "dato": ["2003-01-02", "02.01.2003", "1-2", "2003-01-02 12:30", "mars 03"],
        "æøå": ["Blåbær; «brød», søvn\tog", 'sa "nei"\r\nog\ngikk', " ", "=1+1", "😀 č \x01\0"],
        "a": ["true", "null", "[1]", '{"a": 1}', "NaN"],
    }
)


def _convert(source, target):
    table = open_table(source)
    with open_writer(target, table.schema, like=table) as writer:
        for chunk in table.chunks(2, 0):
            writer.write(chunk.rows)
    return target


@pytest.mark.parametrize(("one", "other"), [*product(ALL_FORMATS, ALL_FORMATS)])
def test_texts_survive_from_any_format_to_any(tmp_path, put, take, one, other):
    path = put(tmp_path / f"en{one}", TEXTS)
    _convert(path, tmp_path / f"to{other}")

    assert take(tmp_path / f"to{other}") == TEXTS


TYPES = pa.table(
    {
        "id": ["007", "008", None],
        "n": [1, None, -3],
        "sannsynlig": [0.8175, None, 1e-7],
        "sant": [True, None, False],
        "dag": [dt.date(2003, 1, 2), None, dt.date(2024, 2, 29)],
        "tid": [dt.datetime(2003, 1, 2, 12, 30), None, dt.datetime(2024, 2, 29, 23, 59, 59)],
    }
)


@pytest.mark.parametrize(("one", "other"), [*product(TYPED_FORMATS, TYPED_FORMATS)])
def test_types_survive_where_both_formats_have_them(tmp_path, put, take, one, other):
    path = put(tmp_path / f"en{one}", TYPES)

    assert take(_convert(path, tmp_path / f"to{other}")) == TYPES


@pytest.mark.parametrize(("one", "other"), [*product(JSON_FORMATS + TYPED_FORMATS, JSON_FORMATS)])
def test_numbers_and_truth_survive_in_json_lines_and_dates_are_iso(tmp_path, put, take, one, other):
    path = put(tmp_path / f"en{one}", TYPES)
    back = take(_convert(path, tmp_path / f"to{other}"))

    assert back.select(["id", "n", "sannsynlig", "sant"]) == TYPES.select(["id", "n", "sannsynlig", "sant"])
    assert back.column("dag").to_pylist() == ["2003-01-02", None, "2024-02-29"]
    assert back.column("tid").to_pylist() == ["2003-01-02 12:30:00", None, "2024-02-29 23:59:59"]
    assert back.schema.names == TYPES.schema.names


@pytest.mark.parametrize(("one", "other"), [*product(JSON_FORMATS + TYPED_FORMATS, TEXT_FORMATS)])
def test_values_are_plainly_written_in_csv(tmp_path, put, take, one, other):
    path = put(tmp_path / f"en{one}", TYPES)
    rows = take(_convert(path, tmp_path / f"to{other}")).to_pylist()

    assert [list(row.values()) for row in rows] == [
        ["007", "1", "0.8175", "true", "2003-01-02", "2003-01-02 12:30:00"],
        ["008", "", "", "", "", ""],
        ["", "-3", "1e-07", "false", "2024-02-29", "2024-02-29 23:59:59"],
    ]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        pytest.param(pa.timestamp("ns"), 1_500_000_000, "1970-01-01 00:00:01.5", id="a fraction of a second"),
        pytest.param(pa.timestamp("us"), 120, "1970-01-01 00:00:00.00012", id="microseconds"),
        pytest.param(pa.timestamp("s", "UTC"), 10, "1970-01-01 00:00:10Z", id="a time zone"),
        pytest.param(pa.time32("s"), 600, "00:10:00", id="time of the day"),
        pytest.param(pa.float32(), 0.1, "0.1", id="a number of fewer bits"),
        pytest.param(pa.float64(), 1.0, "1.0", id="a whole number"),
        pytest.param(pa.float64(), float("inf"), "inf", id="infinity"),
        pytest.param(pa.binary(), b"\x00\xff", "AP8=", id="bytes"),
        pytest.param(pa.list_(pa.date32()), [dt.date(2003, 1, 2)], '["2003-01-02"]', id="a list of dates"),
        pytest.param(pa.struct([("å", pa.float64())]), {"å": float("nan")}, '{"å": "nan"}', id="an object"),
        pytest.param(pa.null(), None, "", id="nothing"),
    ],
)
def test_a_value_of_any_type_has_a_text_and_is_json(tmp_path, put, take, kind, value, text):
    table = pa.table({"x": pa.array([value], kind), "y": ["a"]})
    line = put(tmp_path / "ut.jsonl", table).read_text("utf-8")

    assert take(put(tmp_path / "ut.csv", table)).column("x").to_pylist() == [text]
    assert json.loads(line, parse_constant=pytest.fail)["y"] == "a"


ANY_CELL = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_CELL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_CELL, inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(("id", "tekst"), JSON_VALUES)), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_values_come_back_from_json_lines_as_they_were(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("json")
    source = folder / "inn.jsonl"
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    _convert(source, folder / "ut.jsonl")
    lines = (folder / "ut.jsonl").read_text("utf-8").split("\n")

    assert [json.loads(line) for line in lines[:-1]] == rows
    # 1, 1.0 and true are equal in Python.
    for line, row in zip(lines, rows, strict=False):
        assert {key: repr(value) for key, value in json.loads(line).items()} == {key: repr(row[key]) for key in row}


def test_a_key_that_is_missing_comes_back_as_null(tmp_path):
    (tmp_path / "inn.jsonl").write_text('{"a": 1}\n{"b": true}\n', "utf-8")
    path = _convert(tmp_path / "inn.jsonl", tmp_path / "ut.jsonl")

    assert path.read_text("utf-8") == '{"a": 1, "b": null}\n{"a": null, "b": true}\n'
