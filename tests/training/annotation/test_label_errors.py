import numpy as np

from pobo_nlp.taxonomy import Taxonomy
from training.annotation.label_errors import doubts
from training.decide import with_parents
from training.folds import Predictions
from training.kept import Part


def _part(scheme, wrong):
    """Return sixty texts that a model knows well; the labels of some of them are not what it says."""
    random = np.random.default_rng(0)
    target, probability = {}, {}
    for dimension in scheme.predicted:
        n_labels = len(dimension.labels)
        true = np.eye(n_labels, dtype=np.int8)[np.arange(60) % n_labels]
        noise = random.uniform(0, 0.05, true.shape)
        probability[dimension.id] = np.where(true == 1, 0.9 - noise, 0.05 + noise / 2)
        given = true.copy()
        given[wrong] = np.roll(true[wrong], 1, axis=1)
        target[dimension.id] = given
    return Part(
        tuple(f"i-{number}" for number in range(60)),
        np.arange(60),
        with_parents(target, scheme),
        Predictions(probability, {name: values > 0.5 for name, values in probability.items()}, {}),
        {},
    )


def test_planted_errors_are_listed_first_in_both_kinds_of_dimensions(taxonomy_file):
    scheme = Taxonomy.load(taxonomy_file)

    wrong = [3, 7, 11, 19, 22, 31, 40, 53]

    found = doubts(_part(scheme, wrong), scheme, most=2)

    assert len(found) == 4
    assert {one.id for one in found} <= {f"i-{number}" for number in wrong}
    assert {one.dimension for one in found} == {dimension.id for dimension in scheme.predicted}
    assert all(one.given != one.suggested for one in found)


def test_a_sound_corpus_gives_no_doubts(taxonomy_file):
    scheme = Taxonomy.load(taxonomy_file)

    assert doubts(_part(scheme, []), scheme, most=5) == []
