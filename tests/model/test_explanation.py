import itertools

import numpy as np
import pytest

from pobo_nlp.model.featuriser import Featuriser
from pobo_nlp.model.reading import read

TEXTS = [
    pytest.param("Mor fikk innvilget dusj to ganger i uka, men det kommer ingen. Ingen kommer!", id="bokmål"),
    pytest.param("Eg har venta i to år på operasjon i kneet, og eg får ikkje svar.", id="nynorsk"),
    pytest.param("Fastlege", id="one word"),
    pytest.param("qqqq zzzz xxxx", id="no known word"),
    pytest.param("", id="empty"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_evidence_and_intercept_sum_to_the_logit(text, scorer):
    featuriser = Featuriser(scorer.artefact.features)
    values = featuriser.weigh(featuriser.counts([read(text, scorer.artefact.limits).forms]))

    explanation = scorer.explain(text)

    expected = values @ scorer.artefact.coefficients + scorer.artefact.intercept
    np.testing.assert_allclose(explanation.weights.sum(axis=0) + explanation.intercept, expected[0], atol=1e-9)


def test_evidence_lies_in_the_original_text(scorer):
    text = "Hei!  FASTLEGEN min nekter å henvise meg."

    suggestion = scorer.suggest(text)

    best = suggestion.suggestions["tjenesteomrade"][0]
    assert best.label == "fastlege"
    assert "FASTLEGEN" in text[best.evidence[0].start : best.evidence[0].end]


def test_words_side_by_side_are_one_span(scorer):
    explanation = scorer.explain("Avslag på BPA. Avslag på BPA.")

    for output in range(len(explanation.intercept)):
        spans = sorted(explanation.evidence_for(output))
        assert all(one.end < other.start for one, other in itertools.pairwise(spans))


LONG_TALE = (
    "Legevakta sendte meg hjem, og 116117 svarte ikke på telefonen hele natta. Dagen etter sa fastlegen at det var "
    "blindtarmen, og på sykehuset ventet jeg åtte timer før noen så på meg. Nå har jeg fått en regning, og ingen vil "
    "svare på klagen min."
)


def test_what_speaks_for_a_label_comes_first_and_one_span_against_it_last(scorer):
    labels = [label for found in scorer.suggest(LONG_TALE).suggestions.values() for label in found]

    assert labels
    for label in labels:
        signs = [span.weight > 0 for span in label.evidence]
        assert signs.count(False) <= 1
        assert signs == sorted(signs, reverse=True)
    assert any(span.weight < 0 for label in labels for span in label.evidence)


def test_the_span_against_a_label_is_the_strongest_of_the_words_against_it(scorer):
    explanation = scorer.explain(LONG_TALE)

    for output in range(len(explanation.intercept)):
        against = [span for span in explanation.evidence_for(output) if span.weight < 0]
        assert len(against) == 1
        assert against[0].weight <= explanation.weights[:, output].min() + 1e-12


def test_at_most_eight_words_are_quoted_for_a_label(scorer):
    twice = f"{LONG_TALE} {LONG_TALE}"
    suggestion = scorer.suggest(twice)

    labels = [label for found in suggestion.suggestions.values() for label in found]
    quoted = [sum(len(twice[s.start : s.end].split()) for s in label.evidence) for label in labels]
    assert max(quoted) > 2
    assert max(quoted) <= 8


def test_identifiers_are_no_evidence(scorer):
    text = "Ring meg på 977 00 654 om fastlegen. Hilsen Kari Nordmo"

    spans = [span for found in scorer.suggest(text).suggestions.values() for label in found for span in label.evidence]

    quoted = " ".join(text[span.start : span.end] for span in spans)
    assert "977" not in quoted
    assert "Kari" not in quoted
