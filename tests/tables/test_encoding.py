import codecs

import pytest

from pobo_nlp.errors import (
    BinaryFileError,
    EmptyTableError,
    EncodingError,
    InputNotFoundError,
    NotAFileError,
    PoboError,
)
from pobo_nlp.tables import read_text
from pobo_nlp.tables.encoding import BLOCK_BYTES, recognised_encoding

SENTINEL = "hemmelegord"
TEXT = "Blåbærsyltetøy på brødskive – «godt»"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param(b"a", "utf-8", id="one byte"),
        pytest.param(TEXT.encode("utf-8"), "utf-8", id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode("utf-8"), "utf-8-sig", id="UTF-8 with byte order mark"),
        pytest.param(TEXT.encode("cp1252"), "cp1252", id="Windows-1252"),
        pytest.param("čáhppes".encode(), "utf-8", id="northern sámi"),
    ],
)
def test_an_encoding_is_recognised(tmp_path, content, encoding):
    path = tmp_path / "inn.txt"
    path.write_bytes(content)

    assert recognised_encoding(path) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_text_is_the_same_in_every_encoding(tmp_path, encoding):
    path = tmp_path / "inn.txt"
    path.write_bytes(TEXT.encode(encoding))

    assert read_text(path) == TEXT


def test_a_letter_across_the_border_of_two_blocks_is_still_utf_8(tmp_path):
    path = tmp_path / "inn.txt"
    path.write_bytes(b"a" * (BLOCK_BYTES - 1) + "å".encode())

    assert recognised_encoding(path) == "utf-8"


def test_a_windows_letter_far_down_decides_the_encoding(tmp_path):
    path = tmp_path / "inn.txt"
    path.write_bytes(b"a" * (BLOCK_BYTES + 10) + "å".encode("cp1252"))

    assert recognised_encoding(path) == "cp1252"


def test_a_stray_zero_byte_does_not_make_a_text_binary(tmp_path):
    path = tmp_path / "inn.txt"
    path.write_bytes(b"a" * 99 + b"\0")

    assert recognised_encoding(path) == "utf-8"


@pytest.mark.parametrize(
    ("content", "error", "problem"),
    [
        pytest.param(b"", EmptyTableError, "filen er tom", id="no byte"),
        pytest.param(b" \r\n\t\n", EmptyTableError, "filen er tom", id="white space"),
        pytest.param(b"PK\x03\x04" + SENTINEL.encode(), BinaryFileError, "ikke tekst", id="zip or Excel"),
        pytest.param(b"%PDF-1.7 " + SENTINEL.encode(), BinaryFileError, "ikke tekst", id="PDF"),
        pytest.param(b"\x1f\x8b" + SENTINEL.encode(), BinaryFileError, "ikke tekst", id="gzip"),
        pytest.param(SENTINEL.encode() + b"\0" * 50, BinaryFileError, "ikke tekst", id="zero bytes"),
        pytest.param(SENTINEL.encode("utf-16"), EncodingError, "UTF-16.*CSV UTF-8", id="UTF-16"),
        pytest.param(
            codecs.BOM_UTF16_BE + SENTINEL.encode("utf-16-be"),
            EncodingError,
            "UTF-16.*CSV UTF-8",
            id="big-endian UTF-16",
        ),
        pytest.param(
            SENTINEL.encode() + b"\n\n" + SENTINEL.encode() + b"\x81",
            EncodingError,
            "linje 3: .*verken er UTF-8 eller Windows-1252",
            id="neither encoding",
        ),
    ],
)
def test_a_file_that_is_no_text_is_told_with_its_name_and_without_its_content(
    tmp_path, all_words_of, content, error, problem
):
    path = tmp_path / "inn.csv"
    path.write_bytes(content)

    with pytest.raises(error, match=problem) as caught:
        recognised_encoding(path)

    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert SENTINEL not in all_words_of(caught.value)
    assert isinstance(caught.value, PoboError)


def test_the_line_of_an_undecodable_byte_is_counted_across_blocks(tmp_path):
    path = tmp_path / "inn.csv"
    path.write_bytes(b"a\n" * BLOCK_BYTES + b"b\x81")

    with pytest.raises(EncodingError, match="verken er UTF-8") as caught:
        recognised_encoding(path)

    assert caught.value.row == BLOCK_BYTES + 1


def test_a_missing_file_is_told_with_its_name(tmp_path):
    with pytest.raises(InputNotFoundError, match=r"borte\.csv finnes ikke") as caught:
        recognised_encoding(tmp_path / "borte.csv")

    assert caught.value.path == tmp_path / "borte.csv"
    assert isinstance(caught.value, FileNotFoundError)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(NotAFileError, match=r"er en mappe\. Oppgi en fil") as caught:
        recognised_encoding(tmp_path)

    assert isinstance(caught.value, IsADirectoryError)


@pytest.mark.parametrize(
    ("lines", "line", "problem"),
    [
        pytest.param(
            ["Blå".encode(), b"a", "Blå".encode("cp1252")], 3, "ikke i UTF-8, men linje 1", id="Windows below"
        ),
        pytest.param(["Blå".encode("cp1252"), b"a", "Blå".encode()], 3, "i UTF-8, men linje 1", id="UTF-8 below"),
        pytest.param(["Blå".encode(), "«Blå»".encode("cp1252")], 2, "ikke i UTF-8, men linje 1", id="quotation marks"),
        pytest.param(["å–".encode("cp1252"), "a – b".encode()], 2, "i UTF-8, men linje 1", id="a dash"),
    ],
)
def test_two_encodings_in_one_file_are_told_with_their_lines(tmp_path, all_words_of, lines, line, problem):
    path = tmp_path / "inn.csv"
    path.write_bytes(b"\n".join(lines) + b"\n" + SENTINEL.encode())

    with pytest.raises(EncodingError, match=f"linje {line}: linjen er {problem}.*satt sammen") as caught:
        recognised_encoding(path)

    assert caught.value.row == line
    assert SENTINEL not in all_words_of(caught.value)


def test_two_encodings_are_found_across_blocks(tmp_path):
    path = tmp_path / "inn.csv"
    path.write_bytes("Blå\n".encode("cp1252") + b"a\n" * BLOCK_BYTES + "Blå\n".encode())

    with pytest.raises(EncodingError, match=f"linje {BLOCK_BYTES + 2}: linjen er i UTF-8"):
        recognised_encoding(path)


@pytest.mark.parametrize("text", ["BLÅ» og PÅ…", "sa «NÅ»", "Ø–Å", "É»"])
def test_a_capital_before_a_sign_is_no_second_encoding(tmp_path, text):
    path = tmp_path / "inn.csv"
    path.write_bytes(f"på\n{text}\n".encode("cp1252"))

    assert recognised_encoding(path) == "cp1252"
