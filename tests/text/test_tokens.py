from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.text.masking import BEFORE_READING, identifier_spans
from pobo_nlp.text.normalise import fold
from pobo_nlp.text.tokens import MAX_WORD_CHARS, Token, tokenise, word_forms

# Any text, lone halves of surrogate pairs too, and texts made of what the rules are about.
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))
FRAGMENTS = [
    "a\u030a", "\u00ad", "_", "-", " ", "\n", "DPS-en", "Kari Nes", "977 00 654", "kari@example.no", "\ud800", "x" * 45,
    "Å", "7",
]  # fmt: skip
MADE_TEXT = st.lists(st.sampled_from(FRAGMENTS)).map("".join)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \t\r\n", [], id="white space"),
        pytest.param("!?… – «»", [], id="punctuation"),
        pytest.param("Nei", ["nei"], id="one word"),
        pytest.param("DPS-en og BPA-timar", ["dps", "en", "og", "bpa", "timar"], id="hyphens part words"),
        pytest.param("min_lege", ["min", "lege"], id="underscores part words"),
        pytest.param("_", [], id="an underscore is no word"),
        pytest.param("pa\u030a tide", ["på", "tide"], id="decomposed å"),
        pytest.param("sjuke\u00adheimen no", ["sjukeheimen", "no"], id="soft hyphen"),
        pytest.param("500 mg", ["500", "mg"], id="numbers are words"),
        pytest.param("Mun lean čáhppes", ["mun", "lean", "čáhppes"], id="northern sámi"),
    ],
)
def test_a_text_becomes_its_folded_words(text, forms):
    assert word_forms(text) == forms


def test_spans_count_characters_of_the_original_text():
    tokens = tokenise("På pa\u030a sjuke\u00adheim!")

    assert tokens == [Token("på", 0, 2), Token("på", 3, 6), Token("sjukeheim", 7, 17)]


def test_a_word_of_the_greatest_length_is_kept_whole():
    assert word_forms("a" * MAX_WORD_CHARS) == ["a" * MAX_WORD_CHARS]


def test_a_longer_word_is_cut_but_its_span_is_not():
    tokens = tokenise("a" * (MAX_WORD_CHARS + 1) + " b")

    assert tokens == [Token("a" * MAX_WORD_CHARS, 0, MAX_WORD_CHARS + 1), Token("b", 42, 43)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("før 977 00 654 etter", id="telephone"),
        pytest.param("før kari.nes@example.no etter", id="e-mail"),
        pytest.param("før 15870450483 etter", id="birth number"),
        pytest.param("før Storgata 5, 5003 Bergen etter", id="address"),
        pytest.param("før https://example.no/min_sak etter", id="address of a page"),
    ],
)
def test_an_identifier_gives_no_token(text):
    tokens = tokenise(text)

    assert [token.form for token in tokens] == ["før", "etter"]
    assert text[tokens[-1].start :] == "etter"


def test_names_are_words_like_others_here():
    assert word_forms("heter Kari Nes") == ["heter", "kari", "nes"]


def test_a_text_that_was_masked_before_is_read_as_what_it_was():
    text = "Søkte plass. Ring [TELEFON], hilsen [NAVN] ([navn] er et ord)"

    assert word_forms(text) == ["søkte", "plass", "ring", "hilsen", "navn", "er", "et", "ord"]
    assert text[tokenise(text)[-1].start :] == "ord)"


@given(ANY_TEXT | MADE_TEXT)
@settings(max_examples=100, deadline=None)
def test_word_forms_are_the_forms_of_the_tokens(text):
    assert word_forms(text) == [token.form for token in tokenise(text)]


@given(ANY_TEXT | MADE_TEXT)
@settings(max_examples=100, deadline=None)
def test_every_span_folds_to_its_form(text):
    for token in tokenise(text):
        assert fold(text[token.start : token.end])[:MAX_WORD_CHARS] == token.form


@given(ANY_TEXT | MADE_TEXT)
@settings(max_examples=50, deadline=None)
def test_tokens_are_ordered_and_never_touch_an_identifier(text):
    tokens = tokenise(text)
    hidden = {place for span in identifier_spans(text, BEFORE_READING) for place in range(span.start, span.end)}

    assert all(one.end <= other.start for one, other in pairwise(tokens))
    assert not any(hidden & set(range(token.start, token.end)) for token in tokens)
