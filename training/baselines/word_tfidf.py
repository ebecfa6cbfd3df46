"""Word TF-IDF and logistic regression, as scikit-learn has them out of the box."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pobo_nlp.taxonomy import Kind
from training.baselines.baseline import Floats, Target
from training.baselines.lesson import Lesson

MAX_ITERATIONS = 1000


@dataclass(frozen=True, slots=True)
class WordTfidf:
    """A fitted vectoriser and fitted models.

    Attributes
    ----------
    models : single dimension to one model of all labels, multi dimension to one model a label.
    """

    vectoriser: TfidfVectorizer
    models: Mapping[str, Sequence[LogisticRegression]]
    kinds: Mapping[str, Kind]

    def scores(self, documents: Sequence[str]) -> dict[str, Floats]:
        """Return probabilities."""
        values = self.vectoriser.transform(documents)
        found = {}
        for name, models in self.models.items():
            of_models = [model.predict_proba(values) for model in models]
            is_single = self.kinds[name] == "single"
            found[name] = of_models[0] if is_single else np.column_stack([each[:, 1] for each in of_models])
        return found

    def size_bytes(self) -> int:
        """Return the size of the arrays and of the vocabulary's words."""
        words = sum(len(word.encode()) for word in self.vectoriser.vocabulary_)
        arrays = [model.coef_.nbytes + model.intercept_.nbytes for models in self.models.values() for model in models]
        return int(words + self.vectoriser.idf_.nbytes + sum(arrays))


def word_tfidf(lesson: Lesson) -> WordTfidf:
    """Fit a multinomial model for a single dimension, one model a label for a multi dimension."""
    vectoriser = TfidfVectorizer()
    values = vectoriser.fit_transform(lesson.documents)
    models = {
        name: [
            LogisticRegression(max_iter=MAX_ITERATIONS).fit(values, labels)
            for labels in _outputs(target, lesson.kinds[name])
        ]
        for name, target in lesson.targets.items()
    }
    return WordTfidf(vectoriser, models, lesson.kinds)


def _outputs(target: Target, kind: Kind) -> Sequence[Target]:
    return [target.argmax(axis=1)] if kind == "single" else list(target.T)
