"""The scikit-learn estimators that a model is made of."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from pobo_nlp.model.features import char_ngrams, lemma_terms
from pobo_nlp.text.lemmas import LemmaTable
from pobo_nlp.text.tokens import word_forms
from training.config import Classifier, Features

# liblinear stops here; a hundred times stricter changes no decision in cross-validation, and takes twice as long.
TOLERANCE = 1e-2


@lru_cache(maxsize=100_000)
def words_of(text: str) -> tuple[str, ...]:
    """Return a text's folded words, identifiers masked; remembered, since every fold asks again."""
    return tuple(word_forms(text))


def document(text: str) -> str:
    """Return a text's folded words as one string."""
    return " ".join(words_of(text))


class LemmaTokenizer:
    """Splits folded words parted by a space, and brings them to their lemmas."""

    def __init__(self, lemmas: LemmaTable) -> None:
        self.lemmas = lemmas

    def __call__(self, text: str) -> list[str]:
        """Return the lemmas of the words."""
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
    texts: Sequence[str],
    groups: Sequence[int],
    prior: Sequence[str],
    terms_of: Callable[[Sequence[str]], set[str]],
    options: Features,
    *,
    most: int,
) -> list[str]:
    """Return the terms that become features, sorted.

    A term must occur in inquiries of `min_groups` different groups, so that nothing one person wrote is kept, or in
    `min_prior` phrases and definitions, which were written for the label scheme (docs/adr/0004).

    Parameters
    ----------
    most : number of terms to keep, those first that occur in most groups and phrases.
    """
    groups_of: dict[str, set[int]] = {}
    for text, group in zip(texts, groups, strict=True):
        for term in terms_of(words_of(text)):
            groups_of.setdefault(term, set()).add(group)
    in_prior = Counter(term for text in prior for term in terms_of(words_of(text)))
    often = {term for term, found in groups_of.items() if len(found) >= options.min_groups}
    known = {term for term, count in in_prior.items() if count >= options.min_prior}
    # Sorted first, so that a tie is always decided alike.
    ranked = sorted(sorted(often | known), key=lambda term: len(groups_of.get(term, ())) + in_prior[term], reverse=True)
    return sorted(ranked[:most])


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

    def word_terms(words: Sequence[str]) -> set[str]:
        return set(lemma_terms([lemmas.lemma(form) for form in words]))

    def char_terms(words: Sequence[str]) -> set[str]:
        return {ngram for word in set(words) for ngram in char_ngrams(word, *options.char_range)}

    shared = {"preprocessor": document, "sublinear_tf": True}
    word = TfidfVectorizer(
        tokenizer=LemmaTokenizer(lemmas),
        token_pattern=None,
        ngram_range=(1, 2),
        vocabulary=vocabulary(texts, groups, prior, word_terms, options, most=options.max_lemma_terms),
        **shared,
    )
    char = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=options.char_range,
        vocabulary=vocabulary(texts, groups, prior, char_terms, options, most=options.max_char_terms),
        **shared,
    )
    union = FeatureUnion([("word", word), ("char", char)], transformer_weights={"char": options.char_weight})
    return union.fit(texts)


def classifier(options: Classifier) -> LogisticRegression:
    """Return a logistic regression for one label against the rest of its dimension.

    The dual problem has the same solution, and is found twice as fast where features outnumber texts.
    """
    return LogisticRegression(C=options.c, solver="liblinear", dual=True, tol=TOLERANCE, random_state=0)
