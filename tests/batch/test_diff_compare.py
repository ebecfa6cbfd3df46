"""Two tables of the same inquiries, in every format, held against each other."""

import csv
import json
import re
import stat

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine, text

from pobo_nlp.batch.difference.columns import Choice
from pobo_nlp.batch.difference.compare import compare
from pobo_nlp.batch.review_list import read_review_list
from pobo_nlp.errors import ColumnError, DifferenceError, OutputExistsError, TableError, UnknownLabelError
from pobo_nlp.tables import Place, open_table, open_writer
from pobo_nlp.taxonomy import Taxonomy

SENTINEL = "hemmeligtekst"
SCHEME = """
version = "t"
[[dimension]]
id = "niva"
navn = "Nivå"
kind = "single"
[[dimension]]
id = "omrade"
navn = "Område"
kind = "single"
parent = "niva"
[[dimension]]
id = "arsak"
navn = "Årsak"
kind = "multi"
[[niva]]
id = "kommune"
navn = "Kommunen"
[[niva]]
id = "sykehus"
navn = "Sykehuset"
[[omrade]]
id = "lege"
navn = "Fastlege & <lege>"
parent = "kommune"
[[omrade]]
id = "hjem"
navn = "Hjemmetjeneste"
parent = "kommune"
[[omrade]]
id = "kirurgi"
navn = "Kirurgi"
parent = "sykehus"
[[arsak]]
id = "ventetid"
navn = "Ventetid"
[[arsak]]
id = "tillit"
navn = "Tillit"
"""
TAXONOMY = Taxonomy.from_toml(SCHEME.encode(), source="t")


def table(path, rows):
    schema = pa.schema([(name, pa.string()) for name in rows[0]])
    like = open_table(path.parent / "like.csv") if path.exists() else None
    content = pa.RecordBatch.from_pylist(rows, schema)
    if like is None:
        seed = path.parent / "like.csv"
        seed.write_text("a\n1\n")
        like = open_table(seed)
    with open_writer(path, schema, like=like) as writer:
        writer.write(content)
    return path


def row(number, omrade, **more):
    return {"id": f"s{number:04d}", "dato": f"{number % 28 + 1:02d}.03.{2010 + number % 4}", "tekst": SENTINEL,
            "omrade": omrade, **more}  # fmt: skip


# 40 stay, 20 go from lege to hjem, 3 (a small cell) from lege to kirurgi, 12 get a label they lacked.
BEFORE = ["hjem"] * 40 + ["lege"] * 23 + [""] * 12
AFTER = ["hjem"] * 40 + ["hjem"] * 20 + ["kirurgi"] * 3 + ["kirurgi"] * 12


def both(folder, ending=".csv"):
    old = table(folder / f"old{ending}", [row(n, label) for n, label in enumerate(BEFORE)])
    new = table(folder / f"new{ending}", [
        row(n, label, omrade_probability=f"{n / 100:.4f}", review="") for n, label in enumerate(AFTER)
    ])  # fmt: skip
    return old, new


def diff(old, new, out, **choice):
    return compare(Place(str(old)), Place(str(new)), out, TAXONOMY, Choice(**choice))


def page(folder):
    return (folder / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("diff")
    summary = diff(*both(folder), folder / "report")
    return summary, folder / "report"


class TestCounts:
    def test_they_are_those_of_the_rows_rounded(self, found):
        figures = found[0].dimensions[0].figures

        assert figures.of("status", "unchanged") == 40
        assert figures.of("status", "changed") == 25
        assert figures.of("status", "new") == 10
        assert figures.of("move", "lege", "hjem") == 20
        assert figures.of("before", "lege") == 25
        assert figures.of("after", "hjem") == 60

    def test_a_cell_under_five_is_not_shown(self, found):
        assert found[0].dimensions[0].figures.of("move", "lege", "kirurgi") is None

    def test_nor_can_it_be_had_from_the_length_of_the_list(self, found):
        figures = found[0].dimensions[0].figures

        assert figures.listed == 35
        assert figures.of("status", "needs_person") is None

    def test_years_come_from_the_date_column(self, found):
        figures = found[0].dimensions[0].figures

        assert found[0].date_column == "dato"
        assert figures.years == (2010, 2011, 2012, 2013)
        assert figures.of("rows_in", 2010) == 20
        assert figures.of("before_in", 2010, "hjem") == 10

    def test_json_holds_no_exact_small_count(self, found):
        told = json.dumps(found[0].to_dict())

        assert json.loads(told)["rows"] == {"old": 75, "new": 75, "matched": 75}
        assert json.loads(told)["dimensions"]["omrade"]["labels"]["lege"] == {"before": 25, "after": None}


class TestLists:
    def test_the_most_certain_comes_first(self, found):
        rows = read_review_list(found[1] / "review-omrade.csv").rows
        probabilities = [row.probability for row in rows]

        assert len(rows) == 35
        assert probabilities == sorted(probabilities, reverse=True)
        assert {row.status for row in rows} == {"changed", "new"}
        assert not any(row.decision for row in rows)

    def test_rows_are_those_of_the_old_table(self, found):
        listed = read_review_list(found[1] / "review-omrade.csv")
        first = listed.rows[0]
        lines = (found[1].parent / "old.csv").read_text("utf-8-sig").splitlines()

        assert lines[first.row - 1].startswith(first.id)
        assert open_table(found[1].parent / "old.csv").fingerprint().startswith(listed.table)

    def test_files_are_private(self, found):
        assert stat.S_IMODE(found[1].stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in found[1].iterdir()} == {0o600}


class TestPage:
    def test_no_text_of_an_inquiry(self, found):
        assert all(SENTINEL.encode() not in path.read_bytes() for path in found[1].iterdir())

    def test_no_id_of_an_inquiry(self, found):
        assert not re.search(r"s\d{4}\b", page(found[1]))

    def test_nothing_comes_from_elsewhere(self, found):
        content = page(found[1])

        assert not re.search(r"""(?i)https?:|//|<script|<link|<img|@import|url\(""", content)
        assert set(re.findall(r'href="([^"#]+)"', content)) == {"review-omrade.csv"}

    def test_a_name_is_escaped(self, found):
        assert "Fastlege &amp; &lt;lege&gt;" in page(found[1])
        assert "<lege>" not in page(found[1])

    def test_every_count_is_a_multiple_of_five(self, found):
        section = re.search(r'<section id="d0".*?</section>', page(found[1]), re.DOTALL).group()
        cells = re.findall(r'<td class="n">[+−]?(\d+)</td>', section) + re.findall(r'class="in[^"]*">(\d+)<', section)

        assert len(cells) > 10
        assert not [cell for cell in cells if int(cell) % 5]

    def test_ids_of_elements_are_unique(self, found):
        ids = re.findall(r'\bid="([^"]+)"', page(found[1]))

        assert len(ids) == len(set(ids))

    def test_the_same_tables_give_the_same_page(self, found, tmp_path):
        diff(*both(tmp_path), tmp_path / "again")

        assert page(tmp_path / "again") == page(found[1])


class TestFormats:
    @pytest.mark.parametrize("ending", [".parquet", ".jsonl", ".xlsx", ".csv.gz", ".tsv"])
    def test_every_format_says_the_same(self, found, tmp_path, ending):
        summary = diff(*both(tmp_path, ending), tmp_path / "report")

        assert summary.dimensions[0].figures == found[0].dimensions[0].figures

    def test_a_database(self, found, tmp_path):
        address = f"sqlite:///{tmp_path / 'x.db'}"
        engine = create_engine(address)
        with engine.begin() as connection:
            for name, labels in (("old", BEFORE), ("new", AFTER)):
                connection.execute(
                    text(f"CREATE TABLE {name} (id TEXT PRIMARY KEY, dato TEXT, tekst TEXT, omrade TEXT)")
                )
                connection.execute(
                    text(f"INSERT INTO {name} VALUES (:id, :dato, :tekst, :omrade)"),  # noqa: S608
                    [row(n, label) for n, label in enumerate(labels)],
                )
        engine.dispose()
        summary = compare(Place(address, table="old"), Place(address, table="new"), tmp_path / "r", TAXONOMY, Choice())

        assert summary.dimensions[0].figures.counts == found[0].dimensions[0].figures.counts

    def test_dates_of_their_own_type(self, tmp_path):
        dates = pa.array([18000, 18400] * 10, pa.date32())
        columns = {"id": [str(n) for n in range(20)], "dato": dates, "omrade": ["lege"] * 20}
        pq.write_table(pa.table(columns), tmp_path / "t.parquet")
        figures = diff(tmp_path / "t.parquet", tmp_path / "t.parquet", tmp_path / "r").dimensions[0].figures

        assert figures.years == (2019, 2020)


class TestMatching:
    def test_by_id_in_any_order(self, found, tmp_path):
        old, _ = both(tmp_path)
        rows = [row(n, label, omrade_probability="0.5") for n, label in enumerate(AFTER)]
        shuffled = table(tmp_path / "shuffled.csv", rows[::-1])
        summary = diff(old, shuffled, tmp_path / "r")

        assert summary.matched_by == "id"
        assert summary.dimensions[0].figures == found[0].dimensions[0].figures

    def test_the_order_of_the_new_table_does_not_change_the_lists(self, tmp_path):
        old, _ = both(tmp_path)
        rows = [row(n, label, omrade_probability="0.5") for n, label in enumerate(AFTER)]
        for name, ordered in (("a", rows), ("b", rows[::-1])):
            diff(old, table(tmp_path / f"{name}.csv", ordered), tmp_path / name)
        lists = [(tmp_path / name / "review-omrade.csv").read_bytes() for name in "ab"]

        assert lists[0] == lists[1]

    def test_rows_without_a_counterpart_are_counted_and_listed(self, tmp_path):
        old = table(tmp_path / "old.csv", [row(n, "lege") for n in range(10)])
        new = table(tmp_path / "new.csv", [row(n, "lege") for n in range(1, 12)])
        summary = diff(old, new, tmp_path / "r")
        with (tmp_path / "r" / "unmatched.csv").open(encoding="utf-8-sig", newline="") as file:
            listed = list(csv.reader(file, delimiter=";"))

        assert (summary.matched, summary.unmatched) == (9, (1, 2))
        assert listed == [["table", "row", "id"], ["old", "2", "s0000"], ["new", "11", "s0010"], ["new", "12", "s0011"]]
        assert "unmatched.csv" in page(tmp_path / "r")

    def test_by_row_where_ids_are_not_unique(self, tmp_path):
        rows = [{**row(n, "lege"), "id": "samme"} for n in range(8)]
        summary = diff(table(tmp_path / "a.csv", rows), table(tmp_path / "b.csv", rows), tmp_path / "r")

        assert summary.matched_by == "row"
        assert "samme id på flere rader" in summary.reason
        assert "radnummer" in page(tmp_path / "r")

    def test_by_row_without_an_id_column(self, tmp_path):
        rows = [{"omrade": "lege"}] * 8
        summary = diff(table(tmp_path / "a.csv", rows), table(tmp_path / "b.csv", rows), tmp_path / "r")

        assert (summary.matched_by, summary.matched) == ("row", 8)
        assert summary.date_column is None

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            pytest.param(["x", "x"], ["x", "x", "x"], "antallet rader er ulikt", id="other-length"),
            pytest.param(["x", "x", "y"], ["x", "y", "x"], "rad 3 i den gamle og rad 3 i den nye", id="other-order"),
            pytest.param(["x", "y"], ["z", "w"], "ingen id står i begge", id="other-ids"),
        ],
    )
    def test_tables_that_do_not_belong_together_are_refused(self, tmp_path, old, new, problem):
        a = table(tmp_path / "a.csv", [{"id": one, "omrade": "lege"} for one in old])
        b = table(tmp_path / "b.csv", [{"id": one, "omrade": "lege"} for one in new])

        with pytest.raises(DifferenceError, match=problem):
            diff(a, b, tmp_path / "r")
        assert not (tmp_path / "r").exists()


class TestStatuses:
    def test_two_runs_of_a_batch(self, tmp_path):
        old = ["kommune", "lege", "lege", "lege", "", ""]
        new = [("hjem", ""), ("kirurgi", "low_probability"), ("lege", "too_short"), ("", ""), ("hjem", ""), ("", "")]
        a = table(tmp_path / "a.csv", [{"id": str(n), "omrade": label} for n, label in enumerate(old * 10)])
        b = table(tmp_path / "b.csv", [
            {"id": str(n), "omrade": label, "review": review} for n, (label, review) in enumerate(new * 10)
        ])  # fmt: skip
        figures = diff(a, b, tmp_path / "r").dimensions[0].figures
        found = {status: figures.of("status", status) for status in ("refined", "needs_person", "unchanged", "new")}

        assert found == {"refined": 10, "needs_person": 20, "unchanged": 20, "new": 10}

    def test_labels_of_several(self, tmp_path):
        old = ["ventetid", "ventetid|tillit", "ventetid", ""]
        new = ["tillit|ventetid", "tillit|ventetid", "tillit", "tillit"]
        a = table(tmp_path / "a.csv", [{"id": str(n), "arsak": label} for n, label in enumerate(old * 10)])
        b = table(tmp_path / "b.csv", [{"id": str(n), "arsak": label} for n, label in enumerate(new * 10)])
        figures = diff(a, b, tmp_path / "r").dimensions[0].figures

        assert [figures.of("status", status) for status in ("refined", "unchanged", "changed", "new")] == [10] * 4
        assert figures.of("move", "ventetid", "tillit") == 10
        assert figures.of("move", "ventetid", "ventetid") == 20
        assert figures.of("move", "", "tillit") == 20
        assert "lagt til" in page(tmp_path / "r")

    def test_a_retagged_table_says_itself(self, tmp_path):
        a = table(tmp_path / "a.csv", [{"id": str(n), "kode": "K1"} for n in range(40)])
        statuses = [("changed", "hjem"), ("needs_person", ""), ("unchanged", ""), ("refined", "lege")] * 10
        b = table(tmp_path / "b.csv", [
            {"id": str(n), "kode": "K1", "omrade": "kirurgi", "omrade_probability": "0.8", "omrade_old": "lege / hjem",
             "omrade_status": status, "omrade_old_probability": "0.02", "omrade_proposed": proposed}
            for n, (status, proposed) in enumerate(statuses)
        ])  # fmt: skip
        figures = diff(a, b, tmp_path / "r").dimensions[0].figures
        rows = {row.status: row for row in read_review_list(tmp_path / "r" / "review-omrade.csv").rows}

        assert figures.of("move", "lege / hjem", "lege / hjem") == 20
        assert figures.of("move", "lege / hjem", "hjem") == 10
        assert "Fastlege &amp; &lt;lege&gt; eller Hjemmetjeneste" in page(tmp_path / "r")
        assert (rows["changed"].suggested, rows["changed"].old_probability) == ("hjem", 0.02)
        assert (rows["needs_person"].old, rows["needs_person"].suggested) == ("lege / hjem", "kirurgi")

    def test_an_unknown_status_is_refused(self, tmp_path):
        cells = {"omrade": "lege", "omrade_old": "lege", "omrade_status": SENTINEL, "omrade_proposed": ""}
        a = table(tmp_path / "a.csv", [{"id": "1"}])
        b = table(tmp_path / "b.csv", [{"id": "1", **cells}])

        with pytest.raises(DifferenceError, match="ukjent status") as caught:
            diff(a, b, tmp_path / "r")
        assert SENTINEL not in str(caught.value)


class TestColumns:
    def test_old_labels_in_a_column_of_another_name(self, tmp_path):
        a = table(tmp_path / "a.csv", [{"id": str(n), "kode": "K1"} for n in range(10)])
        b = table(tmp_path / "b.csv", [{"id": str(n), "ny": "lege"} for n in range(10)])
        summary = diff(a, b, tmp_path / "r", old_labels={"omrade": "kode"}, new_labels={"omrade": "ny"})

        assert summary.dimensions[0].figures.of("move", "K1", "lege") == 10

    def test_the_column_that_a_batch_added_beside_one_of_the_same_name(self, tmp_path):
        a = table(tmp_path / "a.csv", [{"id": str(n), "omrade": "lege"} for n in range(10)])
        b = table(tmp_path / "b.csv", [
            {"id": str(n), "omrade": "lege", "omrade_suggested": "hjem"} for n in range(10)
        ])  # fmt: skip

        assert diff(a, b, tmp_path / "r").dimensions[0].figures.of("move", "lege", "hjem") == 10

    def test_only_the_dimensions_that_are_named(self, tmp_path):
        rows = [{"id": str(n), "omrade": "lege", "arsak": "tillit"} for n in range(10)]
        a = table(tmp_path / "a.csv", rows)

        assert len(diff(a, a, tmp_path / "r").dimensions) == 2
        assert len(diff(a, a, tmp_path / "r", dimensions=("arsak",)).dimensions) == 1
        assert not (tmp_path / "r" / "review-omrade.csv").exists()

    @pytest.mark.parametrize(
        ("choice", "kind", "problem"),
        [
            pytest.param({"dimensions": ("finnes_ikke",)}, UnknownLabelError, "finnes_ikke", id="dimension"),
            pytest.param({"dimensions": ("arsak",)}, DifferenceError, "står ikke i begge", id="not-in-both"),
            pytest.param({"old_labels": {"omrade": "x"}}, DifferenceError, "kolonnen «x» finnes ikke", id="labels"),
            pytest.param({"new_labels": {"omrade": "x"}}, DifferenceError, "kolonnen «x» finnes ikke", id="new-labels"),
            pytest.param({"date": "x"}, DifferenceError, "kolonnen «x» finnes ikke", id="date"),
            pytest.param({"id": "x"}, ColumnError, "kolonnen «x» finnes ikke", id="id"),
        ],
    )
    def test_what_is_named_must_exist(self, tmp_path, choice, kind, problem):
        a = table(tmp_path / "a.csv", [{"id": "1", "omrade": "lege"}])

        with pytest.raises(kind, match=problem):
            diff(a, a, tmp_path / "r", **choice)

    def test_a_column_of_texts_is_not_taken_for_labels(self, tmp_path):
        a = table(tmp_path / "a.csv", [{"id": str(n), "tekst": f"{SENTINEL} " * 20} for n in range(10)])

        with pytest.raises(DifferenceError, match="neppe etiketter") as caught:
            diff(a, a, tmp_path / "r", old_labels={"omrade": "tekst"}, new_labels={"omrade": "tekst"})
        assert SENTINEL not in str(caught.value)

    def test_tables_without_labels_in_common(self, tmp_path):
        a = table(tmp_path / "a.csv", [{"id": "1", "annet": "x"}])

        with pytest.raises(DifferenceError, match="ingen kolonner med etiketter i begge"):
            diff(a, a, tmp_path / "r")

    def test_an_empty_table(self, tmp_path):
        (tmp_path / "a.csv").write_text("id;omrade\r\n")

        with pytest.raises((DifferenceError, TableError)):
            diff(tmp_path / "a.csv", tmp_path / "a.csv", tmp_path / "r")


class TestFolder:
    @pytest.fixture
    def tables(self, tmp_path):
        return both(tmp_path)

    def test_an_earlier_report_is_replaced(self, tables, tmp_path):
        diff(*tables, tmp_path / "r")
        diff(tables[0], tables[0], tmp_path / "r")

        assert len(read_review_list(tmp_path / "r" / "review-omrade.csv").rows) == 0
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []

    def test_an_empty_folder_and_missing_parents_are_taken(self, tables, tmp_path):
        (tmp_path / "empty").mkdir()
        diff(*tables, tmp_path / "empty")
        diff(*tables, tmp_path / "a" / "b")

        assert (tmp_path / "empty" / "index.html").exists()
        assert (tmp_path / "a" / "b" / "index.html").exists()

    def test_decisions_that_were_filled_in_are_not_lost(self, tables, tmp_path):
        diff(*tables, tmp_path / "r")
        listed = tmp_path / "r" / "review-omrade.csv"
        filled = listed.read_bytes().replace(b";;", b";ja;", 1)
        listed.write_bytes(filled)

        with pytest.raises(OutputExistsError, match=r"review-omrade\.csv"):
            diff(*tables, tmp_path / "r")
        assert listed.read_bytes() == filled

    @pytest.mark.parametrize("name", ["annet.txt", "index.html"])
    def test_another_folder_is_left_alone(self, tables, tmp_path, name):
        (tmp_path / "r").mkdir()
        (tmp_path / "r" / name).write_text("mitt")

        with pytest.raises(OutputExistsError, match="annet innhold"):
            diff(*tables, tmp_path / "r")
        assert (tmp_path / "r" / name).read_text() == "mitt"

    def test_a_file_is_no_folder(self, tables, tmp_path):
        (tmp_path / "r").write_text("mitt")

        with pytest.raises(OutputExistsError, match="ikke en mappe"):
            diff(*tables, tmp_path / "r")

    def test_a_table_that_cannot_be_read_leaves_nothing(self, tables, tmp_path):
        broken = tmp_path / "broken.csv"
        broken.write_text("id;omrade\r\n1;lege\r\n2;lege;for mye\r\n")

        with pytest.raises(TableError):
            diff(tables[0], broken, tmp_path / "r")
        assert not (tmp_path / "r").exists()
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_names_of_tables_and_models_are_no_markup(tmp_path):
    hostile = "<img src=x onerror=alert(1)>"
    old = table(tmp_path / f"{hostile}.csv", [row(n, "lege", model=f"<script>{n % 2}</script>") for n in range(10)])
    new = table(tmp_path / "ny.csv", [row(n, "hjem", model="<script>alert(1)</script>") for n in range(10)])
    diff(old, new, tmp_path / "ut")

    assert "&lt;img src=x" in page(tmp_path / "ut")
    assert "<img" not in page(tmp_path / "ut")
    assert "<script" not in page(tmp_path / "ut")
