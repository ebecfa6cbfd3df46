"""Short made-up inquiries, all of them different, from a seed."""

import numpy as np

OPENINGS = (
    "Jeg ringer om", "Det gjelder", "Vi er fortvilet over", "Kan noen hjelpe oss med", "Jeg vil klage på",
    "Ingen svarer meg om",
)  # fmt: skip
THINGS = (
    "fastlegen som ikke skriver henvisning til ortoped", "vedtaket om hjemmesykepleie i kommunen",
    "operasjonen i kneet som ble utsatt igjen", "medisinene på sykehjemmet etter utskriving",
    "psykologen på poliklinikken som sluttet", "timene med støttekontakt for sønnen min",
    "ambulansen som kom to timer for sent", "journalen fra barneavdelingen på sykehuset",
    "regningen fra tannklinikken etter behandlingen", "rullestolen fra hjelpemiddelsentralen",
)  # fmt: skip
ENDINGS = (
    "og nå har det gått fire måneder.", "uten at vi fikk noen begrunnelse.", "selv om legen lovet noe annet.",
    "og kona mi orker ikke mer.", "så hva kan jeg gjøre videre?", "enda vi har skrevet tre ganger.",
)  # fmt: skip
DETAILS = (
    "Avdelingslederen tok imot beskjeden.", "Brevet kom i posten før jul.", "Naboen kjørte oss dit.",
    "Vi møtte en vikar.", "Saksbehandleren er i permisjon.", "Datteren vår er elleve år.", "Det var på en fredag.",
    "Smertene er verst om natta.", "Bussen går bare to ganger om dagen.", "Jeg har bodd her i førti år.",
    "Mannen min har demens.", "Telefonen er bare åpen om morgenen.",
)  # fmt: skip


def made_up(n_texts: int, seed: int) -> list[str]:
    random = np.random.default_rng(seed)
    return [
        " ".join(
            (
                *(str(random.choice(part)) for part in (OPENINGS, THINGS, ENDINGS)),
                *map(str, random.choice(DETAILS, 3, replace=False)),
            )
        )
        for _ in range(n_texts)
    ]


def changed(text: str, share: float, random: np.random.Generator) -> str:
    """Return a text with some of its words replaced."""
    words = text.split()
    for place in np.flatnonzero(random.random(len(words)) < share):
        words[place] = str(random.choice(["kanskje", "grønn", "spise", "hund", "tirsdag", "vanlig", "fjell", "måne"]))
    return " ".join(words)
