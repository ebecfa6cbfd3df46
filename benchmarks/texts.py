"""Texts to measure with: sentences of the annotated corpus, joined to about a hundred words. Never trained on."""

import json
import random
import re
from pathlib import Path

WORDS_A_TEXT = 100
# Joined texts differ in length as inquiries do: from a third less to a third more.
SPREAD = 1 / 3
_END = re.compile(r"(?<=[.!?])\s+|\n+")


def joined_texts(annotated: Path, n_texts: int, *, seed: int) -> list[str]:
    """Return distinct texts, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311
    sentences = sorted(_sentences(annotated))
    texts: dict[str, None] = {}
    while len(texts) < n_texts:
        texts[_text(sentences, draw)] = None
    return list(texts)


def _sentences(annotated: Path) -> set[str]:
    """Return the distinct sentences of the training files; what a release is tested on stays untouched."""
    files = (path for path in annotated.glob("*.jsonl") if not path.name.startswith("test"))
    rows = (json.loads(line) for path in files for line in path.read_text("utf-8").splitlines())
    return {part.strip() for row in rows for part in _END.split(row["text"]) if part.strip()}


def _text(sentences: list[str], draw: random.Random) -> str:
    wanted = draw.uniform(1 - SPREAD, 1 + SPREAD) * WORDS_A_TEXT
    chosen, n_words = [], 0
    while n_words < wanted:
        chosen.append(draw.choice(sentences))
        n_words += len(chosen[-1].split())
    return " ".join(chosen)
