"""Spelling that means nothing is evened out: case, composed letters, invisible characters."""

import re
import unicodedata

# Soft hyphens and zero-width characters come along when people paste from web pages and PDF files.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_REMOVE_INVISIBLE = str.maketrans("", "", INVISIBLE)
# C0 and C1 controls except tab, line feed, vertical tab, form feed, carriage return and next line, which
# Word and Excel write for line and page breaks.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


# To bring n marks on one letter into their order takes n times n steps, so a word is cut where none is that long.
MAX_FOLDED_CHARS = 1_000


def fold(word: str) -> str:
    """Return a word in lower case, composed (NFC) and without invisible characters.

    Examples
    --------
    >>> fold("SJUKE\u00adHEIMEN"), fold("pa\u030a")
    ('sjukeheimen', 'på')
    """
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word.translate(_REMOVE_INVISIBLE)[:MAX_FOLDED_CHARS]).lower()


def has_control_characters(text: str) -> bool:
    """Return whether a text holds characters that no person types, a sign of damaged data."""
    return _CONTROL.search(text) is not None
