import pytest

from training.out_of_scope import read_out_of_scope

ROW = {"id": "x-1", "text": "Where do I complain?", "kind": "english", "annotator": "a", "source": "synthetic"}


def test_texts_are_read_with_their_kind(write):
    texts, faults = read_out_of_scope(write("test_other.jsonl", [ROW]))

    assert faults == []
    assert [(text.id, text.kind, text.place) for text in texts] == [("x-1", "english", "test_other.jsonl:1")]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"kind": "latin"}, "«kind» skal være en av"),
        ({"text": " "}, "«text» er tom"),
        ({"source": 3}, "«source» skal være en streng"),
    ],
)
def test_a_fault_is_told_with_its_line(change, fault, write):
    texts, faults = read_out_of_scope(write("test_other.jsonl", [{**ROW, **change}]))

    assert texts == []
    assert len(faults) == 1
    assert faults[0].startswith(f"test_other.jsonl:1 (id x-1): {fault}")
