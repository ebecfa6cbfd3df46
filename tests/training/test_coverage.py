import numpy as np
import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.coverage import set_figures
from training.intervals import Bootstrap


@pytest.fixture
def area(taxonomy_file):
    return Taxonomy.load(taxonomy_file).dimension("omraade")


def test_coverage_is_counted_within_each_label(area):
    in_set = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]], bool)
    target = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0]], np.int8)

    found = set_figures(area, in_set, target, Bootstrap(np.arange(4), samples=20, seed=1))

    assert found["sizes"] == [1, 2, 1]
    assert found["mean_size"]["value"] == 1.0
    assert found["coverage"]["value"] == 0.5
    assert {name: (row["support"], row["coverage"]["value"]) for name, row in found["labels"].items()} == {
        "bibliotek": (2, 0.5),
        "renovasjon": (2, 0.5),
    }
