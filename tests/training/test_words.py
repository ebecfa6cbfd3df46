import pytest

from pobo_nlp.text.lemmas import LemmaTable
from training.words import Terms, parts_of_compound

LEMMAS = LemmaTable({"kommer": "komme", "vedtaket": "vedtak", "vedtak": "vedtak", "hjemmesykepleie": "hjemmesykepleie"})


def test_terms_are_lemmas_and_pairs_of_lemmas():
    assert Terms(LEMMAS)("Vedtaket kommer") == ["vedtak", "komme", "< vedtak", "vedtak komme", "komme >"]


def test_words_after_a_negator_are_terms_of_their_own():
    found = Terms(LEMMAS, negation=True)("Vedtaket har ikke kommet til meg i dag")

    assert [term for term in found if term.startswith("¬")] == ["¬kommet", "¬til", "¬meg"]


def test_the_parts_of_a_compound_are_terms_too():
    found = Terms(LEMMAS, compounds=True)("hjemmesykepleievedtaket")

    assert found[0] == "hjemmesykepleievedtaket"
    assert found[-2:] == ["hjemmesykepleie", "vedtak"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        pytest.param("vedtaksdato", (), id="last part unknown"),
        pytest.param("vedtaksvedtak", ("vedtak", "vedtak"), id="joined by s"),
        pytest.param("vedtak", (), id="too short"),
    ],
)
def test_a_compound_needs_two_known_parts(form, expected):
    assert parts_of_compound(form, LEMMAS.lemma_of) == expected


def test_sentences_that_complain_count_twice():
    found = Terms(LEMMAS, focus=True)("Jeg bor i byen. Det kommer ikke noe vedtak.")

    assert found.count("byen") == 1
    assert found.count("vedtak") == 2


def test_a_text_that_only_complains_counts_once():
    assert Terms(LEMMAS, focus=True)("Det kommer ikke noe vedtak.").count("vedtak") == 1
