"""fastText, supervised (Joulin et al. 2017, "Bag of tricks for efficient text classification"): a model a dimension."""

import ctypes
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from pobo_nlp.scratch import scratch_folder
from pobo_nlp.taxonomy import Kind
from training.baselines.baseline import Floats, Target
from training.baselines.lesson import Lesson

# Pairs of words, and the parts of words that fastText advises for languages with compounds and endings. Half the
# default size of a vector, and a tenth of the default number of buckets: the default model would take 800 MB a
# dimension, and cross-validation on the training texts finds it no better.
SETTINGS = {"wordNgrams": 2, "minn": 4, "maxn": 5, "dim": 50, "bucket": 200_000, "epoch": 50}
LOSSES: Mapping[Kind, str] = {"single": "softmax", "multi": "ova"}
LEARNING_RATE = 0.5
# fastText gives up where its weights overflow, and advises a lower rate.
LOWER_RATE = 0.7
LOWEST_RATE = 0.01
PREFIX = "__label__"
# fastText passes over a text without any label. With this one it counts as a text that has none of the others.
NONE = "none"
# Of `mallopt` in the C library of Linux: new memory is filled with the complement of this byte, here with zeros.
FILL_NEW_MEMORY, WITH_ZEROS, AS_IT_IS = -6, 0xFF, 0


class FastTextModel(Protocol):
    """What is used of a model of the `fasttext` package."""

    def predict(self, text: list[str], k: int) -> tuple[Sequence[Sequence[str]], Sequence[Sequence[float]]]:
        """Return the labels of each text with their probabilities."""

    def save_model(self, path: str) -> None:
        """Write the model."""


@dataclass(frozen=True, slots=True)
class FastText:
    """Fitted models.

    Attributes
    ----------
    models : dimension to its model, whose labels are places among the labels of the lesson.
    """

    models: Mapping[str, FastTextModel]
    n_labels: Mapping[str, int]

    def scores(self, documents: Sequence[str]) -> dict[str, Floats]:
        """Return probabilities; those of a multi dimension are of each label by itself."""
        return {name: _scores(model, documents, self.n_labels[name]) for name, model in self.models.items()}

    def size_bytes(self) -> int:
        """Return the size of the model files."""
        return sum(_size_bytes(model) for model in self.models.values())


def fast_text(lesson: Lesson, *, learning_rate: float = LEARNING_RATE) -> FastText:
    """Fit a model for every dimension, in one thread and so the same in every run."""
    models = {
        name: _fitted(lesson.documents, target, LOSSES[lesson.kinds[name]], lesson.seed, learning_rate)
        for name, target in lesson.targets.items()
    }
    return FastText(models, {name: target.shape[1] for name, target in lesson.targets.items()})


def _fitted(documents: Sequence[str], target: Target, loss: str, seed: int, learning_rate: float) -> FastTextModel:
    # A private file (mode 0600): it holds people's texts, and is gone when training ends.
    with scratch_folder() as folder:
        path = folder / "lesson.txt"
        path.touch(0o600)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{_labels(row)} {text}\n" for text, row in zip(documents, target, strict=True))
        return _trained(str(path), loss, seed, learning_rate)


def _trained(path: str, loss: str, seed: int, learning_rate: float) -> FastTextModel:
    import fasttext  # type: ignore[import-untyped]

    try:
        with _zeroed_memory():
            model: FastTextModel = fasttext.train_supervised(
                path, lr=learning_rate, loss=loss, seed=seed, thread=1, verbose=0, **SETTINGS
            )
    except RuntimeError as error:
        if "NaN" not in str(error) or learning_rate < LOWEST_RATE:
            raise
        return _trained(path, loss, seed, learning_rate * LOWER_RATE)
    return model


@contextmanager
def _zeroed_memory() -> Iterator[None]:
    """Fill new memory with zeros: fastText in one thread gives start values to a tenth of its vectors alone.

    The others would begin as whatever the memory held before, and two trainings would differ.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        yield
        return
    mallopt(FILL_NEW_MEMORY, WITH_ZEROS)
    try:
        yield
    finally:
        mallopt(FILL_NEW_MEMORY, AS_IT_IS)


def _labels(row: Target) -> str:
    return " ".join(f"{PREFIX}{place}" for place in np.flatnonzero(row)) or f"{PREFIX}{NONE}"


def _scores(model: FastTextModel, documents: Sequence[str], n_labels: int) -> Floats:
    found = np.zeros((len(documents), n_labels))
    for row, (labels, probabilities) in enumerate(zip(*model.predict(list(documents), k=-1), strict=True)):
        for label, probability in zip(labels, probabilities, strict=True):
            if label != f"{PREFIX}{NONE}":
                found[row, int(label.removeprefix(PREFIX))] = probability
    return found


def _size_bytes(model: FastTextModel) -> int:
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        model.save_model(file.name)
        return Path(file.name).stat().st_size
