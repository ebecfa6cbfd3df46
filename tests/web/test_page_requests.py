"""The pages, asked without a browser: what nobody's form sends."""

import html
import re

import httpx
import pytest

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Answer, Decision

HOSTILE = {
    "html": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "sql": "'; DROP TABLE pobo_decision; --",
    "template": "{{ 7 * 7 }}{% include 'layout.html.jinja' %}",
    "path": "../../../../etc/passwd\x00",
    "number": "9" * 40,
    "header": "x\r\nSet-Cookie: a=b",
    "long": "æ" * 60_000,
}
FIELDS = (
    "inquiry_id by text note register seen save_key queue item opened seconds is_change suggested "
    "choice.tjenesteomrade other.tjenesteomrade choice.arsak status.arsak answer.systemflagg.tomt_vedtak"
).split()


@pytest.fixture
def client(page_server):
    with httpx.Client(base_url=page_server.url, timeout=30) as opened:
        yield opened


@pytest.fixture
def post(client):
    token = re.search('name="csrf_token" value="(.+?)"', client.get("/").text)[1]
    return lambda path, **fields: client.post(path, data={"csrf_token": token} | fields)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_field_breaks_the_page_or_gets_into_it_unescaped(post, page_server, name):
    value = HOSTILE[name]
    usual = {"inquiry_id": "x", "by": "KN", "text": "Fastlegen svarer ikke på telefon."}
    # Both read the form alike; what is alone in a field gets furthest.
    asked = [
        ("/suggest", dict.fromkeys(FIELDS, value[:3_000])),
        *(("/save", usual | {field: value}) for field in FIELDS),
    ]
    for path, fields in asked:
        response = post(path, **fields)

        assert response.status_code in (200, 303, 409, 422)
        assert "<script>alert" not in response.text
        assert "<img src=x" not in response.text
        assert "49{%" not in response.text
        assert "a=b" not in response.headers.get("set-cookie", "")
    for path, fields in {
        "/undo": ("inquiry_id", "seen", "save_key"),
        "/change": ("inquiry_id",),
        "/history": ("by",),
        "/queue/next": ("by", "queue"),
        "/queue/skip": ("item",),
    }.items():
        for field in fields:
            assert post(path, **{field: value}).status_code in (200, 303, 404, 409, 422)
    assert page_server.store.database.read(lambda connection: connection is not None)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("query", ["/labels?q=", "/history?from=", "/?language=", "/?theme="])
def test_no_query_breaks_the_page(client, name, query):
    path, _, key = query.partition("?")
    response = client.get(path, params={key.rstrip("="): HOSTILE[name][:2_000]})

    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_settings_lead_back_to_a_page_of_ours_alone(post):
    for back in ("https://example.org", "//example.org", "/\\example.org", "/undo"):
        assert post(f"/settings?language=nn&back={back}").headers["location"] == "/"
    assert post("/settings?language=nn&back=/history").headers["location"] == "/history"


def test_without_its_token_nothing_is_done(client, page_server):
    fields = {"inquiry_id": "uten-nøkkel", "by": "KN", "choice.tjenesteomrade": "fastlege"}
    for path in ("/save", "/undo", "/change", "/queue/next", "/queue/skip", "/settings", "/suggest"):
        assert client.post(path, data=fields).status_code == 403
    assert page_server.store.newest("uten-nøkkel") is None


def test_what_is_missing_is_told_and_what_is_typed_stays(post):
    response = post("/save", inquiry_id="", by="", text="Fastlegen svarer ikke.", note="Ring <tilbake>")

    said = html.unescape(response.text)
    assert response.status_code == 422
    assert "Saksnummeret mangler." in said
    assert "Navn eller initialer mangler." in said
    assert "\nFastlegen svarer ikke.</textarea>" in said
    assert "Ring &lt;tilbake&gt;</textarea>" in response.text


def test_a_text_that_is_too_long_is_not_saved_and_not_cut(post):
    text = "ord " * 20_000
    response = post("/save", inquiry_id="lang", by="KN", text=text, **{"choice.tjenesteomrade": "fastlege"})

    assert response.status_code == 422
    assert text.strip() in response.text


def test_what_was_saved_with_a_key_and_changed_after_is_shown_beside(post, page_server):
    fields = {"inquiry_id": "nøkkel", "by": "KN", "save_key": "samme", "choice.henvendelsestype": "sak"}
    assert post("/save", **fields, **{"choice.tjenesteomrade": "fastlege"}).status_code == 303

    response = post("/save", **fields, **{"choice.tjenesteomrade": "legevakt"})

    assert response.status_code == 409
    assert 'value="samme"' not in response.text
    assert page_server.store.newest("nøkkel").answers["tjenesteomrade"].labels == ("fastlege",)


def test_an_item_of_another_is_not_given_back(post, page_server):
    page_server.store.queue.add("annens", [Inquiry("annens-1", "Fastlegen svarer ikke på telefon.")])
    item = page_server.store.queue.claim("annens", by="En annen")

    assert post("/queue/skip", item=str(item.id)).status_code == 422


def test_a_decision_without_suggestion_can_be_changed(post, page_server):
    decision = Decision("eldre", {"tjenesteomrade": Answer("decided", ("fastlege",))}, by="Eldre")
    page_server.store.save(decision, seen=0, save_key="eldre")
    assert post("/history", by="Eldre").status_code == 303

    assert post("/change", inquiry_id="eldre").status_code == 200
    assert post("/change", inquiry_id="finnes ikke").status_code == 404


def test_nothing_of_the_page_is_kept_by_the_browser(client):
    for path in ("/", "/history", "/queue", "/labels"):
        assert client.get(path).headers["cache-control"] == "no-store"
