"""The bill of materials lists what the lock file lists; the oracle is the lock file, read by hand here."""

import json
import re

import pytest

from pobo_nlp.errors import SbomError
from pobo_nlp.model.artefact_reader import load
from training.config import ROOT
from training.sbom import needed_by, write_sbom

LOCK = ROOT / "requirements.lock"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("sbom") / "new" / "sbom.json"
    return write_sbom(LOCK, ROOT, out), out


@pytest.fixture(scope="module")
def bom(written):
    return json.loads(written[1].read_text("utf-8"))


@pytest.fixture(scope="module")
def components(bom):
    return {component["bom-ref"]: component for component in bom["components"]}


def test_every_package_of_the_lock_is_listed_with_its_version_and_no_other(written, components):
    pinned = {
        f"{name}=={version}" for name, version in re.findall(r"(?m)^([\w.-]+)==([^ \\]+)", LOCK.read_text("utf-8"))
    }

    assert components.keys() - {"model"} == pinned
    assert written[0] == len(pinned)


def test_every_package_has_the_hashes_of_the_lock(components):
    lock = set(re.findall(r"--hash=sha256:(\w+)", LOCK.read_text("utf-8")))

    listed = [
        {digest["content"] for reference in component["externalReferences"] for digest in reference.get("hashes", [])}
        for ref, component in components.items()
        if ref != "model"
    ]

    assert all(listed)
    assert set.union(*listed) == lock


def test_the_model_is_listed_by_its_id(components):
    assert components["model"]["type"] == "machine-learning-model"
    assert components["model"]["name"] == load(ROOT / "models" / "default").id


def test_what_scoring_needs_is_told_from_what_trains_and_what_tests(components):
    scope = {ref.split("==")[0]: component["scope"] for ref, component in components.items()}

    assert {scope[name] for name in ("numpy", "scipy", "safetensors", "typer", "markupsafe")} == {"required"}
    assert {scope[name] for name in ("mlflow", "scikit-learn", "fastapi", "cryptography")} == {"optional"}
    assert {scope[name] for name in ("pytest", "faker", "ruff")} == {"excluded"}


def test_it_is_told_who_needs_what(bom, components):
    needs = {entry["ref"]: set(entry["dependsOn"]) for entry in bom["dependencies"] if "dependsOn" in entry}
    named = {ref.split("==")[0]: ref for ref in components}

    assert named["markupsafe"] in needs[named["jinja2"]]
    assert {named["jinja2"], "model"} <= needs["pobo-nlp"]
    assert named["pytest"] not in needs["pobo-nlp"]


def test_the_same_lock_gives_the_same_bytes_without_a_network(written, tmp_path, monkeypatch):
    # Whoever opens a connection, here or in a process started from here, ends at once.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nsys.addaudithook(lambda event, _: os._exit(9) if event == 'socket.connect' else None)\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    write_sbom(LOCK, ROOT, tmp_path / "again.json")

    assert (tmp_path / "again.json").read_bytes() == written[1].read_bytes()


def test_who_needs_a_package_stands_below_it():
    lock = "a==1 \\\n    --hash=sha256:00\n    # via b\n"
    lock += "b==2 ; x > '1' \\\n    --hash=sha256:11\n    # via\n    #   a\n    #   c-d\n"

    assert needed_by(lock) == {"a==1": ["b"], "b==2": ["a", "c-d"]}


def test_what_is_no_lock_is_told(tmp_path):
    (tmp_path / "lock").write_text("this is ( no lock\n", "utf-8")

    with pytest.raises(SbomError, match="kan det ikke lages noen stykkliste"):
        write_sbom(tmp_path / "lock", ROOT, tmp_path / "out.json")

    assert not (tmp_path / "out.json").exists()
