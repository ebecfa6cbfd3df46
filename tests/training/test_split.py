import numpy as np
import pytest

from training.split import grouped_folds, joined_groups, near_duplicates

LONG = "Mor på 84 år fikk innvilget hjelp til dusj to ganger i uka, men det kommer ingen."


@pytest.mark.parametrize(
    ("other", "is_found"),
    [
        pytest.param(LONG, True, id="the same"),
        pytest.param(LONG.upper(), True, id="another case"),
        pytest.param(LONG.replace("84", "91"), True, id="another age"),
        pytest.param(LONG + " Hva gjør vi?", True, id="a sentence more"),
        pytest.param("Toget var forsinket igjen, og ingen sa noe på stasjonen i dag.", False, id="another story"),
    ],
)
def test_near_duplicates_are_found(other, is_found):
    pairs = near_duplicates([LONG, "Hvem kan jeg klage til når fristen er ute?", other], threshold=0.7)

    assert [(first, second) for first, second, _ in pairs] == ([(0, 2)] if is_found else [])


def test_one_text_has_no_duplicate():
    assert near_duplicates([LONG], threshold=0.7) == []


def test_groups_are_joined_along_a_chain():
    groups = joined_groups(["a", "b", "c", "d", "a"], [(0, 1, 0.9), (1, 2, 0.9)])

    assert groups[0] == groups[1] == groups[2] == groups[4]
    assert groups[3] != groups[0]


def test_no_group_stands_on_both_sides():
    groups = np.repeat(np.arange(30), 3)
    strata = ["x", "y", "z"] * 30

    folds = grouped_folds(strata, groups, n_folds=5, seed=1)

    assert sorted(place for _, test in folds for place in test) == list(range(90))
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
