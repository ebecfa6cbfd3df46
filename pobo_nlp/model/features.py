"""Words become numbers: TF-IDF of lemmas, of pairs of lemmas, and of character n-grams within words.

What they are stands here; `words` keeps those of every word, `pairs` finds pairs, `featuriser` counts and weighs. The
result is that of scikit-learn's `TfidfVectorizer` (tests hold the two together).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.text.lemmas import LemmaTable

# Neither is a word: words have letters and digits only.
START, END = "<", ">"
# Stands where a name stood: it is no term, and part of none.
SILENT = ""
NEAR = " … "


def char_ngrams(word: str, shortest: int, longest: int) -> list[str]:
    """Return the character n-grams of a word with a space at both ends, as scikit-learn's `char_wb` does.

    Examples
    --------
    >>> char_ngrams("bpa", 3, 4)
    [' bp', 'bpa', 'pa ', ' bpa', 'bpa ']
    """
    padded = f" {word} "
    if len(padded) <= shortest:
        # A word that is shorter than an n-gram stands for itself, once.
        return [padded]
    lengths = range(shortest, min(longest, len(padded)) + 1)
    return [padded[start : start + n] for n in lengths for start in range(len(padded) - n + 1)]


def lemma_terms(lemmas: Sequence[str], reach: int) -> Iterator[str]:
    """Yield the lemmas of a text, then pairs of lemmas; its start and its end stand in pairs too.

    What is silent yields nothing, and parts the words at its sides.

    Parameters
    ----------
    reach : how many words apart the words of a pair stand at most. Those side by side are a term of their own; those
        farther apart are one term, however far.

    Examples
    --------
    >>> list(lemma_terms(["søke", "plass"], 2))
    ['søke', 'plass', '< søke', 'søke plass', 'plass >', '< … plass', 'søke … >']
    >>> list(lemma_terms(["bo", SILENT], 1))
    ['bo', '< bo']
    """
    yield from filter(None, lemmas)
    if not lemmas:
        return
    padded = [START, *lemmas, END]
    # The start and the end are no pair: a text has both, whatever it says.
    for distance in range(1, min(reach, len(lemmas)) + 1):
        joint = " " if distance == 1 else NEAR
        yield from map(joint.join, filter(all, zip(padded, padded[distance:], strict=False)))


@dataclass(frozen=True, slots=True)
class FeatureSpace:
    """The features that a model knows, and how a text is measured in them.

    Attributes
    ----------
    word_terms : lemmas and pairs of lemmas; the first `len(word_terms)` features.
    char_terms : character n-grams; the rest.
    idf : shape (n_features,), inverse document frequencies.
    lemmas : forms to lemmas.
    char_range : shortest and longest character n-gram.
    char_weight : what the character block is multiplied by after both blocks are brought to length one.
    damping : a block of length l is divided by the root of l squared plus this squared, so that zero gives length one,
        and more leaves a short text shorter than a long one.
    reach : how many words apart the words of a pair stand at most.
    """

    word_terms: tuple[str, ...]
    char_terms: tuple[str, ...]
    idf: NDArray[np.float64]
    lemmas: LemmaTable
    char_range: tuple[int, int]
    char_weight: float
    damping: float
    reach: int

    @property
    def n_features(self) -> int:
        """Number of features of both blocks."""
        return len(self.word_terms) + len(self.char_terms)

    def pair_terms(self) -> dict[int, tuple[str, str, bool]]:
        """Return feature to the lemmas of a pair, and whether they stand near each other rather than side by side."""
        parts = {feature: term.split(" ") for feature, term in enumerate(self.word_terms) if " " in term}
        return {feature: (part[0], part[-1], len(part) > 2) for feature, part in parts.items()}
