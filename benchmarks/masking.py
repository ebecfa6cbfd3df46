"""Masking of texts of about a hundred words in one process, one by one, and what part each kind of search has in it.

The texts are sentences of the annotated corpus, in which about every third text of a hundred words names somebody: more
than there will be in the inquiries of an office.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

from benchmarks.texts import joined_texts
from pobo_nlp.text.masking import Sought, identifier_spans, mask
from training.config import ROOT, load_config

N_TEXTS = 20_000
ROUNDS = 5
SEED = 2


def measure(n_texts: int = N_TEXTS, rounds: int = ROUNDS) -> dict[str, object]:
    """Return the figures, for `benchmarks/results.json`."""
    texts = joined_texts(ROOT / load_config().data.annotations, n_texts, seed=SEED)
    found = [identifier_spans(text) for text in texts]
    masked = _microseconds(texts, mask, rounds)
    parts = {
        str(sought.name).lower(): _microseconds(texts, partial(identifier_spans, sought=int(sought)), rounds)
        for sought in Sought
    }
    return {
        "texts": n_texts,
        "words_a_text": round(statistics.mean(len(text.split()) for text in texts), 1),
        "rounds": rounds,
        "with_an_identifier": round(sum(map(bool, found)) / n_texts, 3),
        "microseconds_a_text": {"all": masked, **parts},
        "texts_a_second": round(1e6 / masked),
    }


def _microseconds(texts: list[str], work: Callable[[str], object], rounds: int) -> float:
    """Return the median processor time a text."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for text in texts:
            work(text)
        times.append(time.process_time() - start)
    return round(1e6 * statistics.median(times) / len(texts), 1)
