"""No cell that someone has written becomes a formula in a spreadsheet, and none comes back changed."""

import csv
import zipfile

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pobo_nlp.batch.output import as_csv
from pobo_nlp.batch.review_list import ReviewRow, read_review_list, write_review_list
from pobo_nlp.tables import open_table, open_writer
from pobo_nlp.tables.formulas import neutralised, restored

SIGNS = "=+-@\t\r\n＝＋－＠"
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.no?"&A1;"Klikk")',
    "-2+3+cmd|' /C calc'!D2",
    "- ringte kl. 10.30",
    "'=1+1",
    "''=1+1",
    "+",
    "=",
]
HARMLESS = ["-", "-5", "+47 977 00 654", "-1 234,50", "'nei", "", "007", "a=b", "'", " =1+1", "'-5"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_gets_an_apostrophe_and_loses_it_again(cell):
    assert neutralised(cell) == f"'{cell}"
    assert restored(neutralised(cell)) == cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_what_calls_nothing_stays_what_it_is(cell):
    assert neutralised(cell) == restored(cell) == cell


CELLS = st.one_of(st.text(), st.text("'=+-@\t\r\n１1 .,A", max_size=8))


@given(CELLS)
@example("'=")
@example("=1\n")
def test_every_cell_comes_back(cell):
    assert restored(neutralised(cell)) == cell


@given(CELLS)
def test_no_cell_begins_as_formulas_do_unless_it_is_a_number(cell):
    stands = neutralised(cell)

    assert not stands.startswith(tuple(SIGNS)) or set(stands[1:]) <= set("0123456789 .,\u00a0")


def _written(path):
    schema = pa.schema([("=id", pa.string()), ("tekst", pa.string()), ("tall", pa.int64())])
    n = len(FORMULAS + HARMLESS)
    rows = pa.record_batch([[f"@{i}" for i in range(n)], FORMULAS + HARMLESS, [-i for i in range(n)]], schema=schema)
    source = path.with_name("inn.jsonl")
    source.write_text('{"a": 1}\n', "utf-8")
    with open_writer(path, schema, like=open_table(source)) as writer:
        writer.write(rows)
    return rows


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".csv.gz"])
def test_csv_holds_no_formula_and_is_read_as_it_was(ending, tmp_path):
    rows = _written(tmp_path / f"ut{ending}")

    (chunk,) = open_table(tmp_path / f"ut{ending}").chunks(1000, 0)
    assert chunk.rows.schema.names == rows.schema.names
    assert chunk.rows.column("tekst").to_pylist() == FORMULAS + HARMLESS
    assert chunk.rows.column("=id").to_pylist() == rows.column("=id").to_pylist()
    if ending == ".csv":
        with (tmp_path / "ut.csv").open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
        assert [cell for cell in cells if cell.startswith(tuple(SIGNS)) and cell not in HARMLESS] == [
            str(-number) for number in range(1, len(rows)) if str(-number) not in HARMLESS
        ]


def test_a_workbook_holds_texts_and_no_formula(tmp_path):
    _written(tmp_path / "ut.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "ut.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    assert [row[1].value for row in sheet.iter_rows(min_row=2)][:4] == FORMULAS[:4]
    with zipfile.ZipFile(tmp_path / "ut.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_the_list_of_errors_holds_no_formula():
    assert as_csv([(2, "=1+1", "no_text")]).decode("utf-8-sig").splitlines()[1] == "2;'=1+1;no_text"


def test_a_review_list_holds_no_formula_and_keeps_the_ids(tmp_path):
    row = ReviewRow(2, "=1+1", "arsak", "@x", "-y", 0.5, None, "changed", "ja")
    write_review_list(tmp_path / "liste.csv", [row], fingerprint="f" * 64)

    assert "\n2;'=1+1;arsak;'@x;'-y;" in (tmp_path / "liste.csv").read_text("utf-8-sig")
    assert read_review_list(tmp_path / "liste.csv").rows == (row,)


def test_a_foreign_apostrophe_before_a_formula_is_written_as_it_came(tmp_path):
    source = tmp_path / "inn.csv"
    source.write_bytes(b"\xef\xbb\xbfid;tekst\r\n1;'=1+1\r\n2;'nei'\r\n")
    table = open_table(source)
    with open_writer(tmp_path / "ut.csv", table.schema, like=table) as writer:
        for chunk in table.chunks(10, 0):
            writer.write(chunk.rows)

    assert (tmp_path / "ut.csv").read_bytes() == source.read_bytes()
