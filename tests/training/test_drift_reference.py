"""The reference that drift is measured against: of unseen texts, and the one that is shipped."""

import json
import os
import shutil

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pobo_nlp.errors import PredictionsError
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.patterns.drift import read_reference
from pobo_nlp.patterns.vectors import CaseVectors
from training.config import load_config
from training.corpus import Sources, read_corpus
from training.drift_reference import _unknown, write_drift_reference
from training.predictions import predictions_path


@pytest.fixture(scope="module")
def texts(root):
    settings = load_config()
    data = settings.data
    sources = Sources(root / data.taxonomy, root / data.annotations, root / data.lexicon)
    return {row.id: row.text for row in read_corpus(sources, settings).train}


@pytest.fixture
def model(root, tmp_path):
    """A copy of the shipped model, with what it said of unseen texts beside it."""
    shipped = root / "models" / "default"
    shutil.copytree(shipped, tmp_path / "default")
    shutil.copy(predictions_path(shipped), predictions_path(tmp_path / "default"))
    os.utime(tmp_path / "default" / "drift_reference.json", (0, 0))
    return tmp_path / "default"


def test_the_shipped_reference_is_what_the_command_makes_of_the_shipped_model(root, model, texts):
    written = write_drift_reference(model, texts)

    assert written == Scorer.load(root / "models" / "default").model_id
    made, shipped = (folder / "drift_reference.json" for folder in (model, root / "models" / "default"))
    assert made.stat().st_mtime > 0
    assert made.read_bytes() == shipped.read_bytes()
    assert read_reference(model / "drift_reference.json", Scorer.load(model).taxonomy) is not None


def test_shares_of_a_single_dimension_and_of_languages_add_up(root):
    reference = json.loads((root / "models" / "default" / "drift_reference.json").read_text("utf-8"))

    for shares in (reference["labels"]["tjenesteomrade"], reference["labels"]["tjenesteniva"], reference["languages"]):
        assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert 0 < reference["unknown"] < reference["review"] < 1


def test_other_texts_than_the_judged_ones_are_refused(model, texts):
    with pytest.raises(PredictionsError, match="andre tekster enn de annoterte"):
        write_drift_reference(model, dict(list(texts.items())[:10]))


def test_a_word_that_the_model_knows_from_the_text_itself_is_unknown():
    """Four texts, the last two of one group: `sjelden` stands in those and one more, `vanlig` in all."""
    has = csr_matrix(np.array([[1, 0], [1, 1], [1, 1], [1, 1]], np.float32))
    vectors = CaseVectors(has, np.zeros(4), ("vanlig", "sjelden"), np.ones(2))

    found = _unknown(vectors, np.array([0, 1, 2, 2]))

    # Without the texts of its group, each text knows `vanlig` from at least two others: three are needed.
    assert found.tolist() == [0.0, 0.5, 1.0, 1.0]
