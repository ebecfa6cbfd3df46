import errno
import os
import resource
import stat
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.errors import (
    ColumnError,
    NotAFileError,
    OutputExistsError,
    PoboError,
    UnknownFormatError,
    UnreadableFileError,
)
from pobo_nlp.tables import is_database, is_table_name, open_table, open_writer
from pobo_nlp.tables.table import CsvStyle

COLUMNS = ("id", "tekst", "æøå")
ALL_ENDINGS = (".csv", ".csv.gz", ".csv.zst", ".tsv", ".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet", ".xlsx")


def _texts(rows, columns=COLUMNS):
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns})


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.tsv", "a.jsonl", "a.NDJSON", "a.xlsx", "a.parquet", "a.csv.gz"])
def test_the_ending_tells_a_table(name):
    assert is_table_name(Path(name))


@pytest.mark.parametrize("name", ["a.txt", "a", "a.docx", ".csv", "a.txt.gz", "a.gz"])
def test_other_endings_tell_no_table(name):
    assert not is_table_name(Path(name))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("sqlite:///saker.db", True),
        ("postgresql+psycopg://bruker@tjener/base", True),
        ("saker.csv", False),
        ("C:/saker.csv", False),
        ("/a//b.csv", False),
        ("./a:b.csv", False),
    ],
)
def test_a_database_is_told_by_its_address(address, expected):
    assert is_database(address) is expected


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
def test_the_ending_tells_the_reader(tmp_path, take, name, content):
    path = tmp_path / name
    path.write_text(content, "utf-8")

    assert take(path).to_pylist() == [{"id": "1", "tekst": "a"}]


@pytest.mark.parametrize("name", ["inn.docx", "inn", "inn.gz"])
def test_an_unknown_ending_is_refused_and_the_known_ones_are_told(tmp_path, name):
    path = tmp_path / name
    path.write_text("id;tekst\n1;a\n", "utf-8")

    with pytest.raises(UnknownFormatError, match=r"er ukjent.*\.csv.*\.jsonl.*\.parquet.*\.xlsx.*\.gz") as caught:
        open_table(path)

    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["ut.parquet.gz", "ut.xlsx.zst"])
def test_what_is_compressed_within_is_not_compressed_again(tmp_path, put, name):
    with pytest.raises(UnknownFormatError, match=r"er komprimert i seg selv\. Bruk endelsen"):
        put(tmp_path / name, _texts([]))

    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused_before_a_file_is_made(tmp_path, put):
    with pytest.raises(UnknownFormatError, match="er ukjent"):
        put(tmp_path / "ut.docx", _texts([]))

    assert list(tmp_path.iterdir()) == []


def test_csv_is_written_in_the_style_of_the_table_that_came_in(tmp_path, put):
    put(tmp_path / "ut.csv", _texts([{"id": "1", "tekst": "blå", "æøå": "x"}]), style=CsvStyle(",", "cp1252"))

    assert (tmp_path / "ut.csv").read_bytes() == "id,tekst,æøå\r\n1,blå,x\r\n".encode("cp1252")


def test_csv_is_written_for_norwegian_excel_where_none_came_in(tmp_path, put):
    put(tmp_path / "ut.csv", _texts([{"id": "1", "tekst": "blå", "æøå": "x"}, {"id": "2"}]), rows_at_once=1)

    assert (tmp_path / "ut.csv").read_bytes() == "id;tekst;æøå\r\n1;blå;x\r\n2;;\r\n".encode("utf-8-sig")


def test_a_tsv_file_has_tabs_whatever_came_in(tmp_path, put):
    put(tmp_path / "ut.tsv", _texts([{"id": "1", "tekst": "a;b", "æøå": ""}]))

    assert (tmp_path / "ut.tsv").read_text("utf-8-sig") == "id\ttekst\tæøå\n1\ta;b\t\n"


def test_a_letter_that_the_encoding_lacks_is_written_as_html_writes_it(tmp_path, put, take):
    put(tmp_path / "ut.csv", _texts([{"id": "č", "tekst": "😀", "æøå": "å"}]), style=CsvStyle(";", "cp1252"))

    assert take(tmp_path / "ut.csv").to_pylist() == [{"id": "&#269;", "tekst": "&#128512;", "æøå": "å"}]


class _Interrupted(Exception):  # noqa: N818
    pass


def _fail_after_a_row(path, like, error, *, replace=False):
    table = _texts([{"id": "1"}])
    with open_writer(path, table.schema, like=like(), replace=replace) as writer:
        writer.write(table.to_batches()[0])
        raise error


ERRORS = [
    pytest.param(_Interrupted(), id="any error"),
    pytest.param(KeyboardInterrupt(), id="interrupted by a person"),
    pytest.param(PoboError(), id="an error of ours"),
]


@pytest.mark.parametrize("ending", ALL_ENDINGS)
@pytest.mark.parametrize("error", ERRORS)
def test_nothing_is_left_behind_after_an_error(tmp_path, like, ending, error):
    with pytest.raises(type(error), match=r"^$"):
        _fail_after_a_row(tmp_path / f"ut{ending}", like, error)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", ERRORS)
def test_an_existing_file_is_kept_after_an_error(tmp_path, like, error):
    path = tmp_path / "ut.csv"
    path.write_text("gammel", "utf-8")

    with pytest.raises(type(error), match=r"^$"):
        _fail_after_a_row(path, like, error, replace=True)

    assert [one.name for one in tmp_path.iterdir()] == ["ut.csv"]
    assert path.read_text("utf-8") == "gammel"


@pytest.mark.parametrize("ending", ALL_ENDINGS)
def test_a_file_appears_under_its_name_only_when_all_is_written(tmp_path, like, ending):
    path = tmp_path / f"ut{ending}"
    table = _texts([{"id": "1"}])
    with open_writer(path, table.schema, like=like()) as writer:
        writer.write(table.to_batches()[0])
        existed_while_writing = path.exists()
        modes = {stat.S_IMODE(one.stat().st_mode) & 0o077 for one in tmp_path.iterdir()}

    assert not existed_while_writing
    assert modes == {0}
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_those_who_may_read_the_input_may_read_the_output(tmp_path, like):
    source = tmp_path / "inn.csv"
    source.write_text("id\n1\n", "utf-8")
    source.chmod(0o640)
    with open_writer(tmp_path / "ut.csv", pa.schema([("id", pa.string())]), like=like(path=source)):
        pass

    assert stat.S_IMODE((tmp_path / "ut.csv").stat().st_mode) == 0o640


def test_an_existing_file_is_refused(tmp_path, put):
    path = tmp_path / "ut.jsonl"
    path.write_text("gammel", "utf-8")

    with pytest.raises(OutputExistsError, match=r"ut\.jsonl finnes allerede. Oppgi et annet navn"):
        put(path, _texts([]))

    assert [one.name for one in tmp_path.iterdir()] == ["ut.jsonl"]
    assert path.read_text("utf-8") == "gammel"


def test_a_file_that_someone_else_writes_meanwhile_is_kept(tmp_path, like):
    path = tmp_path / "ut.csv"

    def write():
        with open_writer(path, _texts([]).schema, like=like()):
            path.write_text("en annens", "utf-8")

    with pytest.raises(OutputExistsError, match="finnes allerede"):
        write()

    assert [one.name for one in tmp_path.iterdir()] == ["ut.csv"]
    assert path.read_text("utf-8") == "en annens"


def test_an_existing_file_is_replaced_where_that_is_asked_for(tmp_path, put):
    path = tmp_path / "ut.jsonl"
    path.write_text("gammel", "utf-8")
    put(path, _texts([{"id": "1"}], ["id"]), replace=True)

    assert path.read_text("utf-8") == '{"id": "1"}\n'


def test_a_folder_is_never_replaced(tmp_path, put):
    (tmp_path / "ut.csv").mkdir()

    with pytest.raises(NotAFileError, match="er en mappe"):
        put(tmp_path / "ut.csv", _texts([]), replace=True)


def test_a_missing_output_folder_is_told(tmp_path, put):
    path = tmp_path / "borte" / "ut.csv"

    with pytest.raises(UnreadableFileError, match=r"kan ikke leses eller skrives.*Sjekk mappe") as caught:
        put(path, _texts([]))

    assert caught.value.path == path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ALL_ENDINGS)
def test_a_read_only_folder_is_told(tmp_path, put, ending):
    folder = tmp_path / "lesing"
    folder.mkdir()
    folder.chmod(0o500)
    # The superuser may write everywhere but where the kernel itself says no.
    path = (folder if os.geteuid() else Path("/proc")) / f"ut{ending}"

    with pytest.raises(UnreadableFileError, match="kan ikke leses eller skrives") as caught:
        put(path, _texts([]))

    assert caught.value.path == path


@contextmanager
def small_disk(n_bytes):
    """Let no file of this process grow beyond a size; not even the one that the tests' own output goes to."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("ending", ALL_ENDINGS)
def test_a_disk_that_is_full_is_told_and_nothing_is_left_behind(tmp_path, put, ending):
    noise = [os.urandom(500).hex() for _ in range(400)]
    path = tmp_path / f"ut{ending}"

    with small_disk(20_000), pytest.raises(UnreadableFileError, match="kan ikke leses eller skrives") as caught:
        put(path, pa.table({"tekst": noise}))

    assert caught.value.path == path
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.EFBIG
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ALL_ENDINGS)
def test_two_columns_of_one_name_are_not_written(tmp_path, put, ending):
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["x", "x"])

    with pytest.raises(ColumnError, match="kolonne 1 og 2 har samme navn"):
        put(tmp_path / f"ut{ending}", table)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ALL_ENDINGS)
def test_more_columns_than_excel_holds_are_not_written(tmp_path, put, ending):
    table = pa.table([pa.array(["a"])] * 16_385, names=[f"k{number}" for number in range(16_385)])

    with pytest.raises(ColumnError, match="16385 kolonner, men her går det høyst 16384"):
        put(tmp_path / f"ut{ending}", table)


# What the rules of CSV are about, what Windows-1252 holds, and any other letter.
PITFALLS = st.text(alphabet="\"';,\t\r\n \\|=æøåÆØÅ–«»a0", max_size=12)
ANY_CELL = PITFALLS | st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


def _tables(cell):
    return st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cell)), max_size=5)


@given(_tables(ANY_CELL), st.sampled_from(";,\t"))
@settings(max_examples=50, deadline=None)
def test_cells_come_back_from_csv_as_they_were(tmp_path_factory, put, take, rows, delimiter):
    path = tmp_path_factory.mktemp("csv") / "ut.csv"
    put(path, _texts(rows), style=CsvStyle(delimiter, "utf-8-sig"))

    assert take(path).to_pylist() == rows


@given(_tables(PITFALLS), st.sampled_from(";,\t"))
@settings(max_examples=50, deadline=None)
def test_norwegian_cells_come_back_from_windows_1252_as_they_were(tmp_path_factory, put, take, rows, delimiter):
    path = tmp_path_factory.mktemp("csv") / "ut.csv"
    put(path, _texts(rows), style=CsvStyle(delimiter, "cp1252"))

    assert take(path).to_pylist() == rows


@given(st.lists(st.fixed_dictionaries({"tekst": ANY_CELL}), max_size=5))
@settings(max_examples=50, deadline=None)
def test_cells_of_a_single_column_come_back_even_where_empty(tmp_path_factory, put, take, rows):
    path = tmp_path_factory.mktemp("csv") / "ut.csv"
    put(path, _texts(rows, ["tekst"]))

    assert take(path).to_pylist() == rows


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".csv.zst", ".jsonl", ".jsonl.zst", ".parquet"])
@given(rows=_tables(ANY_CELL | st.none()), rows_at_once=st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_the_bytes_do_not_depend_on_how_rows_are_handed_over(tmp_path_factory, put, ending, rows, rows_at_once):
    folder = tmp_path_factory.mktemp("bytes")
    one, other = folder / f"en{ending}", folder / f"to{ending}"
    put(one, _texts(rows), rows_at_once=rows_at_once)
    put(other, _texts(rows))

    assert one.read_bytes() == other.read_bytes()
