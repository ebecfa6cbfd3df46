"""A few words of a text, without what identifies a person."""

from pobo_nlp.text.masking import identifier_spans

MAX_WORDS = 20
# Of a text without spaces.
MAX_CHARS = 240


def quote(text: str, *, max_words: int = MAX_WORDS) -> str:
    """Return the first words of a text, with the kind of each identifier in its place.

    It is a help, not a guarantee: what the masking does not find, is still there.

    Examples
    --------
    >>> quote("Hei, jeg heter Kari Nes.  Ring 977 00 654 om vedtaket.", max_words=8)
    'Hei, jeg heter [navn]. Ring [telefon] om vedtaket.'
    >>> quote("Søknaden er ikke besvart", max_words=2)
    'Søknaden er …'
    """
    # The whole text is searched: what identifies a person may begin within the quote and end behind it.
    for kind, start, end in reversed(identifier_spans(text)):
        text = f"{text[:start]}[{kind}]{text[end:]}"
    words = text.split()
    quoted = " ".join(words[:max_words])
    is_whole = len(words) <= max_words and len(quoted) <= MAX_CHARS
    return quoted if is_whole else f"{quoted[:MAX_CHARS]} …"
