"""A text becomes the terms that features are counted over: as the runtime reads it, and in ways that were tried."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from pobo_nlp.model.features import SILENT, lemma_terms
from pobo_nlp.text.lemmas import LemmaTable
from pobo_nlp.text.proper_nouns import is_proper_noun
from pobo_nlp.text.tokens import word_forms

NEGATORS = frozenset(
    "ikke ikkje ei ingen inga inkje aldri uten utan mangler manglar manglet mangla verken korkje".split()
)
# Words after a negator that it is taken to negate.
NEGATED_WORDS = 3
NEGATED = "¬"
MIN_COMPOUND_CHARS = 9
MIN_PART_CHARS = 4
# What stands between the parts of a Norwegian compound.
_JOINTS = ("", "s", "e")
# A sentence with one of these tells what someone is dissatisfied with or wants.
_COMPLAINT = re.compile(
    r"\b(?:ik+[kj]e?|ikkje|aldri|uten|utan|klag\w*|avsl[aå]\w*|nekt\w*|mangl\w*|feil\w*|vente\w*|reager\w*|"
    r"misfornøy\w*|misnøg\w*|uenig\w*|usamd\w*|ønske\w*|ynskje\w*|krev\w*|krav\w*|mener|meiner|opplev\w*|"
    r"kan (?:jeg|eg|vi|de|dei)|har (?:jeg|eg|vi) (?:krav|rett))\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


_is_name = lru_cache(maxsize=200_000)(is_proper_noun)


class Learnt(str):
    """A text of which some words are silent, since nothing may be learnt from them.

    Attributes
    ----------
    words : its folded words, in order.
    """

    words: tuple[str, ...]

    def __new__(cls, text: str, words: Iterable[str]) -> "Learnt":
        """Return a text with its words."""
        learnt = super().__new__(cls, text)
        learnt.words = tuple(words)
        return learnt


def words_of(text: str) -> tuple[str, ...]:
    """Return a text's folded words, identifiers masked and names silent."""
    return text.words if isinstance(text, Learnt) else words_read(text)


# Every fold asks again.
@lru_cache(maxsize=100_000)
def words_read(text: str) -> tuple[str, ...]:
    """Return a text's folded words, names silent; remembered, since every fold asks again."""
    return tuple(SILENT if _is_name(form) else form for form in word_forms(text))


def document(text: str) -> str:
    """Return a text's folded words as one string, without names."""
    return " ".join(filter(None, words_of(text)))


class Terms:
    """Reads a text as terms: lemmas and pairs of lemmas, and more where it is asked for.

    Parameters
    ----------
    lemmas : forms to lemmas.
    reach : how many words apart the words of a pair stand at most.
    negation : whether a word after a negator is a term of its own too.
    compounds : whether the parts of a compound are terms too; a part must be a form in the table of lemmas.
    focus : whether terms of sentences that complain or ask count twice.
    """

    def __init__(
        self,
        lemmas: LemmaTable,
        *,
        reach: int = 1,
        negation: bool = False,
        compounds: bool = False,
        focus: bool = False,
    ) -> None:
        self.lemmas, self.reach = lemmas, reach
        self.negation, self.compounds, self.focus = negation, compounds, focus

    def __call__(self, text: str) -> list[str]:
        """Return the terms of a text, each as often as it counts."""
        words = words_of(text)
        found = self._terms(words)
        if self.focus:
            sentences = _SENTENCE_END.split(text)
            of_complaint = [sentence for sentence in sentences if _COMPLAINT.search(sentence)]
            if len(of_complaint) < len(sentences):
                found += [term for sentence in of_complaint for term in self._terms(_heard(sentence, words))]
        return found

    def _terms(self, words: Sequence[str]) -> list[str]:
        lemmas = [self._lemma(form) for form in words]
        found = list(lemma_terms(lemmas, self.reach))
        if self.negation:
            found += _negated(words, lemmas)
        if self.compounds:
            found += [self._lemma(part) for form in words for part in parts_of_compound(form, self.lemmas.lemma_of)]
        return [term for term in found if term]

    def _lemma(self, form: str) -> str:
        """Return a lemma; silence where it is a name, though the form is none."""
        lemma = self.lemmas.lemma(form)
        return SILENT if _is_name(lemma) else lemma


def _heard(sentence: str, words: Sequence[str]) -> list[str]:
    """Return the words of a sentence, silent where they are so in its text."""
    return [word if word in words else SILENT for word in words_of(sentence)]


def _negated(words: Sequence[str], lemmas: Sequence[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        if word in NEGATORS:
            yield from (f"{NEGATED}{lemma}" for lemma in lemmas[place + 1 : place + 1 + NEGATED_WORDS] if lemma)


def parts_of_compound(form: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the two parts of a compound, the longest known last part first; empty where it is none.

    Examples
    --------
    >>> parts_of_compound("hjemmesykepleievedtak", {"hjemmesykepleie": "", "vedtak": ""})
    ('hjemmesykepleie', 'vedtak')
    """
    if len(form) < MIN_COMPOUND_CHARS:
        return ()
    for cut in range(MIN_PART_CHARS, len(form) - MIN_PART_CHARS + 1):
        last = form[cut:]
        if last not in known:
            continue
        for joint in _JOINTS:
            first = form[: cut - len(joint)] if form[:cut].endswith(joint) else ""
            if len(first) >= MIN_PART_CHARS and first in known:
                return first, last
    return ()
