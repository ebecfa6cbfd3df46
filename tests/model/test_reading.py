"""Texts read together are read as one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.model.artefact import Limits
from pobo_nlp.model.reading import read, read_all

LIMITS = Limits(min_words=3, max_chars=60)
PIECES = [
    "Kari Nes", "977 00 654", "ikke", "IKKJE", "eg", "jeg", "the", "a\u030a", "sjuke\u00adheim", "\u00ad", "_", "-",
    " ", " ", " ", "\n", "\x00", "\x85", "\u2028", "Жак", "İ", "ΣΑΣ", "ﬁn", "²", "\ud800", "\U0001d400",
    "x" * 45, "hilsen Per", "[NAVN]", "[FNR]", "[",
    "the my doctor with you this ", "…", "é",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(
    alphabet=st.characters(exclude_categories=())
)


@given(texts=st.lists(texts, max_size=5))
@settings(max_examples=150, deadline=None)
def test_texts_are_read_together_as_alone(texts, scorer):
    words = scorer._featuriser.words

    found = read_all(texts, LIMITS, words)

    form_of = {number: form for form, number in words.items()}
    start = 0
    for number, text in enumerate(texts):
        alone = read(text, LIMITS)
        end = int(found.ends[number])
        assert [form_of[word] for word in found.words[start:end].tolist()] == alone.forms
        assert (found.malform[number], found.doubts[number]) == (alone.malform, alone.doubts)
        start = end
    assert start == len(found.words)


def test_spellings_are_forgotten_with_the_words(monkeypatch, scorer):
    from pobo_nlp.model import words as module
    from pobo_nlp.model.featuriser import Featuriser

    monkeypatch.setattr(module, "MAX_KEPT_WORDS", 3)
    featuriser = Featuriser(scorer.artefact.features)
    texts = ["Legen sa NEI til meg", "legen svarte ikke", "LEGEN sa nei"]

    for text in texts:
        found = read_all([text], LIMITS, featuriser.words)
        counts = featuriser.counts_of(found.words, found.ends).toarray()

        assert (counts == scorer._featuriser.counts([read(text, LIMITS).forms]).toarray()).all()
