"""Baselines are fitted and answer, and what that costs is measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from threadpoolctl import threadpool_limits

from training.baselines.baseline import Baseline, Given, Target
from training.baselines.fast_text import fast_text
from training.baselines.learned import learned
from training.baselines.most_frequent import most_frequent
from training.baselines.phrase_bank import phrase_bank
from training.baselines.spacy_textcat import spacy_textcat
from training.baselines.word_tfidf import word_tfidf
from training.decide import with_parents
from training.fit import Inquiries

BASELINES: Mapping[str, Callable[[Given], Baseline]] = {
    "most_frequent": most_frequent,
    "phrase_bank": phrase_bank,
    "word_tfidf": partial(learned, word_tfidf),
    "fasttext": partial(learned, fast_text),
    "spacy_textcat": partial(learned, spacy_textcat),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a baseline costs on one thread, measured in this run: it differs from run to run.

    Attributes
    ----------
    train_s : seconds until it can answer, its thresholds included.
    texts_per_s : texts answered in a second, all dimensions, reading included.
    size_bytes : of what would have to be kept.
    """

    train_s: float
    texts_per_s: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BaselineAnswers:
    """What a baseline says.

    Attributes
    ----------
    answers : test to dimension, parents included, to 0 or 1: shape (n_texts, n_labels).
    """

    answers: Mapping[str, Mapping[str, Target]]
    cost: Cost


def judged(name: str, given: Given, tests: Mapping[str, Inquiries]) -> BaselineAnswers:
    """Fit a baseline once and let it answer all tests.

    Parameters
    ----------
    name : one of `BASELINES`.
    tests : name of a test to its texts; their targets are not looked at.
    """
    # Linear algebra would else use as many threads as it finds.
    with threadpool_limits(limits=1):
        began = perf_counter()
        baseline = BASELINES[name](given)
        fitted = perf_counter()
        answers = {test: baseline.answers(inquiries.texts) for test, inquiries in tests.items()}
        ended = perf_counter()
    n_texts = sum(map(len, tests.values()))
    cost = Cost(
        train_s=round(fitted - began, 3),
        texts_per_s=round(n_texts / max(ended - fitted, 1e-9), 1),
        size_bytes=baseline.size_bytes(),
    )
    return BaselineAnswers({test: with_parents(found, given.taxonomy) for test, found in answers.items()}, cost)
