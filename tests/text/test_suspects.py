"""No text with an identifier is spared the search for it, and few without one are searched."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pobo_nlp.text.characters import characters
from pobo_nlp.text.masking import BEFORE_READING, identifier_spans
from pobo_nlp.text.normalise import fold
from pobo_nlp.text.suspects import signs, suspects

PIECES = [
    "Kari", "Nes", "Anne-Kari", "K.", "Åse", "heter", "Mvh", "hilsen", "navnet", "ETTERNAVN", "Dr", "i", "Oslo", "nei",
    "977 00 654", "97700654", "+47", "22 33 44 55", "0047", "12.3.45", "1.2.20", "01.02.1999", "010199 12345",
    "1234.56.78901", "+1 22 33", "Storgata 5", "Lille Storveien 12B, 5003 Bergen", "2023", "kl. 12", "@", "a@b.no",
    "www.", "http://x.no", ".", "!", ",", ":", "\n", " ", "  ", "-", "_", "\u00ad", "\u0301", "x", "É", "7", "\ud800",
    "\U0001f600", "Жак", "heter" + " " * 18, "x" * 45 + "heter",
]  # fmt: skip
made_texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
spaced_texts = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)


def suspected(texts):
    joined = characters(texts)
    words = (joined.joined[start:end] for start, end in zip(joined.word_starts, joined.word_ends, strict=True))
    return suspects(joined, np.array([signs(fold(word)[:40]) for word in words], np.uint8))


@given(texts=st.lists(made_texts | spaced_texts, min_size=1, max_size=6))
@example(texts=["heterKari", "", "Kari"])
@example(texts=["hilsen", "Kari Nes"])
@settings(max_examples=400, deadline=None)
def test_all_that_is_in_a_text_is_sought(texts):
    found = suspected(texts)

    for number, text in enumerate(texts):
        sought = found.get(number, 0)
        assert identifier_spans(text, BEFORE_READING) == identifier_spans(text, sought)


def test_few_texts_are_suspected_without_cause(root):
    files = sorted((root / "data" / "annotated").glob("?.jsonl"))
    texts = [json.loads(line)["text"] for path in files for line in path.read_text("utf-8").splitlines()]

    found = set(suspected(texts))

    with_identifier = {number for number, text in enumerate(texts) if identifier_spans(text, BEFORE_READING)}
    assert with_identifier <= found
    assert len(found - with_identifier) < 0.2 * len(texts)


@pytest.mark.parametrize("texts", [pytest.param([], id="no text"), pytest.param(["", " ", "…"], id="no word")])
def test_nothing_is_suspected_in_nothing(texts):
    assert suspected(texts) == {}
