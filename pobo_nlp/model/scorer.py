"""Texts in, suggestions out: the one way through the model."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.artefact import Artefact
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.assembly import assemble
from pobo_nlp.model.explanation import Explanation, explain
from pobo_nlp.model.featuriser import Featuriser
from pobo_nlp.model.heads import probabilities
from pobo_nlp.model.location import default_model
from pobo_nlp.model.product import product
from pobo_nlp.model.reading import Reading, read, read_all
from pobo_nlp.model.scores import Scores, decided, joined
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Taxonomy

# Texts, and characters, that are scored in one sparse product. The coefficients are read once a block, so small blocks
# are slow; what large ones need is fetched from the system, and given back, each time anew (docs/adr/0015).
TEXTS_AT_ONCE = 256
CHARS_AT_ONCE = 250_000


class Scorer:
    """A loaded model.

    Parameters
    ----------
    artefact : what was trained.
    model_id : `name@hash8`, written on every suggestion.
    """

    def __init__(self, artefact: Artefact, model_id: str) -> None:
        self.artefact = artefact
        self.model_id = model_id
        self._featuriser = Featuriser(artefact.features)
        self._coefficients = np.asarray(artefact.coefficients, np.float32)

    @classmethod
    def load(cls, folder: Path | str | None = None, *, coefficients: Path | None = None) -> "Scorer":
        """Load a model; without a folder, the one that is shipped.

        Parameters
        ----------
        coefficients : shared with other processes, as `artefact.shared_coefficients` gives them.

        Raises
        ------
        ModelError : where the folder holds no usable model.
        """
        loaded = load(Path(folder) if folder is not None else default_model(), coefficients=coefficients)
        return cls(loaded.artefact, loaded.id)

    @property
    def taxonomy(self) -> Taxonomy:
        """The label scheme that the model was trained for."""
        return self.artefact.taxonomy

    @overload
    def suggest(  # type: ignore[overload-overlap]  # a str is an Iterable[str] too; here it is one text
        self, texts: str | Inquiry, *, with_evidence: bool = ...
    ) -> Suggestion: ...
    @overload
    def suggest(self, texts: Iterable[str | Inquiry], *, with_evidence: bool = ...) -> list[Suggestion]: ...
    def suggest(
        self, texts: str | Inquiry | Iterable[str | Inquiry], *, with_evidence: bool = True
    ) -> Suggestion | list[Suggestion]:
        """Suggest labels for one text, or for several.

        Parameters
        ----------
        texts : a text of type `str` gets its place in the list, counted from 1, as id.
        with_evidence : whether the words that speak for each label are found.
        """
        if isinstance(texts, str | Inquiry):
            return self.suggest([texts], with_evidence=with_evidence)[0]
        inquiries = [
            text if isinstance(text, Inquiry) else Inquiry(str(number), text)
            for number, text in enumerate(texts, start=1)
        ]
        return [
            suggestion
            for start in range(0, len(inquiries), TEXTS_AT_ONCE)
            for suggestion in self._suggestions(inquiries[start : start + TEXTS_AT_ONCE], with_evidence)
        ]

    def scores(self, texts: Sequence[str]) -> Scores:
        """Suggest labels for several texts, by column: what `suggest` says, in arrays.

        Parameters
        ----------
        texts : as many as fit into memory; callers hand in a table chunk by chunk.
        """
        return joined([self._scores(block) for block in _blocks(texts, self.artefact.limits.max_chars)])

    def _scores(self, texts: Sequence[str]) -> Scores:
        readings = read_all(texts, self.artefact.limits, self._featuriser.words)
        probability = self._probabilities(self._featuriser.counts_of(readings.words, readings.ends))
        return decided(probability, readings.doubts, readings.malform, self.artefact)

    def probabilities(self, texts: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return calibrated probabilities for every dimension, parents included.

        Returns
        -------
        Dimension to shape (n_texts, n_labels), labels in the order of the scheme.
        """
        return dict(self.scores(texts).probability)

    def explain(self, text: str) -> Explanation:
        """Return what every word of a text adds to every output's logit, before calibration."""
        return self._explain(read(text, self.artefact.limits))

    def _explain(self, reading: Reading) -> Explanation:
        artefact = self.artefact
        return explain(reading.tokens, self._featuriser, self._coefficients, artefact.intercept)

    def _probabilities(self, counts: csr_array) -> dict[str, NDArray[np.float64]]:
        values = self._featuriser.weigh(counts)
        logits = product(values, self._coefficients) + self.artefact.intercept
        return probabilities(logits, self.taxonomy, self.artefact.calibrations, self.artefact.rerankers)

    def _suggestions(self, inquiries: Sequence[Inquiry], with_evidence: bool) -> Iterator[Suggestion]:
        readings = [read(inquiry.text, self.artefact.limits) for inquiry in inquiries]
        of_all = self._probabilities(self._featuriser.counts([reading.forms for reading in readings]))
        for number, (inquiry, reading) in enumerate(zip(inquiries, readings, strict=True)):
            yield assemble(
                inquiry.id,
                reading,
                {dimension: values[number] for dimension, values in of_all.items()},
                self._explain(reading) if with_evidence and reading.is_readable else None,
                artefact=self.artefact,
                model_id=self.model_id,
            )


def _blocks(texts: Sequence[str], max_chars: int) -> Iterator[Sequence[str]]:
    """Yield the texts in blocks that are not too large, at least one block."""
    start = n_chars = 0
    for place, text in enumerate(texts):
        chars = min(len(text), max_chars)
        if place > start and (place == start + TEXTS_AT_ONCE or n_chars + chars > CHARS_AT_ONCE):
            yield texts[start:place]
            start, n_chars = place, 0
        n_chars += chars
    yield texts[start:]
