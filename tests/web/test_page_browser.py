"""The adviser's page in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Answer, Decision

TEXT = (
    "Datteren ringer på vegne av mor (84). Mor fikk innvilget hjemmesykepleie tre ganger om dagen i mars, men det "
    "kommer nesten aldri noen om kvelden. Kommunen sier at de ikke har folk, og i ferien falt hele kveldstilsynet "
    "bort. Hun har spurt om å få klage, men har ikke fått noe skriftlig svar."
)
NYNORSK = (
    "Eg har venta i over eit år på time hos DPS etter at fastlegen tilviste meg. Dei sa at fristen var halden fordi eg "
    "fekk ein samtale på telefon, men behandlinga har ikkje starta."
)
HOSTILE = "<img src=x onerror=\"document.title='brote'\"><script>document.title='brote'</script>"


def type_inquiry(page, inquiry_id, *, by="KN", text=TEXT):
    page.fill("#inquiry_id", inquiry_id)
    page.fill("#by", by)
    page.fill("#text", text)
    expect(page.locator("fieldset.area .option")).to_have_count(3)
    page.keyboard.press("Escape")


def answers_of(server, inquiry_id):
    return server.store.newest(inquiry_id).answers


def test_what_is_pasted_gets_suggestions_and_marks(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", TEXT)
    page.focus("#text")
    page.keyboard.press("Control+V")

    area = page.locator("fieldset.area .option").first
    expect(area).to_contain_text("Helsetjenester i hjemmet")
    expect(area.locator("input")).to_be_checked()
    expect(area).to_contain_text(re.compile("(svært|ganske) sikker"))
    expect(page.locator("fieldset.area .option")).to_have_count(3)
    expect(page.locator("fieldset.level .option").first).to_contain_text("Kommunal")
    expect(page.locator("#marks mark").first).to_be_attached()
    assert "hjemmesykepleie" in page.locator("#marks mark").all_inner_texts()
    expect(page.locator(".question").first).to_contain_text("Se etter:")
    expect(page.locator(".malform")).to_contain_text("Bokmål")
    expect(page.locator("#spoken")).to_contain_text("Helsetjenester i hjemmet")


def test_marks_follow_the_label_that_is_hovered_and_lie_on_the_words(open_page):
    page = open_page()
    type_inquiry(page, "merker")
    chosen = page.locator("#marks mark").all_inner_texts()

    page.hover("fieldset.area .option:nth-of-type(2)")

    expect(page.locator("#legend-label")).to_contain_text("Sykehjem")
    assert page.locator("#marks mark").all_inner_texts() != chosen
    sizes = page.evaluate("['#text', '#marks'].map(name => document.querySelector(name).clientWidth)")
    assert sizes[0] == sizes[1]


def test_one_key_accepts(open_page, page_server):
    page = open_page()
    type_inquiry(page, "godtatt")

    page.keyboard.press("Enter")

    expect(page.locator(".message.success")).to_contain_text("godtatt er lagret.")
    assert answers_of(page_server, "godtatt")["tjenesteomrade"] == Answer("decided", ("hjemmesykepleie",))
    assert page_server.store.newest("godtatt").seconds_used < 60
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#by")).to_have_value("KN")


def test_keys_choose_area_cause_question_and_type(open_page, page_server):
    page = open_page()
    type_inquiry(page, "taster")
    cause = page.locator("fieldset.multi .option input").nth(1).get_attribute("value")
    question = page.locator(".question").first.locator("input").first.get_attribute("name")

    for key in ("2", "b", "q", "p", "Enter"):
        page.keyboard.press(key)

    expect(page.locator(".message.success")).to_contain_text("taster er lagret.")
    answers = answers_of(page_server, "taster")
    assert answers["tjenesteomrade"].labels == ("sykehjem_langtid",)
    assert cause in answers["arsak"].labels
    assert answers["systemflagg"].labels == (question.rpartition(".")[2],)
    assert answers["henvendelsestype"].labels == ("foresporsel",)


def test_vet_ikke_and_ingen_av_disse_are_answers(open_page, page_server):
    for key, status in (("v", "unknown"), ("i", "none_of_these")):
        page = open_page()
        type_inquiry(page, f"status-{key}")
        page.keyboard.press(key)
        page.keyboard.press("Enter")

        expect(page.locator(".message.success")).to_be_visible()
        assert answers_of(page_server, f"status-{key}")["tjenesteomrade"] == Answer(status)


def test_keys_write_letters_in_a_field_and_can_be_turned_off(open_page):
    page = open_page()
    type_inquiry(page, "bokstaver")
    page.focus("#note")
    page.keyboard.type("v2?")

    expect(page.locator("#note")).to_have_value("v2?")
    expect(page.locator("fieldset.area input[value=hjemmesykepleie]")).to_be_checked()

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(page.locator("fieldset.area input[value=hjemmesykepleie]")).to_be_checked()


def test_a_label_is_found_by_search_and_chosen(open_page, page_server):
    page = open_page()
    type_inquiry(page, "sok")
    page.keyboard.press("/")
    expect(page.locator("#search-found .label").first).to_be_visible()
    page.keyboard.type("ryggmargsstimulator")

    found = page.locator("#search-found .label:visible")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Smerteklinikk")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".message.success")).to_be_visible()
    assert answers_of(page_server, "sok")["tjenesteomrade"].labels == ("smertebehandling",)
    assert answers_of(page_server, "sok")["tjenesteniva"].labels == ("spesialist",)


def test_what_is_chosen_stays_while_the_text_grows(open_page):
    page = open_page()
    type_inquiry(page, "vokser")
    page.keyboard.press("2")
    with page.expect_response("**/suggest"):
        page.locator("#text").press_sequentially(" Fastlegen svarer ikke på telefon.")

    expect(page.locator("fieldset.area")).to_contain_text("Sykehjem, langtidsopphold")
    assert page.evaluate("new FormData(document.querySelector('#work')).get('choice.tjenesteomrade')") in (
        "sykehjem_langtid",
        "?other",
    )


def test_an_unsure_model_says_why_and_chooses_nothing(open_page):
    page = open_page()
    page.fill("#by", "KN")
    page.fill("#text", "Hei")

    expect(page.locator(".review")).to_contain_text("for kort")
    expect(page.locator("fieldset.area .sure-words").first).to_have_text("usikkert")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.error[role=alert]").first).to_contain_text("Tjenesteområde: velg")
    expect(page.locator("#text")).to_have_value("Hei")


def test_a_decision_is_changed_undone_and_seen_in_the_history(open_page, page_server):
    page = open_page()
    type_inquiry(page, "angres", by="Historiker")
    page.keyboard.press("Enter")
    expect(page.locator(".message.success")).to_be_visible()

    page.goto(page_server.url + "/history")
    page.get_by_role("button", name="Endre angres").click()
    expect(page.locator("fieldset.area input[value=hjemmesykepleie]")).to_be_checked()
    page.check("fieldset.area input[value=fastlege], fieldset.area input[value=sykehjem_langtid]")
    page.fill("#note", "Rettet etter ny samtale")
    page.click("#save")
    expect(page.locator(".message.success")).to_be_visible()
    assert answers_of(page_server, "angres")["tjenesteomrade"].labels == ("sykehjem_langtid",)

    page.goto(page_server.url + "/history")
    expect(page.locator(".case")).to_contain_text("Rettet etter ny samtale")
    page.get_by_role("button", name="Angre angres").click()
    expect(page.locator(".message.success")).to_contain_text("angret")
    assert answers_of(page_server, "angres")["tjenesteomrade"].labels == ("hjemmesykepleie",)
    assert [version.version for version in page_server.store.history("angres")] == [1, 2, 3]
    expect(page.locator(".case summary")).to_contain_text("Versjoner (3)")


def test_a_queue_is_worked_through(open_page, page_server):
    inquiries = [Inquiry(f"kø-{number}", f"{TEXT} Sak {number}.") for number in range(3)]
    page_server.store.queue.add("mars", inquiries)
    page = open_page("/queue")
    expect(page.locator(".card")).to_contain_text("0 av 3 avgjort")
    page.fill("#by", "Køarbeider")
    page.get_by_role("button", name="Hent neste fra mars").click()

    expect(page.locator("#inquiry_id")).to_have_value("kø-0")
    page.get_by_role("button", name="Hopp over").click()
    for number, done in ((1, "0 av 3"), (2, "1 av 3"), (0, "2 av 3")):
        expect(page.locator("#inquiry_id")).to_have_value(f"kø-{number}")
        expect(page.locator(".progress")).to_contain_text(done)
        # Keys are heard once the script has run.
        expect(page.locator("html.js")).to_be_attached()
        expect(page.locator("fieldset.area .option")).to_have_count(3)
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        if number:
            expect(page.locator(".message.success")).to_contain_text(f"kø-{number} er lagret.")
    expect(page.locator("main")).to_contain_text("Køen er tom")
    assert page_server.store.queue.progress()[0].open == 0


def test_nynorsk_is_the_language_of_everything(open_page):
    page = open_page(locale="nn-NO")
    type_inquiry(page, "nynorsk", text=NYNORSK)

    expect(page.locator("html")).to_have_attribute("lang", "nn")
    expect(page.locator("fieldset.area .option").first).to_contain_text("Psykisk helsevern for vaksne")
    expect(page.locator(".malform")).to_contain_text("Nynorsk")
    for word in ("ikke", "Tjeneste", "henvendelse", "Velg"):
        assert not re.search(rf"\b{word}", page.locator("body").inner_text())


def test_changing_the_language_keeps_what_is_typed_and_chosen(open_page):
    page = open_page()
    type_inquiry(page, "språkbyte")
    page.fill("#note", "Eit notat")
    page.check("fieldset.area input[value=sykehjem_langtid]")
    page.get_by_role("button", name="Nynorsk").click()

    expect(page.locator("html")).to_have_attribute("lang", "nn")
    expect(page.locator("#text")).to_have_value(TEXT)
    expect(page.locator("#note")).to_have_value("Eit notat")
    expect(page.locator("fieldset.area input[value=sykehjem_langtid]")).to_be_checked()
    page.get_by_role("button", name="Mørk").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_without_javascript_the_whole_way_works(open_page, page_server):
    page = open_page(java_script_enabled=False)
    page.fill("#text", TEXT)
    page.fill("#inquiry_id", "uten-skript")
    page.fill("#by", "Uten skript")
    page.get_by_role("button", name="Vis forslag").click()
    expect(page.locator("fieldset.area .option").first).to_contain_text("Helsetjenester i hjemmet")
    expect(page.locator("fieldset.area .quoted").first).to_contain_text("hjemmesykepleie")
    page.locator("fieldset.area select").select_option("bpa")
    page.check("fieldset.area input[value='?other']")
    page.locator(".question").first.get_by_label("Nei").check()
    page.get_by_role("button", name="Lagre").click()

    expect(page.locator(".message.success")).to_contain_text("uten-skript er lagret.")
    assert answers_of(page_server, "uten-skript")["tjenesteomrade"].labels == ("bpa",)
    assert answers_of(page_server, "uten-skript")["systemflagg"] == Answer("decided")
    page.locator(".message.success").get_by_role("button", name="Angre").click()
    assert page_server.store.newest("uten-skript").status == "withdrawn"
    page.goto(page_server.url + "/labels?q=sykehjem")
    expect(page.locator(".label").first).to_contain_text("Sykehjem, langtidsopphold")


@pytest.mark.parametrize("width", [pytest.param(683, id="200-percent"), pytest.param(320, id="narrow")])
def test_nothing_is_cut_off(open_page, width):
    """A window of 1366 pixels at 200 % is one of 683; at 400 % of 1280 it is one of 320 (WCAG 1.4.10)."""
    page = open_page(viewport={"width": width, "height": 450})
    type_inquiry(page, f"bredde-{width}")
    for path in ("", "queue", "history", "labels"):
        if path:
            page.goto(page.url.rstrip("/") + f"/../{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("scheme", "locale"), [("light", "nb-NO"), ("dark", "nn-NO")])
def test_axe_finds_no_violation(open_page, page_server, scheme, locale):
    if not page_server.store.queue.progress():
        page_server.store.queue.add("axe", [Inquiry("axe-i-kø", TEXT)])
    page = open_page(locale=locale, color_scheme=scheme)

    def check(where):
        found = Axe().run(page).response["violations"]
        assert [(where, one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []

    check("empty")
    type_inquiry(page, f"axe-{scheme}-{locale}", text=NYNORSK)
    page.keyboard.press("q")
    check("suggestions")
    page.keyboard.press("?")
    check("help")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#search-found .label").first).to_be_visible()
    check("search")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.success")).to_be_visible()
    check("saved")
    for path in ("/queue", "/history", "/labels"):
        page.goto(page_server.url + path)
        check(path)


def test_text_from_users_is_shown_and_never_run(open_page, page_server):
    page_server.store.queue.add(HOSTILE, [Inquiry(f"i-kø {HOSTILE}", f"{HOSTILE} {TEXT}")])
    page = open_page()
    type_inquiry(page, f"id {HOSTILE}", by=HOSTILE, text=f"{HOSTILE} {TEXT}")
    page.fill("#note", HOSTILE)
    for option in page.locator("[data-evidence]").all():
        option.hover()
    page.click("#save")
    expect(page.locator(".message.success")).to_contain_text(HOSTILE)
    for path in ("/history", "/queue", f"/labels?q={HOSTILE}", "/"):
        page.goto(page_server.url + path)
        assert "brote" not in page.title()
        assert page.locator("img, script:not([src])").count() == 0
    expect(open_page("/queue").locator("body")).to_contain_text(HOSTILE)


def test_a_second_adviser_sees_both_decisions_and_loses_nothing(open_page, page_server):
    mine, theirs = open_page(), open_page()
    for page, by in ((mine, "Meg"), (theirs, "Den andre")):
        type_inquiry(page, "samtidig", by=by)
    mine.fill("#note", "Mitt notat")
    mine.check("fieldset.area input[value=sykehjem_langtid]")
    theirs.keyboard.press("Enter")
    expect(theirs.locator(".message.success")).to_be_visible()

    mine.click("#save")

    conflict = mine.locator(".conflict")
    expect(conflict).to_contain_text("Den andre")
    expect(conflict).to_contain_text("Helsetjenester i hjemmet")
    expect(conflict).to_contain_text("Sykehjem, langtidsopphold")
    expect(mine.locator("#text")).to_have_value(TEXT)
    expect(mine.locator("#note")).to_have_value("Mitt notat")
    expect(mine.locator("fieldset.area input[value=sykehjem_langtid]")).to_be_checked()
    assert Axe().run(mine).response["violations"] == []
    mine.get_by_role("button", name="Lagre min avgjørelse likevel").click()
    expect(mine.locator(".message.success")).to_be_visible()
    assert [version.by for version in page_server.store.history("samtidig")] == ["Den andre", "Meg"]


def test_a_conflict_without_javascript_keeps_the_form(open_page, page_server):
    page = open_page(java_script_enabled=False)
    page.fill("#text", TEXT)
    page.fill("#inquiry_id", "samtidig-uten-skript")
    page.fill("#by", "Meg")
    page.get_by_role("button", name="Vis forslag").click()
    other = Decision("samtidig-uten-skript", {"tjenesteomrade": Answer("decided", ("fastlege",))}, by="Den andre")
    page_server.store.save(other, seen=0, save_key="den-andre")
    page.get_by_role("button", name="Lagre").click()

    expect(page.locator(".conflict")).to_contain_text("Fastlegetjenesten")
    expect(page.locator("#text")).to_have_value(TEXT)
    page.get_by_role("button", name="Lagre min avgjørelse likevel").click()
    expect(page.locator(".message.success")).to_be_visible()


def test_earlier_decisions_on_the_same_text_are_named(open_page, page_server):
    text = f"{TEXT} Hun har også ringt tre ganger."
    decision = Decision("tidligere", {"tjenesteomrade": Answer("decided", ("hjemmesykepleie",))}, by="KN", text=text)
    page_server.store.save(decision, seen=0, save_key="tidligere")
    page = open_page()
    type_inquiry(page, "nå", text=text.upper())

    expect(page.locator(".similar li").first).to_contain_text("tidligere")
    expect(page.locator(".similar li").first).to_contain_text("samme tekst")
