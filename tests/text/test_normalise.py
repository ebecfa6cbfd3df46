import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.text.normalise import INVISIBLE, fold, has_control_characters


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("DPS", "dps", id="ascii capitals"),
        pytest.param("ÆØÅ", "æøå", id="norwegian capitals"),
        pytest.param("a\u030a", "å", id="decomposed letter"),
        pytest.param("A\u030aPEN", "åpen", id="decomposed capital"),
        pytest.param("sjuke\u00adheim", "sjukeheim", id="soft hyphen"),
        pytest.param("\ufefftime", "time", id="byte order mark"),
        pytest.param("ti\u200bme", "time", id="zero-width space"),
        pytest.param("ČÁHPPES", "čáhppes", id="northern sámi"),
    ],
)
def test_spelling_that_means_nothing_is_evened_out(word, folded):
    assert fold(word) == folded


@given(st.text(alphabet="abcæøåÆØÅéČ \u030a\u0301" + INVISIBLE))
@settings(max_examples=50, deadline=None)
def test_folding_twice_is_folding_once(word):
    once = fold(word)

    assert fold(once) == once


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_no_invisible_character_outlives_folding(word):
    folded = fold(word)

    assert not set(folded) & set(INVISIBLE)


@pytest.mark.parametrize(
    "character",
    [
        pytest.param(chr(code), id=f"{code:#04x}")
        for code in (0x00, 0x08, 0x0E, 0x1B, 0x1F, 0x7F, 0x80, 0x84, 0x86, 0x9F)
    ],
)
def test_a_control_character_is_noticed(character):
    assert has_control_characters(f"Jeg ringte{character} i går")


@pytest.mark.parametrize(
    "character",
    [pytest.param(chr(code), id=f"{code:#04x}") for code in (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0x85, 0xA0, 0xAD)],
)
def test_white_space_and_line_breaks_are_no_control_characters(character):
    assert not has_control_characters(f"Jeg ringte{character} i går")
