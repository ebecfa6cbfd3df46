"""The added columns hold what the suggestions say."""

import json

import pytest

from pobo_nlp.batch.answers import answer_schema, answers
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Dimension

ODD = ["", "Fastlege", "My doctor does not answer the phone and I need help.", "Fastlegen svarer \x00 ikke på telefon"]


@pytest.fixture(scope="module")
def texts(root):
    files = sorted((root / "data" / "annotated").glob("*.jsonl"))
    annotated = [json.loads(line)["text"] for path in files for line in path.read_text("utf-8").splitlines()]
    return [*ODD, *annotated[::40]]


def _of_dimension(suggestion: Suggestion, dimension: Dimension) -> dict[str, str | float | None]:
    name, labels = dimension.id, suggestion.suggestions[dimension.id]
    if dimension.kind == "single":
        first, second, third = ([label.label for label in labels] + [""] * 3)[:3]
        probability = round(labels[0].probability, 4) if labels else None
        return {name: first, f"{name}_probability": probability, f"{name}_2": second, f"{name}_3": third}
    accepted = [label for label in labels if label.accepted]
    return {
        name: "|".join(label.label for label in accepted),
        f"{name}_probability": "|".join(f"{label.probability:.4f}" for label in accepted),
    }


def test_answers_say_what_suggestions_say(texts, scorer):
    found = answers(scorer, scorer.scores(texts)).to_pylist()

    assert len(found) == len(texts)
    for row, suggestion in zip(found, scorer.suggest(texts, with_evidence=False), strict=True):
        expected: dict[str, str | float | None] = {}
        for dimension in scorer.taxonomy.dimensions:
            expected |= _of_dimension(suggestion, dimension)
        expected["settled"] = suggestion.settled["tjenesteomrade"] or ""
        expected |= {"review": "|".join(suggestion.review), "malform": suggestion.malform, "model": suggestion.model}
        assert row == expected


def test_some_texts_of_the_sample_have_several_causes_and_some_none(texts, scorer):
    causes = answers(scorer, scorer.scores(texts)).column("arsak").to_pylist()

    assert any("|" in cause for cause in causes)
    assert "" in causes


def test_no_texts_give_no_rows(scorer):
    found = answers(scorer, scorer.scores([]))

    assert found.num_rows == 0
    assert found.schema == answer_schema(scorer.taxonomy)


def test_columns_stand_in_the_order_of_the_scheme(scorer):
    names = answer_schema(scorer.taxonomy).names

    assert names[:5] == [
        "tjenesteniva", "tjenesteniva_probability", "tjenesteniva_2", "tjenesteniva_3", "tjenesteomrade",
    ]  # fmt: skip
    assert names[-4:] == ["settled", "review", "malform", "model"]
