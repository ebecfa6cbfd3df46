import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pobo_nlp.batch.columns import Columns, chosen_columns, is_same_file
from pobo_nlp.batch.job import SuggestJob
from pobo_nlp.errors import ColumnError
from pobo_nlp.tables import Table
from pobo_nlp.taxonomy import Taxonomy

ADDED = [
    "tjenesteniva", "tjenesteniva_probability", "tjenesteniva_2", "tjenesteniva_3",
    "tjenesteomrade", "tjenesteomrade_probability", "tjenesteomrade_2", "tjenesteomrade_3",
    "arsak", "arsak_probability", "systemflagg", "systemflagg_probability",
    "henvendelsestype", "henvendelsestype_probability", "henvendelsestype_2", "henvendelsestype_3",
    "settled", "review", "malform", "model",
]  # fmt: skip


def _table(*columns):
    schema = pa.schema([(name, pa.string()) for name in columns])
    return Table("inn.csv", schema, lambda rows_at_once, skip: iter(()), lambda: "")


def _chosen(*columns, id_column=None, text_column=None):
    return chosen_columns(_table(*columns), id_column=id_column, text_column=text_column)


@pytest.mark.parametrize("name", ["tekst", "text", "henvendelse", "henvendelsestekst", "fritekst", "Tekst", "TEXT"])
def test_a_text_column_is_recognised_by_its_name_in_any_case(name):
    assert _chosen("dato", name) == Columns(None, name)


@pytest.mark.parametrize("name", ["id", "saksnr", "saksnummer", "sak_id", "saksid", "ID", "Saksnr", "SaksNummer"])
def test_an_id_column_is_recognised_by_its_name_in_any_case(name):
    assert _chosen("tekst", name) == Columns(name, "tekst")


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        pytest.param(("saksnr", "id", "fritekst", "tekst"), Columns("id", "tekst"), id="whatever their order"),
        pytest.param(("Tekst", "tekst"), Columns(None, "Tekst"), id="the first of two that differ in case"),
    ],
)
def test_the_likeliest_of_several_columns_is_taken(columns, chosen):
    assert _chosen(*columns) == chosen


def test_a_named_column_is_preferred_to_a_recognised_one():
    assert _chosen("id", "tekst", "nr", "notat", id_column="nr", text_column="notat") == Columns("nr", "notat")


def test_a_name_that_only_contains_a_known_one_is_not_recognised():
    with pytest.raises(ColumnError, match="ingen kolonne med tekst"):
        _chosen("id", "tekstlengde")


def test_a_table_without_a_text_column_is_refused_with_the_names_that_are_known():
    with pytest.raises(ColumnError, match=r"inn\.csv, linje 1: ingen kolonne med tekst.*--text-column.*2 kolonner"):
        _chosen("id", "notat")


@pytest.mark.parametrize("named", [{"text_column": "notat"}, {"id_column": "notat"}])
def test_a_named_column_that_is_missing_is_refused_with_the_columns_there_are(named):
    with pytest.raises(ColumnError, match=r"kolonnen «notat» finnes ikke.*2 kolonner"):
        _chosen("id", "tekst", **named)


def test_what_a_person_wrote_where_names_should_be_is_not_shown():
    with pytest.raises(ColumnError, match="ingen kolonne med tekst") as caught:
        _chosen("1", "jeg har skrevet en hel hemmelegord setning", "hemmelegord" * 5)

    assert "hemmelegord" not in str(caught.value)


def _added(*existing):
    table = pa.schema([(name, pa.string()) for name in existing])
    return SuggestJob("tekst").schema(table, Taxonomy.default()).names


def test_the_added_columns_are_those_of_the_design_in_its_order():
    assert _added("id", "tekst") == ADDED


def test_an_added_column_whose_name_is_taken_ends_in_suggested():
    added = dict(zip(ADDED, _added("tekst", "arsak", "model"), strict=True))

    assert added["arsak"] == "arsak_suggested"
    assert added["model"] == "model_suggested"
    assert added["arsak_probability"] == "arsak_probability"


@given(st.lists(st.sampled_from([*ADDED, *(f"{name}_suggested" for name in ADDED), "tekst"]), unique=True))
@settings(max_examples=50, deadline=None)
def test_an_added_column_never_takes_a_name_of_the_input_nor_of_another(existing):
    names = _added(*existing)

    assert not set(names) & set(existing)
    assert len(set(names)) == len(names)


def test_a_file_is_the_same_by_whatever_path(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a", "utf-8")
    (tmp_path / "b.csv").symlink_to(path)

    assert is_same_file(path, tmp_path / "b.csv")
    assert is_same_file(path, tmp_path / "." / "a.csv")


def test_files_that_do_not_exist_are_not_the_same(tmp_path):
    assert not is_same_file(tmp_path / "a.csv", tmp_path / "a.csv")
