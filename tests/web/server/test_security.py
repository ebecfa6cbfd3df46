"""Attacks on the server, each of which is refused."""

import re
import socket
import time
from uuid import uuid4

import httpx
import pytest

TEXT = "Jeg fikk avslag på søknaden om hjemmesykepleie, og kommunen svarer ikke på telefonen."
SCRIPT = "<script>alert(1)</script>"
SQL = "x'; DROP TABLE pobo_decision; --"
_TOKEN_FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')


def raw(served, request: bytes, *, timeout_s: float = 30) -> bytes:
    """Return what the server answers until it closes the connection."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=timeout_s) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def csrf_of(page: httpx.Response) -> str:
    found = _TOKEN_FIELD.search(page.text)
    assert found is not None
    return found[1] or found[2]


def a_decision(**changes):
    answers = {"tjenesteomrade": {"status": "decided", "labels": ["fastlege"]}}
    return {"inquiry_id": f"sak-{uuid4()}", "answers": answers, "by": "KN", "save_key": str(uuid4())} | changes


def test_a_form_post_from_another_site_is_refused_even_with_the_right_token(client):
    token = csrf_of(client.get("/"))
    for headers in ({"Origin": "https://ond.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        refused = client.post("/suggest", data={"text": TEXT, "csrf_token": token}, headers=headers)

        assert refused.status_code == 403


def test_a_form_without_the_token_or_with_that_of_another_browser_is_refused(client, served):
    own = csrf_of(client.get("/"))
    with served.client() as other:
        others = csrf_of(other.get("/"))

    for fields in ({}, {"csrf_token": ""}, {"csrf_token": others}, {"csrf_token": own + "é"}):
        assert client.post("/suggest", data={"text": TEXT, **fields}).status_code == 403
    assert client.post("/suggest", data={"text": TEXT, "csrf_token": own}).status_code == 200


def test_a_page_stays_good_when_another_is_opened_beside_it(client):
    first = csrf_of(client.get("/"))
    second = csrf_of(client.get("/", headers={"Sec-Fetch-Site": "cross-site", "Referer": "https://intranett.example/"}))

    for token in (first, second):
        assert client.post("/suggest", data={"text": TEXT, "csrf_token": token}).status_code == 200


def test_a_refusal_is_in_the_language_of_the_person(client):
    asked = {"Accept": "text/html", "Accept-Language": "nn-NO"}
    refused = client.post("/suggest", data={"text": TEXT}, headers=asked)
    missing = client.get("/finst-ikkje", headers={"Accept": "text/html", "Cookie": "pobo_language=nn"})

    assert 'lang="nn"' in refused.text
    assert "last sida på nytt" in refused.text
    assert "Sida finst ikkje" in missing.text


def test_a_refusal_says_to_a_browser_what_to_do(client):
    refused = client.post("/suggest", data={"text": TEXT}, headers={"Accept": "text/html"})

    assert refused.headers["content-type"].startswith("text/html")
    assert "last siden på nytt" in refused.text


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
def test_the_interface_takes_nothing_that_a_form_of_another_site_can_send(client, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    body = b'{"texts": ["x"], "evidence": false}'

    assert client.post("/v1/suggest", content=body, headers=headers).status_code == 415


def test_a_browser_needs_the_token_for_the_interface_and_a_program_does_not(served):
    with served.client() as program:
        assert program.post("/v1/suggest", json={"texts": [TEXT]}).status_code == 200
    with served.client() as browser:
        own = {"Origin": served.url, "Sec-Fetch-Site": "same-origin"}
        token = csrf_of(browser.get("/"))
        without = browser.post("/v1/suggest", json={"texts": [TEXT]}, headers=own)
        with_token = browser.post("/v1/suggest", json={"texts": [TEXT]}, headers={**own, "X-CSRF-Token": token})
        elsewhere = browser.post(
            "/v1/suggest",
            json={"texts": [TEXT]},
            headers={"Origin": "http://127.0.0.1:9", "X-CSRF-Token": token},
        )

    assert (without.status_code, with_token.status_code, elsewhere.status_code) == (403, 200, 403)


def test_a_script_in_text_note_and_search_stays_text(client):
    page = client.get("/")
    token = csrf_of(page)
    answers = [
        client.post("/suggest", data={"text": f"{SCRIPT} {TEXT}", "note": SCRIPT, "csrf_token": token}),
        client.get("/labels", params={"q": SCRIPT}),
        client.get("/login", params={"next": SCRIPT}),
        client.get(f"/{SCRIPT}", headers={"Accept": "text/html"}),
        client.post("/v1/decisions", json=a_decision(note=SCRIPT, inquiry_id=f"{SCRIPT}{uuid4()}", by=SCRIPT)),
    ]

    for answer in answers:
        assert answer.status_code < 500
        is_html = answer.headers.get("content-type", "").startswith("text/html")
        assert not (is_html and SCRIPT in answer.text)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_pages_have_no_script_or_style_that_the_policy_forbids(client):
    for path in ("/", "/queue", "/history", "/login"):
        page = client.get(path, follow_redirects=True).text

        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
        assert not re.search(r"(src|href|action)=\"(https?:)?//", page)


@pytest.mark.parametrize(
    "path",
    [
        b"/static/../app.py",
        b"/static/%2e%2e/app.py",
        b"/static/..%2f..%2f..%2fpyproject.toml",
        b"/static/%2fetc%2fpasswd",
        b"/static//etc/passwd",
        b"/static/..\\..\\app.py",
        b"/static/%00",
        b"/static/" + b"a" * 5000,
        b"/../../../../etc/passwd",
        b"/%c0%ae%c0%ae/etc/passwd",
    ],
)
def test_a_path_leads_out_of_no_folder(served, path):
    answer = raw(served, b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")

    assert re.match(rb"HTTP/1.1 4\d\d", answer)
    assert b"root:" not in answer
    assert b"create_app" not in answer


@pytest.mark.parametrize("host", [b"ond.example", b"127.0.0.1.ond.example", b"localhost@ond.example", b"", b"[::2]:80"])
def test_another_name_is_refused(served, host):
    answer = raw(served, b"GET /v1/labels HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"fastlege" not in answer


@pytest.mark.parametrize("host", [b"127.0.0.1", b"localhost:8000", b"LOCALHOST", b"[::1]:80"])
def test_names_of_the_same_machine_are_known(served, host):
    answer = raw(served, b"GET /v1/model HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200")


def test_two_hosts_or_none_are_refused(served):
    for lines in (b"Host: 127.0.0.1\r\nHost: ond.example\r\n", b""):
        answer = raw(served, b"GET / HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")

        assert answer.startswith(b"HTTP/1.1 400")


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(served):
    head = (
        b"POST /v1/suggest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    )

    assert raw(served, head % (10 * 2**20 + 1)).startswith(b"HTTP/1.1 413")
    assert raw(served, head % 10**18).startswith(b"HTTP/1.1 413")


def test_a_body_without_length_is_refused_where_it_gets_too_large(served):
    head = b"POST /v1/suggest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b"a" * 2**20 + b"\r\n"

    assert raw(served, head + 11 * chunk).startswith(b"HTTP/1.1 413")


def test_lengths_that_are_none_are_refused(served):
    head = b"POST /v1/suggest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
    for length in (b"-1", b"1e3", b"abc", b"1" * 40, b"1\r\nContent-Length: 2"):
        assert raw(served, head + length + b"\r\nConnection: close\r\n\r\n{}").startswith(b"HTTP/1.1 400")


def test_a_form_with_very_many_fields_is_refused(client):
    client.get("/")
    body = "&".join(f"f{number}=1" for number in range(50_000))

    answer = client.post("/save", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.status_code == 403


def test_sql_in_any_field_is_kept_as_text_or_refused(client):
    whole = a_decision(inquiry_id=f"{SQL}{uuid4()}", by=SQL, note=SQL, text=SQL, save_key=f"{SQL}{uuid4()}")

    kept = client.post("/v1/decisions", json=whole)
    refused = [
        client.post("/v1/decisions", json=a_decision(answers={SQL: {"status": "unknown"}})),
        client.post("/v1/decisions", json=a_decision(answers={"arsak": {"status": "decided", "labels": [SQL]}})),
        client.post("/v1/decisions", json=a_decision(register=SQL)),
        client.post("/v1/decisions", json=a_decision(seen=SQL)),
    ]
    pages = [
        client.get(path, params={"q": SQL, "by": SQL, "id": SQL}) for path in ("/labels", "/history", "/queue", "/")
    ]

    assert kept.status_code == 201
    assert kept.json()["decision"]["by"] == SQL
    assert {one.status_code for one in refused} == {422}
    assert all(page.status_code < 500 for page in pages)
    # All that was there before is there still.
    again = client.post("/v1/decisions", json=whole)
    assert again.json() == kept.json()


def test_a_missing_or_wrong_token_is_refused(guarded, token):
    with guarded.client() as client:
        missing = client.post("/v1/suggest", json={"texts": [TEXT]})
    assert missing.status_code == 401
    assert missing.headers["www-authenticate"] == "Bearer"
    assert missing.headers["content-type"] == "application/problem+json"
    for wrong in (token[:-1], token + "x", token.upper(), "x"):
        with guarded.client(token=wrong) as client:
            assert client.post("/v1/suggest", json={"texts": [TEXT]}).status_code == 401
    with guarded.client(token=token) as client:
        assert client.post("/v1/suggest", json={"texts": [TEXT]}).status_code == 200
        assert client.get("/metrics").status_code == 200


def test_without_a_token_only_login_health_and_looks_are_open(guarded):
    with guarded.client() as client:
        statuses = {
            path: client.get(path).status_code
            for path in ("/", "/queue", "/history", "/labels?q=a", "/metrics", "/v1/labels", "/v1/openapi.json", "/x")
        }
        opened = {path: client.get(path).status_code for path in ("/login", "/v1/health", "/static/style.css")}

    assert set(statuses.values()) == {401}
    assert set(opened.values()) == {200}


def test_a_person_logs_in_once_and_is_led_to_the_page_asked_for(guarded, token):
    with guarded.client() as browser:
        sent = browser.get("/history", headers={"Accept": "text/html"})
        form = browser.get(sent.headers["location"])
        fields = {"csrf_token": csrf_of(form), "next": "/history"}
        wrong = browser.post("/login", data={**fields, "token": "feil"})
        right = browser.post("/login", data={**fields, "token": token})

        assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=/history")
        assert (wrong.status_code, right.status_code) == (401, 303)
        assert right.headers["location"] == "/history"
        cookie = right.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Max-Age"))
        assert token not in cookie
        assert browser.get("/history").status_code == 200
        browser.post("/logout", data=fields)
        assert browser.get("/history").status_code == 401


def test_login_leads_to_no_other_site_and_needs_the_token_of_its_form(guarded, token):
    with guarded.client() as browser:
        csrf = csrf_of(browser.get("/login"))
        for path in ("//ond.example", "https://ond.example", "/\\ond.example", "/a\r\nSet-Cookie: x=1", "javascript:1"):
            answer = browser.post("/login", data={"token": token, "next": path, "csrf_token": csrf})
            assert answer.headers["location"] == "/"
        assert browser.post("/login", data={"token": token}).status_code == 403


def test_a_session_that_was_made_elsewhere_or_changed_is_none(guarded, token):
    with guarded.client() as browser:
        fields = {"csrf_token": csrf_of(browser.get("/login")), "token": token}
        browser.post("/login", data=fields)
        session = browser.cookies["pobo_session"]
    ends, nonce, signature = session.split(".")
    changed = (f"{int(ends) + 1}.{nonce}.{signature}", f"{ends}.{nonce}.{'0' * 64}", "", "1", f"{session}x")
    for value in changed:
        assert httpx.get(f"{guarded.url}/history", headers={"Cookie": f"pobo_session={value}"}).status_code == 401


def test_tokens_cannot_be_tried_at_will(serve, token):
    served = serve(token=token)
    statuses = []
    for _ in range(12):
        with served.client(token="galt" * 10) as client:
            statuses.append(client.get("/v1/model").status_code)
    with served.client(token=token) as client:
        even_right = client.get("/v1/model")

    assert statuses == [401] * 10 + [429] * 2
    assert even_right.status_code == 429
    assert int(even_right.headers["retry-after"]) >= 1


def test_a_client_that_asks_too_often_is_told_when_to_come_back(serve):
    served = serve("--rate", "1")
    with served.client() as client:
        answers = [client.get("/v1/nei") for _ in range(230)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.status_code for answer in answers} == {404, 429}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)


def test_nothing_of_a_text_is_in_the_log(serve):
    served = serve()
    secret = "Kvernbekkveien"
    with served.client() as client:
        client.post("/v1/suggest", json={"texts": [f"{TEXT} {secret}"]})
        client.post("/v1/suggest", json={"texts": [secret], secret: 1})
        client.post("/v1/suggest", content=f'{{"{secret}', headers={"Content-Type": "application/json"})
        client.post("/v1/decisions", json=a_decision(inquiry_id=secret, by=secret, note=secret, text=secret))
        client.post("/v1/decisions", json=a_decision(answers={secret: {"status": "unknown"}}))
        for path in (f"/{secret}", f"/labels?q={secret}", f"/login?next=/{secret}", f"/undo/{secret}"):
            client.get(path)
        raw(served, f"GET /{secret} HTTP/9.9\r\n{secret}\r\n\r\n".encode())
        served.store.rename(served.store.with_suffix(".borte"))
        assert client.post("/v1/decisions", json=a_decision(inquiry_id=secret, text=secret)).status_code == 503
    for _ in range(50):
        if "/v1/decisions 503" in served.log():
            break
        time.sleep(0.1)

    assert "POST /v1/suggest 200" in served.log()
    assert "/v1/decisions 503" in served.log()
    assert secret.lower() not in served.log().lower()
