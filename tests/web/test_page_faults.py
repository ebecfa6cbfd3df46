"""What the page says, and what it keeps, when the database or the way to the server fails in mid-save."""

import sqlite3
from contextlib import closing, contextmanager

import httpx
import pytest
from playwright.sync_api import expect

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Answer, Decision, Store
from pobo_nlp.tables.sql_database import Patience
from pobo_nlp.web.settings import Limits, Settings

TEXT = (
    "Datteren ringer på vegne av mor (84). Mor fikk innvilget hjemmesykepleie tre ganger om dagen i mars, men det "
    "kommer nesten aldri noen om kvelden. Kommunen sier at de ikke har folk."
)
IMPATIENT = Patience(attempts=0)
SCRIPT = pytest.mark.parametrize("has_script", [pytest.param(True, id="script"), pytest.param(False, id="no-script")])


@pytest.fixture
def lager(serve, tmp_path):
    """Return a server and the file of its store, which is not waited for long."""
    path = tmp_path / "lager.db"
    with impatient(serve, f"sqlite:///{path}?timeout=0.1") as server:
        yield server, path


@contextmanager
def impatient(serve, store):
    limits = Limits(requests_per_second=10_000, burst=10_000)
    with serve(Settings(store=store, limits=limits)) as server:
        server.app.state.store = Store(store, server.store.taxonomy, patience=IMPATIENT)
        yield server


@contextmanager
def locked(path):
    with closing(sqlite3.connect(path)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        yield
        lock.rollback()


@contextmanager
def gone(path):
    away = path.with_name("borte.db")
    path.rename(away)
    yield
    away.rename(path)


FAULTS = pytest.mark.parametrize("fault", [locked, gone])


def fill_in(page, inquiry_id, *, has_script=True):
    page.fill("#inquiry_id", inquiry_id)
    page.fill("#by", "KN")
    page.fill("#text", TEXT)
    if not has_script:
        page.get_by_role("button", name="Vis forslag").click()
    expect(page.locator("fieldset.area .option")).to_have_count(3)
    page.check("fieldset.area input[value=sykehjem_langtid]")
    page.fill("#note", "Må ikke gå tapt")


def is_told_and_has_lost_nothing(page):
    expect(page.locator("#work-page > .message.error")).to_contain_text("trykk «Lagre» igjen")
    expect(page.locator("#text")).to_have_value(TEXT)
    expect(page.locator("#note")).to_have_value("Må ikke gå tapt")
    expect(page.locator("fieldset.area input[value=sykehjem_langtid]")).to_be_checked()


@SCRIPT
@FAULTS
def test_a_store_that_is_locked_or_gone_says_what_to_do_and_the_next_try_saves_once(
    open_page, lager, fault, has_script
):
    server, path = lager
    page = open_page(url=server.url, java_script_enabled=has_script)
    fill_in(page, "venter", has_script=has_script)
    with fault(path):
        page.click("#save")
        is_told_and_has_lost_nothing(page)
    page.click("#save")

    expect(page.locator(".message.success")).to_contain_text("venter er lagret.")
    (kept,) = server.store.history("venter")
    assert kept.answers["tjenesteomrade"] == Answer("decided", ("sykehjem_langtid",))


@FAULTS
def test_nothing_is_undone_changed_or_taken_while_the_store_is_locked_or_gone(open_page, lager, fault):
    server, path = lager
    server.store.queue.add("mars", [Inquiry("i-kø", TEXT)])
    decision = Decision("angres", {"tjenesteomrade": Answer("decided", ("fastlege",))}, by="KN")
    server.store.save(decision, seen=0, save_key="a")
    page = open_page("/history", url=server.url)
    page.fill("#by", "KN")
    page.get_by_role("button", name="Vis", exact=True).click()
    with fault(path):
        page.get_by_role("button", name="Angre angres").click()
        expect(page.locator(".message.error")).to_contain_text("prøv igjen")
        page.goto(server.url + "/queue/work")
    assert len(server.store.history("angres")) == 1
    page.goto(server.url + "/history")
    page.get_by_role("button", name="Angre angres").click()

    expect(page.locator(".message.success")).to_contain_text("angret")
    assert len(server.store.history("angres")) == 2


@SCRIPT
def test_a_database_that_is_gone_says_what_to_do_and_the_next_try_saves_once(
    open_page, serve, postgresql, postgresql_server, has_script
):
    with impatient(serve, postgresql) as server:
        page = open_page(url=server.url, java_script_enabled=has_script)
        fill_in(page, "borte", has_script=has_script)
        postgresql_server.stop()
        page.click("#save")
        is_told_and_has_lost_nothing(page)
        postgresql_server.start()
        page.click("#save")

        expect(page.locator(".message.success")).to_contain_text("borte er lagret.")
        assert len(server.store.history("borte")) == 1


@FAULTS
def test_the_interface_says_that_the_same_may_be_sent_again_and_keeps_it_once(lager, fault):
    server, path = lager
    content = {
        "inquiry_id": "programmets",
        "by": "KN",
        "save_key": "samme",
        "answers": {"tjenesteomrade": {"status": "decided", "labels": ["fastlege"]}},
    }

    def send():
        # A program's own client: without the headers of a browser.
        return httpx.post(f"{server.url}/v1/decisions", json=content, timeout=30)

    with fault(path):
        refused = send()
    sent = [send() for _ in range(2)]

    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert "save_key" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) > 0
    assert [answer.json()["decision"]["version"] for answer in sent] == [1, 1]
    assert len(server.store.history("programmets")) == 1


def test_an_answer_that_is_lost_loses_nothing_and_is_saved_once(open_page, page_server):
    page = open_page()
    fill_in(page, "tapt-svar")

    statuses = []

    def lose_the_answer(route):
        if statuses:
            route.continue_()
        else:
            statuses.append(route.fetch().status)
            route.abort()

    page.route("**/save", lose_the_answer)
    page.click("#save")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#text")).to_have_value(TEXT)

    page.click("#save")

    assert statuses == [204]
    expect(page.locator(".message.success")).to_contain_text("tapt-svar er lagret.")
    assert len(page_server.store.history("tapt-svar")) == 1


def test_suggestions_that_do_not_come_hinder_no_decision(open_page, page_server):
    page = open_page()
    page.route("**/suggest", lambda route: route.abort())
    page.fill("#text", TEXT)
    expect(page.locator("#no-suggestions")).to_be_visible()
    page.fill("#inquiry_id", "uten-forslag")
    page.fill("#by", "KN")
    page.locator("fieldset.area select").select_option("hjemmesykepleie")
    page.locator("fieldset.single input").first.check()
    page.click("#save")

    expect(page.locator(".message.success")).to_be_visible()
    assert page_server.store.newest("uten-forslag").suggested is None
