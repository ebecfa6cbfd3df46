"""The measures of the report in plain words."""

from collections.abc import Collection

# Word, meaning, and the section without which the word is not needed.
_ENTRIES: tuple[tuple[str, str, str], ...] = (
    (
        "Dimensjon",
        "Et spørsmål som hver tekst får svar på, for eksempel hvilket område den gjelder. Noen har nøyaktig ett svar, "
        "andre kan ha flere eller ingen.",
        "",
    ),
    (
        "Riktig øverst (topp 1)",
        "Andelen av tekstene der det mest sannsynlige svaret er det riktige. «Blant de tre øverste» teller med de to "
        "neste forslagene.",
        "",
    ),
    ("Presisjon", "Av dem modellen ga etiketten, hvor mange som skulle ha den. Lav presisjon er falske treff.", ""),
    ("Gjenfinning", "Av dem som skulle ha etiketten, hvor mange som fikk den. Lav gjenfinning er det som overses.", ""),
    (
        "F1",
        "Presisjon og gjenfinning i ett tall (harmonisk snitt), der den svakeste av dem veier tyngst. «Mikro» legger "
        "alle etiketter sammen, så de vanlige teller mest. «Makro» er snittet av etikettene, så de sjeldne teller like "
        "mye.",
        "",
    ),
    (
        "Godtatt",
        "Svar som modellen er så sikker på at de passerer terskelen. De andre vises som forslag, men er merket usikre.",
        "",
    ),
    (
        "95 %-intervall",
        "Hvor tallet kan ligge når tekstene er et utvalg. Er intervallet bredt, er det få tekster bak.",
        "",
    ),
    (
        "Kalibreringsfeil (ECE)",
        "Hvor langt sannsynlighetene i snitt ligger fra det som slår til. 0 er best. Intervallet viser helst hvor stor "
        "feilen kan være, for tilfeldigheter gjør den alltid litt større.",
        "probabilities",
    ),
    (
        "Brier",
        "Kvadratet av avstanden mellom sannsynlighet og fasit. 0 er best. For ett svar legges alle etiketter sammen "
        "(0 til 2), for flere svar er det snittet av dem (0 til 1).",
        "probabilities",
    ),
    (
        "Logaritmisk tap",
        "Straffer den som er sikker og tar feil. 0 er best.",
        "",
    ),
    (
        "Driftspunkt",
        "Tersklene som er i bruk: hvor mye modellen avgjør selv, og hvor ofte den da har rett.",
        "automation",
    ),
    ("Svarmengde", "De etikettene som ikke kan utelukkes for en tekst.", "sets"),
    ("Dekning", "Hvor ofte det riktige svaret er i svarmengden.", "sets"),
    (
        "Avvik",
        "Tallet for én slags tekster minus tallet for resten. Minus betyr at modellen er dårligere på dem.",
        "slices",
    ),
    (
        "Annotatør",
        "Den som har lest teksten og satt etikettene modellen måles mot.",
        "ceiling",
    ),
    (
        "Enklere metoder",
        "Det en ville fått uten denne modellen. Er forskjellen liten, er modellen ikke verdt bryet.",
        "baselines",
    ),
    (
        "Syntetisk",
        "Skrevet for formålet. Ingen ekte person eller sak ligger bak.",
        "",
    ),
)


def glossary(shown: Collection[str]) -> list[tuple[str, str]]:
    """Return word and meaning, of the words that the page uses.

    Parameters
    ----------
    shown : ids of the sections on the page.
    """
    return [(word, meaning) for word, meaning, section in _ENTRIES if not section or section in shown]
