import numpy as np
import pytest

from pobo_nlp.model.heads import sigmoid
from pobo_nlp.taxonomy import Taxonomy
from training.calibrate import calibrations
from training.evaluate import calibration_error


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


def planted(n_texts=6000):
    """Logits that are twice as sure as they should be, and too high by one: scale 0.5 and shift -0.5 mend them."""
    rng = np.random.default_rng(2)
    logits = rng.normal(scale=3.0, size=(n_texts, 5))
    honest = sigmoid(0.5 * logits - 0.5)
    area = honest[:, :3] / honest[:, :3].sum(axis=1, keepdims=True)
    chosen = (area.cumsum(axis=1) < rng.random((n_texts, 1))).sum(axis=1)
    causes = rng.random((n_texts, 2)) < honest[:, 3:]
    return logits, {"omraade": np.eye(3, dtype=np.int8)[chosen], "grunn": causes.astype(np.int8)}


def test_planted_calibration_is_found(taxonomy):
    logits, targets = planted()

    found = calibrations(logits, targets, taxonomy, min_support=30)

    assert found["omraade"].scale == pytest.approx(np.full(3, 0.5), abs=0.05)
    assert found["grunn"].scale == pytest.approx(np.full(2, 0.5), abs=0.05)
    assert found["grunn"].shift == pytest.approx(np.full(2, -0.5), abs=0.1)


def test_calibrated_probabilities_can_be_believed(taxonomy):
    logits, targets = planted()

    found = calibrations(logits[:3000], targets | {k: v[:3000] for k, v in targets.items()}, taxonomy, min_support=30)

    area = found["omraade"].probabilities(logits[3000:, :3], "single")
    is_right = targets["omraade"][3000:].argmax(axis=1) == area.argmax(axis=1)
    assert calibration_error(area.max(axis=1), is_right.astype(float)) < 0.03


def test_a_rare_label_shares_its_calibration(taxonomy):
    logits, targets = planted()
    targets["grunn"][5:, 1] = 0

    found = calibrations(logits, targets, taxonomy, min_support=30)["grunn"]

    alone = calibrations(logits, targets, taxonomy, min_support=0)["grunn"]
    assert found.scale[0] == alone.scale[0]
    assert found.scale[1] != alone.scale[1]
