import pytest

from pobo_nlp.errors import ColumnError, EmptyTableError, EncodingError, InputNotFoundError, NotAFileError, RowError
from pobo_nlp.tables.csv_files import open_csv
from pobo_nlp.tables.table import CHUNK_CHARS, MAX_COLUMNS

SENTINEL = "hemmelegord"


@pytest.fixture
def write(tmp_path):
    def _write(content, encoding="utf-8"):
        path = tmp_path / "inn.csv"
        path.write_bytes(content.encode(encoding))
        return path

    return _write


def _rows(path):
    return [row for chunk in open_csv(path).chunks(2, 0) for row in chunk.rows.to_pylist()]


def _places(table, rows_at_once=2, skip=0):
    return [place for chunk in table.chunks(rows_at_once, skip) for place in chunk.places]


@pytest.mark.parametrize(
    "delimiter", [pytest.param(";", id="semicolon"), pytest.param(",", id="comma"), pytest.param("\t", id="tab")]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", [pytest.param("\n", id="LF"), pytest.param("\r\n", id="CRLF")])
def test_every_usual_way_of_writing_gives_the_same_table(write, delimiter, encoding, line_end):
    rows = [("id", "tekst"), ("007", "Blåbær og brød"), ("8", "")]
    path = write("".join(delimiter.join(row) + line_end for row in rows), encoding)

    table = open_csv(path)

    assert table.schema.names == ["id", "tekst"]
    assert _rows(path) == [{"id": "007", "tekst": "Blåbær og brød"}, {"id": "8", "tekst": ""}]
    assert table.style.delimiter == delimiter
    assert table.style.encoding == encoding or encoding == "utf-8-sig"


def test_the_byte_order_mark_is_no_part_of_the_first_heading(write):
    assert open_csv(write("id;tekst\n1;a\n", "utf-8-sig")).schema.names == ["id", "tekst"]


def test_white_space_around_a_heading_is_no_part_of_it(write):
    assert open_csv(write("id ; tekst\n1;a\n")).schema.names == ["id", "tekst"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param('"to\nlinjer"', "to\nlinjer", id="line break"),
        pytest.param('"to\r\nlinjer"', "to\r\nlinjer", id="Windows line break"),
        pytest.param('"to\rlinjer"', "to\rlinjer", id="old Mac line break"),
        pytest.param('"sa ""nei"" i går"', 'sa "nei" i går', id="doubled quotes"),
        pytest.param('"en; to; tre"', "en; to; tre", id="delimiter"),
        pytest.param("en, to, tre", "en, to, tre", id="another delimiter"),
        pytest.param("  a  ", "  a  ", id="white space"),
        pytest.param("004518", "004518", id="leading zeros"),
        pytest.param("1e5", "1e5", id="looks like a number"),
    ],
)
def test_a_field_is_read_exactly(write, field, value):
    assert _rows(write(f"id;tekst\r\n{field};{field}\r\n")) == [{"id": value, "tekst": value}]


def test_a_field_may_be_longer_than_the_limit_of_the_csv_module(write):
    assert _rows(write(f"id;tekst\n1;{'a' * 200_000}\n")) == [{"id": "1", "tekst": "a" * 200_000}]


def test_a_file_with_one_column_needs_no_delimiter(write):
    assert _rows(write("tekst\nen\nto\n")) == [{"tekst": "en"}, {"tekst": "to"}]


def test_empty_lines_between_rows_are_skipped(write):
    assert _rows(write("id;tekst\n\n1;a\n\n\n2;b\n\n")) == [{"id": "1", "tekst": "a"}, {"id": "2", "tekst": "b"}]


def test_a_heading_alone_is_a_table_without_rows(write):
    assert _rows(write("id;tekst\n")) == []


def test_the_last_row_needs_no_line_end(write):
    assert _rows(write("id;tekst\n1;a")) == [{"id": "1", "tekst": "a"}]


def test_rows_can_be_read_again(write):
    table = open_csv(write("id;tekst\n1;a\n2;b\n"))

    assert list(table.chunks(2, 0)) == list(table.chunks(2, 0))


def test_the_line_of_a_row_is_where_it_begins_in_the_file(write):
    table = open_csv(write('id;tekst\n1;"en\nto\r\ntre"\n\n2;b\n'))

    assert _places(table) == [2, 6]


RAGGED = "Sett felt med skilletegn eller linjeskift i anførselstegn"
UNBALANCED = "Doble anførselstegn"


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        pytest.param(f"id;tekst\n{SENTINEL}\n", 2, f"1 felter, .* har 2.*{RAGGED}", id="too few fields"),
        pytest.param(f"id;tekst\n1;{SENTINEL};b\n", 2, f"3 felter, .* har 2.*{RAGGED}", id="too many fields"),
        pytest.param(f"id;tekst\n1;a\n2;{SENTINEL};\n", 3, f"3 felter.*{RAGGED}", id="a delimiter at the end"),
        pytest.param(
            f'id;tekst\n1;"en\nto\ntre"\n2;{SENTINEL};b\n', 5, f"3 felter.*{RAGGED}", id="below a field of three lines"
        ),
        pytest.param(f'id;tekst\n1;a\n2;"{SENTINEL}\n3;c\n', 3, UNBALANCED, id="quote that is never closed"),
        pytest.param(f'id;tekst\n1;"{SENTINEL}" b\n', 2, UNBALANCED, id="text after a closing quote"),
        pytest.param(
            f'id;tekst\n1;"en\nto"\n2;"{SENTINEL}"b\n', 4, UNBALANCED, id="unbalanced below a field of two lines"
        ),
    ],
)
def test_a_row_that_does_not_fit_is_told_with_its_line_and_without_its_text(
    write, all_words_of, content, line, problem
):
    path = write(content)
    table = open_csv(path)

    with pytest.raises(RowError, match=f"linje {line}: .*{problem}") as caught:
        list(table.chunks(2, 0))

    assert caught.value.row == line
    assert caught.value.path == path
    assert "\n" not in str(caught.value)
    assert SENTINEL not in all_words_of(caught.value)


def test_a_row_that_does_not_fit_does_not_hide_those_above_it(write):
    chunks = open_csv(write("id;tekst\n1;a\n2;b;c\n")).chunks(1, 0)

    assert next(chunks).rows.to_pylist() == [{"id": "1", "tekst": "a"}]


def test_a_doubled_heading_is_refused(write):
    with pytest.raises(ColumnError, match=r"linje 1: kolonne 1 og 3 har samme navn.*Gi kolonnene ulike navn"):
        open_csv(write("tekst;id;tekst\na;1;b\n"))


@pytest.mark.parametrize("content", [pytest.param("", id="no byte"), pytest.param("\n \r\n", id="white space")])
def test_an_empty_file_is_refused(write, content):
    with pytest.raises(EmptyTableError, match=r"filen er tom.*Sjekk at eksporten"):
        open_csv(write(content))


def test_a_byte_order_mark_alone_is_an_empty_file(write):
    with pytest.raises(EmptyTableError, match="filen er tom"):
        open_csv(write("", "utf-8-sig"))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputNotFoundError, match="finnes ikke"):
        open_csv(tmp_path / "borte.csv")
    with pytest.raises(NotAFileError, match="er en mappe"):
        open_csv(tmp_path)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param("\n\nid,tekst\n1,hei\n", 4, id="empty lines above the heading"),
        pytest.param("sep=,\r\nid,tekst\r\n1,hei\r\n", 3, id="Excel's hint of the delimiter"),
        pytest.param('"saks\nnr",tekst\n1,hei\n', 3, id="a line break in the heading"),
    ],
)
def test_the_heading_is_found(write, content, line):
    table = open_csv(write(content))

    (chunk,) = table.chunks(2, 0)
    assert table.schema.names[1] == "tekst"
    assert list(chunk.places) == [line]
    assert chunk.rows.column("tekst").to_pylist() == ["hei"]


def test_columns_without_a_name_are_told_apart(write):
    path = write("id;tekst;;\n1;a;X;Y\n")

    assert _rows(path) == [{"id": "1", "tekst": "a", "kolonne_3": "X", "kolonne_4": "Y"}]


def test_every_column_is_text(write):
    path = write("id;dato;tall\n007;2003-01-02;1\n")

    assert {str(kind) for kind in open_csv(path).schema.types} == {"string"}


@pytest.mark.parametrize("skip", range(5))
def test_reading_can_begin_after_any_row(write, skip):
    table = open_csv(write('id;tekst\n1;"a\nb"\n\n2;b\n3;c\n4;d\n'))

    assert _places(table, 3, skip) == [2, 5, 6, 7][skip:]


def test_a_chunk_has_no_more_rows_than_are_asked_for(write):
    table = open_csv(write("id;tekst\n" + "1;a\n" * 7))

    assert [chunk.rows.num_rows for chunk in table.chunks(3, 0)] == [3, 3, 1]


def test_a_row_of_thirty_megabytes_is_read_and_ends_its_chunk(write):
    text = "b" * CHUNK_CHARS
    chunks = list(open_csv(write(f'id;tekst\n1;"{text}"\n2;a\n3;a\n')).chunks(100, 0))

    assert [chunk.rows.num_rows for chunk in chunks] == [1, 2]
    assert chunks[0].rows.column("tekst")[0].as_py() == text


def test_nul_characters_are_kept(write):
    assert _rows(write(f"id;tekst\n1;{'a' * 50}\0b\n")) == [{"id": "1", "tekst": "a" * 50 + "\0b"}]


def test_a_heading_of_a_hundred_thousand_columns_is_refused(write):
    content = ";".join(f"k{number}" for number in range(100_000)) + "\n" + ";" * 99_999 + "\n"

    with pytest.raises(ColumnError, match="linje 1: 100000 kolonner, men her går det høyst 16384"):
        open_csv(write(content))


def test_the_widest_table_that_is_read_comes_in_small_chunks(write):
    content = ";".join(f"k{number}" for number in range(MAX_COLUMNS)) + "\n" + (";" * (MAX_COLUMNS - 1) + "\n") * 65
    chunks = list(open_csv(write(content)).chunks(5000, 0))

    assert [chunk.rows.num_rows for chunk in chunks] == [64, 1]
    assert {chunk.rows.num_columns for chunk in chunks} == {MAX_COLUMNS}


def test_the_fingerprint_changes_with_any_byte(write):
    before = open_csv(write("id;tekst\n1;a\n")).fingerprint()

    assert open_csv(write("id;tekst\n1;b\n")).fingerprint() != before
    assert open_csv(write("id;tekst\n1;a\n")).fingerprint() == before


def test_a_file_that_changes_its_encoding_while_it_is_read_is_told_without_its_text(write, all_words_of):
    path = write("id;tekst\n1;a\n")
    table = open_csv(path)
    path.write_bytes(f"id;tekst\n1;{SENTINEL}å\n".encode("cp1252"))

    with pytest.raises(EncodingError, match="er endret mens den ble lest") as caught:
        list(table.chunks(2, 0))

    assert SENTINEL not in all_words_of(caught.value)
