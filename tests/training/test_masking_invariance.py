import pytest
from stdnum.no import fodselsnummer

from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.text.masking import PLACEHOLDERS, identifier_spans, mask
from training.config import ROOT
from training.exchange import MASKED_PERSON, Exchange
from training.judge import read_test_files
from training.masking_invariance import COMPARED, invariance, variants_of

TEXT = "Ring meg på 977 00 654, hilsen Kari Nes. Bergen kommune svarer ikke, og Ahus heller ikke."


@pytest.fixture
def exchange():
    return Exchange(1)


def test_identifiers_are_exchanged_for_others_of_the_same_kind(exchange):
    other = exchange.identifiers(TEXT)

    assert "977 00 654" not in other
    assert "Kari Nes" not in other
    assert [span.kind for span in identifier_spans(other)] == ["telefon", "navn"]
    assert other.endswith("Bergen kommune svarer ikke, og Ahus heller ikke.")


def test_places_are_exchanged_for_others_of_the_same_kind(exchange):
    other = exchange.places(TEXT)

    assert other.startswith("Ring meg på 977 00 654, hilsen Kari Nes. ")
    assert "kommune svarer ikke" in other
    assert not [place for place in ("Bergen", "Ahus") if place in other]


def test_the_same_seed_gives_the_same_details():
    assert Exchange(3).person() == Exchange(3).person() != Exchange(4).person()


def test_numbers_of_nobody_have_right_check_digits(exchange):
    for _ in range(50):
        number = exchange.person().number

        assert 81 <= int(number[2:4]) <= 92
        assert fodselsnummer.calc_check_digit1(number) == number[9]
        assert fodselsnummer.calc_check_digit2(number) == number[10]


def test_a_signature_is_found_whole(exchange):
    for _ in range(20):
        assert mask("Tekst." + exchange.person().signature).text == "Tekst." + MASKED_PERSON.signature


def test_variants_are_as_many_as_the_texts(exchange):
    variants = variants_of([TEXT, "Ingen kommer."], exchange)

    assert {*COMPARED, *COMPARED.values()} <= set(variants)
    assert all(len(texts) == 2 for texts in variants.values())
    assert variants["masked"][0].startswith(f"Ring meg på {PLACEHOLDERS['telefon']}, hilsen {PLACEHOLDERS['navn']}.")


@pytest.fixture(scope="module")
def found(scorer):
    taxonomy = Taxonomy.load(ROOT / "models/default/taxonomy.toml")
    tests = read_test_files(ROOT / "data/annotated", taxonomy).labelled
    return invariance(scorer, {"test_natural": tests["test_natural"]}, samples=20, seed=1)["files"]["all"]


@pytest.mark.parametrize("dimension", ["tjenesteomrade", "arsak"])
@pytest.mark.parametrize("variant", COMPARED)
def test_suggestions_hardly_depend_on_who_a_text_is_about(found, dimension, variant):
    difference = found["dimensions"][dimension]["differences"][variant]

    assert difference["is_required"]
    assert abs(difference["value"]) < 0.005


def test_texts_are_changed_at_all(found):
    assert found["texts_changed"]["signed"] == found["texts"]
    assert found["texts_changed"]["located"] > 0.9 * found["texts"]
    assert found["texts_changed"]["masked"] == found["texts_with_identifier"] > 30
