import json
from datetime import date

import pytest

from pobo_nlp.errors import OutputExistsError
from pobo_nlp.patterns.cases import CaseOptions, read_cases
from pobo_nlp.store import Answer, Store
from pobo_nlp.store.export import NO_MALFORM, NO_TEXT, NOT_ALL_DECIDED, export_annotations, export_table
from pobo_nlp.store.queue import Arrival
from pobo_nlp.tables import open_table
from training.annotations import read_annotations

SENTINEL = "hemmelegord"


@pytest.fixture
def keeping(address, taxonomy, clock) -> Store:
    return Store(address, taxonomy, keep_text=True, clock=clock)


class TestAnnotations:
    def test_they_are_those_of_the_corpus(self, keeping, decision, taxonomy, tmp_path):
        keeping.save(decision("1", text="Ingen kommer om kvelden."), seen=0, save_key="a")
        answers = {"tjenesteomrade": Answer("decided", ("praktisk_bistand",))}
        keeping.save(decision("2", text="Mor får ikke hjelp. " * 20, answers=answers), seen=0, save_key="b")
        keeping.save(decision("3", text="Hilsen Kari Nes", register="brev"), seen=0, save_key="c")

        written = export_annotations(keeping, tmp_path / "ut.jsonl")

        annotations, faults = read_annotations([tmp_path / "ut.jsonl"], taxonomy)
        assert (written.rows, written.left_out, faults) == (3, {}, [])
        assert [one.id for one in annotations] == ["1", "2", "3"]
        assert annotations[0].labels["arsak"] == ("ventetid",)
        assert annotations[0].labels["systemflagg"] == ()
        assert annotations[1].labels["tjenesteomrade"] == ("praktisk_bistand",)
        assert [one.description["register"] for one in annotations] == ["kort", "telefonnotat", "brev"]
        assert {one.description["source"] for one in annotations} == {"decision"}
        assert annotations[2].text == "Hilsen [NAVN]"
        assert "KN" not in (tmp_path / "ut.jsonl").read_text("utf-8")

    def test_the_newest_version_counts(self, keeping, decision, tmp_path):
        keeping.save(decision(), seen=0, save_key="a")
        keeping.save(decision(answers={"arsak": Answer("decided", ("avslag",))}), seen=1, save_key="b")
        keeping.save(decision("18"), seen=0, save_key="c")
        keeping.undo("18", seen=1, by="KN", save_key="d")

        export_annotations(keeping, tmp_path / "ut.jsonl")

        (row,) = map(json.loads, (tmp_path / "ut.jsonl").read_text("utf-8").splitlines())
        assert (row["id"], row["arsak"]) == ("17", ["avslag"])

    def test_what_nobody_knows_teaches_nothing(self, keeping, decision, tmp_path):
        keeping.save(decision("1", answers={"systemflagg": Answer("unknown")}), seen=0, save_key="a")
        keeping.save(decision("2", text=None), seen=0, save_key="b")
        keeping.save(decision("3", suggested=None), seen=0, save_key="c")

        written = export_annotations(keeping, tmp_path / "ut.jsonl")

        assert (written.rows, written.left_out) == (0, {NOT_ALL_DECIDED: 1, NO_TEXT: 1, NO_MALFORM: 1})

    def test_the_same_text_is_one_group(self, keeping, decision, tmp_path):
        for number in ("1", "2"):
            keeping.save(decision(number, text="Ingen kommer"), seen=0, save_key=number)

        export_annotations(keeping, tmp_path / "ut.jsonl")

        rows = [json.loads(line) for line in (tmp_path / "ut.jsonl").read_text("utf-8").splitlines()]
        assert rows[0]["group"] == rows[1]["group"]

    def test_an_existing_file_is_not_replaced(self, keeping, tmp_path):
        (tmp_path / "ut.jsonl").write_text("noe")

        with pytest.raises(OutputExistsError, match="finnes allerede"):
            export_annotations(keeping, tmp_path / "ut.jsonl")


class TestTable:
    def test_patterns_counts_what_persons_decided(self, store, decision, taxonomy, tmp_path):
        answers = {"tjenesteomrade": Answer("decided", ("fastlege",)), "arsak": Answer("decided")}
        store.save(decision("1", answers=answers), seen=0, save_key="a")
        store.save(decision("2", answers={"tjenesteomrade": Answer("unknown")}), seen=0, save_key="b")
        store.save(decision("3", answers={"tjenesteomrade": Answer("none_of_these")}), seen=0, save_key="c")

        assert export_table(store, tmp_path / "ut.parquet").rows == 3

        cases = read_cases(open_table(tmp_path / "ut.parquet"), taxonomy, CaseOptions())
        area = taxonomy.dimension("tjenesteomrade").label_ids
        level = taxonomy.dimension("tjenesteniva").label_ids
        assert list(cases.ids) == ["1", "2", "3"]
        assert cases.labels["tjenesteomrade"][0, area.index("fastlege")]
        assert cases.labels["tjenesteniva"][0, level.index("kommunal")]
        assert cases.labels["tjenesteomrade"][1, area.index("hjemmesykepleie")]
        assert list(cases.is_human["tjenesteomrade"]) == [True, False, False]
        assert not cases.labels["tjenesteomrade"][2].any()
        assert not cases.labels["arsak"][0].any()
        assert str(cases.dates[0]) == "2026-03-01"
        assert cases.models == {"default@12345678": 3}

    def test_day_site_and_region_are_those_of_the_table_that_was_queued(self, store, decision, taxonomy, tmp_path):
        told = Arrival("1", "Ingen kommer", date(2026, 1, 9), "Solbakken sykehjem", "Nes"), Arrival("2", "Ja")
        store.queue.add("mars", told)
        store.queue.add("april", [Arrival("1", "Ingen kommer", date(2026, 1, 8), None, "Ås" * 200)])
        for name in ("1", "2", "3"):
            store.save(decision(name), seen=0, save_key=name)

        export_table(store, tmp_path / "ut.csv")

        cases = read_cases(open_table(tmp_path / "ut.csv"), taxonomy, CaseOptions())
        assert list(map(str, cases.dates)) == ["2026-01-09", "2026-03-01", "2026-03-01"]
        assert cases.site_names[cases.site[0]] == "Solbakken sykehjem"
        assert cases.region_names[cases.region[0]] == "Nes"
        assert (cases.site[1], cases.region[2]) == (-1, -1)

    @pytest.mark.parametrize("name", ["ut.csv", "ut.xlsx", "ut.jsonl"])
    def test_it_has_any_format_and_no_text(self, address, taxonomy, decision, tmp_path, name):
        keeping = Store(address, taxonomy, keep_text=True)
        keeping.save(decision(note=f"notat {SENTINEL}"), seen=0, save_key="a")

        export_table(keeping, tmp_path / name)

        table = open_table(tmp_path / name)
        (chunk,) = table.chunks(10, 0)
        (row,) = chunk.rows.to_pylist()
        assert (row["tjenesteomrade"], row["arsak"], row["arsak_offered"]) == (
            "hjemmesykepleie",
            "ventetid",
            "ventetid|omfang",
        )
        assert SENTINEL not in str(row)
        assert "KN" not in row.values()
