"""Scoring of all dimensions: this runtime against scikit-learn's own vectorisers and `predict_proba`, in one run.

Both sides hold the same fitted model, get the same raw texts, mask and fold them by the same function, and must give
the same probabilities. They take turns, so that a machine that slows down slows both; the median ratio counts.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact import load
from pobo_nlp.model.scorer import Scorer
from training.config import ROOT, load_config
from training.fit import fit
from training.folds import Operation
from training.reference import ScikitLearnPeer
from training.run import Sources, artefact_of, prepared, read_corpus, task_of

ROUNDS = 5
COPIES = 3
MAX_DIFFERENCE = 1e-6
Probabilities = dict[str, NDArray[np.float64]]


def timed(work: Callable[[], Probabilities]) -> tuple[float, Probabilities]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def largest_difference(one: Probabilities, other: Probabilities) -> float:
    return max(float(np.abs(one[dimension] - values).max()) for dimension, values in other.items())


def main() -> None:
    config = load_config()
    data = config.data
    corpus = read_corpus(Sources(ROOT / data.taxonomy, ROOT / data.annotations, ROOT / data.lexicon), config)
    task = task_of(corpus, config)
    print("Fitting the model that both sides use ...")
    model = fit(prepared(corpus, config)[0], task.prior, task.taxonomy, task.lemmas, config)
    shipped = load(ROOT / data.out).artefact
    operation = Operation(dict(shipped.calibrations), dict(shipped.thresholds))
    peer = ScikitLearnPeer(model, operation.calibrations)
    artefact = artefact_of(corpus, model, operation, config)
    texts = [row.text for row in corpus.train] * COPIES

    def runtime() -> Probabilities:
        # New features each round: their store of words begins empty, as at the start of a batch.
        features = replace(artefact.features)
        return Scorer(replace(artefact, features=features), "bench").probabilities(texts)

    def scikit_learn() -> Probabilities:
        return peer.probabilities(texts)

    rounds = []
    for _ in range(ROUNDS):
        ours, probabilities = timed(runtime)
        theirs, expected = timed(scikit_learn)
        rounds.append((ours, theirs))
        if largest_difference(probabilities, expected) > MAX_DIFFERENCE:
            raise SystemExit("The two sides give different probabilities.")
    ratios = sorted(theirs / ours for ours, theirs in rounds)
    for name, times in zip(("pobo_nlp runtime", "scikit-learn"), zip(*rounds, strict=True), strict=True):
        median = statistics.median(times)
        print(f"{name:20} {median:7.3f} s  {1e6 * median / len(texts):6.0f} µs a text")
    print(f"{len(texts)} texts, one process, {ROUNDS} rounds; probabilities equal within {MAX_DIFFERENCE}.")
    print(f"Ratio {statistics.median(ratios):.1f} (from {ratios[0]:.1f} to {ratios[-1]:.1f}).")


if __name__ == "__main__":
    main()
