"""Whether the name of a municipality stands for it: by the words around it."""

from enum import Enum

from pobo_nlp.patterns.sites.book import Use
from pobo_nlp.patterns.sites.words import Words

MUNICIPALITY_WORDS = frozenset(
    "kommune kommunen kommuna kommunes kommunens kommunas herad heradet herads heradets suohkan gielda kunta".split()
)
_PREPOSITIONS = frozenset("i på til fra frå ved mot rundt utenfor utanfor nær ifra innen innan".split())
_IN = frozenset(("i", "på"))
_LIVES = frozenset("bor bur bodde budde bosatt busett hjemme heime".split())
_ARTICLES = frozenset("en ei ein et eit vår vår min denne den hver kvar".split())
_TITLES = frozenset(
    "lege legen fastlege fastlegen overlege overlegen dr doktor herr fru frøken hr sykepleier sjukepleiar tannlege "
    "tannlegen psykolog psykologen fysioterapeut jordmor saksbehandler saksbehandlar rådgiver advokat professor "
    "rektor ordfører familien søster bror mor far kollega pasient pasienten heter heiter mvh hilsen helsing".split()
)
# Services, institutions and things of a town that do not belong to its municipality.
_NOT_OF_IT = frozenset(
    "fylkeskommune fylke dps bup tannklinikk tingrett politidistrikt politi politikammer politistasjon universitet "
    "høgskole høyskole høgskule lufthavn flyplass flyplassen stadion gate gata gaten gatan vei veien veg vegen plass "
    "torg domkirke bispedømme avis tidende blad aftenblad sykehus sykehuset sjukehus sjukehuset hospital fengsel "
    "distriktspsykiatriske psykiatriske røde maraton brann fotball rederi museum teater kraft energi sparebank "
    "apotek barnehage vgs stasjon togstasjon jernbanestasjon kirke kjøpesenter hotell skole ungdomsskole arena if fk "
    "legeforening sanitetsforening pensjonistforening".split()
)
_OTHERS_IN_IT = (
    "ombudet ombodet brukerombudet brukarombodet pasientombudet statsforvalteren statsforvaltaren fylkesmannen "
    "universitetet høgskolen høyskolen politiet tingretten sykehuset sjukehuset sykehus sjukehus dps nav tannklinikken "
    "lagmannsretten fengselet bup legeforeningen"
)
_OTHERS = frozenset(_OTHERS_IN_IT.split())


class Standing(Enum):
    """What the name of a municipality stands for: nothing, the place, or the municipality that gives services."""

    NOTHING = 0
    PLACE = 1
    SERVICE = 2


def standing_of(words: Words, first: int, last: int, use: Use) -> Standing:
    """Return what the name of a municipality stands for, from its first word to the last."""
    if _is_followed_by_municipality(words, first, last, use) or _is_preceded_by_municipality(words, first):
        return Standing.SERVICE
    if _is_of_a_longer_name(words, first, last) or _is_of_another_service(words, first, last):
        return Standing.NOTHING
    return Standing.PLACE if _is_place(words, first, last, use) else Standing.NOTHING


def _is_followed_by_municipality(words: Words, first: int, last: int, use: Use) -> bool:
    if words.at(last + 1) not in MUNICIPALITY_WORDS or not words.hang_together(last):
        return False
    is_a_word = use is not Use.MUNICIPALITY and not words.has_capital(first)
    return not (is_a_word and words.at(first - 1) in _ARTICLES)


def _is_preceded_by_municipality(words: Words, first: int) -> bool:
    """Return whether "kommunen", "kommunen i" or "Kommune:" stands before."""
    if not words.has_capital(first):
        return False
    before = first - 2 if words.at(first - 1) in _IN and words.are_adjacent(first - 1) else first - 1
    if words.at(before) not in MUNICIPALITY_WORDS or before < 0:
        return False
    gap = words.gap(before + 1)
    # "Bergen kommune Askøy": the word is that of the name before it.
    is_of_another = before > 0 and words.has_capital(before - 1) and words.are_adjacent(before - 1)
    return (gap.isspace() and "\n" not in gap and not is_of_another) or gap == ": "


def _is_of_a_longer_name(words: Words, first: int, last: int) -> bool:
    """Return whether the name is part of a compound, the name of a street, a firm or a person."""
    if first and words.gap(first) in ("-", "–") and not words.has_capital(first - 1):
        return True
    if last + 1 < len(words.folded) and words.gap(last + 1) == "-":
        return not words.has_capital(last + 1)
    if words.at(first - 1) in _TITLES and words.gap(first).strip() in ("", ".", ","):
        return True
    if first and words.gap(first) == ". " and len(words.at(first - 1)) == 1 and words.has_capital(first - 1):
        return True
    if words.at(first - 1) in _PREPOSITIONS or not words.has_capital(first):
        return False
    if words.are_adjacent(last) and words.has_capital(last + 1):
        return True
    return words.are_adjacent(first - 1) and words.has_capital(first - 1)


def _is_of_another_service(words: Words, first: int, last: int) -> bool:
    if words.hang_together(last) and words.at(last + 1) in _NOT_OF_IT:
        return True
    before = first - 2 if words.at(first - 1) in _IN else first - 1
    return words.at(before) in _OTHERS and words.are_adjacent(first - 1)


def _is_place(words: Words, first: int, last: int, use: Use) -> bool:
    has_capital, before = words.has_capital(first), words.at(first - 1)
    if use is Use.MUNICIPALITY:
        return has_capital or (before in _PREPOSITIONS and words.are_adjacent(first - 1))
    if not has_capital or not words.are_adjacent(first - 1):
        return False
    if words.original(first, last).isupper() and words.stands_beside_capitals(first, last):
        return False
    if use is Use.MUNICIPALITY_WORD:
        # A capital letter inside a sentence.
        return True
    # Farms are called so, too: "en familie på Nes".
    return before == "i" or (before == "på" and words.at(first - 2) in _LIVES)
