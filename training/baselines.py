"""What simpler ways would have answered, on the same rows: a figure means little without them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.utils.parallel import Parallel, delayed

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.candidates import document
from training.decide import with_parents
from training.evaluate import Bootstrap, Interval
from training.fit import Inquiries

Target = NDArray[np.int8]
MAX_ITERATIONS = 1000


def most_frequent(train: Inquiries, test: Inquiries, dimension: Dimension) -> Target:
    """Answer the label, or for a multi dimension the set of labels, that is most frequent in training."""
    sets, counts = np.unique(train.targets[dimension.id], axis=0, return_counts=True)
    return np.tile(sets[counts.argmax()], (len(test), 1))


def word_tfidf(train: Inquiries, test: Inquiries, dimension: Dimension) -> Target:
    """Answer as scikit-learn does out of the box: word TF-IDF and logistic regression on the inquiries alone."""
    vectoriser = TfidfVectorizer(preprocessor=document)
    values, unseen = vectoriser.fit_transform(train.texts), vectoriser.transform(test.texts)
    target = train.targets[dimension.id]
    if dimension.kind == "multi":
        occurs = target.any(axis=0) & ~target.all(axis=0)
        answers = np.tile(target.all(axis=0).astype(np.int8), (len(test), 1))
        if occurs.any():
            model = OneVsRestClassifier(LogisticRegression(max_iter=MAX_ITERATIONS)).fit(values, target[:, occurs])
            answers[:, occurs] = model.predict(unseen).reshape(len(test), -1)
        return answers
    model = LogisticRegression(max_iter=MAX_ITERATIONS).fit(values, target.argmax(axis=1))
    return np.asarray(np.eye(len(dimension.labels), dtype=np.int8)[model.predict(unseen)])


BASELINES: Mapping[str, Callable[[Inquiries, Inquiries, Dimension], Target]] = {
    "most_frequent": most_frequent,
    "word_tfidf": word_tfidf,
}


def baseline_figures(
    pairs: Sequence[tuple[Inquiries, Inquiries]], taxonomy: Taxonomy, *, samples: int, seed: int, workers: int
) -> dict[str, dict[str, Interval]]:
    """Return the main figure of each dimension for each baseline.

    Parameters
    ----------
    pairs : what each is trained on and judged on; the latter are judged together.
    workers : processes.
    """
    bootstrap = Bootstrap(np.concatenate([test.groups for _, test in pairs]), samples=samples, seed=seed)
    truth = with_parents(
        {d.id: np.vstack([test.targets[d.id] for _, test in pairs]) for d in taxonomy.predicted}, taxonomy
    )
    found = {}
    for name, answer in BASELINES.items():
        of_pairs = Parallel(n_jobs=workers)(delayed(_answers)(answer, *pair, taxonomy) for pair in pairs)
        answers = with_parents(
            {d.id: np.vstack([of_pair[d.id] for of_pair in of_pairs]) for d in taxonomy.predicted}, taxonomy
        )
        found[name] = {d.id: _main(d, answers[d.id], truth[d.id], bootstrap) for d in taxonomy.dimensions}
    return found


def _answers(
    answer: Callable[[Inquiries, Inquiries, Dimension], Target], train: Inquiries, test: Inquiries, taxonomy: Taxonomy
) -> dict[str, Target]:
    return {dimension.id: answer(train, test, dimension) for dimension in taxonomy.predicted}


def _main(dimension: Dimension, answers: Target, truth: Target, bootstrap: Bootstrap) -> Interval:
    hits = (answers * truth).sum(axis=1).astype(float)
    if dimension.kind == "single":
        return bootstrap.mean(hits)
    return bootstrap.share(2 * hits, (answers.sum(axis=1) + truth.sum(axis=1)).astype(float))
