import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.text.masking import Sought, identifier_spans
from pobo_nlp.text.tokens import word_forms


def _found(text):
    return [(span.kind, text[span.start : span.end]) for span in identifier_spans(text)]


@pytest.mark.parametrize("number", ["01019912345", "010199 12345", "010199-12345", "010199.12345"])
def test_a_birth_number_is_found(number):
    assert _found(f"Fødselsnummeret er {number}.") == [("fnr", number)]


@pytest.mark.parametrize("number", ["1234.56.78903", "1234 56 78903"])
def test_an_account_number_is_found(number):
    assert _found(f"Betal til {number}, takk.") == [("konto", number)]


@pytest.mark.parametrize(
    "number",
    ["97700654", "977 00 654", "22 12 34 56", "+47 977 00 654", "+4797700654", "004797700654", "+46 70 123 45 67"],
)
def test_a_telephone_number_is_found(number):
    assert _found(f"Ring meg på {number}!") == [("telefon", number)]


@pytest.mark.parametrize("date", ["12.03.1980", "1.2.80", "12/03/2024", "12-03-1980", "31.12.1999"])
def test_a_date_is_found(date):
    assert _found(f"Han er født {date}, og bor her.") == [("fodselsdato", date)]


@pytest.mark.parametrize("address", ["kari.nes@example.no", "post+sak@mail.example.org", "a_b@example.no"])
def test_an_email_address_is_found(address):
    assert _found(f"skriv til {address}.") == [("epost", address)]


@pytest.mark.parametrize("address", ["https://example.no/sak?id=1", "http://example.no", "www.example.no/a"])
def test_the_address_of_a_page_is_found(address):
    assert _found(f"se {address} for mer") == [("url", address)]


@pytest.mark.parametrize("address", ["Storgata 12", "Bjørkeveien 7B", "Solvegen 3", "Kongens gate 12, 0153 Oslo"])
def test_a_street_address_is_found(address):
    assert _found(f"jeg bor i {address}") == [("adresse", address)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("mvh Kari Nes", "Kari Nes", id="under a letter"),
        pytest.param("takk\n\nHilsen Kari-Anne Nes", "Kari-Anne Nes", id="hyphen"),
        pytest.param("Jeg heter Kari.", "Kari", id="one name after a cue"),
        pytest.param("Eg heiter Kari.", "Kari", id="one name after a cue in nynorsk"),
        pytest.param("jeg snakket med Dr. Hansen", "Hansen", id="title with a stop"),
        pytest.param("i går kom fru Olsen", "Olsen", id="title"),
        pytest.param("Navn: Ola Nordmann", "Ola Nordmann", id="form field"),
        pytest.param("Jeg møtte Kari Nes i gangen", "Kari Nes", id="two names inside a sentence"),
        pytest.param("det var lege Per K. Hansen som sa det", "Per K. Hansen", id="initial"),
    ],
)
def test_a_name_is_found(text, name):
    assert _found(text) == [("navn", name)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("ring legevakta på 116117", id="out-of-hours number"),
        pytest.param("ring legevakta på 116 117", id="out-of-hours number with a space"),
        pytest.param("ring 113", id="emergency number"),
        pytest.param("rapporten har nummer 2023/12345", id="number of a report"),
        pytest.param("se § 2-1 i loven", id="paragraph"),
        pytest.param("timen er kl. 10.30", id="time of day"),
        pytest.param("kl 02:30", id="time of day with a colon"),
        pytest.param("hun fikk 2 x 500 mg", id="dose"),
        pytest.param("blodtrykket er 120/80", id="blood pressure"),
        pytest.param("det kostet 11 480 kroner", id="amount"),
        pytest.param("i uke 47-49", id="weeks"),
        pytest.param("i 2023-2024", id="years"),
        pytest.param("pkt. 3.2.1 i vedtaket", id="section number"),
        pytest.param("diagnosen er F32.1", id="diagnosis code"),
        pytest.param("han har Prader-Willi syndrom", id="eponym with a hyphen"),
        pytest.param("hun har Parkinson", id="eponym"),
        pytest.param("hun ligger på Medisinsk avdeling", id="ward"),
        pytest.param("på Sengepost 3", id="ward with a number"),
        pytest.param("på Geriatrisk Poliklinikk", id="clinic in capitals"),
        pytest.param("ved Haukeland universitetssykehus", id="hospital"),
        pytest.param("hos Helse Bergen", id="health trust"),
        pytest.param("i Nordre Follo kommune", id="municipality"),
        pytest.param("klaget til Statsforvalteren i Oslo", id="authority"),
    ],
)
def test_what_identifies_nobody_is_left_alone(text):
    assert _found(text) == []


def test_several_identifiers_are_found_in_order():
    text = "Kontakt: a@example.no, 977 00 654, født 12.03.1980. Hilsen Kari Nes"

    assert [kind for kind, _ in _found(text)] == ["epost", "telefon", "fodselsdato", "navn"]


def test_no_word_of_an_identifier_reaches_the_features():
    forms = word_forms("ta kontakt med Kari Nes på 977 00 654 eller kari.nes@example.no")

    assert forms == ["ta", "kontakt", "med", "på", "eller"]


FRAGMENTS = [
    "Kari",
    "Nes",
    " ",
    ".",
    "\n",
    "mvh ",
    "Dr. ",
    "977 00 654",
    "12.03.1980",
    "a@b.no",
    "www.x.no",
    "gata 1",
    "+47",
    "0",
]


@given(st.text() | st.lists(st.sampled_from(FRAGMENTS)).map("".join))
@settings(max_examples=100, deadline=None)
def test_spans_are_ordered_not_empty_and_do_not_overlap(text):
    spans = identifier_spans(text)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@given(st.text("a1.+-@_ é", max_size=40))
def test_addresses_are_those_of_one_pattern(text):
    """Two steps find what `word@word.word` finds, and take no longer for a text of one long word."""
    expected = [match.span() for match in re.finditer(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text)]

    assert [(start, end) for _, start, end in identifier_spans(text, Sought.EMAILS)] == expected
