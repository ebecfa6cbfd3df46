"""Estimators are fitted: one a label, against the rest of its dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from pobo_nlp.errors import ConfigError
from pobo_nlp.model.features import FeatureSpace
from pobo_nlp.model.heads import parenthood
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.lemmas import LemmaTable
from training.config import Classifier, Config, Features
from training.lemma_tables import without_names
from training.pipeline import classifier, feature_union, learnt, multinomial, support_vectors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Target = NDArray[np.int8]
# Logit of a label that no text, or every text, of a part of the data has.
ONE_SIDED_LOGIT = 6.0


@dataclass(frozen=True)
class Inquiries:
    """Annotated inquiries as training sees them.

    Attributes
    ----------
    targets : predicted dimension to 0 or 1, shape (n_texts, n_labels).
    groups : shape (n_texts,), texts of one group never stand on both sides of a split.
    weights : what each counts in training: shape (n_texts,); None for 1 each.
    """

    texts: Sequence[str]
    targets: Mapping[str, NDArray[np.int8]]
    groups: Ints
    weights: Floats | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: Ints) -> "Inquiries":
        """Return the inquiries at some places."""
        return Inquiries(
            [self.texts[place] for place in places.tolist()],
            {dimension: target[places] for dimension, target in self.targets.items()},
            self.groups[places],
            None if self.weights is None else self.weights[places],
        )

    def each_weight(self) -> Floats:
        """Return what each inquiry counts: shape (n_texts,)."""
        return np.ones(len(self)) if self.weights is None else self.weights

    def joined(self, other: "Inquiries") -> "Inquiries":
        """Return these inquiries followed by others."""
        return Inquiries(
            [*self.texts, *other.texts],
            {name: np.vstack([target, other.targets[name]]) for name, target in self.targets.items()},
            np.concatenate([self.groups, other.groups]),
            None
            if self.weights is None and other.weights is None
            else np.concatenate([self.each_weight(), other.each_weight()]),
        )


@dataclass(frozen=True)
class PriorExamples:
    """Definitions and phrases as training sees them: each for one label (its place) of one dimension."""

    texts: Sequence[str]
    dimensions: Sequence[str]
    labels: Ints
    weights: Floats

    def take(self, places: Ints) -> "PriorExamples":
        """Return the examples at some places."""
        return PriorExamples(
            [self.texts[place] for place in places.tolist()],
            [self.dimensions[place] for place in places.tolist()],
            self.labels[places],
            self.weights[places],
        )


@dataclass(frozen=True)
class FittedModel:
    """Fitted estimators, and their content as arrays.

    Attributes
    ----------
    union : turns texts into TF-IDF values.
    estimators : predicted dimension to its estimators, one a label, in their order.
    """

    taxonomy: Taxonomy
    lemmas: LemmaTable
    union: FeatureUnion
    estimators: Mapping[str, Sequence[LogisticRegression]]

    def coefficients(self) -> Floats:
        """Return the coefficients of all outputs side by side: shape (n_features, n_outputs)."""
        return np.ascontiguousarray(np.vstack([model.coef_ for model in self._in_order()]).T)

    def intercept(self) -> Floats:
        """Return the intercepts of all outputs: shape (n_outputs,)."""
        return np.concatenate([model.intercept_ for model in self._in_order()])

    def logits(self, texts: Sequence[str]) -> Floats:
        """Return uncalibrated logits: shape (n_texts, n_outputs)."""
        return np.asarray(self.union.transform(texts) @ self.coefficients() + self.intercept())

    def features(self, options: Features) -> FeatureSpace:
        """Return the features as the runtime has them.

        Raises
        ------
        ConfigError : where the texts were read in a way that the runtime does not know.
        """
        if options.negation or options.compounds or options.focus:
            fault = "negation, compounds og focus kan prøves, men ikke lagres: sett dem til false"
            raise ConfigError("features", [fault])
        blocks = {name: block["tfidf"] for name, block in self.union.transformer_list}
        word_terms = tuple(map(str, blocks["word"].get_feature_names_out()))
        return FeatureSpace(
            word_terms=word_terms,
            char_terms=tuple(map(str, blocks["char"].get_feature_names_out())) if "char" in blocks else (),
            idf=np.concatenate([block.idf_ for block in blocks.values()]),
            lemmas=without_names(self.lemmas.for_lemmas({lemma for term in word_terms for lemma in term.split()})),
            char_range=options.char_range,
            char_weight=options.char_weight,
            damping=options.damping,
            reach=options.reach,
        )

    def _in_order(self) -> list[LogisticRegression]:
        return [model for dimension in self.taxonomy.predicted for model in self.estimators[dimension.id]]


def fit(
    inquiries: Inquiries, prior: PriorExamples, taxonomy: Taxonomy, lemmas: LemmaTable, config: Config
) -> FittedModel:
    """Fit all estimators on inquiries and prior knowledge.

    Coefficients are rounded to half precision, as the artefact keeps them: what is calibrated and judged afterwards
    is what is shipped.
    """
    groups = inquiries.groups.tolist()
    texts: Sequence[str] = inquiries.texts
    if not config.features.rare_words:
        texts = learnt(texts, groups, prior.texts, lemmas, config.features)
    union = feature_union(texts, groups, prior.texts, lemmas, config.features)
    values = csr_array(union.transform([*texts, *prior.texts]))
    estimators = {
        dimension.id: _fit_dimension(dimension, taxonomy, values, inquiries, prior, config)
        for dimension in taxonomy.predicted
    }
    for model in (model for models in estimators.values() for model in models):
        model.coef_ = model.coef_.astype(np.float16).astype(np.float64)
    return FittedModel(taxonomy, lemmas, union, estimators)


def _fit_dimension(
    dimension: Dimension,
    taxonomy: Taxonomy,
    values: csr_array,
    inquiries: Inquiries,
    prior: PriorExamples,
    config: Config,
) -> list[LogisticRegression]:
    weights = prior.weights * _shares(dimension, taxonomy, prior, config)
    used = np.flatnonzero(weights)
    is_own = np.asarray(prior.dimensions)[used] == dimension.id
    of_prior = np.zeros((len(used), len(dimension.labels)), np.int8)
    of_prior[is_own, prior.labels[used[is_own]]] = 1
    chosen = values[np.concatenate([np.arange(len(inquiries)), len(inquiries) + used])]
    targets = np.vstack([inquiries.targets[dimension.id], of_prior])
    weights = np.concatenate([inquiries.each_weight(), weights[used]])
    found = _estimators(dimension, chosen, targets, weights, config.classifier)
    above = taxonomy.path(dimension)[1:2]
    if above and config.classifier.parent:
        is_child = parenthood(dimension, above[0])
        of_parents = _estimators(above[0], chosen, (targets @ is_child).astype(np.int8), weights, config.classifier)
        for model, place in zip(found, is_child.argmax(axis=1), strict=True):
            model.coef_ = model.coef_ + config.classifier.parent * of_parents[place].coef_
            model.intercept_ = model.intercept_ + config.classifier.parent * of_parents[place].intercept_
    return found


def _estimators(
    dimension: Dimension, values: csr_array, targets: Target, weights: Floats, options: Classifier
) -> list[LogisticRegression]:
    """Return an estimator a label, whatever the kind of classifier."""
    if dimension.kind == "single" and options.kind == "multinomial" and targets.any(axis=0).sum() > 2:
        return _parts_of_multinomial(values, targets, weights, options)
    return [
        _one_sided(values.shape[1], bool(target[0]))
        if target.min() == target.max()
        else _one_against_rest(values, target, weights, options)
        for target in targets.T
    ]


def _one_against_rest(values: csr_array, target: Target, weights: Floats, options: Classifier) -> LogisticRegression:
    if options.kind != "hinge":
        return classifier(options).fit(values, target, sample_weight=weights)
    model = support_vectors(options).fit(values, target, sample_weight=weights)
    return _estimator(model.coef_[0], float(model.intercept_[0]))


def _parts_of_multinomial(
    values: csr_array, targets: Target, weights: Floats, options: Classifier
) -> list[LogisticRegression]:
    is_labelled = targets.any(axis=1)
    right = targets[is_labelled].argmax(axis=1)
    whole = multinomial(options).fit(values[is_labelled], right, sample_weight=weights[is_labelled])
    rows = {int(label): row for row, label in enumerate(whole.classes_)}
    return [
        _estimator(whole.coef_[rows[label]], float(whole.intercept_[rows[label]]))
        if label in rows
        else _one_sided(values.shape[1], False)
        for label in range(targets.shape[1])
    ]


def _one_sided(n_features: int, is_always: bool) -> LogisticRegression:
    """Return the estimator of a label that all texts have, or none."""
    return _estimator(np.zeros(n_features), ONE_SIDED_LOGIT if is_always else -ONE_SIDED_LOGIT)


def _estimator(coefficients: Floats, intercept: float) -> LogisticRegression:
    model = LogisticRegression()
    model.classes_ = np.array([0, 1])
    model.coef_ = np.array([coefficients], np.float64)
    model.intercept_ = np.array([intercept])
    return model


def _shares(dimension: Dimension, taxonomy: Taxonomy, prior: PriorExamples, config: Config) -> Floats:
    """Return the share of its weight that each prior example has in a dimension.

    An example counts in its own dimension. In a multi dimension those of single dimensions count a little too, as
    texts without any label: the mere name of a ward is no cause for complaint. Examples of other multi dimensions are
    left out, since a flag's pattern often is a cause as well.
    """
    singles = [other.id for other in taxonomy.predicted if other.kind == "single"]
    is_counter_example = np.isin(prior.dimensions, singles) & (dimension.kind == "multi")
    is_own = np.asarray(prior.dimensions) == dimension.id
    return np.where(is_own, 1.0, np.where(is_counter_example, config.weights.counter_example, 0.0))
