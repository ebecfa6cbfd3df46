import pytest

from training.checksums import checksum_faults, write_checksums


@pytest.fixture
def folder(tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(name, "utf-8")
    write_checksums(tmp_path)
    return tmp_path


def test_untouched_files_have_no_fault(folder):
    assert list(checksum_faults(folder)) == []


def test_changed_missing_and_new_files_are_told(folder):
    (folder / "a.jsonl").write_text("other", "utf-8")
    (folder / "b.jsonl").unlink()
    (folder / "c.jsonl").write_text("new", "utf-8")

    changed, missing, new = checksum_faults(folder)

    assert "a.jsonl: er endret" in changed
    assert "b.jsonl: står i SHA256SUMS, men mangler" in missing
    assert "c.jsonl: står ikke i SHA256SUMS" in new


def test_a_folder_without_checksums_is_not_checked(tmp_path):
    (tmp_path / "a.jsonl").write_text("a", "utf-8")

    assert list(checksum_faults(tmp_path)) == []
