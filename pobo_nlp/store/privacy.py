"""What is kept of a text: a keyed hash of it, and the text itself only where that is asked for, and masked."""

import hashlib
import hmac
import re

from pobo_nlp.text.masking import mask
from pobo_nlp.text.normalise import fold

_SPACES = re.compile(r"\s+")
# PostgreSQL holds no NUL, and no database half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Return a text with U+FFFD in place of what no database holds."""
    return _UNSTORABLE.sub("\ufffd", text)


def masked(text: str) -> str:
    """Return a text with a placeholder for each identifier that is found, which is a help and no guarantee.

    Examples
    --------
    >>> masked("Ring meg på 977 00 654, hilsen Kari Nes")
    'Ring meg på [TELEFON], hilsen [NAVN]'
    """
    return storable(mask(text).text)


def keyed_hash(key: bytes, text: str) -> str:
    """Return the HMAC of a text, the same for texts that differ in case and white space alone.

    A plain hash would tell everyone who has a guess at a short text whether it is right.
    """
    return digest(key, _SPACES.sub(" ", fold(storable(text))).strip())


def digest(key: bytes, content: str) -> str:
    """Return the HMAC of a content, hexadecimal."""
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()
