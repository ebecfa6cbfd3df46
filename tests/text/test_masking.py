import json
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.errors import PersonFinderError
from pobo_nlp.text.masking import Sought, identifier_spans, mask
from pobo_nlp.text.proper_nouns import is_proper_noun
from pobo_nlp.text.spacy_names import load_person_finder
from pobo_nlp.text.tokens import word_forms


def _found(text):
    return [(span.kind, text[span.start : span.end]) for span in identifier_spans(text)]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("05084100554", id="birth number"),
        pytest.param("050841 00554", id="blank"),
        pytest.param("050841-00554", id="hyphen"),
        pytest.param("050841.00554", id="stop"),
        pytest.param("05 08 41 00554", id="blanks in the date"),
        pytest.param("050841\n00554", id="line break"),
        pytest.param("62079800398", id="D-number"),
        pytest.param("24455300882", id="help number"),
        pytest.param("15870450483", id="synthetic"),
    ],
)
def test_a_birth_number_is_found(number):
    assert _found(f"Fødselsnummeret er {number}.") == [("fnr", number)]
    assert _found(f"Det gjelder {number} på rom 4.") == [("fnr", number)]


def test_eleven_digits_with_wrong_check_digits_are_a_birth_number_only_where_words_say_so():
    assert _found("Varen 05084100555 mangler") == []
    assert _found("Fødselsnummer 05084100555") == [("fnr", "05084100555")]


@pytest.mark.parametrize("number", ["1234.56.78903", "1234 56 78903", "74205582774", "NO60 8047 7589 611"])
def test_an_account_number_is_found(number):
    assert _found(f"Betal til konto {number}, takk.") == [("konto", number)]


@pytest.mark.parametrize(
    "number",
    ["97700654", "977 00 654", "22 12 34 56", "+47 977 00 654", "+4797700654", "004797700654", "+46 70 123 45 67"],
)
def test_a_telephone_number_is_found(number):
    assert _found(f"Ring meg på {number}!") == [("telefon", number)]


@pytest.mark.parametrize("date", ["12.03.1980", "1.2.80", "12/03/2024", "12-03-1980", "31.12.1999"])
def test_a_date_is_found(date):
    assert _found(f"Han er født {date}, og bor her.") == [("fodselsdato", date)]
    assert _found(f"Timen er {date}, og jeg gruer meg.") == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        pytest.param("Ola Nordmann (12.03.1980) ringte", "12.03.1980", id="behind a name"),
        pytest.param("f. 3. mai 1948", "3. mai 1948", id="month by name"),
        pytest.param("fødd 120380", "120380", id="six digits"),
    ],
)
def test_a_date_is_of_birth_where_something_says_so(text, date):
    assert ("fodselsdato", date) in _found(text)


def test_a_year_alone_is_no_date_of_birth():
    assert _found("Mor er født i 1948 og bor alene") == []


@pytest.mark.parametrize("plate", ["EL 54321", "AB12345"])
def test_a_plate_is_found(plate):
    assert _found(f"bilen {plate} sto der") == [("skilt", plate)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("Gjelder sak 2023/12345", "2023/12345", id="case"),
        pytest.param("Dykkar ref: 23/04567-3.", "23/04567-3", id="reference"),
        pytest.param("Pasientnummer 00012345", "00012345", id="patient"),
        pytest.param("saken har nummer 2023/12345", "2023/12345", id="words between"),
    ],
)
def test_the_number_of_a_case_is_found_behind_a_word_that_says_so(text, number):
    assert _found(text) == [("saksnummer", number)]


@pytest.mark.parametrize("address", ["kari.nes@example.no", "post+sak@mail.example.org", "a_b@example.no"])
def test_an_email_address_is_found(address):
    assert _found(f"skriv til {address}.") == [("epost", address)]


@pytest.mark.parametrize("address", ["https://example.no/sak?id=1", "http://example.no", "www.example.no/a"])
def test_the_address_of_a_page_is_found(address):
    assert _found(f"se {address} for mer") == [("url", address)]


@pytest.mark.parametrize(
    "address",
    [
        "Storgata 12",
        "Bjørkeveien 7B",
        "Solvegen 3",
        "Kongens gate 12, 0153 Oslo",
        "Granstubben 14B, 4879 Grimstad",
        "Nordre Kyrkjeveg 7",
        "kirkeveien 4b",
        "Postboks 123 Sentrum, 0101 Oslo",
    ],
)
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
        pytest.param("K. Hansen ringte", "K. Hansen", id="initial first"),
        pytest.param("fastlegen Berg svarer ikke", "Berg", id="role before an everyday word"),
        pytest.param("Sønnen min Odd er syk", "Odd", id="relation before an everyday word"),
        pytest.param("mannen min odd er syk", "odd", id="everyday word in lower case"),
        pytest.param("hei jeg heter kari nes og lurer", "kari nes", id="lower case"),
        pytest.param("Karis mann fikk ikke komme inn", "Karis", id="genitive"),
        pytest.param("det var Johannes' fastlege", "Johannes'", id="genitive with an apostrophe"),
        pytest.param("Æ e mor te Lillian", "Lillian", id="dialect"),
        pytest.param("JEG HETER KARI NES OG KLAGER", "KARI NES", id="capitals"),
        pytest.param("Máret Gaup fekk ikkje tolk", "Máret Gaup", id="Sámi"),
        pytest.param("Bruker Abdirahman Warsame ringer", "Abdirahman Warsame", id="Somali"),
        pytest.param("snakket med Xhevahire om det", "Xhevahire", id="in no list"),
        pytest.param("Stein ringte om saken", "Stein", id="everyday word that telephones"),
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
        pytest.param("Stein på hjertet har hun", id="everyday word first"),
        pytest.param("Liv og død avhenger av det", id="two everyday words"),
        pytest.param("Mai måned gikk", id="month"),
        pytest.param("Even om jeg har klaget", id="everyday word in dialect"),
        pytest.param("bor i Berg og er på Haugen", id="places that are names"),
        pytest.param("operert på Martina Hansens Hospital", id="house with the name of a person"),
        pytest.param("fikk Marevan og Paracet", id="medicines"),
        pytest.param("Sykehjemmet heter Solhaug", id="a house is called so"),
        pytest.param("Klage på Vedtak om Avlastning", id="heading"),
        pytest.param("Se rapport 2023/12345", id="report"),
        pytest.param("Org.nr. 974 760 673", id="number of an organisation"),
        pytest.param("han må på do, og per telefon", id="words in lower case that are names"),
    ],
)
def test_what_identifies_nobody_is_left_alone(text):
    assert _found(text) == []


@pytest.mark.parametrize(
    "number", ["158704      50483", "158704\n\n\n50483", "15 87 04\t \t \t50483", "158704–50483", "158704/50483"]
)
def test_a_birth_number_in_columns_or_with_an_odd_sign_is_found(number):
    assert _found(f"Gjelder {number}.") == [("fnr", number)]


@pytest.mark.parametrize("number", ["150180 12345", "15 01 80 12345", "158704\n50483", "15\u200987\u200904\u200950483"])
def test_a_birth_number_is_not_taken_for_a_date_of_birth_and_a_rest(number):
    assert _found(f"Han er født {number}.") == [("fnr", number)]


def test_numbers_in_columns_are_no_birth_number_where_the_check_digits_are_wrong():
    assert _found("Uke 158704      50484") == []


def test_several_identifiers_are_found_in_order():
    text = "Kontakt: a@example.no, 977 00 654, født 12.03.1980. Hilsen Kari Nes"

    assert [kind for kind, _ in _found(text)] == ["epost", "telefon", "fodselsdato", "navn"]


def test_no_word_of_an_identifier_reaches_the_features():
    forms = word_forms("ta kontakt med Kari Nilsen på 977 00 654 eller kari.nes@example.no")

    assert [form for form in forms if not is_proper_noun(form)] == ["ta", "kontakt", "med", "på", "eller"]


def test_a_masked_text_keeps_its_sentences_and_tells_where_what_was():
    text = "Jeg heter Kari Nes, fnr. 15870450483."

    masked = mask(text)

    assert masked.text == "Jeg heter [NAVN], fnr. [FNR]."
    assert [text[start:end] for _, start, end in masked.spans] == ["Kari Nes", "15870450483"]
    assert [masked.text[start:end] for start, end in masked.places()] == ["[NAVN]", "[FNR]"]


def test_of_two_that_overlap_the_longest_is_taken():
    assert _found("bor i Kong Haralds gate 5, 7011 Trondheim") == [("adresse", "Kong Haralds gate 5, 7011 Trondheim")]


def test_a_finder_of_persons_adds_to_what_the_rules_find():
    text = "Xhevahire var der, og Kari Nes"

    spans = identifier_spans(text, persons=lambda text: [(0, 9)])

    assert [text[start:end] for _, start, end in spans] == ["Xhevahire", "Kari Nes"]


@pytest.mark.parametrize("name", [pytest.param("ikke_en_pipeline", id="absent"), pytest.param("nb", id="no pipeline")])
def test_a_pipeline_that_is_not_there_is_an_error_that_says_what_to_do(name):
    pytest.importorskip("spacy")

    with pytest.raises(PersonFinderError, match="reglene finner navn"):
        load_person_finder(name)


def test_a_spacy_pipeline_finds_names(root):
    pipeline = root.parent / "shared" / "models" / "nb_ndt_sm"
    if not pipeline.is_dir():
        pytest.skip("the trained pipeline is not beside the repository")
    finder = load_person_finder(str(pipeline))

    found = identifier_spans("Statsminister Gro Harlem Brundtland møtte Kåre Willoch.", persons=finder)

    assert {span.kind for span in found} == {"navn"}
    assert len(found) == 2


def test_the_sentences_that_the_rules_were_made_with_are_all_right(root):
    """A net for changes: it tells nothing of how good the masking is, since the rules were made with these."""
    wrong = {}
    lines = (root / "tests" / "data" / "masking_dev.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, lines):
        expected = [tuple(span) for span in row["spans"]]
        if [tuple(span) for span in identifier_spans(row["text"])] != expected:
            wrong[row["id"]] = expected

    assert len(wrong) < 0.05 * len(lines)


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
