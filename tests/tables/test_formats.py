from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.errors import PoboError, UnknownFormatError, UnreadableFileError
from pobo_nlp.tables import Table, is_table_name, open_table, open_writer
from pobo_nlp.tables.table import EXCEL_STYLE, CsvStyle

COLUMNS = ("id", "tekst", "æøå")


def _like(style=EXCEL_STYLE):
    return Table(Path("inn.csv"), COLUMNS, lambda: iter(()), style)


def _write(path, rows, *, columns=COLUMNS, style=EXCEL_STYLE):
    with open_writer(path, columns, like=_like(style)) as writer:
        for row in rows:
            writer.write(row)


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.tsv", "a.jsonl", "a.NDJSON"])
def test_the_ending_tells_a_table(name):
    assert is_table_name(Path(name))


@pytest.mark.parametrize("name", ["a.txt", "a", "a.docx", ".csv"])
def test_other_endings_tell_no_table(name):
    assert not is_table_name(Path(name))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("inn.csv", "id;tekst\n1;a\n", id="csv"),
        pytest.param("INN.CSV", "id;tekst\n1;a\n", id="capitals"),
        pytest.param("inn.tsv", "id\ttekst\n1\ta\n", id="tsv"),
        pytest.param("inn.txt", "id,tekst\n1,a\n", id="txt"),
        pytest.param("inn.jsonl", '{"id": "1", "tekst": "a"}\n', id="jsonl"),
        pytest.param("inn.ndjson", '{"id": "1", "tekst": "a"}\n', id="ndjson"),
    ],
)
def test_the_ending_tells_the_reader(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, "utf-8")

    assert [row.values for row in open_table(path).rows()] == [{"id": "1", "tekst": "a"}]


@pytest.mark.parametrize("name", ["inn.docx", "inn"])
def test_an_unknown_ending_is_refused_and_the_known_ones_are_told(tmp_path, name):
    path = tmp_path / name
    path.write_text("id;tekst\n1;a\n", "utf-8")

    with pytest.raises(UnknownFormatError, match=r"er ukjent.*\.csv.*\.jsonl") as caught:
        open_table(path)

    assert str(path) in str(caught.value)


def test_an_unknown_ending_is_refused_before_a_file_is_made(tmp_path):
    with pytest.raises(UnknownFormatError, match="er ukjent"):
        _write(tmp_path / "ut.docx", [])

    assert list(tmp_path.iterdir()) == []


def test_csv_is_written_in_the_style_of_the_table_that_came_in(tmp_path):
    _write(tmp_path / "ut.csv", [{"id": "1", "tekst": "blå", "æøå": "x"}], style=CsvStyle(",", "cp1252"))

    assert (tmp_path / "ut.csv").read_bytes() == "id,tekst,æøå\r\n1,blå,x\r\n".encode("cp1252")


def test_csv_is_written_for_norwegian_excel_where_none_came_in(tmp_path):
    _write(tmp_path / "ut.csv", [{"id": "1", "tekst": "blå", "æøå": "x"}])

    assert (tmp_path / "ut.csv").read_bytes() == "id;tekst;æøå\r\n1;blå;x\r\n".encode("utf-8-sig")


def test_a_tsv_file_has_tabs_whatever_came_in(tmp_path):
    _write(tmp_path / "ut.tsv", [{"id": "1", "tekst": "a;b", "æøå": ""}])

    assert (tmp_path / "ut.tsv").read_text("utf-8-sig") == "id\ttekst\tæøå\n1\ta;b\t\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param(None, "", id="nothing"),
        pytest.param(0, "0", id="zero"),
        pytest.param(0.5, "0.5", id="number"),
        pytest.param(True, "true", id="truth"),
        pytest.param(["å", 1], '["å", 1]', id="list"),
        pytest.param({"å": None}, '{"å": null}', id="object"),
    ],
)
def test_a_value_of_json_becomes_a_cell(tmp_path, value, cell):
    _write(tmp_path / "ut.csv", [{"id": value}], columns=["id", "tekst"])

    assert [row.values for row in open_table(tmp_path / "ut.csv").rows()] == [{"id": cell, "tekst": ""}]


def test_a_letter_that_the_encoding_lacks_becomes_a_question_mark(tmp_path):
    _write(tmp_path / "ut.csv", [{"id": "č", "tekst": "\ud800", "æøå": "å"}], style=CsvStyle(";", "cp1252"))

    assert [row.values for row in open_table(tmp_path / "ut.csv").rows()] == [{"id": "?", "tekst": "?", "æøå": "å"}]


class _Interrupted(Exception):  # noqa: N818
    pass


def _fail_after_a_row(path, error):
    with open_writer(path, COLUMNS, like=_like()) as writer:
        writer.write({"id": "1"})
        raise error


ERRORS = [
    pytest.param(_Interrupted(), id="any error"),
    pytest.param(KeyboardInterrupt(), id="interrupted by a person"),
    pytest.param(PoboError(), id="an error of ours"),
]


@pytest.mark.parametrize("name", ["ut.csv", "ut.jsonl"])
@pytest.mark.parametrize("error", ERRORS)
def test_nothing_is_left_behind_after_an_error(tmp_path, name, error):
    with pytest.raises(type(error), match=r"^$"):
        _fail_after_a_row(tmp_path / name, error)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", ERRORS)
def test_an_existing_file_is_kept_after_an_error(tmp_path, error):
    path = tmp_path / "ut.csv"
    path.write_text("gammel", "utf-8")

    with pytest.raises(type(error), match=r"^$"):
        _fail_after_a_row(path, error)

    assert [one.name for one in tmp_path.iterdir()] == ["ut.csv"]
    assert path.read_text("utf-8") == "gammel"


def test_a_file_appears_under_its_name_only_when_all_is_written(tmp_path):
    path = tmp_path / "ut.csv"
    with open_writer(path, COLUMNS, like=_like()) as writer:
        writer.write({"id": "1"})
        existed_while_writing = path.exists()

    assert not existed_while_writing
    assert [one.name for one in tmp_path.iterdir()] == ["ut.csv"]


def test_an_existing_file_is_replaced(tmp_path):
    path = tmp_path / "ut.jsonl"
    path.write_text("gammel", "utf-8")
    _write(path, [{"id": "1"}])

    assert path.read_text("utf-8") == '{"id": "1"}\n'


def test_a_missing_output_folder_is_told(tmp_path):
    path = tmp_path / "borte" / "ut.csv"

    with pytest.raises(UnreadableFileError, match=r"kan ikke leses eller skrives.*Sjekk mappe") as caught:
        _write(path, [])

    assert caught.value.path == path
    assert list(tmp_path.iterdir()) == []


# What the rules of CSV are about, what Windows-1252 holds, and any other letter.
PITFALLS = st.text(alphabet="\"';,\t\r\n \\|=æøåÆØÅ–«»a0", max_size=12)
ANY_CELL = PITFALLS | st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


def _tables(cell):
    return st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cell)), max_size=5)


@given(_tables(ANY_CELL), st.sampled_from(";,\t"))
@settings(max_examples=50, deadline=None)
def test_cells_come_back_from_csv_as_they_were(tmp_path_factory, rows, delimiter):
    path = tmp_path_factory.mktemp("csv") / "ut.csv"
    _write(path, rows, style=CsvStyle(delimiter, "utf-8-sig"))

    assert [row.values for row in open_table(path).rows()] == rows


@given(_tables(PITFALLS), st.sampled_from(";,\t"))
@settings(max_examples=50, deadline=None)
def test_norwegian_cells_come_back_from_windows_1252_as_they_were(tmp_path_factory, rows, delimiter):
    path = tmp_path_factory.mktemp("csv") / "ut.csv"
    _write(path, rows, style=CsvStyle(delimiter, "cp1252"))

    assert [row.values for row in open_table(path).rows()] == rows


@given(st.lists(st.fixed_dictionaries({"tekst": ANY_CELL}), max_size=5))
@settings(max_examples=50, deadline=None)
def test_cells_of_a_single_column_come_back_even_where_empty(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "ut.csv"
    _write(path, rows, columns=["tekst"])

    assert [row.values for row in open_table(path).rows()] == rows


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_CELL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_CELL, inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, JSON_VALUES)), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_values_come_back_from_json_lines_as_they_were(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("jsonl") / "ut.jsonl"
    _write(path, rows)

    assert [row.values for row in open_table(path).rows()] == rows
    assert len(path.read_text("utf-8").split("\n")) == len(rows) + 1
