import pytest

from pobo_nlp.errors import AnnotationError, InputNotFoundError
from training.agreement import agreement, disagreements, read_pairs


def labelled(row, **change):
    return {"id": row["id"], "annotator": "b", "omraade": row["omraade"], "grunn": row["grunn"], **change}


@pytest.fixture
def figures(rows, write, sources):
    def _figures(second):
        write("annotated/second/b.jsonl", second)
        taxonomy, pairs = read_pairs(sources)
        return agreement(taxonomy, pairs, samples=20, seed=1)

    return _figures


def test_two_who_always_agree(rows, figures):
    found = figures([labelled(row) for row in rows])

    assert found["texts"] == len(rows)
    for dimension in ("nivaa", "omraade"):
        assert found["dimensions"][dimension]["alpha"] == {"value": 1.0, "low": 1.0, "high": 1.0}
        assert found["dimensions"][dimension]["kappa"]["value"] == 1.0
    assert found["dimensions"]["grunn"]["micro_f1"]["value"] == 1.0


def test_a_disagreement_inside_a_level_leaves_the_level_agreed(rows, figures):
    second = [labelled(row) for row in rows]
    second[0]["omraade"] = "renovasjon"

    found = figures(second)["dimensions"]

    assert found["nivaa"]["alpha"]["value"] == 1.0
    assert found["omraade"]["agreement"]["value"] == pytest.approx(20 / 21, abs=1e-6)
    # Kappa by hand: 7, 7, 7 against 6, 8, 7 gives expected agreement 147 / 441.
    assert found["omraade"]["kappa"]["value"] == pytest.approx((20 / 21 - 147 / 441) / (1 - 147 / 441), abs=1e-6)
    # Alpha by hand: pooled counts 13, 15, 14 of 42 values.
    expected = 1 - (2 / 42) * (42 - 1) / (42 - (13**2 + 15**2 + 14**2) / 42)
    assert found["omraade"]["alpha"]["value"] == pytest.approx(expected, abs=1e-6)
    assert found["omraade"]["labels"]["bibliotek"] == {
        "agreement": pytest.approx(12 / 13, abs=1e-6), "first": 7, "second": 6, "both": 6,
    }  # fmt: skip


def test_micro_f1_is_of_one_held_against_the_other(rows, figures):
    second = [labelled(row) for row in rows]
    second[1]["grunn"] = ["pris"]  # has none
    second[2]["grunn"] = []  # has pris

    found = figures(second)["dimensions"]["grunn"]

    given = sum(len(row["grunn"]) for row in rows)
    assert found["micro_f1"]["value"] == pytest.approx((given - 1) / given, abs=1e-6)
    assert found["exactly_the_same"]["value"] == pytest.approx(19 / 21, abs=1e-6)


def test_disagreements_are_listed_without_text(rows, write, sources):
    second = [labelled(rows[0]), labelled(rows[1], omraade="tog")]
    write("annotated/second/b.jsonl", second)

    (found,) = disagreements(*read_pairs(sources))

    assert (found.id, found.dimension, found.first, found.second) == ("t-1", "omraade", ("bibliotek",), ("tog",))
    assert rows[1]["text"] not in repr(found)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"id": "x"}, "ingen henvendelse har denne id-en", id="unknown id"),
        pytest.param({"annotator": None}, "«annotator» mangler", id="no annotator"),
        pytest.param({"omraade": "fly"}, "ukjent etikett «fly»", id="unknown label"),
        pytest.param({"id": "t-1"}, "id står to ganger", id="twice"),
    ],
)
def test_faults_are_told_with_their_line(change, fault, rows, write, sources):
    write("annotated/second/b.jsonl", [labelled(rows[1]), {**labelled(rows[0]), **change}])

    with pytest.raises(AnnotationError, match=rf"b\.jsonl:2 \(id .*\): {fault}"):
        read_pairs(sources)


def test_missing_second_labels_are_named(sources):
    with pytest.raises(InputNotFoundError, match="second"):
        read_pairs(sources)
