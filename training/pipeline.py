"""The scikit-learn estimators that a model is made of."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from pobo_nlp.model.features import SILENT, char_ngrams
from pobo_nlp.text.lemmas import LemmaTable
from training.config import Classifier, Features
from training.words import Learnt, Terms, document, words_of

# liblinear stops here; a hundred times stricter changes no decision in cross-validation, and takes twice as long.
TOLERANCE = 1e-2
# L-BFGS minimises a mean over the texts, so its gradients are small from the start.
TOLERANCE_OF_MEAN = 1e-5
MAX_ITERATIONS = 300


def vocabulary(
    texts: Sequence[str],
    groups: Sequence[int],
    prior: Sequence[str],
    terms_of: Callable[[str], Iterable[str]],
    options: Features,
    *,
    most: int,
) -> list[str]:
    """Return the terms that become features, sorted.

    A term must occur in inquiries of `min_groups` different groups, so that nothing one person wrote is kept, or in
    `min_prior` phrases and definitions, which were written for the label scheme (docs/adr/0004). Names are silent, so
    that none is a term or part of one, and no n-gram is there because of one (docs/adr/0025).

    Parameters
    ----------
    most : number of terms to keep, those first that occur in most groups and phrases.
    """
    groups_of: dict[str, set[int]] = {}
    for text, group in zip(texts, groups, strict=True):
        for term in set(terms_of(text)):
            groups_of.setdefault(term, set()).add(group)
    in_prior = Counter(term for text in prior for term in set(terms_of(text)))
    often = {term for term, found in groups_of.items() if len(found) >= options.min_groups}
    known = {term for term, count in in_prior.items() if count >= options.min_prior}
    # Sorted first, so that a tie is always decided alike.
    ranked = sorted(sorted(often | known), key=lambda term: len(groups_of.get(term, ())) + in_prior[term], reverse=True)
    return sorted(ranked[:most])


def learnt(
    texts: Sequence[str], groups: Sequence[int], prior: Sequence[str], lemmas: LemmaTable, options: Features
) -> list[Learnt]:
    """Return inquiries without the words that no model may learn from, not even from pieces of them.

    Those are the words whose lemma may not enter the vocabulary: a character n-gram of theirs that other words share
    would else tell, when it is asked for, which labels the one text has that they stand in (docs/adr/0025).
    """

    def lemmas_in(text: str) -> set[str]:
        return {lemmas.lemma(word) for word in words_of(text)}

    known = set(vocabulary(texts, groups, prior, lemmas_in, options, most=sys.maxsize))
    return [
        Learnt(text, (word if lemmas.lemma(word) in known else SILENT for word in words_of(text))) for text in texts
    ]


class LengthNormaliser(TransformerMixin, BaseEstimator):
    """Brings each row towards length one; a row that is short from the start stays shorter.

    Parameters
    ----------
    damping : length that is added, squared, to a row's own squared length before the division. Zero gives every row
        length one, so that each word of a short text counts for much.
    """

    def __init__(self, damping: float) -> None:
        self.damping = damping

    def __sklearn_is_fitted__(self) -> bool:
        """Return True: there is nothing to learn."""
        return True

    def fit(self, X: csr_array, y: None = None) -> "LengthNormaliser":
        """Learn nothing."""
        return self

    def transform(self, X: csr_array) -> csr_array:
        """Return the rows divided by their damped length: shape (n_texts, n_features)."""
        squares = np.asarray(X.multiply(X).sum(axis=1)).ravel() + self.damping**2
        lengths: NDArray[np.float64] = np.sqrt(np.where(squares > 0, squares, 1.0))
        return csr_array(diags_array(1.0 / lengths) @ X)


def feature_union(
    texts: Sequence[str],
    groups: Sequence[int],
    prior: Sequence[str],
    lemmas: LemmaTable,
    options: Features,
) -> FeatureUnion:
    """Return fitted TF-IDF vectorisers over lemmas, pairs of lemmas and character n-grams.

    The vocabulary comes from inquiries and prior knowledge, document frequencies from inquiries alone: thousands of
    short phrases would otherwise make every word of theirs look common.

    Parameters
    ----------
    texts, groups : of the inquiries.
    prior : definitions and phrases.
    """
    terms = Terms(
        lemmas,
        reach=options.reach,
        negation=options.negation,
        compounds=options.compounds,
        focus=options.focus,
    )

    def char_terms(text: str) -> set[str]:
        return {ngram for word in set(words_of(text)) if word for ngram in char_ngrams(word, *options.char_range)}

    def block(terms_of: Callable[[str], Iterable[str]], most: int, **reading: Any) -> Pipeline:
        chosen = vocabulary(texts, groups, prior, terms_of, options, most=most)
        counts = TfidfVectorizer(vocabulary=chosen, sublinear_tf=True, norm=None, **reading)
        return Pipeline([("tfidf", counts), ("length", LengthNormaliser(options.damping))])

    blocks = [("word", block(terms, options.max_lemma_terms, analyzer=terms))]
    if options.char_weight:
        reading = {"preprocessor": document, "analyzer": "char_wb", "ngram_range": options.char_range}
        blocks.append(("char", block(char_terms, options.max_char_terms, **reading)))
    union = FeatureUnion(blocks, transformer_weights={"char": options.char_weight} if options.char_weight else None)
    return union.fit(texts)


def classifier(options: Classifier) -> LogisticRegression:
    """Return a logistic regression for one label against the rest of its dimension.

    The dual problem has the same solution, and is found twice as fast where features outnumber texts.
    """
    return LogisticRegression(
        C=options.c,
        solver="liblinear",
        dual=True,
        tol=TOLERANCE,
        class_weight="balanced" if options.balanced else None,
        random_state=0,
    )


def support_vectors(options: Classifier) -> LinearSVC:
    """Return a linear support vector machine, with squared hinge loss, for one label against the rest."""
    return LinearSVC(C=options.c, tol=TOLERANCE, class_weight="balanced" if options.balanced else None, random_state=0)


def multinomial(options: Classifier) -> LogisticRegression:
    """Return a logistic regression over all labels of a single dimension at once."""
    return LogisticRegression(
        C=options.c,
        max_iter=MAX_ITERATIONS,
        tol=TOLERANCE_OF_MEAN,
        class_weight="balanced" if options.balanced else None,
    )
