"""Which words speak for a label, exactly: the model is linear, so what its words add up to is the logit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pobo_nlp.model.featuriser import Featuriser
from pobo_nlp.suggestion import Evidence
from pobo_nlp.text.tokens import Token

# Words quoted for a label: enough to see why, too few to tell the story. Eight together.
MAX_WORDS_FOR, MAX_WORDS_AGAINST = 6, 2
# A space or a hyphen: words of two sentences, or of both sides of an identifier, are not side by side.
MAX_GAP_CHARS = 1
# A word below this share of the strongest word's weight tells the reader nothing.
MIN_SHARE_OF_STRONGEST = 0.15


@dataclass(frozen=True, slots=True)
class Explanation:
    """What every word of a text adds to every output's logit.

    Attributes
    ----------
    tokens : the words of the text.
    weights : shape (n_tokens, n_outputs). Summed over tokens, plus `intercept`, they are the logits.
    intercept : shape (n_outputs,).
    """

    tokens: tuple[Token, ...]
    weights: NDArray[np.float64]
    intercept: NDArray[np.float64]

    def logits(self) -> NDArray[np.float64]:
        """Return the logits before calibration: shape (n_outputs,)."""
        return np.asarray(self.weights.sum(axis=0) + self.intercept)

    def evidence_for(self, output: int) -> tuple[Evidence, ...]:
        """Return the spans that speak most for an output, strongest first, then the one that speaks most against it.

        Words side by side are one span. What speaks against has a negative weight.
        """
        weights = self.weights[:, output]
        speaks_for = self._spans(weights, most=MAX_WORDS_FOR)
        against = [span._replace(weight=-span.weight) for span in self._spans(-weights, most=MAX_WORDS_AGAINST)]
        return speaks_for + tuple(against[:1])

    def _spans(self, weights: NDArray[np.float64], *, most: int) -> tuple[Evidence, ...]:
        strongest = weights.max(initial=0.0)
        chosen = [
            int(place)
            for place in np.argsort(-weights, kind="stable")[:most]
            if weights[place] > 0 and weights[place] >= MIN_SHARE_OF_STRONGEST * strongest
        ]
        spans = [_span(self.tokens, weights, run) for run in _runs(sorted(chosen), self.tokens)]
        return tuple(sorted(spans, key=lambda span: (-span.weight, span.start)))


def explain(
    tokens: Sequence[Token],
    featuriser: Featuriser,
    coefficients: NDArray[np.floating],
    intercept: NDArray[np.float64],
) -> Explanation:
    """Return what each word adds to each output.

    A feature's part of the logit is shared equally among its occurrences, that of a pair equally between its words.

    Parameters
    ----------
    coefficients : shape (n_features, n_outputs).
    """
    forms = [token.form for token in tokens]
    counts = featuriser.counts([forms])
    # Only what the text has is multiplied; its features are in order.
    of_features = (featuriser.weigh(counts).data / counts.data)[:, None] * coefficients[counts.indices]
    rows, pairs = featuriser.parts(forms)
    places = np.searchsorted(counts.indices, rows.indices)
    weights = np.asarray(csr_array((rows.data, places, rows.indptr), (len(forms), len(of_features))) @ of_features)
    of_half_pairs = 0.5 * of_features[np.searchsorted(counts.indices, pairs.feature)]
    np.add.at(weights, pairs.first, of_half_pairs)
    np.add.at(weights, pairs.second, of_half_pairs)
    return Explanation(tuple(tokens), weights, intercept)


def _runs(places: Sequence[int], tokens: Sequence[Token]) -> list[list[int]]:
    """Return the places in runs of words side by side; a masked identifier between two parts them."""
    runs: list[list[int]] = []
    for place in places:
        is_next = bool(runs) and place == runs[-1][-1] + 1
        if is_next and tokens[place].start - tokens[place - 1].end <= MAX_GAP_CHARS:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _span(tokens: Sequence[Token], weights: NDArray[np.float64], run: Sequence[int]) -> Evidence:
    return Evidence(tokens[run[0]].start, tokens[run[-1]].end, float(weights[list(run)].sum()))
