"""A tracking store that somebody else has written to: our commands read the model folder in it, and nothing besides."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from pobo_nlp.errors import KeyFileError, ModelSignatureError, ReleaseRefusedError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.artefact_writer import save
from pobo_nlp.model.signature import KEY_VARIABLE
from pobo_nlp.taxonomy import Taxonomy
from training.config import DEFAULT_CONFIG, ROOT, load_config
from training.registry import champion
from training.release import release, rollback
from training.run_record import record_of
from training.signing import make_keys, sign
from training.tracking import connect

REPORTS = ("metrics.json", "MODEL_CARD.md")
UNDER_A_HOOK = """
import json, os, sys
seen = []
def hook(event, arguments):
    if event == "pickle.find_class":
        seen.append([event, ".".join(map(str, arguments))])
    elif event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)) and not arguments[2] & os.O_WRONLY:
        seen.append([event, os.fsdecode(arguments[0])])
def tell():
    print(json.dumps(seen))
"""


class Planted:
    """Whoever unpickles this has run foreign code: a file appears."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.mkdir, (str(self.marker),)


@pytest.fixture
def store(tracking_server, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking_server.uri)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    return connect()


@pytest.fixture
def track(store, tiny_model, tmp_path):
    """Tracks a model of the name that is given, changed and signed as is asked."""

    def _track(name, *, key=None):
        folder = tmp_path / name
        artefact = replace(load(tiny_model).artefact, name=name)
        save(artefact, folder, reports={report: (tiny_model / report).read_bytes() for report in REPORTS})
        if key is not None:
            sign(folder, key)
        return store.log(record_of(folder, load_config(), DEFAULT_CONFIG, code_version="c0ffee"))

    return _track


@pytest.fixture
def stored(tracking_server):
    """Where the server keeps what was tracked as a model."""

    def _stored(run):
        (found,) = tracking_server.artefacts.glob(f"*/models/{run.logged_model}/artifacts/MLmodel")
        return found.parent

    return _stored


def planted_code(marker):
    return f"import os\nif not os.path.isdir({str(marker)!r}):\n    os.mkdir({str(marker)!r})\n"


def tamper(folder, marker):
    """Do all that MLflow's description of a model allows: other loader, script, flavours, code, environment."""
    code, pickled = planted_code(marker), pickle.dumps(Planted(marker))
    for place in (
        "mlflow_model.py",
        "code/evil_loader.py",
        "code/pobo_nlp/__init__.py",
        "artifacts/model/sitecustomize.py",
    ):
        (folder / place).write_text(code, "utf-8")
    for place in ("python_model.pkl", "model.pkl", "artifacts/model/weights.pkl", "artifacts/model/manifest.pkl"):
        (folder / place).write_bytes(pickled)
    environment = f"dependencies:\n- pip:\n  - -e {folder}\n"
    (folder / "conda.yaml").write_text(environment, "utf-8")
    (folder / "python_env.yaml").write_text(environment, "utf-8")
    (folder / "setup.py").write_text(code, "utf-8")
    description = (folder / "MLmodel").read_text("utf-8")
    python_function = {
        "loader_module": "evil_loader",
        "python_model": "python_model.pkl",
        "model_code_path": "mlflow_model.py",
        "code": "code",
        "data": "artifacts/model",
        "cloudpickle_version": "3.0.0",
        "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
        "artifacts": {"model": {"path": "../../../../etc", "uri": "file:///etc"}},
    }
    sklearn = {"pickled_model": "model.pkl", "serialization_format": "cloudpickle", "sklearn_version": "1.6"}
    flavours = json.dumps({"python_function": python_function, "sklearn": sklearn, "evil_loader": {"code": "code"}})
    kept = [line for line in description.splitlines() if line.startswith(("model_id", "run_id", "model_uuid"))]
    lines = [f"flavors: {flavours}", "artifact_path: ../../../..", "model_size_bytes: -1", *kept]
    (folder / "MLmodel").write_text("\n".join(lines) + "\n", "utf-8")


def released(store, run, taxonomy_file, name):
    return release(store, run, Taxonomy.load(taxonomy_file), reason="", samples=20, seed=1, name=name)


def test_the_planted_things_are_alive(tmp_path):
    """What the other tests plant does run where somebody loads it."""
    subprocess.run([sys.executable, "-c", planted_code(tmp_path / "by code")], check=True)
    pickle.loads(pickle.dumps(Planted(tmp_path / "by pickle")))  # noqa: S301  # ours

    assert sorted(path.name for path in tmp_path.iterdir()) == ["by code", "by pickle"]


def test_a_tampered_description_does_not_change_what_is_fetched(store, track, stored, tiny_model, tmp_path):
    run = track("fetched")
    tamper(stored(run), tmp_path / "marker")

    folder = store.fetch_model(run, tmp_path / "new")

    assert load(folder).id == run.model_id
    assert not (tmp_path / "marker").exists()
    fetched = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert {path.split("/")[0] for path in fetched} == {"model"}
    assert not any("MLmodel" in path for path in fetched)


def test_a_tampered_description_runs_nothing_at_release_and_rollback(store, track, stored, taxonomy_file, tmp_path):
    first, second = track("trust-one"), track("trust-two")
    released(store, first, taxonomy_file, "m-trust")
    for run in (first, second):
        tamper(stored(run), tmp_path / "marker")

    with pytest.raises(ReleaseRefusedError):  # no predictions were tracked, so the two cannot be compared
        released(store, second, taxonomy_file, "m-trust")
    done = release(store, second, Taxonomy.load(taxonomy_file), reason="test", samples=20, seed=1, name="m-trust")
    rollback(store, "m-trust")

    assert done.version.tags["model_id"] == second.model_id
    assert champion(store, "m-trust").tags["model_id"] == first.model_id
    assert not (tmp_path / "marker").exists()


def test_a_command_opens_no_description_and_unpickles_nothing_of_the_store(store, track, stored, tmp_path):
    run = track("command")
    tamper(stored(run), tmp_path / "marker")
    work = f"""
from pathlib import Path
from training.tracking import connect
from pobo_nlp.model.scorer import Scorer
store = connect()
run = store.get_run({run.id!r})
sys.addaudithook(hook)
scorer = Scorer.load(store.fetch_model(run, Path({str(tmp_path / "fetched")!r})))
scorer.suggest("Toget kom for sent til stasjonen igjen.")
tell()
"""

    done = subprocess.run(
        [sys.executable, "-c", UNDER_A_HOOK + work], cwd=ROOT, capture_output=True, text=True, check=True
    )

    seen = json.loads(done.stdout)
    opened = {path for event, path in seen if event == "open"}
    assert [what for event, what in seen if event == "pickle.find_class"] == []
    assert any(path.endswith("weights.safetensors") for path in opened)
    assert not [path for path in opened if path.endswith((".pkl", "MLmodel", "mlflow_model.py", "evil_loader.py"))]
    assert not (tmp_path / "marker").exists()


def test_what_we_store_is_loaded_by_mlflow_without_a_pickle(track, stored, tmp_path):
    folder = shutil.copytree(stored(track("plain")), tmp_path / "plain-mlflow")
    work = f"""
import mlflow.pyfunc, pandas as pd
sys.addaudithook(hook)
model = mlflow.pyfunc.load_model({str(folder)!r})
sys.stdout.flush()
tell()
"""

    done = subprocess.run(
        [sys.executable, "-c", UNDER_A_HOOK + work], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    seen = json.loads(done.stdout.splitlines()[-1])
    assert [what for event, what in seen if event == "pickle.find_class"] == []
    assert any(path.endswith("weights.safetensors") for event, path in seen if event == "open")


def test_a_model_of_the_store_must_be_signed_where_a_key_is_named(
    store, track, stored, taxonomy_file, tmp_path, monkeypatch
):
    make_keys(tmp_path / "p.pem", tmp_path / "o.pem")
    unsigned, signed = track("unsigned"), track("signed", key=tmp_path / "p.pem")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "o.pem"))

    with pytest.raises(ReleaseRefusedError, match="ikke signert"):
        released(store, unsigned, taxonomy_file, "m-signed")
    done = released(store, signed, taxonomy_file, "m-signed")

    assert done.version.tags["model_id"] == signed.model_id
    with pytest.raises(ModelSignatureError):
        load(store.fetch_model(unsigned, tmp_path / "a"))


def test_a_key_that_is_gone_releases_nothing(store, track, taxonomy_file, tmp_path, monkeypatch):
    run = track("keyless")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "gone.pem"))

    with pytest.raises(KeyFileError, match="kan ikke leses"):
        released(store, run, taxonomy_file, "m-keyless")

    assert champion(store, "m-keyless") is None
