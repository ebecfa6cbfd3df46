"""Spellings of a name: bokmål and nynorsk, definite forms, letters that a keyboard lacks."""

import re
from collections.abc import Iterator, Mapping

from pobo_nlp.text.normalise import INVISIBLE, fold

# Letters and digits, with what may hide among them; a hyphen parts words, as "Nord-Odal" is written "Nord Odal", too.
WORD = re.compile(rf"[^\W_][\w\u0300-\u036f{INVISIBLE}]*")
MIN_LETTERS_TO_VARY = 5

_ENDS: Mapping[str, tuple[str, ...]] = {
    "sykehus": ("sykehuset", "sjukehus", "sjukehuset", "sykhus", "sykehusene"),
    "sykehjem": ("sykehjemmet", "sjukeheim", "sjukeheimen"),
    "hospital": ("hospitalet",),
    "legevakt": ("legevakta", "legevakten"),
    "klinikk": ("klinikken", "klinikkene"),
    "legesenter": ("legesenteret", "legesentra"),
    "helsehus": ("helsehuset",),
    "bofellesskap": ("bofellesskapet", "bufellesskap", "bufellesskapet"),
    "omsorgssenter": ("omsorgssenteret",),
    "tun": ("tunet",),
    "heim": ("heimen",),
    "omsorgsbolig": ("omsorgsboligen", "omsorgsboliger", "omsorgsbustad", "omsorgsbustader"),
}
_BASE_OF = {form: base for base, forms in _ENDS.items() for form in forms}
_END = re.compile(f"(?:{'|'.join(sorted(_BASE_OF, key=len, reverse=True))})$")
_WHOLE: Mapping[str, tuple[str, ...]] = {
    "st": ("sankt", "sct", "sanct"),
    "norge": ("noreg",),
    "øst": ("aust",),
    "helseforetak": ("helseføretak",),
}
_BASE_OF_WHOLE = {form: base for base, forms in _WHOLE.items() for form in forms}
# As people write who lack a letter: Tromso, Tromsoe, Aalesund, Alesund.
_WITHOUT_OWN_LETTERS = tuple(
    str.maketrans(dict(zip("åøæ", letters, strict=False)))
    for letters in (("a", "o", "ae"), ("aa", "o", "ae"), ("aa", "oe", "ae"), ("aa",))
)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in the one spelling that all spellings of it are led back to.

    Examples
    --------
    >>> words_of("Sjukehuset i Førde"), words_of("Solbakken sjukeheim")
    (('sykehus', 'i', 'førde'), ('solbakken', 'sykehjem'))
    """
    return tuple(_base(fold(word)) for word in WORD.findall(name))


def spellings(word: str) -> Iterator[str]:
    """Return other spellings of a word that `words_of` has given.

    Examples
    --------
    >>> sorted(spellings("tromsø")), sorted(spellings("hospital")), sorted(spellings("hå"))
    (['tromso', 'tromsoe'], ['hospitalet'], [])
    """
    yield from _WHOLE.get(word, ())
    for base, forms in _ENDS.items():
        if word.endswith(base):
            yield from (word.removesuffix(base) + form for form in forms)
    if len(word) >= MIN_LETTERS_TO_VARY:
        yield from {word.translate(table) for table in _WITHOUT_OWN_LETTERS} - {word}


def _base(word: str) -> str:
    whole = _BASE_OF_WHOLE.get(word, word)
    return _END.sub(lambda found: _BASE_OF[found.group()], whole)
