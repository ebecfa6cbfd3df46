"""Words that stand before a number, and tell what it is; beginnings of words where any ending may follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pobo_nlp.text.name_cues import forms


@dataclass(frozen=True, slots=True)
class Cues:
    """Words that tell of a number behind them.

    Attributes
    ----------
    words : as they are.
    beginnings : of words.
    """

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = field(default=())

    def are_in(self, words: Sequence[str]) -> bool:
        """Return whether one of some folded words is a cue."""
        return any(word in self.words or word.startswith(self.beginnings) for word in words)


BIRTH_NUMBER = Cues(
    forms("fnr pnr dnr hnr ssn personnr"),
    ("fødselsnu", "fødselsnr", "fødselsn", "personnu", "personn", "hjelpenu", "hjelpenr", "identitetsn"),
)
BIRTH = Cues(forms("født fødd fødde fødte føddes f fdato born birth dob"), ("fødselsda", "bursdag"))
ACCOUNT = Cues(
    forms("konto kontoen kontoa account iban bank"), ("kontonu", "kontonr", "bankkonto", "innbetal", "utbetal")
)
TELEPHONE = Cues(
    forms("tlf tel mob nummer nummeret nr sms phone call number fax faks ring ringe ringer ringje nås treffes når mob"),
    ("telefon", "mobil", "tlf", "whatsapp"),
)
NO_TELEPHONE = Cues(
    forms("kr nok kroner beløp orgnr org hpr ordre faktura kid side id imei sn serienr"),
    (
        "organisasjonsn",
        "hprn",
        "fakturan",
        "ordren",
        "serien",
        "varen",
        "kundenu",
        "kundenr",
        "medlemsn",
        "referans",
        "artikkeln",
        "bestillingsn",
        "produktn",
        "modelln",
        "lotn",
        "batch",
        "serie",
    ),
)
CASE = Cues(
    forms(
        "j sak saken saka saks sakens ref reference references case file jnr npe journal dips referanse id "
        "arkivref saksnr saknr"
    ),
    tuple(
        "saksnu saksnr saksref saksid saknr journalnu journalnr journalp journalid arkivsak arkivref arkivkode arkivn "
        "pasientnu pasientnr pasientid pasnr npr referans klagenr klagenu skademelding søknadsn søknadnr henvisningsn "
        "henvisningsid tilvisingsn tilvisningsn dokumentn vedtaksn henvendelsesn henvendelsesid episoden oppholdsn "
        "rekvisisjon prøvenr prøvenu løpen kvitteringsn klagesak straffesak tilsynssak npesak meldingsn avviksn "
        "arkivnr saksbehandlingsn dips".split()
    ),
)
# Between the cue and the number of a case.
FILLERS = forms("nr nummer nummeret har hos er id no number med dere dykkar dykk vår min mitt vårt deres sin is i på n")
PLATE = Cues(
    forms("bil bilen drosje drosjen taxi taxien car mc moped nr nummer reg"),
    ("skilt", "regn", "registreringsn", "kjennemerke", "bilnu", "plate"),
)
ADDRESS = Cues(forms("bor bur bodde budde address lives"), ("adress",))
