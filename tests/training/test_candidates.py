from dataclasses import replace

import pytest

from training.candidates import vocabulary
from training.config import load_config

OPTIONS = replace(load_config().features, min_groups=2, min_prior=2)
# "buss" is in two groups, "bil" in three texts of one group, "båt" in two phrases, "tog" in two groups and a phrase.
TEXTS = ["buss tog", "buss tog", "bil", "bil", "bil"]
GROUPS = [1, 2, 3, 3, 3]
PRIOR = ["båt", "båt", "tog", "fly"]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        pytest.param(9, ["buss", "båt", "tog"], id="room for all that may enter"),
        pytest.param(1, ["tog"], id="the most frequent first"),
        pytest.param(2, ["buss", "tog"], id="a tie by the alphabet"),
    ],
)
def test_terms_enter_by_groups_or_phrases_the_most_frequent_first(most, expected):
    assert vocabulary(TEXTS, GROUPS, PRIOR, set, OPTIONS, most=most) == expected
