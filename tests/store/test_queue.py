from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from pobo_nlp.errors import ColumnError, DecisionError, RowError, StoreError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Progress, Store
from pobo_nlp.store.intake import inquiries_of
from pobo_nlp.store.queue import Arrival
from pobo_nlp.tables import open_table


def _inquiries(*ids):
    return [Inquiry(name, f"Tekst {name}") for name in ids]


class TestQueue:
    def test_items_come_in_the_order_of_the_table(self, store, decision):
        assert store.queue.add("mars", _inquiries("b", "a", "c")) == 3

        first = store.queue.claim("mars", by="KN")
        assert (first.inquiry, first.claimed_by) == (Inquiry("b", "Tekst b"), "KN")
        assert store.queue.claim("mars", by="ON").inquiry.id == "a"
        assert store.queue.claim("mars", by="KN") == first
        store.save(decision("b"), seen=0, save_key="a")
        assert store.queue.claim("mars", by="KN").inquiry.id == "c"
        assert store.queue.progress() == [Progress("mars", total=3, closed=1, claimed=2)]
        assert store.queue.progress()[0].open == 2

    def test_the_same_table_may_be_read_in_again(self, store, decision):
        store.queue.add("mars", _inquiries("a", "b", "a"))
        store.save(decision("c"), seen=0, save_key="a")

        assert store.queue.add("mars", _inquiries("a", "b", "c", "d")) == 1
        assert store.queue.progress() == [Progress("mars", total=3, closed=0, claimed=0)]

    def test_an_item_that_is_left_comes_back(self, store, clock):
        store.queue.add("mars", _inquiries("a"))
        store.queue.claim("mars", by="KN", minutes=30)

        clock.advance(minutes=29)
        assert store.queue.claim("mars", by="ON", minutes=30) is None
        clock.advance(minutes=1)
        assert store.queue.claim("mars", by="ON", minutes=30).inquiry.id == "a"

    def test_an_item_that_is_given_back_comes_last(self, store):
        store.queue.add("mars", _inquiries("a", "b"))
        item = store.queue.claim("mars", by="KN")

        store.queue.release(item.id, by="KN")

        assert [store.queue.claim("mars", by=by).inquiry.id for by in ("KN", "ON")] == ["b", "a"]
        with pytest.raises(StoreError, match="er ikke din"):
            store.queue.release(item.id, by="KN")

    def test_nobody_gets_what_another_has(self, store):
        store.queue.add("mars", _inquiries(*map(str, range(12))))

        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda number: store.queue.claim("mars", by=f"R{number}"), range(12)))

        assert len({item.inquiry.id for item in found}) == 12
        assert store.queue.claim("mars", by="KN") is None

    def test_a_decision_closes_the_inquiry_in_all_queues(self, store, decision):
        store.queue.add("mars", _inquiries("a"))
        store.queue.add("april", _inquiries("a"))

        store.save(decision("a"), seen=0, save_key="a")

        assert [one.open for one in store.queue.progress()] == [0, 0]
        assert store.queue.claim("mars", by="KN") is None

    def test_with_texts_kept_the_masked_one_stays(self, address, taxonomy, decision):
        store = Store(address, taxonomy, keep_text=True)
        store.queue.add("mars", [Inquiry("a", "Ring 977 00 654")])
        item = store.queue.claim("mars", by="KN")

        store.save(decision("a", text=item.inquiry.text), seen=0, save_key="a")

        assert store.kept_text("a") == "Ring [TELEFON]"

    def test_what_is_undone_to_nothing_is_back_in_its_queues(self, store, decision):
        for name in ("mars", "april"):
            store.queue.add(name, _inquiries("a"))
        store.save(decision("a"), seen=0, save_key="a")
        store.save(decision("a", by="ON"), seen=1, save_key="b")

        store.undo("a", seen=2, by="KN", save_key="c")
        assert [one.open for one in store.queue.progress()] == [0, 0]
        store.undo("a", seen=3, by="KN", save_key="d")

        assert [one.open for one in store.queue.progress()] == [1, 1]
        assert store.queue.claim("mars", by="ON").inquiry == Inquiry("a", "")
        assert store.queue.add("mars", _inquiries("a", "b")) == 1
        assert store.queue.claim("mars", by="ON").inquiry == Inquiry("a", "Tekst a")
        store.save(decision("a"), seen=4, save_key="e")
        assert [one.open for one in store.queue.progress()] == [0, 1]

    def test_what_is_undone_gets_the_masked_text_where_it_is_kept(self, address, taxonomy, decision):
        store = Store(address, taxonomy, keep_text=True)
        store.queue.add("mars", [Inquiry("a", "Ring 977 00 654"), Inquiry("b", "Tekst b")])
        store.save(decision("a", text="Ring 977 00 654"), seen=0, save_key="a")

        store.undo("a", seen=1, by="KN", save_key="b")

        assert store.queue.claim("mars", by="KN").inquiry == Inquiry("a", "Ring [TELEFON]")

    def test_what_was_decided_elsewhere_and_undone_may_be_queued(self, store, decision):
        store.save(decision("a"), seen=0, save_key="a")
        store.undo("a", seen=1, by="KN", save_key="b")

        assert store.queue.add("mars", _inquiries("a")) == 1

    def test_an_id_that_cannot_be_kept_is_refused(self, store):
        with pytest.raises(DecisionError, match="id mangler"):
            store.queue.add("mars", _inquiries(" "))
        assert store.queue.progress() == []


class TestIntake:
    def test_rows_without_text_are_left_out(self, tmp_path):
        (tmp_path / "inn.csv").write_text("saksnr;tekst\n007;Ingen kommer\n8;\n9; Én til\n", "utf-8")

        found = list(inquiries_of(open_table(tmp_path / "inn.csv")))

        assert found == [Arrival("007", "Ingen kommer"), Arrival("9", " Én til")]

    def test_without_ids_the_place_is_the_id(self, tmp_path):
        (tmp_path / "inn.csv").write_text("tekst;år\nIngen kommer;1\n", "utf-8")

        assert list(inquiries_of(open_table(tmp_path / "inn.csv"))) == [Arrival("2", "Ingen kommer")]

    def test_day_site_and_region_come_along(self, tmp_path):
        lines = "id;Mottatt;Sted;Kommune;tekst", "1;3.4.2026;Solbakken sykehjem;Nes;Ja", "2;;;;Ja", "3;i fjor;;;Ja"
        (tmp_path / "inn.csv").write_text("\n".join(lines) + "\n", "utf-8")

        found = list(inquiries_of(open_table(tmp_path / "inn.csv")))

        assert found == [
            Arrival("1", "Ja", date(2026, 4, 3), "Solbakken sykehjem", "Nes"),
            Arrival("2", "Ja"),
            Arrival("3", "Ja"),
        ]

    def test_a_text_without_an_id_is_told(self, tmp_path):
        (tmp_path / "inn.csv").write_text("id;tekst\n1;Ja\n;Ingen kommer\n", "utf-8")

        with pytest.raises(RowError, match=r"linje 3: raden har ingen id"):
            list(inquiries_of(open_table(tmp_path / "inn.csv")))

    def test_a_missing_column_is_told(self, tmp_path):
        (tmp_path / "inn.csv").write_text("id;tekst\n1;Ja\n", "utf-8")

        with pytest.raises(ColumnError, match="finnes ikke"):
            list(inquiries_of(open_table(tmp_path / "inn.csv"), text_column="notat"))
