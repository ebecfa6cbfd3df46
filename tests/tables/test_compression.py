import gzip
import subprocess

import pyarrow as pa
import pytest

from pobo_nlp.errors import DamagedFileError, InputNotFoundError, NotAFileError, PoboError
from pobo_nlp.tables import open_table
from pobo_nlp.tables.compression import BLOCK_BYTES, file_fingerprint, opened, packed

SENTINEL = "hemmelegord"
CONTENT = "".join(f"{number};{SENTINEL} blåbær\n" for number in range(60_000)).encode()


def _packed(path, content, *, at_once=BLOCK_BYTES):
    with path.open("wb") as file, packed(file, path.suffix) as sink:
        for start in range(0, len(content), at_once):
            sink.write(content[start : start + at_once])
    return path


@pytest.mark.parametrize("ending", [".csv", ".gz", ".zst"])
def test_bytes_come_back_as_they_were(tmp_path, ending):
    path = _packed(tmp_path / f"a{ending}", CONTENT)

    with opened(path) as file:
        assert file.read() == CONTENT


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_the_same_content_gives_the_same_bytes_however_it_is_cut(tmp_path, ending):
    one = _packed(tmp_path / f"en{ending}", CONTENT, at_once=7_001)
    other = _packed(tmp_path / f"to{ending}", CONTENT)

    assert one.read_bytes() == other.read_bytes()
    assert len(CONTENT) > BLOCK_BYTES


def test_a_gzip_file_has_neither_time_nor_name(tmp_path):
    head = _packed(tmp_path / "hemmelig.csv.gz", CONTENT).read_bytes()[:10]

    assert head[3] == 0
    assert head[4:8] == bytes(4)


def test_other_programs_read_what_was_compressed(tmp_path):
    path = _packed(tmp_path / "a.gz", CONTENT)

    assert gzip.decompress(path.read_bytes()) == CONTENT
    assert subprocess.run(["gzip", "-dc", path], capture_output=True, check=True).stdout == CONTENT


@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(gzip.compress, id="gzip"),
        pytest.param(lambda data: pa.compress(data, "zstd", asbytes=True), id="zstd"),
    ],
)
def test_files_that_were_appended_to_one_another_are_read_whole(tmp_path, pack):
    path = tmp_path / ("a.csv.gz" if pack is gzip.compress else "a.csv.zst")
    path.write_bytes(pack(b"id;tekst\n1;a\n") + pack(b"2;b\n"))

    assert [place for chunk in open_table(path).chunks(1, 0) for place in chunk.places] == [2, 3]


@pytest.mark.parametrize("ending", [".csv.gz", ".csv.zst", ".jsonl.gz", ".jsonl.zst"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="cut short"),
        pytest.param(lambda data: SENTINEL.encode() * 9, id="not compressed"),
    ],
)
def test_a_damaged_file_is_told_without_its_content(tmp_path, all_words_of, ending, damage):
    path = _packed(tmp_path / f"a{ending}", CONTENT)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(DamagedFileError, match=r"er skadet eller avkortet\. Hent filen på nytt") as caught:
        open_table(path)

    assert str(path) in str(caught.value)
    assert SENTINEL not in all_words_of(caught.value)


def test_a_byte_that_was_overwritten_is_found_by_the_checksum_of_gzip(tmp_path):
    path = _packed(tmp_path / "a.csv.gz", CONTENT)
    data = path.read_bytes()
    path.write_bytes(data[:1000] + bytes(50) + data[1050:])

    with pytest.raises(DamagedFileError, match="er skadet eller avkortet"):
        open_table(path)


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".csv.zst", ".jsonl", ".xlsx", ".parquet"])
def test_a_missing_file_and_a_folder_are_told(tmp_path, ending):
    (tmp_path / f"mappe{ending}").mkdir()

    with pytest.raises(InputNotFoundError, match="finnes ikke"):
        open_table(tmp_path / f"borte{ending}")
    with pytest.raises(NotAFileError, match="er en mappe"):
        open_table(tmp_path / f"mappe{ending}")


def test_what_goes_wrong_while_a_file_is_used_is_not_taken_for_damage(tmp_path):
    path = _packed(tmp_path / "a.gz", CONTENT)

    with pytest.raises(PoboError, match=r"^noe annet$"), opened(path):
        raise PoboError("noe annet")


def test_a_fingerprint_is_that_of_the_bytes_and_of_the_part_that_is_meant(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"abc")

    assert file_fingerprint(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len({file_fingerprint(path, part=part) for part in ("", "Ark1", "Ark2")}) == 3
