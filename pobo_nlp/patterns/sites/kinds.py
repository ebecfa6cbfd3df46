"""What kind of place a site is, by the words of its name."""

import re

from pobo_nlp.text.normalise import fold

OTHER = "annet"
# The first kind that fits is taken: "Solvik sykehjem, legetjenesten" is a nursing home, "Sykehusapoteket" no hospital.
_PATTERNS = (
    ("ambulanse", r"ambulanse|\bamk\b"),
    ("pasientreiser", r"pasientreise"),
    ("bup", r"\bbup\b|bup$|barne- og ungdomspsyk"),
    ("dps", r"\bdps\b|\wdps$|distriktspsyk"),
    ("rusbehandling", r"\brus\b|\brus(?:behandl|klinik|polikl|enhet|team|senter)|avrusning|\blar\b"),
    ("apotek", r"apotek"),
    ("legevakt", r"(?<!tann)legevakt"),
    ("helsestasjon", r"helsestasjon|skolehelse|skulehelse|jordmor"),
    ("fengsel", r"fengsel|kriminalomsorg"),
    ("sykehjem", r"(?:syke|sjuke|alders|pleie)(?:hjem|heim)|helsehus|helsetun|korttidssent"),
    (
        "omsorgsbolig",
        r"omsorgs(?:bo|b[uy]|sent)|bo-? (?:og|& )|bufelles|bofelles|bokollektiv|botilbod|botilbud"
        r"|boliger?\b|bustad|eldresent|bosent|alderspensjonat",
    ),
    ("hjemmetjeneste", r"(?:hjemme|heime)(?:tjenest|tenest|syke|sjuke|basert)|\bbpa\b|personlig assistan"),
    ("fastlegekontor", r"fastlege|lege(?:kontor|sent|grupp|hus|team|praksis)|lækjar|doktor|praksis|\blegane?\b"),
    ("tannklinikk", r"\btann"),
    ("fysioterapi", r"fysio|fysikalsk|manuellterap|kiroprakt"),
    ("rehabilitering", r"rehab|opptrening|helsesports?sent|kurbad"),
    ("regionalt helseforetak", r"\brhf\b|helseregion"),
    ("sykehus", r"(?:syke|sjuke)hus|hospital"),
    ("helseforetak", r"\bhf\b|helseforetak|helseføretak|^helse (?!og\b)\w"),
    ("nav", r"\bnav\b"),
    ("fylkeskommune", r"fylkeskommun"),
    # Old nursing homes are called so, and little else.
    ("sykehjem", r"\w{3}heimen\b|\w{3}hjemmet\b"),
    ("kommune", r"kommun[ea]|\bherad\b|\bbydel"),
    ("privat klinikk", r"klinikk|medisinske senter|spesialistsent"),
)
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
KINDS = (*dict.fromkeys(kind for kind, _ in _KINDS), OTHER)


def kind_of_words(name: str) -> str:
    """Return the kind that the words of a site's name tell of; `annet` where they tell of none.

    Examples
    --------
    >>> kind_of_words("Solbakken sjukeheim"), kind_of_words("Bryggen legesenter"), kind_of_words("Solbakken")
    ('sykehjem', 'fastlegekontor', 'annet')
    """
    folded = fold(name)
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), OTHER)
