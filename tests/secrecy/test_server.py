"""No endpoint lets a text, an id or a note out: not into the log, the figures, or a file other than the store."""

import inspect
import re
import signal
import subprocess
import sys
import threading

import httpx
import pytest

from pobo_nlp.web.app import create_app
from pobo_nlp.web.settings import Settings

TEXT, ID, NOTE, CELL = "zqxblåkvist", "zqxidnår", "zqxmerkflåte", "zqxrutestål"
SAYS = f"Vi heter {TEXT}, og ingen kommer for å hjelpe mor om kvelden."
_ADDRESS = re.compile(r"Åpne (\S+) i en nettleser")
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_JSON = {"Content-Type": "application/json"}
LOUD = "import logging, os; logging.basicConfig(level=int(os.environ['LEVEL'])); from pobo_nlp.cli import main; main()"
AS_IT_IS = "from pobo_nlp.cli import main; main()"


def _api(client: httpx.Client) -> None:
    """Ask the interface for programs."""
    suggested = client.post("/v1/suggest", json={"texts": [{"id": ID, "text": SAYS}, SAYS]})
    assert suggested.status_code == 200
    decision = {
        "inquiry_id": ID,
        "answers": {"arsak": {"status": "decided", "labels": ["ventetid"]}},
        "by": "KN",
        "save_key": "a1",
        "text": SAYS,
        "note": NOTE,
    }
    assert client.post("/v1/decisions", json=decision).status_code == 201
    for changed in (
        {"save_key": "a2"},  # a conflict
        {"answers": {TEXT: {"status": "decided", "labels": [CELL]}}, "save_key": "a3", "seen": 1},
        {"answers": {"arsak": {"status": "decided", "labels": [CELL]}}, "save_key": "a4", "seen": 1},
        {TEXT: NOTE},
        {"seen": TEXT},
        {"by": ""},
        {"note": NOTE * 20_000},
    ):
        assert client.post("/v1/decisions", json=decision | changed).status_code in (409, 413, 422)
    for body in (
        f'{{"texts": ["{TEXT}',
        f'"{TEXT}"',
        f'{{"texts": [{{"id": "{ID}"}}]}}',
        f'{{"texts": "{TEXT}"}}',
        "[" * 900,
    ):
        assert client.post("/v1/suggest", content=body.encode(), headers=_JSON).status_code in (400, 413, 422)
    assert client.post("/v1/suggest", content=SAYS.encode("utf-16"), headers=_JSON).status_code in (400, 422)
    assert client.post("/v1/suggest", content=SAYS.encode(), headers={"Content-Type": "text/plain"}).status_code == 415
    for path in ("/v1/labels", "/v1/model", "/v1/health", "/v1/openapi.json", "/metrics"):
        assert client.get(path, params={TEXT: ID}).status_code == 200
    assert client.get(f"/v1/{TEXT}", params={"q": NOTE}).status_code == 404
    assert client.request("DELETE", f"/v1/suggest?{TEXT}").status_code == 405
    assert client.get("/v1/labels", headers={"Host": "zqxblakvist.example"}).status_code == 400
    assert client.get("/v1/labels", headers={"Authorization": "Bearer zqxblakvist"}).status_code == 200


def _refused(client: httpx.Client) -> list[httpx.Response]:
    return [
        client.post("/v1/suggest", content=f'{{"texts": ["{TEXT}'.encode(), headers=_JSON),
        client.post("/v1/suggest", json={"texts": [{"id": ID, "text": TEXT, "more": CELL}]}),
        client.post("/v1/suggest", json={"texts": {"more": ID}}),
        client.post("/v1/decisions", json={"inquiry_id": ID, "answers": {"arsak": NOTE}, "by": CELL, "seen": TEXT}),
        client.get(f"/v1/{TEXT}"),
        client.get(f"/{TEXT}", headers={"Accept": "text/html"}),
    ]


def _page(client: httpx.Client) -> None:
    """Ask what a browser asks."""
    client.headers["Accept"] = "text/html"
    token = _CSRF.search(client.get("/").text)[1]
    form = {
        "csrf_token": token,
        "text": SAYS,
        "inquiry_id": f"{ID}-2",
        "id": f"{ID}-2",
        "note": NOTE,
        "by": "KN",
        "save_key": "b1",
        "seen": "0",
        "arsak": "ventetid",
        "place": CELL,
    }
    for path in (
        "/suggest", "/save", "/queue/next", "/queue/skip", "/history", "/change", "/undo", "/settings", "/login",
        "/logout",
    ):  # fmt: skip
        answers = [
            client.post(path, data=form),
            client.post(path, data={"csrf_token": TEXT, "text": SAYS}),
            client.post(path, data={"csrf_token": token, TEXT: NOTE, "queue": TEXT, "next": f"//{TEXT}"}),
            client.post(f"{path}?{TEXT}={ID}", content=SAYS.encode()),
        ]
        assert all(answer.status_code < 500 for answer in answers)
    for path in ("/", "/queue", "/queue/work", "/history", "/labels", "/login", f"/{TEXT}", "/static/style.css"):
        assert client.get(path, params={"q": TEXT, "next": TEXT, "id": ID}).status_code < 500


@pytest.fixture(scope="module", params=["everything is logged", "as it is started"])
def asked(request, new_box, material, sentinels):
    """Ask a server everything, in good ways and in bad; return what it logged, its figures, and its box."""
    box = new_box()
    material.make(box.work)
    code, level = (LOUD, 1) if request.param == "everything is logged" else (AS_IT_IS, 20)
    assert box.run("store", "import", "saker.csv", "--queue", "mars").returncode == 0
    box.leaks({".": sentinels.EVERYTHING})
    log, found = [], []
    with subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", "0", "--rate", "1000"],
        cwd=box.work,
        env=box.environment(level=level),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        for line in process.stderr:
            log.append(line)
            if told := _ADDRESS.search(line.decode()):
                found.append(told[1])
                break
        assert found, b"".join(log)
        reader = threading.Thread(target=lambda: log.extend(process.stderr))
        reader.start()
        with httpx.Client(base_url=found[0], timeout=60) as client:
            _api(client)
            refused = _refused(client)
            metrics = client.get("/metrics").content
        with httpx.Client(base_url=found[0], timeout=60) as client:
            _page(client)
        process.terminate()
        said = process.stdout.read()
        reader.join()
    return box, b"".join(log), said, metrics, process.returncode, refused


def test_the_log_and_the_figures_hold_nothing(asked, sentinels):
    _, log, said, metrics, code, _ = asked

    assert code in (0, -signal.SIGTERM)
    assert b"/v1/suggest" in log
    assert sentinels.kinds_in(log + said) == set()
    assert sentinels.kinds_in(metrics) == set()
    assert b"Traceback" not in log


def test_only_the_store_holds_what_was_saved(asked, sentinels):
    box = asked[0]
    store = dict.fromkeys(("avgjorelser.db", "avgjorelser.db-wal"), sentinels.EVERYTHING)

    assert box.leaks(store) == []
    assert (box.work / "avgjorelser.db").stat().st_mode & 0o077 == 0


def test_no_refusal_repeats_what_was_sent(asked, sentinels):
    """What a program is told of a fault it may log, so that holds nothing of what it sent."""
    refused = asked[5]

    assert [answer.status_code for answer in refused] == [400, 422, 422, 422, 404, 404]
    assert [sentinels.kinds_in(answer.content) for answer in refused] == [set()] * len(refused)


def test_every_route_is_asked(tmp_path):
    asked = inspect.getsource(_api) + inspect.getsource(_page)
    app = create_app(Settings(store=str(tmp_path / "a.db")))
    paths = {path for route in app.routes if (path := getattr(route, "path", None)) and not path.startswith("/static")}

    assert {path for path in paths if f'"{path}"' not in asked} == set()
