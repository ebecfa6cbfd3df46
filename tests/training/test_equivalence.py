"""The runtime is held against scikit-learn on every text of the corpus."""

import numpy as np
import pytest

from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.location import default_model
from pobo_nlp.model.scorer import Scorer
from training.config import ROOT, load_config
from training.corpus import Sources, prepared, read_corpus, task_of
from training.folds import Operation, fit_task
from training.reference import ScikitLearnPeer
from training.run import artefact_of

TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def fitted():
    config = load_config()
    data = config.data
    corpus = read_corpus(Sources(ROOT / data.taxonomy, ROOT / data.annotations, ROOT / data.lexicon), config)
    texts = prepared(corpus, config)
    inquiries = texts.train
    model = fit_task(inquiries, task_of(corpus, texts.translations, config))
    shipped = load(default_model()).artefact
    operation = Operation(
        dict(shipped.calibrations), dict(shipped.rerankers), dict(shipped.thresholds), dict(shipped.set_thresholds)
    )
    scorer = Scorer(artefact_of(corpus, model, operation, config, name="test"), "test@0")
    return inquiries, model, scorer, operation


def test_probabilities_equal_those_of_the_scikit_learn_pipeline(fitted):
    inquiries, model, scorer, operation = fitted

    expected = ScikitLearnPeer(model, operation).probabilities(inquiries.texts)
    found = scorer.probabilities(inquiries.texts)

    assert set(expected) == {dimension.id for dimension in scorer.taxonomy.predicted}
    for dimension, values in expected.items():
        assert values.shape[0] == len(inquiries.texts)
        np.testing.assert_allclose(found[dimension], values, rtol=0, atol=TOLERANCE)


def test_suggestions_carry_the_probabilities_of_the_pipeline(fitted):
    inquiries, model, scorer, operation = fitted
    texts = inquiries.texts[:40]

    expected = ScikitLearnPeer(model, operation).probabilities(texts)

    for number, suggestion in enumerate(scorer.suggest(texts)):
        for dimension in scorer.taxonomy.predicted:
            found = [suggestion.probabilities[dimension.id][label] for label in dimension.label_ids]
            assert found == pytest.approx(expected[dimension.id][number].tolist(), abs=TOLERANCE)


def test_evidence_and_intercept_sum_to_the_logit_of_the_pipeline(fitted):
    inquiries, model, scorer, _ = fitted

    logits = model.logits(inquiries.texts)

    for text, expected in zip(inquiries.texts, logits, strict=True):
        explanation = scorer.explain(text)
        np.testing.assert_allclose(
            explanation.weights.sum(axis=0) + explanation.intercept, expected, rtol=0, atol=TOLERANCE
        )


def test_coefficients_fit_half_precision(fitted):
    coefficients = fitted[1].coefficients()

    np.testing.assert_array_equal(coefficients, coefficients.astype(np.float16).astype(np.float64))


def test_the_shipped_model_was_trained_on_the_data_of_the_repository():
    config = load_config()
    data = config.data

    corpus = read_corpus(Sources(ROOT / data.taxonomy, ROOT / data.annotations, ROOT / data.lexicon), config)

    assert load(default_model()).artefact.provenance["data_sha256"] == corpus.digest
