"""Which written language a text is in: bokmål, nynorsk, or one that the model has not learnt.

Function words settle nearly every Norwegian text at once. Only a text with too few of them is put before py3langid,
whose model takes half a second to load. A short text that py3langid is unsure of counts as bokmål: what is refused
must surely be another language (docs/adr/0006).
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from pobo_nlp.suggestion import Malform

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


# Words that tell bokmål and nynorsk apart.
_BOKMAL: Final = frozenset(
    "jeg ikke en et fra hva hvem hvordan hvorfor hvor hver noen noe bare mer mye ble blitt vært være gjør sier sykehus "
    "sykehuset syk sykdom sykehjem sykehjemmet uke uker hjem hjemme dere de hun sammen siden flere mens tjenesten "
    "tjenester kommer komme kjenner ønsker egen disse derfor nå måneder dager timer ganger gang".split()
)
_NYNORSK: Final = frozenset(
    "eg ikkje ein eit frå kva kven korleis kvifor kvar nokon noko berre meir mykje vart vert vore gjer seier sjukehus "
    "sjukehuset sjuk sjukdom sjukeheim sjukeheimen veke veker heim heime dykk dei ho saman fekk sidan fleire medan "
    "dersom tenesta tenester kjem kome ynskjer ønskjer eigen eiga eige desse difor nokre no månader dagar timar "
    "gonger gong".split()
)
# Those of them that Danish or Swedish has too, so that they speak for neither side of that border.
_NORDIC: Final = frozenset(
    "jeg ikke en et hvem hvordan hvorfor hvor hver være hjem hjemme de hun sammen siden flere mens kommer komme disse "
    "derfor måneder gang vore no ho ein bare egen dagar tjenesten tjenester".split()
)
_NORWEGIAN: Final = (_BOKMAL | _NYNORSK | frozenset("meg deg seg gi etter opp".split())) - _NORDIC
# Spellings that a Danish, Swedish or English word does not have.
_NORWEGIAN_SPELLING: Final = re.compile(
    r"sjon(?:en|er|ane|ar|a)?$|^(?:syke|sjuke|fastleg|hjelp|tenest|avsl[aå]|innvilg|innla|tilvis|vedtak|"
    r"søk(?:t|na)|utskr|utred|utgrei|uk[ae]|blåres|egenandel|eigendel|pleiepeng|bostøtte)|"
    r"(?:lege|legen|leger|hjelp|sykehus|sjukehus|teneste|pleier|pleiar)$"
)
# Words of the neighbours, English and Northern Sámi that Norwegian has not.
_FOREIGN: Final = frozenset(
    "jag och inte är att från mycket vad när också mig dig hjälp läkare läkaren vård sjukhus sjukhuset "
    "af hvad meget sig nogle noget kun uge uger hjælp læge lægen sygehus sygehuset bliver blev "
    "the and are with you my i've not this that they she of lea leat ii mun sii mii ahte gos".split()
)
MIN_CUES_AGAINST_FOREIGN = 2
MIN_WORDS_TO_REFUSE = 5
MIN_PROBABILITY_TO_REFUSE = 0.97
MAX_CHARS_READ = 2000


def malform(forms: Sequence[str], text: str) -> Malform:
    """Return the written language of a text.

    Parameters
    ----------
    forms : folded words of the text.
    text : the text itself; read only where the words leave doubt.

    Examples
    --------
    >>> malform(["eg", "treng", "hjelp"], "Eg treng hjelp")
    'nn'
    """
    norwegian = sum(form in _NORWEGIAN or _is_spelt_in_norwegian(form) for form in forms)
    foreign = sum(form in _FOREIGN for form in forms)
    is_clear = norwegian >= 1 if foreign == 0 else norwegian > foreign and norwegian >= MIN_CUES_AGAINST_FOREIGN
    if not is_clear and _is_foreign(forms, text):
        return "other"
    nynorsk = sum(form in _NYNORSK for form in forms)
    bokmal = sum(form in _BOKMAL for form in forms)
    return "nn" if nynorsk > bokmal else "nb"


@cache
def _is_spelt_in_norwegian(form: str) -> bool:
    return _NORWEGIAN_SPELLING.search(form) is not None


def _is_foreign(forms: Sequence[str], text: str) -> bool:
    if len(forms) < MIN_WORDS_TO_REFUSE:
        return False
    probability: dict[str, float] = dict(_identifier().rank(text[:MAX_CHARS_READ]))
    return 1.0 - probability["no"] - probability["nn"] >= MIN_PROBABILITY_TO_REFUSE


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
