import datetime as dt
import zipfile
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest

from pobo_nlp.errors import (
    ColumnError,
    DamagedFileError,
    EmptyTableError,
    SheetError,
    TableError,
)
from pobo_nlp.tables import Place, open_table, open_writer
from pobo_nlp.tables.excel_writer import MAX_CELL_CHARS, MAX_ROWS

SENTINEL = "hemmelegord"
DAY, TIME = dt.date(2003, 1, 2), dt.datetime(2003, 1, 2, 12, 30)


@pytest.fixture
def book(tmp_path):
    """Make a workbook as other programs do: rows by the name of their sheet."""

    def _book(hidden=(), merged=None, **sheets):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
            sheet.sheet_state = "hidden" if name in hidden else "visible"
            if merged and rows:
                sheet.merge_cells(merged)
        workbook.save(tmp_path / "inn.xlsx")
        return tmp_path / "inn.xlsx"

    return _book


def _column(take, path, name="x"):
    column = take(path).column(name)
    return str(column.type), column.to_pylist()


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        pytest.param(["007", "æ"], "string", ["007", "æ"], id="text"),
        pytest.param([7, 8.0, None], "int64", [7, 8, None], id="whole numbers"),
        pytest.param([7, 0.5], "double", [7.0, 0.5], id="numbers"),
        pytest.param([True, False], "bool", [True, False], id="truth"),
        pytest.param([DAY, None], "date32[day]", [DAY, None], id="dates"),
        pytest.param([TIME, DAY], "timestamp[us]", [TIME, dt.datetime(2003, 1, 2)], id="times"),
        pytest.param([dt.time(3, 4)], "time64[us]", [dt.time(3, 4)], id="times of the day"),
        pytest.param([7, "007", 0.5, True], "string", ["7", "007", "0.5", "true"], id="numbers and text"),
        pytest.param(["1-2", DAY, TIME], "string", ["1-2", "2003-01-02", "2003-01-02 12:30:00"], id="dates as ids"),
        pytest.param([None, None], "string", [None, None], id="nothing"),
    ],
)
def test_a_column_has_the_type_of_its_cells(book, take, cells, kind, expected):
    path = book(Ark1=[["id", "x"], *([str(place), cell] for place, cell in enumerate(cells))])

    assert _column(take, path) == (kind, expected)


def test_the_place_of_a_row_is_its_row_in_the_sheet(book):
    path = book(Ark1=[[], [None, "id", "x"], [None, 1, "a"], [], [None, 2, "b"], [None, 3, "c"]])
    table = open_table(path)

    assert table.schema.names == ["id", "x"]
    assert [list(chunk.places) for chunk in table.chunks(2, 0)] == [[3, 5], [6]]
    assert [list(chunk.places) for chunk in table.chunks(2, 1)] == [[5, 6]]


def test_a_column_without_a_name_is_told_by_its_place_and_a_number_is_a_name(book):
    assert open_table(book(Ark1=[["id", None, 2003], ["1", "a", "b"]])).schema.names == ["id", "kolonne_2", "2003"]


@pytest.mark.parametrize("sheet", ["Nye", "2"])
def test_a_sheet_is_chosen_by_name_or_number(book, take, sheet):
    path = book(Gamle=[["x"], ["a"]], Nye=[["x"], ["b"]])

    assert take(path, sheet=sheet).to_pylist() == [{"x": "b"}]


def test_a_sheet_whose_name_is_a_number_goes_before_the_number(book, take):
    path = book(**{"2": [["x"], ["a"]], "1": [["x"], ["b"]]})

    assert take(path, sheet="2").to_pylist() == [{"x": "a"}]


def test_empty_and_hidden_sheets_are_not_in_the_way(book, take):
    path = book(Ark1=[], Ark2=[["x"], ["a"]], Ark3=[], Lister=[["y"], ["b"]], hidden=["Lister"])

    assert take(path).to_pylist() == [{"x": "a"}]


def test_several_sheets_with_rows_must_be_chosen_among_and_are_not_named(book, all_words_of):
    path = book(**{SENTINEL: [["x"]], "To": [["x"]]})

    with pytest.raises(SheetError, match=r"2 ark har innhold\. Velg ett med --sheet\. .* fra 1 til 2") as caught:
        open_table(path)

    assert SENTINEL not in all_words_of(caught.value)


@pytest.mark.parametrize("sheet", ["Tre", "0", "3", "-1"])
def test_a_sheet_that_is_not_there_is_told(book, sheet):
    with pytest.raises(SheetError, match=f"arket «{sheet}» finnes ikke"):
        open_table(Place(str(book(En=[["x"]], To=[["x"]])), sheet=sheet))


def test_the_sheet_is_part_of_the_fingerprint(book):
    path = str(book(En=[["x"]], To=[["x"]]))
    prints = {open_table(Place(path, sheet=sheet)).fingerprint() for sheet in ("En", "To", "1")}

    assert len(prints) == 2


@pytest.mark.parametrize("merged", [pytest.param("A1:B1", id="across"), pytest.param("A1:A2", id="downwards")])
def test_merged_cells_in_the_heading_are_refused(book, all_words_of, merged):
    path = book(Ark1=[[SENTINEL, "b"], ["1", "2"]], merged=merged)

    with pytest.raises(ColumnError, match=r"overskriften i rad 1 har sammenslåtte celler\. Del dem opp") as caught:
        open_table(path)

    assert SENTINEL not in all_words_of(caught.value)


def test_merged_cells_below_the_heading_hold_their_value_once(book, take):
    path = book(Ark1=[["a", "b"], ["1", "2"], ["3", "4"]], merged="A2:A3")

    assert take(path).to_pylist() == [{"a": "1", "b": "2"}, {"a": None, "b": "4"}]


def test_two_columns_of_one_name_are_refused(book):
    with pytest.raises(ColumnError, match="kolonne 1 og 2 har samme navn"):
        open_table(book(Ark1=[["a", "a"]]))


def test_a_heading_alone_is_a_table_without_rows(book, take):
    assert take(book(Ark1=[["a", "b"]])).num_rows == 0


def test_an_empty_workbook_is_refused(book):
    with pytest.raises(EmptyTableError, match=r"er tomt\. Sjekk at eksporten"):
        open_table(book(Ark1=[]))
    with pytest.raises(EmptyTableError, match=r"er tom\. Sjekk at eksporten"):
        open_table(book(Ark1=[], Ark2=[]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SENTINEL.encode() * 9, id="text"),
        pytest.param(b"PK\x03\x04" + SENTINEL.encode() * 9, id="a broken archive"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_file_that_is_no_workbook_is_told_without_its_content(tmp_path, all_words_of, content):
    path = tmp_path / "inn.xlsx"
    path.write_bytes(content)

    with pytest.raises(DamagedFileError, match="ikke en Excel-arbeidsbok") as caught:
        open_table(path)

    assert SENTINEL not in all_words_of(caught.value)


def test_what_excel_holds_comes_back_as_it_was(tmp_path, put, take):
    table = pa.table(
        {
            "tekst": ["007", "=1+1", "http://x.no", "a\0b\r\nc\td", "  å  ", "_x000D_", "2003-01-02"],
            "tall": [1, -1, 0, 10**15 - 1, None, 2, 3],
            "del": [0.5, -1e-7, 1e300, 0.1, None, 2.5, 3.25],
            "sant": [True, False, None, True, True, True, True],
            "dag": [DAY, None, DAY, DAY, DAY, DAY, dt.date(1900, 1, 1)],
            "tid": [TIME, None, TIME, TIME, TIME, TIME, TIME],
            "klokka": pa.array([dt.time(3, 4, 5)] * 7, pa.time64("us")),
        }
    )
    back = take(put(tmp_path / "ut.xlsx", table))

    assert back.schema == table.schema
    assert back.to_pylist() == table.to_pylist()


def test_what_excel_would_spoil_is_written_as_text(tmp_path, put, take):
    table = pa.table(
        {
            "id": [10**15, 2],
            "beløp": [Decimal("12345678901234567.5"), None],
            "før": [dt.date(1850, 1, 1), None],
            "sone": pa.array([TIME, None], pa.timestamp("us", "Europe/Oslo")),
            "ikke tall": [float("nan"), None],
            "liste": [["å"], None],
        }
    )
    back = take(put(tmp_path / "ut.xlsx", table))

    assert back.to_pylist()[0] == {
        "id": "1000000000000000",
        "beløp": "12345678901234567.5",
        "før": "1850-01-01",
        "sone": "2003-01-02 13:30:00+0100",
        "ikke tall": "nan",
        "liste": '["å"]',
    }


def test_other_programs_read_the_workbook(tmp_path, put):
    path = put(tmp_path / "ut.xlsx", pa.table({"id": ["007"], "dag": [DAY], "n": [3]}), sheet="Forslag")
    sheet = openpyxl.load_workbook(path)["Forslag"]

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["id", "dag", "n"],
        ["007", dt.datetime(2003, 1, 2), 3],
    ]
    assert sheet["B2"].number_format == "yyyy-mm-dd"
    assert sheet.freeze_panes == "A2"


def test_the_bytes_depend_on_the_rows_alone(tmp_path, put):
    table = pa.table({"id": [f"{number:03d}" for number in range(50)], "n": range(50), "dag": [DAY] * 50})
    one, other = put(tmp_path / "en.xlsx", table, rows_at_once=7), put(tmp_path / "to.xlsx", table)
    with zipfile.ZipFile(one) as archive:
        made = {entry.date_time for entry in archive.infolist()}

    assert one.read_bytes() == other.read_bytes()
    assert len(made) == 1
    assert made.pop()[0] == 1980


@pytest.mark.parametrize("letter", [pytest.param("a", id="one unit"), pytest.param("😀", id="two units")])
def test_a_text_that_a_cell_cannot_hold_is_told_with_its_row_and_without_its_words(tmp_path, put, all_words_of, letter):
    longest = letter * (MAX_CELL_CHARS // (len(letter.encode("utf-16-le")) // 2))
    table = pa.table({"tekst": [longest, SENTINEL + longest]})

    with pytest.raises(TableError, match=r"rad 2 har en tekst på mer enn 32767 tegn.*\.parquet") as caught:
        put(tmp_path / "ut.xlsx", table)

    assert SENTINEL not in all_words_of(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_the_longest_text_that_a_cell_holds_comes_back(tmp_path, put, take):
    table = pa.table({"tekst": ["å" * MAX_CELL_CHARS]})

    assert take(put(tmp_path / "ut.xlsx", table)) == table


def test_more_rows_than_a_sheet_holds_are_told(tmp_path, like):
    schema = pa.schema([("x", pa.bool_())])
    nothing = pa.RecordBatch.from_arrays([pa.nulls(MAX_ROWS, pa.bool_())], schema=schema)

    def write():
        with open_writer(tmp_path / "ut.xlsx", schema, like=like()) as writer:
            writer.write(nothing)

    with pytest.raises(TableError, match=r"Excel har plass til 1048575 rader\. Skriv til"):
        write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sheet", ["a" * 32, "a/b", "[a]"])
def test_a_name_that_excel_does_not_allow_is_told(tmp_path, put, sheet):
    with pytest.raises(SheetError, match="godtar ikke navnet på arket"):
        put(tmp_path / "ut.xlsx", pa.table({"x": ["a"]}), sheet=sheet)

    assert list(tmp_path.iterdir()) == []
