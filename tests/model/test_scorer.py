import pytest

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.scorer import TEXTS_AT_ONCE

EASY = [
    pytest.param("Fastlegen min vil ikke henvise meg videre.", "fastlege", id="fastlege"),
    pytest.param("Ambulansen brukte to timer etter at vi ringte 113.", "akutt_ambulanse", id="ambulanse"),
    pytest.param("Søkte om flere BPA-timer, men assistentene får ikke vikar.", "bpa", id="bpa"),
    pytest.param("Eg er på sjukeheimen på langtidsplass og får ikkje hjelp til å ete.", "sykehjem_langtid", id="nn"),
    pytest.param("Fekk ikkje dekt drosje til sjukehuset, pasientreiser seier nei.", "pasientreiser", id="reise"),
    pytest.param("Jordmor på fødeavdelingen hørte ikke på meg under fødselen.", "kvinne_fodsel", id="fødsel"),
]


@pytest.mark.parametrize(("text", "label"), EASY)
def test_an_easy_text_gets_its_area_first(text, label, scorer):
    assert scorer.suggest(text).suggestions["tjenesteomrade"][0].label == label


@pytest.mark.parametrize(("text", "label"), EASY)
def test_case_and_pasted_marks_do_not_matter(text, label, scorer):
    found = scorer.suggest(
        [text, text.upper(), text.lower(), text.replace("e", "e\u00ad"), text.replace("å", "a\u030a")]
    )

    for suggestion in found[1:]:
        for dimension, expected in found[0].probabilities.items():
            assert suggestion.probabilities[dimension] == pytest.approx(expected)


def test_a_name_does_not_matter(scorer):
    one, other = scorer.suggest(
        ["Fastlegen nekter å gi resept. Hilsen Kari Nordmo", "Fastlegen nekter å gi resept. Hilsen Ahmed Hussein"]
    )

    assert one.probabilities["tjenesteomrade"] == pytest.approx(other.probabilities["tjenesteomrade"])


@pytest.mark.parametrize(
    ("bokmal", "nynorsk"),
    [
        pytest.param(
            "Sykehjemmet har faste besøkstider, og jeg får ikke besøke mor om kvelden.",
            "Sjukeheimen har faste besøkstider, og eg får ikkje besøkje mor om kvelden.",
            id="besøk",
        ),
        pytest.param(
            "Hjemmesykepleien kommer for sent med medisinene hver dag.",
            "Heimesjukepleia kjem for seint med medisinane kvar dag.",
            id="medisin",
        ),
    ],
)
def test_the_same_story_in_bokmal_and_nynorsk_gets_the_same_area(bokmal, nynorsk, scorer):
    one, other = scorer.suggest([bokmal, nynorsk])

    assert (one.malform, other.malform) == ("nb", "nn")
    assert one.suggestions["tjenesteomrade"][0].label == other.suggestions["tjenesteomrade"][0].label


def test_politeness_does_not_change_the_area(scorer):
    plain, polite = scorer.suggest(
        [
            "Fastlegen svarer ikke på telefon, og jeg får ikke time.",
            "Kjære dere! Fastlegen svarer ikke på telefon, og jeg får ikke time. Tusen takk for hjelpen på forhånd.",
        ]
    )

    assert plain.suggestions["tjenesteomrade"][0].label == polite.suggestions["tjenesteomrade"][0].label


@pytest.mark.parametrize(
    ("told", "not_told", "label"),
    [
        pytest.param(
            "Vi fikk beskjed om at vi kunne klage på vedtaket.",
            "Vi fikk ikke beskjed om at vi kunne klage på vedtaket.",
            "avslag_uten_begrunnelse",
            id="nb",
        ),
        pytest.param(
            "Vedtaket er innvilget, og tjenesten kommer.",
            "Vedtaket er innvilget, men tjenesten kommer ikke.",
            "tomt_vedtak",
            id="granted",
        ),
        pytest.param(
            "Eg vart spurd før dei bytte medisin.", "Eg vart ikkje spurd før dei bytte medisin.", "medvirkning", id="nn"
        ),
    ],
)
def test_negation_changes_the_suggestion(told, not_told, label, scorer):
    assert scorer.suggest(not_told).probability(label) > scorer.suggest(told).probability(label)


def test_the_order_of_texts_does_not_matter(scorer):
    texts = [param.values[0] for param in EASY] * (TEXTS_AT_ONCE // len(EASY) + 2)

    found = scorer.suggest(texts, with_evidence=False)

    assert len(found) == len(texts) > TEXTS_AT_ONCE
    assert found[-1].probabilities["arsak"] == pytest.approx(found[len(EASY) - 1].probabilities["arsak"])


def test_ids_are_kept_and_else_counted(scorer):
    found = scorer.suggest([Inquiry("2026-000417", "Fastlegen min"), "Fastlegen min"])

    assert [suggestion.id for suggestion in found] == ["2026-000417", "2"]


def test_no_texts_give_no_suggestions(scorer):
    assert scorer.suggest([]) == []
    assert scorer.probabilities([])["arsak"].shape == (0, 21)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" \n\t…!?", "empty", id="no word"),
        pytest.param("Fastlege", "too_short", id="one word"),
        pytest.param("Fastlegen min svarer ikke. " * 40_000, "too_long", id="a megabyte"),
        pytest.param("Fastlegen min svarer ikke på \x00telefon i dag", "control_characters", id="control characters"),
        pytest.param("My doctor does not answer the phone and I need help.", "language_not_supported", id="English"),
    ],
)
def test_nothing_is_accepted_for_a_doubtful_text(text, reason, scorer):
    suggestion = scorer.suggest(text)

    assert reason in suggestion.review
    assert not [label for found in suggestion.suggestions.values() for label in found if label.accepted]
    assert set(suggestion.settled.values()) == {None}


def test_lone_surrogates_do_not_stop_scoring(scorer):
    assert scorer.suggest("Fastlegen min \ud800 svarer ikke på telefon").suggestions["tjenesteomrade"]


def test_line_and_page_breaks_of_word_are_no_damage(scorer):
    suggestion = scorer.suggest("Fastlegen min svarer ikke.\x0bJeg får ikke time.\x0cHva gjør jeg?\r\n")

    assert "control_characters" not in suggestion.review


def test_no_evidence_is_found_where_none_is_asked_for(scorer):
    suggestion = scorer.suggest(["Fastlegen min svarer ikke på telefon."], with_evidence=False)[0]

    assert not [label for found in suggestion.suggestions.values() for label in found if label.evidence]
