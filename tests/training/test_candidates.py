from dataclasses import replace

import pytest

from training.candidates import CANDIDATES, PLAIN, REFERENCE, SPACY, candidates
from training.config import load_config


def test_names_are_unique_and_the_reference_is_among_them():
    names = [one.name for one in CANDIDATES]

    assert len(set(names)) == len(names)
    assert REFERENCE in names


@pytest.mark.parametrize("one", CANDIDATES, ids=lambda one: one.name)
def test_a_candidate_is_the_plain_settings_with_its_changes(one):
    config = one.config(load_config())

    for section, values in (PLAIN | dict(one.changes)).items():
        for name, value in (dict(PLAIN.get(section, {})) | dict(values)).items():
            expected = one.changes.get(section, {}).get(name, PLAIN.get(section, {}).get(name, value))
            assert getattr(getattr(config, section), name) == expected


def test_candidates_do_not_depend_on_the_shipped_settings():
    shipped = load_config()
    other = replace(shipped, classifier=replace(shipped.classifier, c=99.0, balanced=not shipped.classifier.balanced))

    assert [one.config(shipped) for one in CANDIDATES] == [one.config(other) for one in CANDIDATES]


def test_spacy_is_tried_only_where_a_pipeline_is_named():
    assert SPACY not in [one.name for one in candidates("")]

    found = {one.name: one for one in candidates("en_mappe")}
    assert found[SPACY].config(load_config()).features.lemmas == "en_mappe"
