"""Which written language a text is in: bokmål, nynorsk, or one that the model has not learnt.

Function words settle nearly every Norwegian text at once. Only a text with too few of them is put before py3langid,
whose model takes half a second to load. A short text that py3langid is unsure of counts as bokmål: what is refused
must surely be another language (docs/adr/0006).
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

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
N_CUES = 4
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
    found = [cues(form) for form in forms]
    return malforms(np.array([found], np.int64).reshape(1, -1, N_CUES).sum(axis=1), [len(forms)], [text])[0]


def cues(form: str) -> tuple[bool, bool, bool, bool]:
    """Return whether a folded word speaks for Norwegian, for another language, for nynorsk, and for bokmål."""
    is_norwegian = form in _NORWEGIAN or _NORWEGIAN_SPELLING.search(form) is not None
    return is_norwegian, form in _FOREIGN, form in _NYNORSK, form in _BOKMAL


def malforms(found: NDArray[np.int64], n_words: Sequence[int], texts: Sequence[str]) -> list[Malform]:
    """Return the written language of several texts.

    Parameters
    ----------
    found : how many words of each text give each of the `cues`: shape (n_texts, 4).
    n_words : of each text.
    texts : the texts themselves; read only where the words leave doubt.
    """
    norwegian, foreign, nynorsk, bokmal = found.T
    is_clear = np.where(foreign == 0, norwegian >= 1, (norwegian > foreign) & (norwegian >= MIN_CUES_AGAINST_FOREIGN))
    written_in: list[Malform] = ["nn" if is_nynorsk else "nb" for is_nynorsk in (nynorsk > bokmal).tolist()]
    for doubtful in np.flatnonzero(~is_clear).tolist():
        if _is_foreign(n_words[doubtful], texts[doubtful]):
            written_in[doubtful] = "other"
    return written_in


def _is_foreign(n_words: int, text: str) -> bool:
    if n_words < MIN_WORDS_TO_REFUSE:
        return False
    probability: dict[str, float] = dict(_identifier().rank(text[:MAX_CHARS_READ]))
    return 1.0 - probability["no"] - probability["nn"] >= MIN_PROBABILITY_TO_REFUSE


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
