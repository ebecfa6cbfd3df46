"""Words that name a person, a place or a provider: no model learns from them, and none is moved by them."""

from pobo_nlp.text.names import is_name
from pobo_nlp.text.places import is_place

# Of shorter names the genitive is more often something else: "avis", "frys".
MIN_CHARS_OF_GENITIVE = 5
# So long a number may be somebody's, or a year; nobody's is that of the out-of-hours doctor.
MIN_DIGITS = 4
_OF_SERVICES = frozenset(("116117",))
# A syndrome.
_NO_GENITIVES = frozenset(("williams",))


def is_proper_noun(form: str) -> bool:
    """Return whether a folded word is a name, and no word of everyday language too.

    Numbers and addresses that identify a person are taken out of a text before its words are read. Names of persons
    and of sites stay in it and are silent, however they are spelled (docs/adr/0025), as are numbers of four digits or
    more. A name that stands in no list, or is an everyday word too, is read like any other word.

    Examples
    --------
    >>> [form for form in ("ragnhilds", "tromsø", "sykehus", "plass") if is_proper_noun(form)]
    ['ragnhilds', 'tromsø']
    """
    is_number = len(form) >= MIN_DIGITS and form.isdigit() and form not in _OF_SERVICES
    return is_number or is_place(form) or is_name(form) or (_may_be_genitive(form) and is_name(form[:-1]))


def _may_be_genitive(form: str) -> bool:
    return len(form) >= MIN_CHARS_OF_GENITIVE and form[-1] == "s" and form[-2] != "s" and form not in _NO_GENITIVES
