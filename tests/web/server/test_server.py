"""Server processes: started or refused, slow clients, told to stop, killed, and given another model meanwhile."""

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from pobo_nlp.errors import ServeError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.artefact_writer import save
from pobo_nlp.model.location import default_model
from pobo_nlp.store import Store
from pobo_nlp.web.app import create_app
from pobo_nlp.web.model_in_use import ModelInUse
from pobo_nlp.web.server import listen
from pobo_nlp.web.settings import Settings
from pobo_nlp.web.suggesting import Scoring

TEXT = "Jeg fikk avslag på søknaden om hjemmesykepleie, og kommunen svarer ikke på telefonen."
TOKEN = "en-nokkel-som-er-lang-nok-til-alt-mulig"


def a_decision(number):
    answers = {"tjenesteomrade": {"status": "decided", "labels": ["fastlege"]}}
    return {"inquiry_id": f"sak-{number}", "answers": answers, "by": "KN", "save_key": f"key-{number}"}


def a_model(folder, name):
    """Write the shipped model under another name, and so with another id; return that."""
    source = default_model()
    reports = {one: (source / one).read_bytes() for one in ("metrics.json", "MODEL_CARD.md")}
    return save(replace(load(source).artefact, name=name), folder, reports=reports)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(host="0.0.0.0"), "uten nøkkel"),  # noqa: S104
        (Settings(host="192.0.2.1"), "uten nøkkel"),
        (Settings(host="::"), "uten nøkkel"),
        (Settings(allowed_hosts=("pobo.example",)), "uten nøkkel"),
        (Settings(token="kort"), "minst 32 tegn"),  # noqa: S106
        (Settings(token="å" * 40), "minst 32 tegn"),
        (Settings(host="0.0.0.0", token=TOKEN), "--allowed-host"),  # noqa: S104
    ],
)
def test_what_is_not_safe_is_refused_with_what_to_do(settings, said):
    with pytest.raises(ServeError) as refused:
        create_app(settings)

    assert said in str(refused.value).replace("Uten", "uten")
    assert str(settings.token) not in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(host="localhost"),
        Settings(host="::1"),
        Settings(host="127.0.0.2"),
        Settings(host="0.0.0.0", token=TOKEN, allowed_hosts=("pobo.example",)),  # noqa: S104
    ],
)
def test_what_is_safe_is_taken(settings):
    settings.check()


def test_the_token_is_shown_nowhere():
    assert TOKEN not in repr(Settings(token=TOKEN))


def test_the_command_refuses_with_one_line(tmp_path):
    command = [sys.executable, "-c", "from pobo_nlp.cli import main; main()", "serve", "--host", "0.0.0.0"]  # noqa: S104
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("Feil: Uten nøkkel svarer tjeneren bare på 127.0.0.1.")
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServeError, match="--port"):
        listen(Settings(port=taken.getsockname()[1]))


IMPATIENT = """
import sys
from pobo_nlp.web.app import create_app
from pobo_nlp.web.server import listen, run
from pobo_nlp.web.settings import Limits, Settings

settings = Settings(store=sys.argv[1], port=0, limits=Limits(body_timeout_s=0.5, header_timeout_s=0.5))
app = create_app(settings)
with listen(settings) as listener:
    print(listener.getsockname()[1], flush=True)
    run(app, settings, listener)
"""


def test_a_certificate_that_is_none_is_told(tmp_path):
    (tmp_path / "a.pem").write_text("ikke et sertifikat")
    command = [sys.executable, "-c", "from pobo_nlp.cli import main; main()", "serve", "--port", "0"]
    options = ["--tls-cert", "a.pem", "--tls-key", "borte.pem"]
    done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "Feil: Sertifikatet eller nøkkelen kan ikke brukes" in done.stderr
    assert "Traceback" not in done.stderr


def test_https_is_spoken_and_cookies_are_for_https_alone(serve, tmp_path):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("OpenSSL mangler: installer Debian-pakken openssl")
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command = [openssl, *made, "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    served = serve("--tls-cert", "cert.pem", "--tls-key", "key.pem")
    with served.client() as client:
        page = client.get("/")

    assert served.url.startswith("https://")
    assert "; Secure" in page.headers["set-cookie"]


@pytest.fixture
def impatient(tmp_path):
    """Return the port of a server that waits a moment for a head or a body."""
    command = [sys.executable, "-c", IMPATIENT, str(tmp_path / "a.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield int(process.stdout.readline())
        process.terminate()


def _answer(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_slow_body_and_a_slow_head_are_given_up_while_others_are_answered(impatient):
    head = (
        b"POST /v1/suggest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
    )
    slow_bodies = [socket.create_connection(("127.0.0.1", impatient), timeout=30) for _ in range(5)]
    slow_heads = [socket.create_connection(("127.0.0.1", impatient), timeout=30) for _ in range(5)]
    for connection in slow_bodies:
        connection.sendall(head + b'{"texts": ["')
    for number, connection in enumerate(slow_heads):
        connection.sendall(head[: 7 * number])

    other = httpx.post(f"http://127.0.0.1:{impatient}/v1/suggest", json={"texts": [TEXT]}, timeout=30)

    assert other.status_code == 200
    for connection in slow_bodies:
        assert _answer(connection).startswith(b"HTTP/1.1 408")
        connection.close()
    for connection in slow_heads:
        assert _answer(connection) == b""
        connection.close()


def test_what_is_begun_is_finished_when_the_server_is_told_to_stop(serve):
    served, answers = serve(), []

    def ask():
        with served.client() as client:
            answers.append(client.post("/v1/suggest", json={"texts": [TEXT * 3] * 1000, "evidence": True}))

    asking = threading.Thread(target=ask)
    asking.start()
    # It is begun when its texts are being scored.
    time.sleep(1)
    served.process.send_signal(signal.SIGTERM)
    asking.join()

    assert served.wait() in (0, -signal.SIGTERM)
    assert (answers[0].status_code, len(answers[0].json()["suggestions"])) == (200, 1000)
    with socket.socket() as connection:
        assert connection.connect_ex(("127.0.0.1", served.port)) != 0


def test_a_killed_server_loses_and_doubles_no_decision(serve, scorer):
    served, kept, port = serve(), [], 0
    port = served.port

    def decide(numbers):
        with served.client() as client:
            for number in numbers:
                try:
                    answer = client.post("/v1/decisions", json=a_decision(number))
                except httpx.TransportError:
                    return
                if answer.status_code == 201:
                    kept.append(number)

    threads = [threading.Thread(target=decide, args=(range(first, 400, 4),)) for first in range(4)]
    for thread in threads:
        thread.start()
    while len(kept) < 12:
        time.sleep(0.01)
    served.process.kill()
    for thread in threads:
        thread.join()
    served.wait()
    again = serve(store=served.store, port=port)
    numbers = sorted({*kept, *range(40)})
    with again.client() as client:
        statuses = {client.post("/v1/decisions", json=a_decision(number)).status_code for number in numbers}

    assert statuses == {201}
    store = Store(served.store, scorer.taxonomy)
    assert all(len(store.history(f"sak-{number}")) == 1 for number in numbers)


def test_a_page_that_was_open_when_the_server_was_killed_can_still_save(serve):
    served = serve()
    with served.client() as browser:
        token = browser.get("/").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        served.process.kill()
        served.wait()
        again = serve(store=served.store, port=served.port)
        headers = {"X-CSRF-Token": token, "Origin": again.url}
        kept = browser.post("/v1/decisions", json=a_decision(1), headers=headers)

    assert token
    assert kept.status_code == 201


def test_a_new_model_is_taken_in_use_without_dropping_a_request(serve, tmp_path):
    folder = tmp_path / "modell"
    first = a_model(folder, "first")
    served = serve("--model", str(folder), "--rate", "10000")
    answers, is_over = [], threading.Event()

    def ask():
        with served.client() as client:
            while not is_over.is_set():
                answer = client.post("/v1/suggest", json={"texts": [TEXT] * 20})
                ids = {one["model"] for one in answer.json()["suggestions"]} | {answer.json()["model"]}
                answers.append((answer.status_code, ids))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    second = a_model(folder, "second")
    served.process.send_signal(signal.SIGHUP)
    patience = time.monotonic() + 60
    while (200, {second}) not in answers and time.monotonic() < patience:
        time.sleep(0.05)
    is_over.set()
    for thread in threads:
        thread.join()

    assert {status for status, _ in answers} == {200}
    assert {frozenset(ids) for _, ids in answers} == {frozenset({first}), frozenset({second})}
    with served.client() as client:
        assert client.get("/v1/labels").json()["model"] == second
        assert 'pobo_model_loads_total{ok="true"} 1.0' in client.get("/metrics").text


def test_a_model_that_is_damaged_or_half_there_changes_nothing(tmp_path):
    folder = tmp_path / "modell"
    first = a_model(folder, "first")
    model, failures = ModelInUse(folder), []
    model.on_failure.append(lambda: failures.append(1))

    assert not model.look()
    shutil.rmtree(folder)
    assert not model.look()
    second = a_model(folder, "second")
    weights = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(weights[:-1])
    assert not model.look()
    assert (model.scorer.model_id, failures) == (first, [1])
    (folder / "weights.safetensors").write_bytes(weights)
    assert model.look()
    assert model.scorer.model_id == second


def test_a_link_to_a_model_is_followed_anew(tmp_path):
    first, second = a_model(tmp_path / "1", "first"), a_model(tmp_path / "2", "second")
    link = tmp_path / "i-bruk"
    link.symlink_to(tmp_path / "1")
    model = ModelInUse(link)
    new = tmp_path / "ny"
    new.symlink_to(tmp_path / "2")
    new.rename(link)

    assert model.scorer.model_id == first
    assert model.look()
    assert model.scorer.model_id == second


def test_a_large_request_lets_others_have_their_turn():
    scoring, order = Scoring(ModelInUse()), []

    def ask_for_many():
        scoring.suggest([TEXT] * 800)
        order.append("many")

    asking = threading.Thread(target=ask_for_many)
    asking.start()
    for _ in range(5):
        scoring.suggest([TEXT])
        order.append("one")
    asking.join()

    assert order == ["one"] * 5 + ["many"]


def test_ids_of_decisions_may_be_anything_printable(client):
    for inquiry_id in ("2026/117", "a b", "æøå", "%2e%2e", str(uuid4())):
        content = a_decision(uuid4()) | {"inquiry_id": inquiry_id}
        assert client.post("/v1/decisions", json=content).json()["decision"]["inquiry_id"] == inquiry_id
