"""How long near-identical stories take to find, and how many are lost: `python -m benchmarks.groups [TEXTS] [SORT]`.

`copies`: texts of the corpus told again and again, a quarter of them word for word, the others with 5, 10 or 30 % of
their words replaced. `mixed`: sentences from anywhere in the corpus, about a hundred words: all different, which is
what takes longest. With up to 40 000 texts the exact search is measured too.
"""

import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.texts import joined_texts
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.patterns.groups import MIN_COSINE
from pobo_nlp.patterns.leaders import leaders
from pobo_nlp.patterns.vectors import CaseVectors, VectorReader

ANNOTATED = Path(__file__).parent.parent / "data" / "annotated"
SORTS = ("copies", "mixed")
SHARES = (0.0, 0.05, 0.1, 0.3)
MOST_EXACT = 40_000
TEXTS_AT_ONCE = 4096
EXACT = {"most_features": 10**6, "least_shared": MIN_COSINE - 1e-3}


def copies(n_texts: int) -> Iterator[str]:
    files = sorted(ANNOTATED.glob("*.jsonl"))
    texts = [json.loads(line)["text"] for path in files for line in path.read_text("utf-8").splitlines()]
    random = np.random.default_rng(1)
    all_words = [word for text in texts for word in text.split()]
    for number in range(n_texts):
        words = texts[number % len(texts)].split()
        for place in np.flatnonzero(random.random(len(words)) < random.choice(SHARES)):
            words[place] = all_words[random.integers(len(all_words))]
        yield " ".join(words)


def mixed(n_texts: int) -> list[str]:
    return joined_texts(ANNOTATED, n_texts, seed=1)


def read(made: Iterable[str]) -> CaseVectors:
    reader, texts = VectorReader(Scorer.load()), iter(made)
    while some := list(islice(texts, TEXTS_AT_ONCE)):
        reader(np.arange(len(some)), some)
    return reader.vectors()


def measure(vectors: CaseVectors, name: str, **search: float) -> None:
    start = time.perf_counter()
    leader, _ = leaders(vectors.matrix, vectors.idf, MIN_COSINE, **search)  # type: ignore[arg-type]
    seconds = time.perf_counter() - start
    sizes = np.bincount(leader)[leader]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{name}: {seconds:.1f} s, {(sizes >= 5).sum()} texts in groups of five or more, peak {peak:.2f} GiB")


def main() -> None:
    n_texts = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    for sort in sys.argv[2:] or SORTS:
        vectors = read(copies(n_texts) if sort == "copies" else mixed(n_texts))
        measure(vectors, f"{sort}, {n_texts} texts")
        if n_texts <= MOST_EXACT:
            measure(vectors, f"{sort}, {n_texts} texts, exact", **EXACT)


if __name__ == "__main__":
    main()
