"""Logging in and out in a real browser, and a session that ends while an adviser works."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pobo_nlp.store import Answer
from pobo_nlp.web.settings import Limits, Settings

TOKEN = "nokkel-som-bare-testene-kjenner-0123456789"
TEXT = "Mor fikk innvilget hjemmesykepleie i mars.\n\nMen det kommer nesten aldri noen om kvelden, «sier de»."


@pytest.fixture(scope="module")
def guarded(serve, tmp_path_factory):
    limits = Limits(requests_per_second=10_000, burst=10_000)
    store = str(tmp_path_factory.mktemp("guarded") / "lager.db")
    with serve(Settings(store=store, token=TOKEN, limits=limits)) as server:
        yield server


@pytest.fixture
def logged_in(open_page, guarded):
    """Return what opens a page and logs in."""

    def opened(path="/", **options):
        page = open_page(path, url=guarded.url, **options)
        page.get_by_label(re.compile("Nøkkel")).fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page).to_have_url(guarded.url + path)
        return page

    return opened


def end_session(page):
    page.context.clear_cookies(name="pobo_session")


def fill_in(page, inquiry_id, *, has_script):
    page.fill("#text", TEXT)
    page.fill("#inquiry_id", inquiry_id)
    page.fill("#by", "KN")
    if not has_script:
        page.get_by_role("button", name="Vis forslag").click()
    page.locator("fieldset.area select").select_option("bpa")
    page.check("fieldset.area input[value='?other']")
    page.fill("#note", "Må ikke gå tapt <b>")


def has_lost_nothing(page):
    expect(page.locator("#text")).to_have_value(TEXT)
    expect(page.locator("#note")).to_have_value("Må ikke gå tapt <b>")
    expect(page.locator("fieldset.area select")).to_have_value("bpa")


@pytest.mark.parametrize(
    ("locale", "wrong", "out"),
    [
        pytest.param("nb-NO", "eller spør den som har ansvar for tjenesten", "Logg ut", id="nb"),
        pytest.param("nn-NO", "eller spør den som har ansvar for tenesta", "Logg ut", id="nn"),
    ],
)
def test_who_logs_in_and_out_is_told_in_their_language(open_page, guarded, locale, wrong, out):
    page = open_page("/history", url=guarded.url, locale=locale)
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    assert Axe().run(page).response["violations"] == []
    page.fill("#token", "feil")
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_contain_text(wrong)
    assert Axe().run(page).response["violations"] == []

    page.fill("#token", TOKEN)
    page.keyboard.press("Enter")
    expect(page).to_have_url(guarded.url + "/history")
    page.get_by_role("button", name=out).click()

    expect(page).to_have_url(guarded.url + "/login")
    page.goto(guarded.url + "/queue")
    expect(page).to_have_url(guarded.url + "/login?next=/queue")


def test_without_a_token_there_is_nothing_to_log_out_of(open_page):
    expect(open_page().get_by_role("button", name="Logg ut")).to_have_count(0)


def test_the_language_of_the_login_page_can_be_changed(open_page, guarded):
    page = open_page("/queue", url=guarded.url)
    page.get_by_role("button", name="Nynorsk").click()
    expect(page.locator("html")).to_have_attribute("lang", "nn")
    page.fill("#token", TOKEN)
    page.keyboard.press("Enter")

    expect(page).to_have_url(guarded.url + "/queue")
    expect(page.locator("html")).to_have_attribute("lang", "nn")


def test_without_javascript_a_session_that_ends_loses_nothing(logged_in, guarded):
    page = logged_in(java_script_enabled=False)
    fill_in(page, "utløpt", has_script=False)
    end_session(page)
    page.click("#save")

    expect(page.locator(".message.warning")).to_contain_text("avgjørelsen er ikke lagret")
    assert guarded.store.newest("utløpt") is None
    page.get_by_role("button", name="Nynorsk").click()
    page.fill("#token", "feil")
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_be_visible()
    page.fill("#token", TOKEN)
    page.keyboard.press("Enter")

    expect(page.locator("#work-page > .message.warning")).to_contain_text("Trykk «Lagre»")
    has_lost_nothing(page)
    assert guarded.store.newest("utløpt") is None
    page.click("#save")
    expect(page.locator(".message.success")).to_contain_text("utløpt er lagra.")
    assert guarded.store.newest("utløpt").answers["tjenesteomrade"] == Answer("decided", ("bpa",))
    assert len(guarded.store.history("utløpt")) == 1


def test_with_javascript_the_form_stays_while_one_logs_in_beside_it(logged_in, guarded):
    page = logged_in()
    fill_in(page, "utløpt-skript", has_script=True)
    expect(page.locator("fieldset.area .option")).to_have_count(3)
    end_session(page)
    page.click("#save")

    expect(page.locator("#logged-out")).to_contain_text("avgjørelsen er ikke lagret")
    has_lost_nothing(page)
    with page.context.expect_page() as beside:
        page.get_by_role("link", name="Logg inn i en ny fane").click()
    beside.value.fill("#token", TOKEN)
    beside.value.keyboard.press("Enter")
    expect(beside.value).to_have_url(guarded.url + "/")
    page.click("#save")

    expect(page.locator(".message.success")).to_contain_text("utløpt-skript er lagret.")
    assert len(guarded.store.history("utløpt-skript")) == 1


def test_what_is_kept_for_a_stranger_needs_the_token_of_its_form(open_page, guarded):
    page = open_page("/login", url=guarded.url)
    answer = page.request.post(
        guarded.url + "/save", form={"text": TEXT}, headers={"Accept": "text/html"}, max_redirects=0
    )

    assert answer.status == 403
