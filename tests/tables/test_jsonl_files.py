import pytest

from pobo_nlp.errors import ColumnError, EmptyTableError, InputNotFoundError, RowError
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
    return [row for chunk in open_jsonl(path).chunks(2, 0) for row in chunk.rows.to_pylist()]


def _types(path):
    return [str(kind) for kind in open_jsonl(path).schema.types]


def _json_columns(path):
    return [field.name for field in open_jsonl(path).schema if field.metadata == {b"json": b"1"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_line_is_a_row_in_every_encoding(write, encoding):
    path = write('{"id": "007", "text": "Blåbær"}\r\n{"id": "8", "text": ""}\n', encoding)

    assert open_jsonl(path).schema.names == ["id", "text"]
    assert _rows(path) == [{"id": "007", "text": "Blåbær"}, {"id": "8", "text": ""}]


def test_values_keep_their_type(write):
    path = write('{"a": 1, "b": 0.5, "c": null, "d": true, "e": "007"}\n{"a": null}\n')

    assert _types(path) == ["int64", "double", "string", "bool", "string"]
    assert _rows(path) == [
        {"a": 1, "b": 0.5, "c": None, "d": True, "e": "007"},
        {"a": None, "b": None, "c": None, "d": None, "e": None},
    ]
    assert _json_columns(path) == []


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        pytest.param(["1", '"1"'], ["1", '"1"'], id="numbers and strings"),
        pytest.param(["1", "0.5"], ["1", "0.5"], id="whole numbers and others"),
        pytest.param(["true", "1"], ["true", "1"], id="truth and numbers"),
        pytest.param(['["å", 1]', "null"], ['["å", 1]', None], id="lists"),
        pytest.param(['{"å": null}', '"x"'], ['{"å": null}', '"x"'], id="objects"),
        pytest.param(["9223372036854775808", "1"], ["9223372036854775808", "1"], id="a number beyond 64 bits"),
    ],
)
def test_a_column_of_several_types_holds_json_text(write, values, texts):
    path = write("".join(f'{{"a": {value}}}\n' for value in values))

    assert _rows(path) == [{"a": text} for text in texts]
    assert _json_columns(path) == ["a"]
    assert _types(path) == ["string"]


def test_half_of_a_surrogate_pair_becomes_a_replacement_mark(write):
    assert _rows(write('{"te\\ud800xt": "a\\ud800b", "b": "\\ud83d\\ude00"}\n')) == [
        {"te\ufffdxt": "a\ufffdb", "b": "😀"}
    ]


def test_a_name_that_stands_twice_in_an_object_is_refused(write, all_words_of):
    with pytest.raises(RowError, match="linje 2: samme navn står to ganger") as caught:
        open_jsonl(write(f'{{"a": 1}}\n{{"a": 1, "a": "{SENTINEL}"}}\n'))

    assert SENTINEL not in all_words_of(caught.value)


@pytest.mark.parametrize("skip", range(4))
def test_reading_can_begin_after_any_row(write, skip):
    table = open_jsonl(write('{"a": 1}\n\n{"a": 2}\n{"a": 3}\n'))

    assert [place for chunk in table.chunks(2, skip) for place in chunk.places] == [1, 3, 4][skip:]


def test_more_names_than_a_table_has_columns_are_refused(write):
    content = "".join(f'{{"k{number}": 1}}\n' for number in range(20_000))

    with pytest.raises(ColumnError, match=r"linje 16385: 16385 kolonner, men her går det høyst 16384"):
        open_jsonl(write(content))


def test_a_line_separator_inside_a_string_does_not_end_the_row(write):
    assert _rows(write('{"text": "en\u2028to\x85tre"}\n')) == [{"text": "en\u2028to\x85tre"}]


def test_the_line_of_a_row_counts_empty_lines_too(write):
    table = open_jsonl(write('\n{"a": 1}\n\n  \n{"a": 2}'))

    assert [place for chunk in table.chunks(1, 0) for place in chunk.places] == [2, 5]


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

    assert table.schema.names == ["id", "text", "arsak"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_json_has_not_is_refused(write, value):
    with pytest.raises(RowError, match="linje 1: linjen er ikke gyldig JSON"):
        open_jsonl(write(f'{{"id": {value}, "text": "a"}}\n'))
