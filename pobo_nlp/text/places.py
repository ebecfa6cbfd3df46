"""Words that name a place or a provider: sites are looked up by them, and the model does not see them."""

from functools import cache
from importlib.resources import files

FILE_NAME = "place_words.txt"


def is_place(form: str) -> bool:
    """Return whether a folded word, or what it is the genitive of, names a place or a provider.

    Those are municipalities, city districts, counties, hospitals and trusts. A name that is a word of everyday language
    too ("Nes", "Time", "Ski") is none.

    Examples
    --------
    >>> is_place("trondheims"), is_place("sykehus"), is_place("time")
    (True, False, False)
    """
    words = _words()
    return form in words or form.removesuffix("s") in words


@cache
def _words() -> frozenset[str]:
    return frozenset(files("pobo_nlp.text").joinpath(FILE_NAME).read_text("utf-8").split())
