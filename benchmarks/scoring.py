"""Scoring of all dimensions: this runtime against scikit-learn's own vectorisers and `predict_proba`, in one run.

Both sides hold the same fitted model, get the same raw texts, mask and fold them by the same function, and must give
the same probabilities. They take turns, so that a machine that slows down slows both; the median ratio counts.
"""

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact import load
from pobo_nlp.model.scorer import Scorer
from training.config import ROOT, load_config
from training.corpus import Sources, prepared, read_corpus, task_of
from training.folds import Operation, fit_task
from training.reference import ScikitLearnPeer
from training.run import artefact_of

ROUNDS = 8
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
    prepared_texts = prepared(corpus, config)
    print("Fitting the model that both sides use ...")
    model = fit_task(prepared_texts.train, task_of(corpus, prepared_texts.translations, config))
    shipped = load(ROOT / data.out).artefact
    operation = Operation(dict(shipped.calibrations), dict(shipped.thresholds))
    peer = ScikitLearnPeer(model, operation.calibrations)
    scorer = Scorer(artefact_of(corpus, model, operation, config, name="bench"), "bench")
    texts = [row.text for row in corpus.train] * COPIES
    rounds = []
    for _ in range(ROUNDS):
        ours, probabilities = timed(lambda: scorer.probabilities(texts))
        theirs, expected = timed(lambda: peer.probabilities(texts))
        if largest_difference(probabilities, expected) > MAX_DIFFERENCE:
            raise SystemExit("The two sides give different probabilities.")
        rounds.append((ours, theirs))
    print(f"{len(texts)} texts a round, one process; probabilities equal within {MAX_DIFFERENCE}.")
    # In the first round no word has been met before; from the second on it is as in the midst of a long batch.
    report("first round", rounds[:1], len(texts))
    report("later rounds", rounds[1:], len(texts))


def report(name: str, rounds: Sequence[tuple[float, float]], n_texts: int) -> None:
    ours, theirs = (1e6 * statistics.median(times) / n_texts for times in zip(*rounds, strict=True))
    ratios = sorted(theirs / ours for ours, theirs in rounds)
    print(
        f"{name:12}  pobo_nlp {ours:4.0f} µs a text, scikit-learn {theirs:4.0f} µs a text, "
        f"ratio {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
    )


if __name__ == "__main__":
    main()
