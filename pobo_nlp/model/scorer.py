"""Texts in, suggestions out: the one way through the model."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.artefact import Artefact, LoadedArtefact, load
from pobo_nlp.model.decisions import accepted_dimensions, listed_in_multi, listed_in_single
from pobo_nlp.model.explanation import Explanation, explain
from pobo_nlp.model.heads import columns_of, probabilities
from pobo_nlp.model.location import default_model
from pobo_nlp.suggestion import Evidence, LabelSuggestion, Malform, Review, Suggestion
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.language import malform
from pobo_nlp.text.normalise import has_control_characters
from pobo_nlp.text.tokens import Token, tokenise

# Texts that are scored in one sparse product; more take memory and bring no speed.
TEXTS_AT_ONCE = 512
# With one of these nothing is accepted; with one of the second group nothing is even listed.
_BLOCKING: frozenset[Review] = frozenset(
    {"empty", "too_short", "too_long", "control_characters", "language_not_supported"}
)
_UNREADABLE: frozenset[Review] = frozenset({"empty", "language_not_supported"})


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

    @classmethod
    def load(cls, folder: Path | str | None = None) -> "Scorer":
        """Load a model; without a folder, the one that is shipped.

        Raises
        ------
        ModelError : where the folder holds no usable model.
        """
        loaded: LoadedArtefact = load(Path(folder) if folder is not None else default_model())
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
        with_evidence : whether the words that speak for each label are found; without, it is twice as fast.
        """
        if isinstance(texts, str | Inquiry):
            return self.suggest([texts], with_evidence=with_evidence)[0]
        inquiries = [
            text if isinstance(text, Inquiry) else Inquiry(str(number), text)
            for number, text in enumerate(texts, start=1)
        ]
        suggestions: list[Suggestion] = []
        for start in range(0, len(inquiries), TEXTS_AT_ONCE):
            suggestions += self._suggest_block(inquiries[start : start + TEXTS_AT_ONCE], with_evidence)
        return suggestions

    def probabilities(self, texts: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return calibrated probabilities for every dimension, parents included.

        Returns
        -------
        Dimension to shape (n_texts, n_labels), labels in the order of the scheme.
        """
        blocks = [
            self._probabilities([self._tokens(text) for text in texts[start : start + TEXTS_AT_ONCE]])
            for start in range(0, max(len(texts), 1), TEXTS_AT_ONCE)
        ]
        return {dimension: np.vstack([block[dimension] for block in blocks]) for dimension in blocks[0]}

    def explain(self, text: str) -> Explanation:
        """Return what every word adds to every output's logit, before calibration."""
        return self._explain(self._tokens(text))

    def _tokens(self, text: str) -> list[Token]:
        return tokenise(text[: self.artefact.limits.max_chars])

    def _explain(self, tokens: Sequence[Token]) -> Explanation:
        artefact = self.artefact
        return explain(tokens, artefact.features, artefact.coefficients, artefact.intercept)

    def _probabilities(self, tokens: Sequence[Sequence[Token]]) -> dict[str, NDArray[np.float64]]:
        features = self.artefact.features
        counts = features.counts([[token.form for token in of_text] for of_text in tokens])
        logits = features.weigh(counts) @ self.artefact.coefficients + self.artefact.intercept
        return probabilities(logits, self.taxonomy, self.artefact.calibrations)

    def _suggest_block(self, inquiries: Sequence[Inquiry], with_evidence: bool) -> list[Suggestion]:
        tokens = [self._tokens(inquiry.text) for inquiry in inquiries]
        of_all = self._probabilities(tokens)
        return [
            self._suggestion(
                inquiry,
                of_text,
                {dimension: values[number] for dimension, values in of_all.items()},
                with_evidence,
            )
            for number, (inquiry, of_text) in enumerate(zip(inquiries, tokens, strict=True))
        ]

    def _suggestion(
        self,
        inquiry: Inquiry,
        tokens: Sequence[Token],
        probability: Mapping[str, NDArray[np.float64]],
        with_evidence: bool,
    ) -> Suggestion:
        forms = [token.form for token in tokens]
        text = inquiry.text[: self.artefact.limits.max_chars]
        written_in = malform(forms, text)
        review = self._review(inquiry.text, len(forms), written_in)
        is_blocked = not _BLOCKING.isdisjoint(review)
        thresholds: Mapping[str, NDArray[np.float64]] = (
            {name: np.full_like(values, np.inf) for name, values in self.artefact.thresholds.items()}
            if is_blocked
            else self.artefact.thresholds
        )
        accepted = accepted_dimensions(self.taxonomy, probability, thresholds)
        if not is_blocked and None in accepted.values():
            review.append("low_probability")
        shown = (
            {dimension.id: () for dimension in self.taxonomy.dimensions}
            if not _UNREADABLE.isdisjoint(review)
            else self._listed(probability, thresholds, accepted, self._explain(tokens) if with_evidence else None)
        )
        return Suggestion(
            id=inquiry.id,
            model=self.model_id,
            malform=written_in,
            suggestions=shown,
            settled={name: where for name, where in accepted.items() if self.taxonomy.dimension(name).parent},
            review=tuple(review),
            probabilities={
                dimension.id: dict(zip(dimension.label_ids, probability[dimension.id].tolist(), strict=True))
                for dimension in self.taxonomy.dimensions
            },
        )

    def _review(self, text: str, n_words: int, written_in: Malform) -> list[Review]:
        limits = self.artefact.limits
        reasons: dict[Review, bool] = {
            "empty": n_words == 0,
            "too_short": 0 < n_words < limits.min_words,
            "too_long": len(text) > limits.max_chars,
            "control_characters": has_control_characters(text[: limits.max_chars]),
            "language_not_supported": written_in == "other",
        }
        return [reason for reason, holds in reasons.items() if holds]

    def _listed(
        self,
        probability: Mapping[str, NDArray[np.float64]],
        thresholds: Mapping[str, NDArray[np.float64]],
        accepted: Mapping[str, str | None],
        explanation: Explanation | None,
    ) -> dict[str, tuple[LabelSuggestion, ...]]:
        shown = {}
        for dimension in self.taxonomy.dimensions:
            values, threshold = probability[dimension.id], thresholds[dimension.id]
            if dimension.kind == "multi":
                places = listed_in_multi(values, self.artefact.thresholds[dimension.id])
                is_accepted = [bool(values[place] >= threshold[place]) for place in places]
            else:
                places = listed_in_single(values)
                is_accepted = [self._is_settled(dimension, accepted) and place == places[0] for place in places]
            shown[dimension.id] = tuple(
                LabelSuggestion(
                    dimension.labels[place].id,
                    float(values[place]),
                    passes,
                    self._evidence(dimension, place, probability, explanation),
                )
                for place, passes in zip(places, is_accepted, strict=True)
            )
        return shown

    def _is_settled(self, dimension: Dimension, accepted: Mapping[str, str | None]) -> bool:
        """Return whether this dimension, or one below it, is the deepest accepted one of its hierarchy."""
        for name, deepest in accepted.items():
            path = [step.id for step in self.taxonomy.path(self.taxonomy.dimension(name))]
            if deepest is not None and dimension.id in path[path.index(deepest) :]:
                return True
        return False

    def _evidence(
        self,
        dimension: Dimension,
        place: int,
        probability: Mapping[str, NDArray[np.float64]],
        explanation: Explanation | None,
    ) -> tuple[Evidence, ...]:
        """Return what speaks for a label; for a parent's label, what speaks for its most probable child."""
        if explanation is None:
            return ()
        columns = columns_of(self.taxonomy)
        while dimension.id not in columns:
            parent_label = dimension.labels[place].id
            dimension = next(child for child in self.taxonomy.dimensions if child.parent == dimension.id)
            children = [n for n, label in enumerate(dimension.labels) if label.parent == parent_label]
            if not children:
                return ()
            place = max(children, key=lambda child: probability[dimension.id][child])
        return explanation.evidence_for(columns[dimension.id].start + place)
