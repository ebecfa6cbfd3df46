"""The shipped model copied to a folder of the test's own, to be damaged."""

import shutil

import pytest

from pobo_nlp.model.location import default_model


@pytest.fixture
def model_copy(tmp_path):
    return shutil.copytree(default_model(), tmp_path / "model")
