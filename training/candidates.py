"""The scikit-learn estimators that a model is made of."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from pobo_nlp.model.features import char_ngrams, lemma_ngrams
from pobo_nlp.text.lemmas import LemmaTable
from training.config import Classifier, Features

MAX_ITERATIONS = 500


class LemmaTokenizer:
    """Splits a text of folded words into their lemmas."""

    def __init__(self, lemmas: LemmaTable) -> None:
        self.lemmas = lemmas

    def __call__(self, text: str) -> list[str]:
        """Return the lemmas of words parted by a space."""
        return [self.lemmas.lemma(form) for form in text.split()]


def simplemma_table(kind: str) -> LemmaTable:
    """Return forms to lemmas for bokmål and nynorsk; where both have a form, bokmål decides.

    Parameters
    ----------
    kind : "simplemma", or "none" for a table in which every form is its own lemma.
    """
    if kind == "none":
        return LemmaTable()
    from simplemma.strategies import DefaultDictionaryFactory

    factory = DefaultDictionaryFactory()
    table: dict[str, str] = {}
    for language in ("nn", "nb"):
        table.update(
            (form.lower(), lemma.lower())
            for form, lemma in factory.get_dictionary(language).items()
            if " " not in lemma
        )
    return LemmaTable(table)


def vocabulary(
    inquiries: Sequence[Sequence[str]],
    groups: Sequence[int],
    prior: Sequence[Sequence[str]],
    terms_of: Callable[[Sequence[str]], set[str]],
    options: Features,
) -> list[str]:
    """Return the terms that become features, sorted.

    A term must occur in inquiries of `min_groups` different groups, so that nothing one person wrote is kept, or in
    `min_prior` phrases and definitions, which were written for the label scheme (docs/adr/0004).
    """
    groups_of: dict[str, set[int]] = {}
    for words, group in zip(inquiries, groups, strict=True):
        for term in terms_of(words):
            groups_of.setdefault(term, set()).add(group)
    in_prior = Counter(term for words in prior for term in terms_of(words))
    often = {term for term, found in groups_of.items() if len(found) >= options.min_groups}
    known = {term for term, count in in_prior.items() if count >= options.min_prior}
    return sorted(often | known)


def feature_union(
    inquiries: Sequence[Sequence[str]],
    groups: Sequence[int],
    prior: Sequence[Sequence[str]],
    lemmas: LemmaTable,
    options: Features,
) -> FeatureUnion:
    """Return fitted TF-IDF vectorisers over lemma n-grams and character n-grams.

    The vocabulary comes from inquiries and prior knowledge, document frequencies from inquiries alone: thousands of
    short phrases would otherwise make every word of theirs look common.

    Parameters
    ----------
    inquiries, prior : folded words of each text.
    groups : of each inquiry.
    """

    def word_terms(words: Sequence[str]) -> set[str]:
        return set(lemma_ngrams([lemmas.lemma(form) for form in words], 1, options.longest_word_ngram))

    def char_terms(words: Sequence[str]) -> set[str]:
        return {ngram for word in set(words) for ngram in char_ngrams(word, *options.char_range)}

    shared = {"lowercase": False, "sublinear_tf": True}
    word = TfidfVectorizer(
        tokenizer=LemmaTokenizer(lemmas),
        token_pattern=None,
        ngram_range=(1, options.longest_word_ngram),
        vocabulary=vocabulary(inquiries, groups, prior, word_terms, options),
        **shared,
    )
    char = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=options.char_range,
        vocabulary=vocabulary(inquiries, groups, prior, char_terms, options),
        **shared,
    )
    union = FeatureUnion([("word", word), ("char", char)], transformer_weights={"char": options.char_weight})
    return union.fit(as_documents(inquiries))


def as_documents(texts: Sequence[Sequence[str]]) -> list[str]:
    """Return texts of folded words as the strings that the vectorisers read."""
    return [" ".join(words) for words in texts]


def single_classifier(options: Classifier) -> LogisticRegression:
    """Return a multinomial logistic regression: one label of a dimension excludes the others."""
    return LogisticRegression(C=options.c_single, max_iter=MAX_ITERATIONS, tol=1e-3)


def multi_classifier(options: Classifier) -> LogisticRegression:
    """Return a logistic regression for one label against the rest of its dimension."""
    return LogisticRegression(C=options.c_multi, solver="liblinear", tol=1e-3, random_state=0)


Estimators = Mapping[str, Sequence[LogisticRegression]]
