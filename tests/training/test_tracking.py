import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from psycopg import sql

from pobo_nlp.batch.answers import answer_schema
from pobo_nlp.batch.job import SuggestJob
from pobo_nlp.errors import InputNotFoundError, RunNotFoundError, TrackingError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.artefact_writer import write_reports
from pobo_nlp.model.scorer import Scorer
from training.config import DEFAULT_CONFIG, ROOT, load_config
from training.registry import champion
from training.release import release, tracked_run
from training.run_record import record_of
from training.tracking import connect, signature

PICKLED = re.compile(rb"\x80[\x02-\x05]")
LOAD_AND_PREDICT = """
import json, sys, pandas as pd
model_folder, root, texts = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
sys.path = [place for place in sys.path if place not in ("", root)]
import mlflow.pyfunc
model = mlflow.pyfunc.load_model(model_folder)
import pobo_nlp
table = model.predict(pd.DataFrame({"text": texts}, index=range(5, 5 + len(texts))))
rows = [{name: None if pd.isna(value) else value for name, value in row.items()} for row in table.to_dict("records")]
print(json.dumps({"code": pobo_nlp.__file__, "columns": list(table), "index": list(table.index), "rows": rows}))
"""


@pytest.fixture
def use(monkeypatch):
    """Names the store that is used from then on, and connects to it."""

    def _use(uri):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        return connect()

    return _use


@pytest.fixture
def store(use, tracking_server):
    return use(tracking_server.uri)


def record(folder):
    return record_of(folder, load_config(), DEFAULT_CONFIG, code_version="c0ffee")


@pytest.fixture(scope="session")
def tracked(tracking_server, tiny_model):
    """The run of the tiny model in the shared server."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_URI", tracking_server.uri)
        return connect().log(record(tiny_model))


def artefacts_of(server, run):
    return [*server.artefacts.glob(f"*/{run.id}/**/*"), *server.artefacts.glob(f"*/models/{run.logged_model}/**/*")]


def test_a_run_is_tracked_whole(store, tracked, tracking_server, tiny_model):
    with store.talk() as client:
        run = client.get_run(tracked.id)
        files = {file.path for file in client.list_artifacts(tracked.id)}

    expected = record(tiny_model)
    assert run.info.status == "FINISHED"
    assert run.data.params == expected.params
    assert run.data.metrics == pytest.approx(expected.metrics)
    assert expected.tags.items() <= run.data.tags.items()
    assert files == set(expected.files) >= {"metrics.json", "MODEL_CARD.md", "config.toml"}
    assert tracked == store.get_run(tracked.id) == store.find_run(expected.model_id)
    (kept,) = tracking_server.artefacts.glob(f"*/{tracked.id}/artifacts/config.toml")
    assert kept.read_bytes() == DEFAULT_CONFIG.read_bytes()


def test_a_run_is_found_by_the_folder_of_its_model(store, tracked, tiny_model):
    assert tracked_run(store, str(tiny_model)) == tracked
    assert tracked_run(store, tracked.model_id) == tracked
    assert tracked_run(store, tracked.id) == tracked


def test_tracking_says_nothing(store, tiny_model, capfd):
    store.log(record(tiny_model))

    assert "".join(capfd.readouterr()) == ""


def test_a_tracked_model_answers_as_a_batch_does(store, tracked, tiny_model, tmp_path):
    """It is loaded where the product is not installed, so that the code is what lies with the model."""
    with store.talk() as client:
        location = client.get_logged_model(tracked.logged_model).artifact_location
        from mlflow.artifacts import download_artifacts

        folder = download_artifacts(artifact_uri=location, dst_path=str(tmp_path))
    texts = ["Toget kom for sent til stasjonen igjen.", "Ny dunk for papir?", "", None, "x"]

    command = [sys.executable, "-c", LOAD_AND_PREDICT, folder, str(ROOT), json.dumps(texts)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    scorer = Scorer.load(tiny_model)
    assert Path(found["code"]).is_relative_to(folder)
    assert found["columns"] == answer_schema(scorer.taxonomy).names
    assert found["index"] == [5, 6, 7, 8, 9]
    rows = pa.record_batch({"text": pa.array(texts)})
    assert found["rows"] == SuggestJob("text").columns(scorer, rows).to_pylist()


def test_a_tracked_model_says_what_goes_in_and_what_comes_out(store, tracked, tiny_model):
    taxonomy = load(tiny_model).artefact.taxonomy

    with store.talk() as client:
        from mlflow.models import get_model_info

        told = get_model_info(client.get_logged_model(tracked.logged_model).model_uri).signature

    assert told == signature(taxonomy)
    assert told.inputs.to_dict() == [{"type": "string", "name": "text", "required": True}]
    outputs = {column["name"]: column["type"] for column in told.outputs.to_dict()}
    assert list(outputs) == answer_schema(taxonomy).names
    assert {name for name, kind in outputs.items() if kind == "double"} == {"nivaa_probability", "omraade_probability"}


def test_nothing_that_is_tracked_is_pickled(tracked, tracking_server):
    files = [path for path in artefacts_of(tracking_server, tracked) if path.is_file()]

    assert {"weights.safetensors", "mlflow_model.py", "scorer.py", "MLmodel"} <= {path.name for path in files}
    assert not [path.name for path in files if path.suffix in (".pkl", ".pickle", ".joblib", ".npy", ".pyc")]
    assert not [path.name for path in files if PICKLED.match(path.read_bytes())]


def test_no_text_of_an_inquiry_is_in_the_store(tracked, tracking_server, rows):
    database = sqlite3.connect(tracking_server.folder / "server.db")
    kept = ["\n".join(database.iterdump())]
    database.close()
    kept += [
        path.read_bytes().decode("utf-8", "ignore") for path in tracking_server.folder.rglob("*") if path.is_file()
    ]

    assert tracked.id in kept[0]
    assert texts_within(kept, rows) == []


def texts_within(kept, rows):
    """Return the ids of inquiries whose text stands anywhere, also as JSON escapes it."""
    whole = "\n".join(kept)
    return [row["id"] for row in rows if row["text"] in whole or json.dumps(row["text"])[1:-1] in whole]


def test_a_report_joins_the_run_of_its_model(store, tiny_model, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "tiny")
    run = store.log(record(tmp_path / "tiny"))
    (tmp_path / "rapport.html").write_text("<html></html>", "utf-8")
    metrics = json.loads((tmp_path / "tiny" / "metrics.json").read_text("utf-8"))
    figure = {"value": 0.5, "low": 0.25, "high": 0.75}
    metrics["test_files"] = {"test_natural": {"dimensions": {"omraade": {"top_1": figure}}}}
    write_reports(tmp_path / "tiny", {"metrics.json": json.dumps(metrics).encode(), "MODEL_CARD.md": b"# new\n"})
    (tmp_path / "tiny.predictions.safetensors").write_bytes(b"new")

    store.add_report(run, tmp_path / "tiny", tmp_path / "rapport.html")

    with store.talk() as client:
        assert client.get_run(run.id).data.metrics["test_files/test_natural/dimensions/omraade/top_1.low"] == 0.25
        assert "report.html" in {file.path for file in client.list_artifacts(run.id)}
    assert store.fetch_predictions(run, tmp_path / "fetched").read_bytes() == b"new"
    fetched = load(store.fetch_model(run, tmp_path / "fetched"))
    assert fetched.id == run.model_id
    assert (fetched.folder / "MODEL_CARD.md").read_bytes() == b"# new\n"


def test_a_report_that_was_not_written_is_told(store, tracked, tiny_model, tmp_path):
    with pytest.raises(InputNotFoundError, match=r"rapport\.html finnes ikke"):
        store.add_report(tracked, tiny_model, tmp_path / "rapport.html")


def test_a_run_without_predictions_has_none(store, tiny_model, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "tiny")

    assert store.fetch_predictions(store.log(record(tmp_path / "tiny")), tmp_path) is None


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("0" * 32, id="no such run"),
        pytest.param("../x", id="no id at all"),
        pytest.param("tiny@00000000", id="no such model"),
        pytest.param("it's@00000000", id="quotes"),
    ],
)
def test_a_run_that_is_not_there_is_told(store, name):
    with pytest.raises(RunNotFoundError, match="Ingen fullført kjøring"):
        tracked_run(store, name)


def test_a_run_of_something_else_is_not_taken_for_one(store, tracked):
    with store.talk() as client:
        experiment = client.get_run(tracked.id).info.experiment_id
        other = client.create_run(experiment, tags={"model_id": "tiny@11111111"}).info.run_id
        client.set_terminated(other, "FINISHED")

    with pytest.raises(RunNotFoundError, match=other):
        store.get_run(other)


def test_a_deleted_experiment_is_brought_back(use, tracked, tracking_server):
    with use(tracking_server.uri).talk() as client:
        experiment = client.get_run(tracked.id).info.experiment_id
        client.delete_experiment(experiment)

    with use(tracking_server.uri).talk() as client:
        assert client.get_experiment(experiment).lifecycle_stage == "active"


def test_runs_lie_in_a_file_where_there_is_no_server(use, tiny_model, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)

    store = use("sqlite:///runs.db")
    run = store.log(record(tiny_model))

    assert store.place == str(tmp_path / "runs.db")
    assert load(store.fetch_model(run, tmp_path / "fetched")).id == run.model_id
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fetched", "mlartifacts", "runs.db"]
    assert "".join(capfd.readouterr()) == ""


@contextmanager
def silent_server():
    """Give the address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def no_server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@pytest.fixture
def train(sources, config, tmp_path):
    """Runs the command that trains, with a store; the password must never be seen."""
    settings = tmp_path / "config.toml"
    text = DEFAULT_CONFIG.read_text("utf-8")
    parts = config.folds, config.decisions, config.features, config.evaluation
    for name in ("outer", "inner", "min_support", "min_groups", "bootstrap"):
        (value,) = (getattr(part, name) for part in parts if hasattr(part, name))
        text = re.sub(rf"(?m)^{name} = \d+", f"{name} = {value}", text)
    settings.write_text(text, "utf-8")

    def _train(uri, *options):
        command = [sys.executable, "-m", "training", "run", *options, "--out", str(tmp_path / "out" / "tiny")]
        command += ["--config", str(settings), "--taxonomy", str(sources.taxonomy), "--workers", "1"]
        command += ["--annotations", str(sources.annotations)]
        store = {"MLFLOW_TRACKING_URI": uri.replace("http://", "http://kari:hemlig@")}
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | store, capture_output=True, text=True, check=False, timeout=200
        )
        assert "hemlig" not in done.stdout + done.stderr
        return done

    return _train


def test_a_run_tells_where_it_is_tracked_in_one_line(train, store):
    done = train(store.place)

    assert (done.returncode, done.stderr) == (0, "")
    run_id, place = re.fullmatch(r"Kjøringen (\w+) ligger hos (\S+)\.", done.stdout.splitlines()[-1]).groups()
    assert place == store.place
    assert store.get_run(run_id).model_id in done.stdout


def test_a_run_need_not_be_tracked(train, tmp_path):
    with no_server() as uri:
        done = train(uri, "--no-track")

    assert (done.returncode, done.stderr) == (0, "")
    assert "Kjøringen" not in done.stdout
    assert load(tmp_path / "out" / "tiny").id in done.stdout


@pytest.mark.parametrize(
    ("server", "told"),
    [
        pytest.param(no_server, "ingen forbindelse", id="closed port"),
        pytest.param(silent_server, "svarer ikke i tide", id="no answer"),
    ],
)
def test_a_server_that_does_not_answer_stops_a_run_before_the_work(train, server, told, tmp_path):
    with server() as uri:
        done = train(uri)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Feil: MLflow, {uri}: {told}. Sjekk MLFLOW_TRACKING_URI")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        pytest.param(200, "gjorde ikke det den ble bedt om", id="some other server"),
        pytest.param(401, "feil brukernavn eller passord", id="not let in"),
        pytest.param(503, "gjorde ikke det den ble bedt om", id="out of order"),
    ],
)
def test_a_server_that_answers_something_else_is_told(use, answering, all_words_of, status, told):
    with answering(status) as uri, pytest.raises(TrackingError, match=told) as caught:
        use(uri.replace("http://", "http://kari:hemlig@"))

    assert "hemlig" not in all_words_of(caught.value)


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param("runs/log-batch", id="figures"),
        pytest.param("artifacts/metrics.json", id="files"),
        pytest.param("weights.safetensors", id="model"),
        pytest.param("runs/outputs", id="model of the run"),
    ],
)
def test_a_run_that_fails_half_way_is_marked_and_never_found(use, failing_at, tiny_model, refused, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "half")
    half = replace(record(tmp_path / "half"), model_id="half@00000000")
    half = replace(half, tags={**half.tags, "model_id": half.model_id})
    with failing_at(refused) as uri:
        store = use(uri)
        with pytest.raises(
            TrackingError, match=r"Kjøring \w+ er merket FAILED, og ingen modell er registrert"
        ) as caught:
            store.log(half)

        run_id = re.search(r"Kjøring (\w+)", str(caught.value))[1]
        with store.talk() as client:
            run = client.get_run(run_id)
            models = client.search_logged_models([run.info.experiment_id], f"source_run_id = '{run_id}'")
            assert client.search_model_versions(f"run_id = '{run_id}'") == []
        assert run.info.status == "FAILED"
        assert [model.status.value for model in models if model.status.value != "FAILED"] == []
        with pytest.raises(RunNotFoundError, match="half@00000000"):
            store.find_run("half@00000000")
        with pytest.raises(RunNotFoundError, match=run_id):
            store.get_run(run_id)


def test_a_run_that_is_interrupted_is_marked_too(store, tiny_model):
    class Interrupted(dict):
        def items(self):
            raise KeyboardInterrupt

    broken = replace(record(tiny_model), files=Interrupted(), model_id="broken@00000000")

    with pytest.raises(KeyboardInterrupt):
        store.log(broken)

    with store.talk() as client:
        experiment = client.get_experiment_by_name("pobo-nlp").experiment_id
        (run,) = client.search_runs([experiment], "attributes.run_name = 'broken@00000000'")
    assert run.info.status == "FAILED"


def test_a_run_lies_whole_in_postgresql_and_a_server_that_dies_registers_nothing(
    use, start_tracking_server, postgresql, tiny_model, rows
):
    server = start_tracking_server(postgresql.replace("postgresql", "postgresql+psycopg", 1))
    store = use(server.uri)

    run = store.log(record(tiny_model))
    assert store.find_run(run.model_id) == run

    server.kill()
    wanted = load(tiny_model).artefact.taxonomy
    with pytest.raises(TrackingError, match="ingen forbindelse"):
        release(store, run, wanted, reason="", samples=10, seed=1)
    with psycopg.connect(postgresql) as database:
        names = [name for (name,) in database.execute("select tablename from pg_tables where schemaname = 'public'")]
        tables = {
            name: [row for (row,) in database.execute(sql.SQL("select t::text from {} t").format(sql.Identifier(name)))]
            for name in names
        }
    expected = record(tiny_model)
    assert len(tables["params"]) == len(expected.params)
    assert len(tables["latest_metrics"]) == len(expected.metrics)
    assert tables["registered_models"] == tables["model_versions"] == tables["registered_model_aliases"] == []
    assert texts_within([line for lines in tables.values() for line in lines], rows) == []


def test_no_model_is_in_use_where_none_was_released(store):
    assert champion(store, "aldri-utgitt") is None
