"""Processes share the coefficients of a model instead of copying them."""

import subprocess
import sys

import numpy as np
import pytest

from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.sharing import shared_coefficients

TEXT = "Fastlegen min svarer ikke på telefon."
OTHER_PROCESS = f"""
import sys
from pathlib import Path
from pobo_nlp.model.scorer import Scorer
scorer = Scorer.load(coefficients=Path(sys.argv[1]))
print(sum("memfd:coefficients" in line for line in open("/proc/self/smaps")))
print(scorer.scores(["{TEXT}"]).probability["arsak"][0].tolist())
"""
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has memory files")


@linux
def test_another_process_maps_the_coefficients_and_says_the_same(scorer):
    with shared_coefficients(scorer.artefact) as shared:
        found = subprocess.run(
            [sys.executable, "-c", OTHER_PROCESS, str(shared)], capture_output=True, text=True, check=True
        ).stdout.splitlines()

    assert found == ["1", str(scorer.scores([TEXT]).probability["arsak"][0].tolist())]


@linux
def test_shared_coefficients_cannot_be_changed(scorer):
    with shared_coefficients(scorer.artefact) as shared:
        other = Scorer.load(coefficients=shared)

        with pytest.raises(ValueError, match="read-only"):
            other.artefact.coefficients[0, 0] = 1.0


def test_a_model_has_its_own_coefficients_where_none_are_shared_any_more(scorer, tmp_path):
    other = Scorer.load(coefficients=tmp_path / "gone")

    np.testing.assert_array_equal(other.artefact.coefficients, scorer.artefact.coefficients)
