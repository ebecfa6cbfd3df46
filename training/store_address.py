"""Where runs are tracked: an address that can be shown, and what must be true before anything is asked of it."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pobo_nlp.errors import TrackingError

VARIABLE = "MLFLOW_TRACKING_URI"
_CURE = f"Sett {VARIABLE} til «https://...» eller «sqlite:///mlflow.db», eller fjern den."
_CURE_OF_SERVER = f"Sjekk {VARIABLE} og at serveren kjører («run --no-track» trener uten å spore)."
_CURE_OF_OLD_SCHEMA = "Ta en kopi av databasen, og kjør «mlflow db upgrade»."
_OLD_SCHEMA = "out-of-date database schema"
_LOCK_TIMEOUT_S = 5
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING": "false",
    "MLFLOW_UV_AUTO_DETECT": "false",
}
_PATIENCE = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "60", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2"}
_LITTLE_PATIENCE = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "5", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}


@dataclass(frozen=True, slots=True)
class Address:
    """Address of a tracking store.

    Attributes
    ----------
    uri : without user name and password.
    place : as it is shown to people.
    artefacts : where files are kept; None where a server decides it.
    login : environment variables by which MLflow is told user name and password.
    """

    uri: str
    place: str
    artefacts: str | None = None
    login: Mapping[str, str] = field(default_factory=dict, repr=False)

    def environment(self, *, is_first: bool) -> dict[str, str]:
        """Return the variables by which MLflow finds the store, keeps quiet, and is patient.

        Parameters
        ----------
        is_first : whether the store has not answered yet; it is then asked once, and not waited for long.
        """
        wanted = {name: os.environ.get(name, value) for name, value in _PATIENCE.items()}
        return {
            **_SETTINGS,
            "MLFLOW_TRACKING_URI": self.uri,
            "MLFLOW_REGISTRY_URI": self.uri,
            **self.login,
            **(_LITTLE_PATIENCE if is_first else wanted),
        }

    def fault(self, error: BaseException) -> TrackingError:
        """Tell a fault of the store in our words: MLflow's own are long, and name more than the reader needs."""
        kinds = [type(one).__name__ for one in _with_those_behind(error)]
        code = str(getattr(error, "error_code", kinds[0]))
        if _OLD_SCHEMA in str(error):
            return TrackingError(self.place, "databasen er fra en eldre MLflow", _CURE_OF_OLD_SCHEMA)
        if code in ("UNAUTHENTICATED", "PERMISSION_DENIED", "CUSTOMER_UNAUTHORIZED"):
            return TrackingError(self.place, "feil brukernavn eller passord", _CURE_OF_SERVER)
        if any("Timeout" in kind for kind in kinds):
            return TrackingError(self.place, "svarer ikke i tide", _CURE_OF_SERVER)
        if any("Connection" in kind for kind in kinds):
            return TrackingError(self.place, "ingen forbindelse", _CURE_OF_SERVER)
        return TrackingError(self.place, f"gjorde ikke det den ble bedt om ({code})", _CURE_OF_SERVER)


def chosen_address(root: Path) -> Address:
    """Return the address that the environment names, else that of an SQLite file in a folder.

    Raises
    ------
    TrackingError : where it is none that is used here, or the file cannot be written to.
    """
    uri = os.environ.get(VARIABLE, "").strip()
    scheme = uri.partition(":")[0].lower()
    if not uri:
        return _of_file(root / "mlflow.db")
    if scheme in ("http", "https"):
        return _of_server(uri)
    if scheme == "sqlite" and (path := unquote(uri.partition("///")[2].partition("?")[0])):
        return _of_file(Path(path))
    raise TrackingError(VARIABLE, "bare en server (http, https) eller en SQLite-fil kan brukes", _CURE)


def _of_server(uri: str) -> Address:
    """User name and password leave the address here, so that no message and no file can hold them."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise TrackingError(VARIABLE, "adressen er ikke gyldig", _CURE)
    host = f"[{host}]" if ":" in host else host
    bare = f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
    login = {}
    if parts.username:
        login = {
            "MLFLOW_TRACKING_USERNAME": unquote(parts.username),
            "MLFLOW_TRACKING_PASSWORD": unquote(parts.password or ""),
        }
    return Address(bare, bare, login=login)


def _of_file(path: Path) -> Address:
    """MLflow itself would try for minutes to open a file that it cannot write to."""
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=_LOCK_TIMEOUT_S, isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
        finally:
            database.close()
    except (OSError, sqlite3.Error) as error:
        cure = "Sjekk mappe og rettigheter, og at det er en SQLite-database som ingen annen holder låst."
        raise TrackingError(str(path), f"fila kan ikke skrives til ({error})", cure) from error
    return Address(f"sqlite:///{path}", str(path), artefacts=(path.parent / "mlartifacts").as_uri())


def _with_those_behind(error: BaseException) -> Iterator[BaseException]:
    behind: BaseException | None = error
    while behind is not None:
        yield behind
        behind = behind.__cause__ or behind.__context__
