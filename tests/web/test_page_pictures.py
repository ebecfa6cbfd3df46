"""Pictures of the page for the README: `make pictures` writes them, and the tests see that they can be made."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Answer, Decision

# Invented, as is all that the pictures show.
BOKMAL = (
    "Datteren ringer på vegne av mor (84). Mor fikk innvilget hjemmesykepleie tre ganger om dagen i mars, men det "
    "kommer nesten aldri noen om kvelden. Kommunen sier at de ikke har folk, og i ferien falt hele kveldstilsynet "
    "bort. Hun har spurt om å få klage, men har ikke fått noe skriftlig svar, og vet ikke hvem den skal sendes til."
)
NYNORSK = (
    "Eg har venta i over eit år på time hos DPS etter at fastlegen tilviste meg. Dei sa at fristen var halden fordi eg "
    "fekk ein samtale på telefon, men behandlinga har ikkje starta. Kva kan eg gjere?"
)
PICTURES = {
    "adviser-light": {"color_scheme": "light", "locale": "nb-NO"},
    "adviser-dark": {"color_scheme": "dark", "locale": "nb-NO"},
    "adviser-nynorsk": {"color_scheme": "light", "locale": "nn-NO"},
}


@pytest.fixture
def folder(tmp_path):
    """Return where pictures go: the documentation where that is asked for."""
    return Path(os.environ.get("POBO_NLP_PICTURES", tmp_path))


@pytest.mark.parametrize("name", PICTURES)
def test_the_page_has_its_picture_taken(name, open_page, page_server, folder):
    if page_server.store.newest("2026-0087") is None:
        answers = {
            "tjenesteomrade": Answer("decided", ("hjemmesykepleie",)),
            "arsak": Answer("decided", ("saksbehandling",)),
            "systemflagg": Answer("decided", ("tomt_vedtak",)),
            "henvendelsestype": Answer("decided", ("sak",)),
        }
        page_server.store.save(Decision("2026-0087", answers, by="KN"), seen=0, save_key="87")
    # One of them is tall enough for causes and questions.
    height = 1900 if name.endswith("light") else 1000
    page = open_page(viewport={"width": 1280, "height": height}, **PICTURES[name])
    page.fill("#inquiry_id", "2026-0117")
    page.fill("#by", "KN")
    page.fill("#text", NYNORSK if name.endswith("nynorsk") else BOKMAL)
    expect(page.locator("fieldset.area .option")).to_have_count(3)
    page.keyboard.press("Escape")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")

    assert (folder / f"{name}.png").stat().st_size > 20_000


def test_the_queue_has_its_picture_taken(open_page, page_server, folder):
    page_server.store.queue.add("mars", [Inquiry(f"2026-{number:04}", BOKMAL) for number in range(200, 212)])
    for number in range(200, 205):
        decision = Decision(f"2026-{number:04}", {"tjenesteomrade": Answer("unknown")}, by="KN")
        page_server.store.save(decision, seen=0, save_key=str(number))
    page = open_page("/queue", viewport={"width": 1280, "height": 420})
    page.fill("#by", "KN")
    page.screenshot(path=folder / "adviser-queue.png", animations="disabled", caret="hide")

    expect(page.locator(".card")).to_contain_text("5 av 12 avgjort")
