import copy
import json
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from pobo_nlp.errors import AnnotationError, OutputExistsError
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.taxonomy import Taxonomy
from training.__main__ import app
from training.annotation.label_studio import DESCRIBING, label_config, result, tasks
from training.annotation.label_studio_import import read_answers
from training.annotation.queue import Asked
from training.annotations import read_annotations

TEXT = "Toget var forsinket igjen, og billetten til toget var dyr."


@pytest.fixture(scope="module")
def tiny(tiny_model):
    return Scorer.load(tiny_model)


@pytest.fixture
def exported(tiny):
    """What Label Studio exports after a person accepted what was suggested."""
    asked = [Asked(f"k-{n}", TEXT, "queue", "unsure", 0.1, 0.2) for n in range(2)]
    made = tasks(asked, tiny.suggest([one.text for one in asked]), tiny.taxonomy)
    return [
        {
            "id": number,
            **task,
            "annotations": [
                {
                    "id": 90 + number,
                    "completed_by": {"id": 7, "email": "kari.nordmann@example.org"},
                    "was_cancelled": False,
                    "result": [
                        *(one for one in task["predictions"][0]["result"] if one["from_name"] != "malform"),
                        result("malform", ["nb"]),
                        result("register", ["kort"]),
                        result("pii", ["nei"]),
                    ],
                }
            ],
        }
        for number, task in enumerate(made, start=1)
    ]


@pytest.fixture
def answered(tmp_path):
    def write(content):
        path = tmp_path / "export.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return write


def test_the_interface_asks_for_every_label_of_the_scheme():
    scheme = Taxonomy.default()

    root = ElementTree.fromstring(label_config(scheme))  # noqa: S314  # our own

    choices = {one.get("name"): one for one in root.iter("Choices")}
    assert list(choices) == [*(dimension.id for dimension in scheme.predicted), *DESCRIBING]
    for dimension in scheme.predicted:
        assert [one.get("alias") for one in choices[dimension.id]] == list(dimension.label_ids)
        assert choices[dimension.id].get("choice") == ("single" if dimension.kind == "single" else "multiple")


def test_what_is_drawn_by_chance_is_asked_without_a_hint(tiny):
    asked = [Asked("a", TEXT, "random", "random", 0.1, 0.2), Asked("b", TEXT, "queue", "rare", 0.1, 0.2)]

    by_chance, of_queue = tasks(asked, tiny.suggest([TEXT, TEXT]), tiny.taxonomy)

    assert by_chance["predictions"] == []
    assert of_queue["predictions"][0]["model_version"] == tiny.model_id


def test_a_round_trip_gives_annotations_that_training_reads(tiny, exported, answered, write):
    rows, unanswered = read_answers(answered(exported), tiny.taxonomy, source="label_studio")
    read, faults = read_annotations([write("imported.jsonl", rows)], tiny.taxonomy)

    assert faults == []
    assert unanswered == 0
    suggested = tiny.suggest(TEXT).suggestions
    for row in read:
        assert row.text == TEXT
        assert row.labels["omraade"] == (suggested["omraade"][0].label,)
        assert set(row.labels["grunn"]) == {one.label for one in suggested["grunn"] if one.accepted}
    assert "kari" not in json.dumps(rows)
    assert {row["annotator"] for row in rows} == {"ls-7"}


def test_a_task_without_an_answer_is_counted_and_left_out(tiny, exported, answered):
    exported[0]["annotations"] = []
    exported[1]["annotations"][0]["was_cancelled"] = True

    assert read_answers(answered(exported), tiny.taxonomy, source="x") == ([], 2)


def _two_answers(content):
    content[0]["annotations"] *= 2


def _unknown_label(content):
    content[0]["annotations"][0]["result"][0] = result("omraade", ["buss"])


def _no_area(content):
    content[0]["annotations"][0]["result"] = [result("malform", ["nb"]), result("register", ["kort"])]


def _same_id(content):
    content[0]["data"]["id"] = content[1]["data"]["id"]


def _no_text(content):
    del content[0]["data"]["text"]


def _other_form(content):
    content[0]["annotations"][0]["result"] = [{"from_name": "omraade", "value": {"text": ["tog"]}}]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        pytest.param(_two_answers, r"oppgave 1 \(id k-0\): 2 svar: behold ett", id="two-answers"),
        pytest.param(_unknown_label, r"oppgave 1 \(id k-0\): ukjent etikett i «omraade»", id="unknown-label"),
        pytest.param(_no_area, "«omraade» er ikke besvart: svar på det", id="no-area"),
        pytest.param(_same_id, r"oppgave 2 .*id står også i export.json: oppgave 1", id="same-id"),
        pytest.param(_no_text, "«text» mangler i «data»: lag oppgavene", id="no-text"),
        pytest.param(_other_form, "oppgave 1: et svar har en annen form. Velg", id="other-form"),
    ],
)
def test_bad_answers_are_told_with_place_and_cure_and_without_text(
    tiny, exported, answered, spoil, fault, all_words_of
):
    content = copy.deepcopy(exported)
    spoil(content)

    with pytest.raises(AnnotationError, match=fault) as caught:
        read_answers(answered(content), tiny.taxonomy, source="x")

    assert TEXT not in all_words_of(caught.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param("{", "export.json:1: ikke gyldig JSON. Velg «Export»", id="cut"),
        pytest.param("{}", "ikke en liste av oppgaver", id="object"),
        pytest.param('[{"id": 1, "text": "a", "omraade": "tog"}]', "oppgave 1: mangler «data»", id="json-min"),
    ],
)
def test_another_file_is_refused(tiny, answered, content, fault):
    with pytest.raises(AnnotationError, match=fault):
        read_answers(answered(content), tiny.taxonomy, source="x")


def test_import_from_the_command_line_never_writes_over_a_file(exported, answered, taxonomy_file, tmp_path):
    out = tmp_path / "ut.jsonl"
    command = [
        *map(str, ["label-studio", "import", answered(exported), "--out", out, "--taxonomy", taxonomy_file]),
    ]

    first, second = (CliRunner().invoke(app, command) for _ in range(2))

    assert first.exit_code == 0
    assert "2 annoteringer" in first.output
    assert len(out.read_text("utf-8").splitlines()) == 2
    assert isinstance(second.exception, OutputExistsError)
