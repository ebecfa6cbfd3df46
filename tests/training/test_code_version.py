import subprocess
from importlib.metadata import version

import pytest

from training.code_version import code_version


def git(folder, *words):
    settings = ["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", folder, *settings, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    git(tmp_path, "init")
    (tmp_path / "code.py").write_text("1\n", "utf-8")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "-m", "first")
    git(tmp_path, "tag", "v1")
    return tmp_path


def test_the_version_is_the_commit(checkout):
    assert code_version(checkout) == git(checkout, "rev-parse", "HEAD")


def test_changed_code_is_not_called_by_its_commit_alone(checkout):
    (checkout / "code.py").write_text("2\n", "utf-8")

    assert code_version(checkout) == git(checkout, "rev-parse", "HEAD") + "-dirty"


def test_a_folder_inside_another_checkout_is_none_itself(checkout):
    (checkout / "inner").mkdir()

    assert code_version(checkout / "inner") == version("pobo-nlp")


def test_a_checkout_without_commits_has_the_version_of_the_package(tmp_path, capfd):
    git(tmp_path, "init")

    assert code_version(tmp_path) == version("pobo-nlp")
    assert "".join(capfd.readouterr()) == ""


def test_without_git_the_version_is_that_of_the_package(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")

    assert code_version(checkout) == version("pobo-nlp")
