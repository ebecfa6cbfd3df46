import json

import pytest

from pobo_nlp.errors import AnnotationError
from pobo_nlp.text.masking import PLACEHOLDERS, Span, identifier_spans
from training.masking_check import PRECISION, RECALL, check, read_marked

SAMPLES = {"samples": 50, "seed": 1}
SECRET = "hemmelegord"


def marked(folder, *rows):
    path = folder / "merket.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", "utf-8")
    return path


def row(text, *spans, **more):
    return {"id": more.pop("id", text), "text": text, "spans": spans, "malform": "nb", "register": "brev", **more}


@pytest.fixture
def texts(tmp_path):
    return read_marked(
        marked(
            tmp_path,
            row("Hilsen Kari Nes", ["navn", 7, 15]),
            row("Hilsen Ola, 977 00 654", ["navn", 7, 10], ["telefon", 12, 22]),
            row("Ring 116117 i dag", hard=["kort nummer"]),
            row("Per", ["navn", 0, 3], hard=["kort nummer", "alene"]),
        )
    )


def answering(*answers):
    said = iter(answers)
    return lambda text: next(said)


def counts(figures, *names):
    return tuple(figures[name] for name in names)


def test_what_is_right_is_counted(texts):
    found = check(texts, answering(*[row.spans for row in texts]), **SAMPLES)

    assert counts(found["kinds"]["navn"], "spans", "missed", "predicted", "wrong") == (3, 0, 3, 0)
    assert found["kinds"]["navn"]["recall"]["value"] == found["kinds"]["navn"]["exact"]["value"] == 1
    assert found["all"]["spans"] == 4
    assert found["texts_without_identifier"] == 1
    assert set(found["kinds"]) == {"navn", "telefon"}


def test_an_identifier_is_found_where_each_of_its_characters_is_masked_whatever_it_was_taken_for(texts):
    found = check(
        texts,
        answering(
            [Span("navn", 7, 11), Span("navn", 12, 15)],
            [Span("saksnummer", 7, 22)],
            [],
            [Span("navn", 0, 2)],
        ),
        **SAMPLES,
    )
    names = found["kinds"]["navn"]

    # Two pieces cover "Kari Nes" but for the blank, "Ola" was taken for something else, of "Per" a letter is left.
    assert names["missed"] == 1
    assert names["any_overlap"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert names["exact"]["value"] == 0
    assert counts(names, "predicted", "wrong") == (3, 0)
    assert found["kinds"]["telefon"]["missed"] == 0
    assert found["kinds"]["telefon"]["precision"] is None
    assert counts(found["kinds"]["saksnummer"], "spans", "predicted", "wrong") == (0, 1, 1)


def test_what_was_masked_for_nothing_is_wrong_and_told_by_class(texts):
    found = check(texts, answering([], [], [Span("telefon", 5, 11)], []), **SAMPLES)

    assert found["kinds"]["telefon"]["precision"]["value"] == 0
    assert found["hard"] == {
        "alene": {"texts": 1, "spans": 1, "missed": 1, "predicted": 0, "wrong": 0},
        "kort nummer": {"texts": 2, "spans": 1, "missed": 1, "predicted": 1, "wrong": 1},
    }
    assert found["slices"]["malform"]["nb"]["missed"] == 4


def test_what_was_never_missed_is_still_not_sure(tmp_path):
    path = marked(tmp_path, *[row("Per", ["navn", 0, 3], id=str(number)) for number in range(59)])
    found = check(read_marked(path), lambda text: [Span("navn", 0, 3)], **SAMPLES)["kinds"]["navn"]

    assert (found["recall"]["low"], found["recall"]["high"]) == (1, 1)
    # The rule of three: one in twenty, if one in 59 / 3 were missed.
    assert found["recall"]["at_least"] == pytest.approx(0.05 ** (1 / 59), abs=1e-6)


def test_requirements_are_inclusive_and_about_what_there_is(texts):
    found = check(texts, answering(*[row.spans for row in texts]), **SAMPLES)["requirements"]

    assert all(one["met"] for one in found)
    assert [(one["kind"], one["measure"]) for one in found] == [
        ("telefon", "recall"),
        ("navn", "recall"),
        ("telefon", "precision"),
        ("navn", "precision"),
    ]


def test_all_faults_are_told_together_without_a_text(tmp_path):
    path = marked(
        tmp_path,
        row(f"{SECRET} Kari", ["navn", 0, 99], id="a"),
        row(f"{SECRET} Kari", ["alder", 0, 3], id="a"),
        row(f"{SECRET} Kari", ["navn", 12, 16], ["navn", 11, 16], id="c"),
        {"id": "d", "text": SECRET},
    )
    with pytest.raises(AnnotationError) as caught:
        read_marked(path)
    told = str(caught.value)

    assert SECRET not in told
    for fault in (
        "merket.jsonl:1 (id a): navn 0-99 ligger utenfor teksten",
        "merket.jsonl:2 (id a): id-en står før i fila",
        "merket.jsonl:2 (id a): ukjent slag alder",
        "merket.jsonl:3 (id c): navn 11-16 begynner eller slutter med et mellomrom",
        "merket.jsonl:3 (id c): navn 12-16 overlapper den før",
        "merket.jsonl:4: kan ikke leses (KeyError)",
    ):
        assert fault in told


@pytest.fixture(scope="module")
def test_texts(root):
    return read_marked(root / "tests/data/masking.jsonl")


@pytest.fixture(scope="module")
def judged(test_texts):
    return check(test_texts, identifier_spans, **SAMPLES)


def test_the_test_is_large_enough(test_texts):
    marked_kinds = {span.kind for row in test_texts for span in row.spans}

    assert len(test_texts) >= 600
    assert marked_kinds == set(PLACEHOLDERS)


@pytest.mark.parametrize("kind", RECALL)
def test_so_much_of_what_identifies_a_person_is_found(judged, kind):
    assert judged["kinds"][kind]["recall"]["value"] >= RECALL[kind]


@pytest.mark.parametrize("kind", PLACEHOLDERS)
def test_so_much_of_what_is_masked_identifies_a_person(judged, kind):
    assert judged["kinds"][kind]["precision"]["value"] >= PRECISION


def test_the_documented_figures_are_those_of_the_masking(judged, root):
    kept = json.loads((root / "docs/masking.json").read_text("utf-8"))["rules"]

    for kind, figures in judged["kinds"].items():
        assert counts(kept["kinds"][kind], "spans", "missed", "predicted", "wrong") == counts(
            figures, "spans", "missed", "predicted", "wrong"
        )
