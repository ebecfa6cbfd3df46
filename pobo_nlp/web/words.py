"""What the page says of probabilities, of the language and of why a person should look."""

from pobo_nlp.web.languages import marked

# Lower border, inclusive, and the words.
_SURE = (
    (0.90, marked("svært sikker")),
    (0.70, marked("ganske sikker")),
    (0.40, marked("usikker")),
    (0.15, marked("mulig")),
    (0.0, marked("lite trolig")),
)
# Where the text itself is in doubt, no probability is worth a word.
IN_DOUBT = marked("usikkert")
MALFORM = {
    "nb": marked("Bokmål"),
    "nn": marked("Nynorsk"),
    "other": marked("Annet språk"),
}
REVIEW = {
    "empty": marked("Teksten er tom."),
    "too_short": marked("Teksten er for kort til å si noe sikkert. Skriv mer, eller velg selv."),
    "too_long": marked("Teksten er svært lang, og bare begynnelsen er lest. Se etter om resten endrer svaret."),
    "control_characters": marked("Teksten har tegn som tyder på at den er skadet. Se over den før du velger."),
    "language_not_supported": marked("Språket støttes ikke. Modellen kan bare bokmål og nynorsk. Her velger du selv."),
    "low_probability": marked("Modellen er usikker på ett svar eller flere. Velg selv, eller søk."),
}
OUTCOMES = {
    "accepted": marked("godtatt"),
    "changed": marked("valgt i stedet"),
    "rejected": marked("avvist"),
    "added": marked("lagt til"),
}
STATUSES = {
    "decided": marked("avgjort"),
    "unknown": marked("vet ikke"),
    "none_of_these": marked("ingen av disse"),
    "withdrawn": marked("angret"),
}
REGISTERS = {
    "telefonnotat": marked("Telefonnotat"),
    "skjema": marked("Skjema"),
    "brev": marked("Brev"),
    "kort": marked("Kort melding"),
}


def sureness(probability: float) -> str:
    """Return how sure the model is, in words.

    Examples
    --------
    >>> sureness(0.9), sureness(0.69), sureness(0.0)
    ('svært sikker', 'usikker', 'lite trolig')
    """
    # As it is shown beside the words, in whole per cent.
    return next(words for border, words in _SURE if round(probability, 2) >= border)
