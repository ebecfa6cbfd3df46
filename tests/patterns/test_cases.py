import datetime

import numpy as np
import pyarrow as pa
import pytest

from pobo_nlp.errors import ColumnError, UnknownLabelError
from pobo_nlp.patterns.cases import CaseOptions, read_cases
from pobo_nlp.tables import open_table, open_writer
from tests.patterns.tables_of_cases import SMALL_SCHEME

AREA, CAUSE, LEVEL = "omrade", "arsak", "niva"


@pytest.fixture
def read(tmp_path):
    """Return a function that writes columns into a file and reads its cases."""

    def read_columns(columns, *, name="saker.csv", **options):
        path = tmp_path / name
        table = pa.table({key: pa.array(values) for key, values in columns.items()})
        first = tmp_path / "som.csv"
        first.write_text("a;b\n", encoding="utf-8")
        with open_writer(path, table.schema, like=open_table(first)) as writer:
            for batch in table.to_batches():
                writer.write(batch)
        return read_cases(open_table(path), SMALL_SCHEME, CaseOptions(**options))

    return read_columns


def given(cases, dimension):
    """Return the labels of each case as text."""
    ids = np.array(SMALL_SCHEME.dimension(dimension).label_ids)
    return ["|".join(ids[row]) for row in cases.labels[dimension]]


def test_columns_are_recognised_by_their_names(read):
    cases = read(
        {
            "Saksnr": ["s1", "s2", "s3"],
            "Mottatt": ["2024-01-31", "2024-02-01", ""],
            "Tjenestested": ["Solbakken", " Solbakken ", ""],
            "KOMMUNE": ["Ås", "", "Bø"],
            "omrade": ["a1", "b2", ""],
        }
    )

    assert cases.ids == ["s1", "s2", "s3"]
    assert cases.rows.tolist() == [1, 2, 3]
    assert [str(day) for day in cases.dates] == ["2024-01-31", "2024-02-01", "NaT"]
    assert (cases.site_names, cases.site.tolist()) == (("Solbakken",), [0, 0, -1])
    assert (cases.region_names, cases.region.tolist()) == (("Bø", "Ås"), [1, -1, 0])
    assert given(cases, AREA) == ["a1", "b2", ""]


@pytest.mark.parametrize("name", ["saker.csv", "saker.parquet", "saker.jsonl", "saker.xlsx"])
def test_every_format_gives_the_same_cases(read, name):
    columns = {
        "id": ["1", "2"],
        "dato": ["2024-01-31", "2024-02-01"],
        "sted": ["Å", "B"],
        "omrade": ["a1", "b2"],
        "arsak": ["x|y", None],
    }
    cases = read(columns, name=name)

    assert [str(day) for day in cases.dates] == columns["dato"]
    assert given(cases, CAUSE) == ["x|y", ""]
    assert cases.site_names == ("B", "Å")


def test_typed_dates_are_read(read):
    days = [datetime.date(2024, 1, 31), None]
    cases = read({"dato": days, "omrade": ["a1", "a1"]}, name="saker.parquet")

    assert [str(day) for day in cases.dates] == ["2024-01-31", "NaT"]
    assert cases.faults.without_date == 1


def test_an_instant_counts_on_its_norwegian_day(read):
    late = datetime.datetime(2024, 1, 31, 23, 30, tzinfo=datetime.UTC)
    cases = read({"dato": pa.array([late], pa.timestamp("us", "UTC")), "omrade": ["a1"]}, name="saker.parquet")

    assert str(cases.dates[0]) == "2024-02-01"


def test_a_batch_table_holds_what_the_model_says(read):
    cases = read(
        {
            "dato": ["2024-01-31"] * 2,
            "omrade": ["a1", "b2"],
            "arsak": ["x", ""],
            "review": ["", "kort"],
            "malform": ["nb", "nn"],
            "model": ["m@1", "m@2"],
        }
    )

    assert given(cases, AREA) == ["a1", "b2"]
    assert not cases.is_human[AREA].any()
    assert cases.models == {"m@1": 1, "m@2": 1}
    assert cases.review.tolist() == [False, True]
    assert cases.malform.tolist() == ["nb", "nn"]


def test_a_table_without_a_model_holds_what_persons_say(read):
    cases = read({"dato": ["2024-01-31"] * 2, "omrade": ["a1", ""], "arsak": ["", "x"]})

    assert cases.is_human[AREA].tolist() == [True, False]
    # No cause is an answer, too.
    assert cases.is_human[CAUSE].tolist() == [True, True]


def test_an_empty_human_cell_counts_by_the_models(read):
    cases = read(
        {
            "dato": ["2024-01-31"] * 3,
            "omrade": ["a1", "", ""],
            "omrade_suggested": ["b1", "b2", ""],
            "model": ["m@1"] * 3,
        }
    )

    assert given(cases, AREA) == ["a1", "b2", ""]
    assert cases.is_human[AREA].tolist() == [True, False, False]


def test_a_named_column_holds_what_persons_say(read):
    columns = {"dato": ["2024-01-31"] * 2, "fasit": ["a2", ""], "omrade": ["b1", "b2"], "model": ["m@1"] * 2}
    cases = read(columns, labels={AREA: "fasit"})

    assert given(cases, AREA) == ["a2", "b2"]
    assert cases.is_human[AREA].tolist() == [True, False]


def test_parents_follow_from_their_children(read):
    cases = read({"dato": ["2024-01-31"] * 3, "omrade": ["a1", "b2", ""], "niva": ["b", "", "b"]})

    assert given(cases, LEVEL) == ["a", "b", "b"]


def test_a_person_who_corrects_the_area_corrects_the_level(read):
    cases = read(
        {
            "dato": ["2024-01-31"],
            "omrade": ["b1"],
            "omrade_suggested": ["a1"],
            "niva_suggested": ["a"],
            "model": ["m@1"],
        }
    )

    assert given(cases, LEVEL) == ["b"]
    assert cases.is_human[LEVEL].all()


def test_faults_are_counted_and_what_is_wrong_does_not_count(read):
    cases = read(
        {
            "dato": ["2024-01-31", "31.02.2024", "", "2024-06-01", "1.3.2024"],
            "omrade": ["a1|b1", "tull", "a1", "a2", ""],
            "arsak": ["x|tull", "", "", "y", ""],
        },
        today=datetime.date(2024, 5, 1),
    )

    faults = cases.faults
    assert (faults.unreadable_date, faults.without_date, faults.future_date) == (1, 1, 1)
    assert faults.first_unreadable_date == 3  # the heading is line 1
    assert faults.date_forms == {"ÅÅÅÅ-MM-DD": 2, "DD.MM.ÅÅÅÅ": 1}
    assert faults.several_labels == {AREA: 1}
    assert faults.unknown_labels == {AREA: 1, CAUSE: 1}
    assert faults.missing_dimensions == (LEVEL,)
    assert faults.without_labels == 2
    assert given(cases, AREA) == ["", "", "a1", "a2", ""]
    assert given(cases, CAUSE) == ["x", "", "", "y", ""]
    assert np.isnat(cases.dates).tolist() == [False, True, True, True, False]


def test_dates_in_any_form_are_the_same_day(read):
    written = [
        "2024-03-01",
        "1.3.2024",
        "01/03/2024",
        "1/3/24",
        "1.3.24",
        "01-03-2024",
        "20240301",
        "1. mars 2024",
        "1. Mar. 2024",
    ]
    cases = read({"dato": written, "omrade": ["a1"] * len(written)})

    assert set(cases.dates.tolist()) == {datetime.date(2024, 3, 1)}
    assert cases.faults.date_forms["DD. måned ÅÅÅÅ"] == 2


def test_a_table_without_dates_is_read_all_the_same(read):
    cases = read({"id": ["1", "2"], "omrade": ["a1", "a2"]})

    assert not cases.faults.has_date_column
    assert np.isnat(cases.dates).all()
    assert given(cases, AREA) == ["a1", "a2"]


def test_a_table_without_rows_has_no_cases(read):
    none = pa.array([], pa.string())
    cases = read({"dato": none, "omrade": none, "sted": none})

    assert len(cases) == 0
    assert cases.site_names == ()


def test_rows_without_an_id_are_known_by_their_place(read):
    cases = read({"dato": ["2024-01-31"] * 2, "omrade": ["a1", "a2"]}, name="saker.parquet")

    assert cases.ids == ["1", "2"]


@pytest.mark.parametrize("option", ["id", "date", "site", "region"])
def test_a_named_column_that_is_missing_is_refused(read, option):
    with pytest.raises(ColumnError, match="«borte»"):
        read({"dato": ["2024-01-31"], "omrade": ["a1"]}, **{option: "borte"})


def test_labels_of_an_unknown_dimension_are_refused(read):
    with pytest.raises(UnknownLabelError, match="farge"):
        read({"dato": ["2024-01-31"], "omrade": ["a1"]}, labels={"farge": "omrade"})


@pytest.mark.parametrize("rows_at_once", [1, 7, 1000])
def test_the_size_of_chunks_does_not_matter(read, rows_at_once):
    random = np.random.default_rng(0)
    columns = {
        "dato": [f"2024-01-{day:02}" for day in random.integers(1, 32, 50)],
        "sted": [f"sted {number}" for number in random.integers(0, 9, 50)],
        "omrade": random.choice(["a1", "a2", "b1", ""], 50).tolist(),
    }
    whole, parts = read(columns), read(columns, name="deler.csv", rows_at_once=rows_at_once)

    assert parts.site_names == whole.site_names
    assert parts.site.tolist() == whole.site.tolist()
    assert given(parts, AREA) == given(whole, AREA)
    assert parts.dates.tolist() == whole.dates.tolist()


def test_some_cases_are_taken_by_place_or_mask(read):
    cases = read({"id": ["a", "b", "c"], "dato": ["2024-01-31"] * 3, "omrade": ["a1", "a2", "b1"]})

    by_place, by_mask = cases.take(np.array([2, 0])), cases.take(np.array([True, False, True]))

    assert (by_place.ids, given(by_place, AREA)) == (["c", "a"], ["b1", "a1"])
    assert (by_mask.ids, by_mask.rows.tolist()) == (["a", "c"], [1, 3])
