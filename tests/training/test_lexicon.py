import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.lexicon import definitions, examples, read_phrases

PHRASE = {"dimension": "omraade", "label": "tog", "phrase": "på perrongen", "malform": "nb", "strength": 3}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"label": "fly"}, "ukjent etikett «fly» i «omraade»", id="unknown label"),
        pytest.param({"dimension": "nivaa", "label": "stat"}, "ukjent dimensjon «nivaa»", id="a parent dimension"),
        pytest.param({"phrase": " "}, "«phrase» mangler eller er tom", id="empty phrase"),
        pytest.param({"strength": 4}, "«strength» skal være 1, 2 eller 3", id="strength out of range"),
        pytest.param({}, "frasen står også i p.jsonl:1", id="doubled"),
    ],
)
def test_a_fault_is_told_with_its_line(change, fault, write, taxonomy_file):
    path = write("p.jsonl", [PHRASE, {**PHRASE, **change}])

    phrases, faults = read_phrases([path], Taxonomy.load(taxonomy_file))

    assert len(phrases) == 1
    assert faults == [f"p.jsonl:2: {fault}"]


def test_a_phrase_weighs_by_its_strength(write, taxonomy_file):
    rows = [{**PHRASE, "phrase": str(strength), "strength": strength} for strength in (1, 2, 3)]

    phrases, _ = read_phrases([write("p.jsonl", rows)], Taxonomy.load(taxonomy_file))

    assert [example.weight for example in examples(phrases, weight=0.6)] == pytest.approx([0.2, 0.4, 0.6])


def test_every_predicted_label_has_a_definition():
    taxonomy = Taxonomy.default()

    found = definitions(taxonomy, weight=1.0)

    assert {(e.dimension, e.label) for e in found} == {(d.id, name) for d in taxonomy.predicted for name in d.label_ids}


def test_a_border_is_no_example_of_its_label():
    found = definitions(Taxonomy.default(), weight=1.0)

    assert not [example for example in found if "113 og ambulanse er akutt_ambulanse" in example.text]
