import pyarrow as pa
import pytest

from pobo_nlp.batch.answers import answer_schema, answers
from pobo_nlp.batch.error_codes import ERRORS
from pobo_nlp.batch.job import MAX_TEXT_BYTES, SuggestJob, beside, column_of, scored
from pobo_nlp.model.scorer import Scorer

CARE = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden."
DOCTOR = "Fastlegen vil ikke henvise meg, og eg har venta i tre veker på svar."
STUMBLE = "snublestein"


class Stumbler(Scorer):
    """A scorer that stumbles over one word, as a real one might over a text that nobody has thought of."""

    def scores(self, texts):
        if any(STUMBLE in text for text in texts):
            raise RuntimeError(f"stumbled over {texts}")
        return super().scores(texts)


@pytest.fixture(scope="module")
def stumbler(scorer):
    return Stumbler(scorer.artefact, scorer.model_id)


def _rows(texts, kind=None, metadata=None):
    field = pa.field("tekst", kind or pa.string(), metadata=metadata)
    return pa.record_batch([pa.array(texts, field.type)], schema=pa.schema([field]))


def _review(job_rows, scorer):
    return SuggestJob("tekst").columns(scorer, job_rows).column("review").to_pylist()


def test_a_text_that_the_model_stumbles_over_does_not_take_the_others_with_it(scorer, stumbler):
    added = SuggestJob("tekst").columns(stumbler, _rows([CARE, f"{STUMBLE} {CARE}", DOCTOR])).to_pylist()
    alone = SuggestJob("tekst").columns(scorer, _rows([CARE, "", DOCTOR])).to_pylist()

    assert added[1]["review"] == "error_not_scored"
    assert added[1]["tjenesteomrade"] == ""
    assert [added[0], added[2]] == [alone[0], alone[2]]


def test_every_error_has_words_for_people():
    assert all(code.startswith("error_") and words for code, words in ERRORS.items())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(None, "error_no_text", id="none"),
        pytest.param("a\x00b", "error_nul_character", id="NUL"),
        pytest.param("a" * (MAX_TEXT_BYTES + 1), "error_too_large", id="a byte too many"),
    ],
)
def test_what_is_no_text_gets_a_code(scorer, text, code):
    assert _review(_rows([text, CARE]), scorer)[0] == code


def test_a_text_of_the_largest_size_is_read(scorer):
    assert _review(_rows([("hei du der " * MAX_TEXT_BYTES)[:MAX_TEXT_BYTES]]), scorer)[0] not in ERRORS


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string_view()])
def test_texts_are_read_whatever_arrow_calls_them(scorer, kind):
    assert _review(_rows([CARE, None], pa.string()), scorer) == _review(
        _rows(pa.array([CARE, None]).cast(kind), kind), scorer
    )


def test_numbers_and_dates_are_read_as_they_are_written():
    assert column_of(_rows([7, None], pa.int64()), "tekst").to_pylist() == ["7", None]


def test_values_of_json_are_read_as_what_they_say(scorer):
    rows = _rows(['"hei"', "7", "null", None, '["a"]', '{"a": 1}'], metadata={"json": "1"})
    _, faults = scored(scorer, column_of(rows, "tekst"))

    assert column_of(rows, "tekst").to_pylist()[:4] == ["hei", "7", None, None]
    assert faults == {2: "error_no_text", 3: "error_no_text", 4: "error_not_text", 5: "error_not_text"}


def test_the_columns_are_those_of_the_schema(scorer):
    job = SuggestJob("tekst")
    table = pa.schema([("tekst", pa.string()), ("review", pa.string())])
    added = job.columns(scorer, _rows([CARE]))

    assert added.schema.types == job.schema(table, scorer.taxonomy).types
    assert added == answers(scorer, scorer.scores([CARE]))
    assert "review_suggested" in job.schema(table, scorer.taxonomy).names
    assert set(job.counted(scorer.taxonomy)) <= set(answer_schema(scorer.taxonomy).names)


def test_no_rows_give_no_rows(scorer):
    assert SuggestJob("tekst").columns(scorer, _rows([])).num_rows == 0


def test_added_names_are_free_and_differ_from_one_another():
    added = beside(
        pa.schema([("a", pa.string()), ("a_suggested", pa.string())]), pa.schema([("a", pa.string()), ("b", pa.int8())])
    )

    assert added.names == ["a_suggested_suggested", "b"]
