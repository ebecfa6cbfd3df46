"""Estimators are fitted: one multinomial for a single dimension, one a label for a multi dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from pobo_nlp.model.features import FeatureSpace
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.lemmas import LemmaTable
from training.candidates import (
    Estimators,
    as_documents,
    feature_union,
    multi_classifier,
    single_classifier,
)
from training.config import Config, Features

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Inquiries:
    """Annotated inquiries as training sees them.

    Attributes
    ----------
    words : folded words of each text, identifiers masked.
    targets : predicted dimension to 0 or 1, shape (n_texts, n_labels).
    groups : shape (n_texts,), texts of one group never stand on both sides of a split.
    """

    words: Sequence[Sequence[str]]
    targets: Mapping[str, NDArray[np.int8]]
    groups: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.words)

    def take(self, places: NDArray[np.int64]) -> "Inquiries":
        """Return the inquiries at some places."""
        return Inquiries(
            [self.words[place] for place in places],
            {dimension: target[places] for dimension, target in self.targets.items()},
            self.groups[places],
        )


@dataclass(frozen=True)
class PriorExamples:
    """Definitions and phrases as training sees them: each for one label (its place) of one dimension."""

    words: Sequence[Sequence[str]]
    dimensions: Sequence[str]
    labels: NDArray[np.int64]
    weights: Floats


@dataclass(frozen=True)
class FittedModel:
    """Fitted estimators, and their content as arrays.

    Attributes
    ----------
    union : turns documents into TF-IDF values.
    estimators : predicted dimension to its estimators, in the order of the labels; one for a single dimension.
    """

    taxonomy: Taxonomy
    lemmas: LemmaTable
    union: FeatureUnion
    estimators: Estimators

    def coefficients(self) -> Floats:
        """Return the coefficients of all outputs side by side: shape (n_features, n_outputs)."""
        return np.ascontiguousarray(np.vstack([_outputs(model.coef_, model) for model in self._in_order()]).T)

    def intercept(self) -> Floats:
        """Return the intercepts of all outputs: shape (n_outputs,)."""
        return np.concatenate([_outputs(model.intercept_[:, None], model)[:, 0] for model in self._in_order()])

    def logits(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Return uncalibrated logits: shape (n_texts, n_outputs)."""
        values = self.union.transform(as_documents(texts))
        return np.asarray(values @ self.coefficients() + self.intercept())

    def features(self, options: Features) -> FeatureSpace:
        """Return the features as the runtime has them."""
        word, char = (vectoriser for _, vectoriser in self.union.transformer_list)
        word_terms = tuple(map(str, word.get_feature_names_out()))
        return FeatureSpace(
            word_terms=word_terms,
            char_terms=tuple(map(str, char.get_feature_names_out())),
            idf=np.concatenate([word.idf_, char.idf_]),
            lemmas=self.lemmas.for_lemmas({lemma for term in word_terms for lemma in term.split()}),
            longest_word_ngram=options.longest_word_ngram,
            char_range=options.char_range,
            char_weight=options.char_weight,
        )

    def _in_order(self) -> list[LogisticRegression]:
        return [model for dimension in self.taxonomy.predicted for model in self.estimators[dimension.id]]


def _outputs(values: Floats, model: LogisticRegression) -> Floats:
    """Return a row an output; the one row of a single dimension with two labels becomes one for each."""
    is_pair_of_one_dimension = len(values) == 1 and model.solver != "liblinear"
    return np.vstack([-values / 2, values / 2]) if is_pair_of_one_dimension else values


def fit(
    inquiries: Inquiries,
    prior: PriorExamples,
    taxonomy: Taxonomy,
    lemmas: LemmaTable,
    config: Config,
) -> FittedModel:
    """Fit all estimators on inquiries and prior knowledge.

    Coefficients are rounded to half precision, as the artefact keeps them: what is calibrated and judged afterwards
    is what is shipped.
    """
    union = feature_union(inquiries.words, inquiries.groups.tolist(), prior.words, lemmas, config.features)
    values = union.transform(as_documents([*inquiries.words, *prior.words])).tocsr()
    estimators = {
        dimension.id: _fit_dimension(dimension, values, inquiries, prior, config) for dimension in taxonomy.predicted
    }
    for model in (model for models in estimators.values() for model in models):
        model.coef_ = _exactly_half(model)
    return FittedModel(taxonomy, lemmas, union, estimators)


def _exactly_half(model: LogisticRegression) -> Floats:
    # A pair's coefficients are halved later; the halves of a half-precision number are half-precision numbers.
    return np.asarray(model.coef_.astype(np.float16), dtype=np.float64)


def _fit_dimension(
    dimension: Dimension, values: object, inquiries: Inquiries, prior: PriorExamples, config: Config
) -> list[LogisticRegression]:
    of_dimension = np.flatnonzero(np.asarray(prior.dimensions) == dimension.id)
    rows = np.concatenate([np.arange(len(inquiries)), len(inquiries) + of_dimension])
    targets = np.zeros((len(rows), len(dimension.labels)), np.int8)
    targets[: len(inquiries)] = inquiries.targets[dimension.id]
    targets[len(inquiries) + np.arange(len(of_dimension)), prior.labels[of_dimension]] = 1
    weights = np.concatenate([np.ones(len(inquiries)), prior.weights[of_dimension]])
    chosen = values[rows]  # type: ignore[index]
    if dimension.kind == "single":
        model = single_classifier(config.classifier)
        return [model.fit(chosen, targets.argmax(axis=1), sample_weight=weights)]
    return [
        multi_classifier(config.classifier).fit(chosen, targets[:, label], sample_weight=weights)
        for label in range(len(dimension.labels))
    ]
