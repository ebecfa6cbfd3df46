"""The languages of the page: bokmål as it is written in the code, and nynorsk from catalogues beside it."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

BOKMAL, NYNORSK = "nb", "nn"
LANGUAGE_COOKIE = "pobo_language"
LANGUAGES = {BOKMAL: "Bokmål", NYNORSK: "Nynorsk"}
# `page` is extracted from the code and the templates, `taxonomy` from the label scheme that comes along.
CATALOGUES = ("page", "taxonomy")


def marked(message: str) -> str:
    """Return a message unchanged; it is found by what collects messages, and translated where it is shown."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """Return the translations into a language; what it has none for, a label of another scheme, stays as it is.

    Examples
    --------
    >>> translations("nn").gettext("Ventetid") in ("Ventetid", "Ventetid")
    True
    """
    if language not in LANGUAGES or language == BOKMAL:
        return NullTranslations()
    read = [_read(language, name) for name in CATALOGUES]
    first, *rest = read
    for other in rest:
        first.merge(other)
    return first


def best_language(accepted: str, default: str) -> str:
    """Return the language that a browser asks for first among those that the page has.

    Examples
    --------
    >>> best_language("nn-NO,nn;q=0.9,nb;q=0.8", "nb"), best_language("en", "nb")
    ('nn', 'nb')
    """
    for name in _preferred(accepted):
        if name in LANGUAGES:
            return name
    return default


def _preferred(accepted: str) -> Iterator[str]:
    for part in accepted.split(","):
        yield part.split(";")[0].strip().split("-")[0].lower()


def _read(language: str, name: str) -> Translations:
    content = files("pobo_nlp.web").joinpath("locale", language, f"{name}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(content), locale=language))
    compiled.seek(0)
    return Translations(compiled)
