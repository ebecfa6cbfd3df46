"""The wheel brings its model along, and runs where nothing but its own requirements is installed."""

import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

TEXT = "Fastlegen min svarer ikke på telefon, og jeg får ikke time."


def required_by(name, found=None):
    """Return the distributions that one needs at run time, with those that they need."""
    found = set() if found is None else found
    for requirement in distribution(name).requires or []:
        wanted = re.match(r"[\w.-]+", requirement).group().lower().replace("_", "-")
        if ";" not in requirement and wanted not in found:
            found.add(wanted)
            required_by(wanted, found)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_package_and_its_model_alone(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"pobo_nlp"}
    assert "pobo_nlp/models/default/weights.safetensors" in names
    assert "pobo_nlp/taxonomy.toml" in names
    assert "pobo_nlp/patterns/sites/data/municipalities.tsv" in names
    assert "pobo_nlp/py.typed" in names
    assert "pobo_nlp/batch/difference/templates/report.html.jinja" in names
    for part in ("templates/work.html.jinja", "static/app.js", "static/style.css", "locale/nn/page.po"):
        assert f"pobo_nlp/web/{part}" in names


def test_the_wheel_runs_in_an_empty_environment(wheel, tmp_path):
    """Its requirements are copied from this environment, each with all of its files and nothing else."""
    environment = tmp_path / "empty"
    venv.create(environment, with_pip=False)
    (site,) = environment.glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    needed = required_by("pobo-nlp")
    for name in needed:
        for file in distribution(name).files or []:
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target = site / Path(file)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), target)
    python = environment / "bin" / "python"

    result = subprocess.run(
        [python, "-I", "-c", "from pobo_nlp.cli import main; main()", "suggest", "--json", TEXT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert {"numpy", "scipy", "safetensors", "typer", "py3langid"} <= needed
    assert not needed & {"scikit-learn", "simplemma", "pandas", "spacy", "mlflow", "joblib"}
    assert result.stderr == ""
    assert '"label": "fastlege"' in result.stdout
