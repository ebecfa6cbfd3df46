"""The peers: the shipped model as scikit-learn has it, and fastText behind the same masking."""

import tempfile
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from pobo_nlp.model.artefact import Artefact
from pobo_nlp.text.tokens import word_forms
from training.annotations import Annotation
from training.baselines.fast_text import LEARNING_RATE, PREFIX, FastTextModel
from training.fit import FittedModel
from training.folds import Operation
from training.pipeline import LengthNormaliser
from training.reference import ScikitLearnPeer
from training.words import Terms, document, words_read

AREA = "tjenesteomrade"
# Pairs of words, and else what fastText has by default: no parts of words, and vectors of a hundred numbers.
FASTTEXT = {"wordNgrams": 2, "epoch": 5, "lr": LEARNING_RATE, "thread": 1, "seed": 1, "verbose": 0}
N_LABELS = 3


class ScikitLearn:
    """Masking, folding, `TfidfVectorizer` and `predict_proba` with the content of a model."""

    def __init__(self, artefact: Artefact) -> None:
        model = FittedModel(artefact.taxonomy, artefact.features.lemmas, _union(artefact), _estimators(artefact))
        operation = Operation(dict(artefact.calibrations), dict(artefact.rerankers), {}, {})
        self._peer = ScikitLearnPeer(model, operation)

    def probabilities(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Return predicted dimension to probabilities; every text is masked and folded anew, once."""
        words_read.cache_clear()
        return self._peer.probabilities(texts)


def _union(artefact: Artefact) -> FeatureUnion:
    space = artefact.features
    words = _block(space.word_terms, space.damping, analyzer=Terms(space.lemmas, reach=space.reach))
    chars = _block(
        space.char_terms, space.damping, preprocessor=document, analyzer="char_wb", ngram_range=space.char_range
    )
    union = FeatureUnion([("word", words), ("char", chars)], transformer_weights={"char": space.char_weight})
    # Whatever it is fitted on, its vocabulary is given, and its document frequencies are set.
    union.fit([" ".join(space.word_terms[:1])])
    n_words = len(space.word_terms)
    for block, idf in ((words, space.idf[:n_words]), (chars, space.idf[n_words:])):
        block["tfidf"].idf_ = idf
    return union


def _block(terms: Sequence[str], damping: float, **reading: object) -> Pipeline:
    counts = TfidfVectorizer(vocabulary=list(terms), sublinear_tf=True, norm=None, **reading)
    return Pipeline([("tfidf", counts), ("length", LengthNormaliser(damping))])


def _estimators(artefact: Artefact) -> dict[str, list[LogisticRegression]]:
    columns = iter(zip(artefact.coefficients.T.astype(np.float64), artefact.intercept, strict=True))
    return {
        dimension.id: [_estimator(*next(columns)) for _ in dimension.labels]
        for dimension in artefact.taxonomy.predicted
    }


def _estimator(coefficients: np.ndarray, intercept: float) -> LogisticRegression:
    model = LogisticRegression()
    model.classes_ = np.array([0, 1])
    model.coef_, model.intercept_ = coefficients[None, :], np.array([intercept])
    return model


class FastText:
    """A fastText model of the area alone, behind the same masking and folding."""

    def __init__(self, annotations: Sequence[Annotation]) -> None:
        self.model = _trained(annotations)

    def labels(self, texts: Sequence[str]) -> object:
        """Return the three likeliest areas of each text."""
        return self.model.predict([" ".join(word_forms(text)) for text in texts], k=N_LABELS)


def _trained(annotations: Sequence[Annotation]) -> FastTextModel:
    import fasttext

    # A private file (mode 0600), gone when training ends.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        for row in annotations:
            file.write(f"{PREFIX}{row.labels[AREA][0]} {' '.join(word_forms(row.text))}\n")
        file.flush()
        return fasttext.train_supervised(file.name, **FASTTEXT)
