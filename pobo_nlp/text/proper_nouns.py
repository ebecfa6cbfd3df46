"""Words that name a person, a place or a provider: no model learns from them, and none is moved by them."""

from pobo_nlp.text.places import is_place


def is_proper_noun(form: str) -> bool:
    """Return whether a folded word is a name, and no word of everyday language too.

    Masking takes the names of persons that it finds out of a text before its words are read. This is the second net:
    for those that it misses, such as names in lower case, and for names of sites, which stay in the text
    (docs/adr/0025). What stands in no list of names goes through both.

    Examples
    --------
    >>> is_proper_noun("tromsø"), is_proper_noun("sykehus")
    (True, False)
    """
    return is_place(form)
