"""What figures and parts are called in the report, in Norwegian, and how numbers are written."""

from collections.abc import Mapping
from typing import Any

from pobo_nlp.taxonomy import Dimension

SPACE = "\u00a0"
MINUS = "\u2212"
MISSING = "\u2013"
FEW = 5
# A speed above this says only that a method does nothing.
FASTEST = 100_000
JOINED_DASH = "\u2060–\u2060"
TOO_FEW = "for få tekster"

# Name of a part to its heading, and to what it is in half a sentence.
PARTS: Mapping[str, tuple[str, str]] = {
    "test_natural": ("Naturlig blanding", "områdene er så hyppige som hos ombudet"),
    "test_balanced": ("Balansert", "hvert område er omtrent like hyppig"),
    "test_hard": ("Vanskelige par", "par av tekster som deler ord, men ikke etiketter"),
    "cross_validation": ("Kryssvalidering", "treningstekstene, hver bedømt av en modell som ikke har sett den"),
    "dev": ("Utviklingsfiler", "tekster som modellen ikke er trent på, men som den kan være valgt etter"),
}

# Figures of a dimension, in the order of the table, and the number of decimals.
SINGLE_FIGURES: Mapping[str, tuple[str, int]] = {
    "top_1": ("Riktig øverst (topp 1)", 3),
    "top_2": ("Riktig blant de to øverste", 3),
    "top_3": ("Riktig blant de tre øverste", 3),
    "macro_f1": ("F1, snitt av etikettene (makro)", 3),
    "accepted_share": ("Andel som godtas", 3),
    "accepted_accuracy": ("Riktig når den godtas", 3),
    "calibration_error": ("Kalibreringsfeil (ECE)", 3),
    "brier": ("Brier", 3),
    "log_loss": ("Logaritmisk tap", 3),
}
MULTI_FIGURES: Mapping[str, tuple[str, int]] = {
    "micro_f1": ("F1, alle etiketter samlet (mikro)", 3),
    "micro_precision": ("Presisjon (mikro)", 3),
    "micro_recall": ("Gjenfinning (mikro)", 3),
    "macro_f1": ("F1, snitt av etikettene (makro)", 3),
    "exactly_right": ("Alle etiketter riktige", 3),
    "calibration_error": ("Kalibreringsfeil (ECE)", 3),
    "brier": ("Brier", 3),
}

SLICES: Mapping[str, str] = {
    "malform=nb": "Bokmål",
    "malform=nn": "Nynorsk",
    "register=skjema": "Skjema",
    "register=telefonnotat": "Telefonnotat",
    "register=brev": "Brev",
    "register=kort": "Kort melding",
    "hard=true": "Vanskelige tekster",
    "hard=false": "Ikke vanskelige",
    "length=short": "Korteste tredel",
    "length=medium": "Midterste tredel",
    "length=long": "Lengste tredel",
    "names_service=true": "Nevner tjenestens navn",
    "names_service=false": "Nevner ikke navnet",
}

KINDS: Mapping[str, str] = {
    "english": "Engelsk",
    "northern_sami": "Nordsamisk",
    "polish": "Polsk",
    "swedish": "Svensk",
    "danish": "Dansk",
    "arabic_transliterated": "Arabisk med latinske bokstaver",
    "nonsense": "Meningsløs tekst",
    "too_short": "For kort",
    "advertising": "Reklame",
    "journal": "Journalnotat",
}

BASELINES: Mapping[str, str] = {
    "most_frequent": "Alltid det vanligste svaret",
    "phrase_bank": "Frasebanken alene",
    "word_tfidf": "Ord-TF-IDF (scikit-learn)",
    "fasttext": "fastText",
    "spacy_textcat": "spaCy textcat",
    "model": "Denne modellen",
}

KINDS_OF_IDENTIFIER: Mapping[str, str] = {
    "fnr": "Fødselsnummer og lignende",
    "telefon": "Telefon",
    "epost": "E-post",
    "url": "Nettadresse",
    "konto": "Kontonummer",
    "adresse": "Adresse",
    "fodselsdato": "Fødselsdato",
    "skilt": "Bilskilt",
    "saksnummer": "Saksnummer",
    "navn": "Navn",
}

MASKING_MEASURES: Mapping[str, str] = {"recall": "funnet", "precision": "presisjon"}

INVARIANCE: Mapping[str, str] = {
    "masked": "Maskert",
    "identifiers_exchanged": "Andre navn og numre",
    "places_exchanged": "Andre steder",
    "all_exchanged": "Begge deler",
    "signed": "Med underskrift",
    "signed_in_lower_case": "Underskrift med små bokstaver",
    "located": "Med bosted",
}

SOURCES: Mapping[str, str] = {"synthetic": "syntetiske", "unknown": "av ukjent opphav"}


def figures_of(dimension: Dimension) -> Mapping[str, tuple[str, int]]:
    """Return the figures of a dimension's kind: name to heading and decimals."""
    return SINGLE_FIGURES if dimension.kind == "single" else MULTI_FIGURES


def part_heading(name: str) -> str:
    """Return the heading of a part; a test file that is not known here keeps the name of its file."""
    return PARTS[name][0] if name in PARTS else name


def number(value: float | None, decimals: int = 3) -> str:
    """Return a number with a decimal comma.

    Examples
    --------
    >>> number(0.7891), number(-0.05, 2), number(None)
    ('0,789', '−0,05', '–')
    """
    if value is None:
        return MISSING
    # What rounds to nothing has no sign.
    shown = f"{value:.{decimals}f}"
    bare = shown.lstrip("-").replace(".", ",")
    return f"{MINUS}{bare}" if shown.startswith("-") and float(shown) else bare


def signed(value: float, decimals: int) -> str:
    """Return a difference with its sign.

    Examples
    --------
    >>> signed(1.25, 1), signed(-0.04, 1)
    ('+1,2', '0,0')
    """
    shown = number(value, decimals)
    return shown if MINUS in shown or not float(shown.replace(",", ".")) else f"+{shown}"


def between(interval: Mapping[str, Any], decimals: int = 3) -> str:
    """Return the two ends of an interval.

    Examples
    --------
    >>> between({"low": 0.75, "high": 0.8}, 2), between({"low": -0.1, "high": 0.02}, 2)
    ('0,75–0,80', '−0,10 til 0,02')
    """
    low, high = number(interval["low"], decimals), number(interval["high"], decimals)
    return f"{low} til {high}" if MINUS in low or MINUS in high else f"{low}–{high}"


def percent(value: float) -> str:
    r"""Return a share in whole per cent; what is not quite all or nothing is not called so.

    Examples
    --------
    >>> percent(0.789), percent(0.9999), percent(1.0), percent(0.001)
    ('79\xa0%', 'over 99\xa0%', '100\xa0%', 'under 1\xa0%')
    """
    if 0.995 <= value < 1:
        return f"over 99{SPACE}%"
    if 0 < value < 0.005:
        return f"under 1{SPACE}%"
    return f"{100 * value:.0f}{SPACE}%"


def in_points(interval: Mapping[str, float]) -> dict[str, float]:
    """Return a difference between shares in percentage points.

    Examples
    --------
    >>> in_points({"value": -0.005, "low": -0.01, "high": 0.0})
    {'value': -0.5, 'low': -1.0, 'high': 0.0}
    """
    return {name: 100 * interval[name] for name in ("value", "low", "high")}


def percent_interval(interval: Mapping[str, Any]) -> str:
    r"""Return a share with its interval, in whole per cent.

    Examples
    --------
    >>> percent_interval({"value": 0.789, "low": 0.751, "high": 0.82})
    '79\xa0% (75\u2060–\u206082)'
    """
    value = percent(interval["value"])
    if interval["low"] == interval["high"]:
        return value
    return f"{value} ({100 * interval['low']:.0f}{JOINED_DASH}{100 * interval['high']:.0f})"


def count(value: int) -> str:
    r"""Return a whole number with a space between the thousands.

    Examples
    --------
    >>> count(12345), count(512)
    ('12\xa0345', '512')
    """
    return f"{value:,}".replace(",", SPACE)


def listed(names: list[str]) -> str:
    """Return names as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b og c', 'a')
    """
    return " og ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def shortened(name: str, most: int = 30) -> str:
    """Return a name that fits beside a plot.

    Examples
    --------
    >>> shortened("Kommunal helse- og omsorgstjeneste", 20)
    'Kommunal helse- og …'
    """
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…".replace(" …", "…").replace("…", " …", 1)
