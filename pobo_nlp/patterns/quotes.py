"""A few words of a text, without what identifies a person."""

from pobo_nlp.text.masking import mask

MAX_WORDS = 20
# Of a text without spaces.
MAX_CHARS = 240


def quote(text: str, *, max_words: int = MAX_WORDS) -> str:
    """Return the first words of a text, with a placeholder for each identifier.

    It is a help, not a guarantee: what the masking does not find, is still there.

    Examples
    --------
    >>> quote("Hei, jeg heter Kari Nes.  Ring 977 00 654 om vedtaket.", max_words=8)
    'Hei, jeg heter [NAVN]. Ring [TELEFON] om vedtaket.'
    >>> quote("Søknaden er ikke besvart", max_words=2)
    'Søknaden er …'
    """
    # The whole text is searched: what identifies a person may begin within the quote and end behind it.
    words = mask(text).text.split()
    quoted = " ".join(words[:max_words])
    is_whole = len(words) <= max_words and len(quoted) <= MAX_CHARS
    return quoted if is_whole else f"{quoted[:MAX_CHARS]} …"
