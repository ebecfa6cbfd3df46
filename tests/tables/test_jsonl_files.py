import pytest

from pobo_nlp.errors import EmptyTableError, InputNotFoundError, RowError
from pobo_nlp.tables.jsonl_files import open_jsonl

SENTINEL = "hemmelegord"


@pytest.fixture
def write(tmp_path):
    def _write(content, encoding="utf-8"):
        path = tmp_path / "inn.jsonl"
        path.write_bytes(content.encode(encoding))
        return path

    return _write


def _rows(path):
    return [dict(row.values) for row in open_jsonl(path).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_line_is_a_row_in_every_encoding(write, encoding):
    path = write('{"id": "007", "text": "Blåbær"}\r\n{"id": "8", "text": ""}\n', encoding)

    assert open_jsonl(path).columns == ("id", "text")
    assert _rows(path) == [{"id": "007", "text": "Blåbær"}, {"id": "8", "text": ""}]


def test_values_keep_their_type(write):
    assert _rows(write('{"a": 1, "b": 0.5, "c": null, "d": true, "e": ["x"], "f": {"g": "h"}}\n')) == [
        {"a": 1, "b": 0.5, "c": None, "d": True, "e": ["x"], "f": {"g": "h"}}
    ]


def test_a_line_separator_inside_a_string_does_not_end_the_row(write):
    assert _rows(write('{"text": "en\u2028to\x85tre"}\n')) == [{"text": "en\u2028to\x85tre"}]


def test_the_line_of_a_row_counts_empty_lines_too(write):
    table = open_jsonl(write('\n{"a": 1}\n\n  \n{"a": 2}'))

    assert [row.line for row in table.rows()] == [2, 5]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param(f'{{"text": "{SENTINEL}"', "ikke gyldig JSON", id="cut short"),
        pytest.param(f"{{'text': '{SENTINEL}'}}", "ikke gyldig JSON", id="single quotes"),
        pytest.param(SENTINEL, "ikke gyldig JSON", id="plain text"),
        pytest.param("[" * 100_000 + f'"{SENTINEL}"', "ikke gyldig JSON", id="nested too deep"),
        pytest.param(f'"{SENTINEL}"', "ikke et JSON-objekt", id="a string"),
        pytest.param(f'["{SENTINEL}"]', "ikke et JSON-objekt", id="a list"),
        pytest.param("null", "ikke et JSON-objekt", id="null"),
        pytest.param("3", "ikke et JSON-objekt", id="a number"),
    ],
)
def test_a_broken_line_is_told_with_its_number_and_without_its_text(write, all_words_of, line, problem):
    path = write(f'{{"text": "a"}}\n\n{line}\n')

    with pytest.raises(RowError, match=f"linje 3: linjen er {problem}.*ett JSON-objekt, for eksempel") as caught:
        open_jsonl(path)

    assert caught.value.row == 3
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert SENTINEL not in all_words_of(caught.value)


def test_a_broken_first_line_is_told_when_the_file_is_opened(write, all_words_of):
    path = write(f'{{"text": "{SENTINEL}\n')

    with pytest.raises(RowError, match="linje 1: linjen er ikke gyldig JSON") as caught:
        open_jsonl(path)

    assert SENTINEL not in all_words_of(caught.value)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param("", "utf-8", id="no byte"),
        pytest.param("\n \n", "utf-8", id="white space"),
        pytest.param("\n", "utf-8-sig", id="byte order mark and white space"),
    ],
)
def test_an_empty_file_is_refused(write, content, encoding):
    with pytest.raises(EmptyTableError, match="filen er tom"):
        open_jsonl(write(content, encoding))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputNotFoundError, match="finnes ikke"):
        open_jsonl(tmp_path / "borte.jsonl")


def test_columns_are_the_keys_of_all_rows(write):
    table = open_jsonl(write('{"id": "1", "text": "a"}\n{"id": "2", "arsak": "b", "text": "c"}\n'))

    assert table.columns == ("id", "text", "arsak")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_has_not_is_refused(write, value):
    with pytest.raises(RowError, match="linje 1: linjen er ikke gyldig JSON"):
        open_jsonl(write(f'{{"id": {value}, "text": "a"}}\n'))
