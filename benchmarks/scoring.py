"""Scoring of all dimensions in one process, against scikit-learn's own vectorisers and against fastText, in one run.

Every side gets the same raw texts, and masks and folds them. Scikit-learn has the content of the same model, and must
give the same probabilities; fastText says the area alone. The sides take turns, so that a machine that slows down slows
all of them; processor time counts, and the median ratio.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import FastText, ScikitLearn
from benchmarks.texts import joined_texts
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.location import default_model
from pobo_nlp.model.scorer import Scorer
from training.annotations import annotation_files, read_annotations
from training.config import ROOT, load_config

N_TEXTS = 20_000
ROUNDS = 5
SEED = 1
MAX_DIFFERENCE = 1e-6
Result = TypeVar("Result")
Probabilities = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Times:
    """Processor seconds of each round."""

    ours: list[float] = field(default_factory=list)
    scikit_learn: list[float] = field(default_factory=list)
    fasttext: list[float] = field(default_factory=list)

    def add(self, ours: float, scikit_learn: float, fasttext: float) -> None:
        """Take up a round."""
        self.ours.append(ours)
        self.scikit_learn.append(scikit_learn)
        self.fasttext.append(fasttext)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def largest_difference(one: Probabilities, other: Probabilities) -> float:
    return max(float(np.abs(one[dimension] - values).max()) for dimension, values in other.items())


def measure(n_texts: int = N_TEXTS, rounds: int = ROUNDS) -> dict[str, object]:
    """Return the figures, for `benchmarks/results.json`."""
    annotated = ROOT / load_config().data.annotations
    texts = joined_texts(annotated, n_texts, seed=SEED)
    artefact = load(default_model()).artefact
    scikit_learn = ScikitLearn(artefact)
    annotations, _ = read_annotations(annotation_files(annotated).train, artefact.taxonomy)
    fasttext = FastText(annotations)
    times, difference = Times(), 0.0
    for _ in range(rounds):
        # A new one each round: no word has been met before.
        scorer = Scorer.load(default_model())
        ours, scores = timed(lambda scorer=scorer: scorer.scores(texts))
        theirs, expected = timed(lambda: scikit_learn.probabilities(texts))
        of_fasttext, _ = timed(lambda: fasttext.labels(texts))
        difference = max(difference, largest_difference(scores.probability, expected))
        times.add(ours, theirs, of_fasttext)
    if difference > MAX_DIFFERENCE:
        raise SystemExit(f"The two sides give probabilities that differ by {difference}.")
    return {
        "texts": n_texts,
        "words_a_text": round(statistics.mean(len(text.split()) for text in texts), 1),
        "rounds": rounds,
        "microseconds_a_text": {
            "pobo_nlp": _microseconds(times.ours, n_texts),
            "scikit_learn": _microseconds(times.scikit_learn, n_texts),
            "fasttext": _microseconds(times.fasttext, n_texts),
        },
        "times_as_fast_as_scikit_learn": _ratio(times.scikit_learn, times.ours),
        "times_as_fast_as_fasttext": _ratio(times.fasttext, times.ours),
        "largest_difference_of_a_probability": float(f"{difference:.1e}"),
    }


def _microseconds(seconds: Sequence[float], n_texts: int) -> float:
    return round(1e6 * statistics.median(seconds) / n_texts, 1)


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> dict[str, float]:
    """Return the median of the rounds' ratios, and the least and the greatest."""
    ratios = sorted(one / other for one, other in zip(theirs, ours, strict=True))
    return {"value": round(statistics.median(ratios), 2), "low": round(ratios[0], 2), "high": round(ratios[-1], 2)}
