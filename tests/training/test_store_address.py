import sqlite3

import pytest

from pobo_nlp.errors import TrackingError
from training.store_address import VARIABLE, chosen_address


@pytest.fixture
def choose(monkeypatch, tmp_path):
    def _choose(uri=None):
        monkeypatch.delenv(VARIABLE, raising=False)
        if uri is not None:
            monkeypatch.setenv(VARIABLE, uri)
        return chosen_address(tmp_path)

    return _choose


def test_without_a_server_runs_lie_in_a_file_of_the_project(choose, tmp_path):
    address = choose()

    assert address.uri == f"sqlite:///{tmp_path / 'mlflow.db'}"
    assert address.artefacts == (tmp_path / "mlartifacts").as_uri()
    assert choose(" ") == address


def test_files_of_a_database_lie_beside_it(choose, tmp_path):
    address = choose(f"sqlite:///{tmp_path / 'runs' / 'own.db'}")

    assert address.place == str(tmp_path / "runs" / "own.db")
    assert address.artefacts == (tmp_path / "runs" / "mlartifacts").as_uri()


@pytest.mark.parametrize(
    ("uri", "bare"),
    [
        pytest.param("http://host:5000", "http://host:5000", id="plain"),
        pytest.param("https://host/mlflow/", "https://host/mlflow", id="below a path"),
        pytest.param("http://kari:hem%40lig@host:5000", "http://host:5000", id="user and password"),
        pytest.param("http://kari:hem%40lig@[::1]:5000", "http://[::1]:5000", id="IPv6"),
        pytest.param("http://host:5000/?token=hem@lig", "http://host:5000", id="query"),
    ],
)
def test_an_address_keeps_no_secret(choose, uri, bare):
    address = choose(uri)

    assert (address.uri, address.place, address.artefacts) == (bare, bare, None)
    assert "hem" not in repr(address)


def test_user_and_password_reach_mlflow_by_its_own_variables(choose):
    environment = choose("http://kari:hem%40lig@host:5000").environment(is_first=False)

    assert environment["MLFLOW_TRACKING_USERNAME"] == "kari"
    assert environment["MLFLOW_TRACKING_PASSWORD"] == "hem@lig"
    assert "MLFLOW_TRACKING_USERNAME" not in choose("http://host").environment(is_first=False)


def test_nothing_is_told_to_the_makers_of_mlflow(choose, monkeypatch):
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")

    assert choose("http://host").environment(is_first=False)["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_own_patience_counts_once_the_store_has_answered(choose, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "600")

    assert choose("http://host").environment(is_first=False)["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "600"
    assert choose("http://host").environment(is_first=True)["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "5"


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("postgresql://kari:hemlig@host/db", id="database"),
        pytest.param("file:///tmp/mlruns", id="folder"),
        pytest.param("mlruns-hemlig", id="relative folder"),
        pytest.param("sqlite://", id="in memory"),
        pytest.param("http://kari:hemlig@:5000", id="no host"),
        pytest.param("http://kari:hemlig@host:port", id="no port"),
        pytest.param("http://kari:hemlig@[host", id="broken"),
    ],
)
def test_an_address_of_another_kind_is_refused_and_not_repeated(choose, uri, all_words_of):
    with pytest.raises(TrackingError, match="Sett MLFLOW_TRACKING_URI til") as caught:
        choose(uri)

    assert "hemlig" not in all_words_of(caught.value)


def test_a_file_that_is_no_database_is_told(choose, tmp_path):
    (tmp_path / "mlflow.db").write_text("notater" * 500, "utf-8")

    with pytest.raises(TrackingError, match=r"mlflow\.db: fila kan ikke skrives til .*Sjekk mappe"):
        choose()


def test_a_database_that_is_locked_is_told(choose, tmp_path, monkeypatch):
    monkeypatch.setattr("training.store_address._LOCK_TIMEOUT_S", 0.1)
    other = sqlite3.connect(tmp_path / "mlflow.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    try:
        with pytest.raises(TrackingError, match=r"database is locked"):
            choose()
    finally:
        other.close()


def test_a_folder_in_place_of_the_file_is_told(choose, tmp_path):
    (tmp_path / "mlflow.db").mkdir()

    with pytest.raises(TrackingError, match="fila kan ikke skrives til"):
        choose()
