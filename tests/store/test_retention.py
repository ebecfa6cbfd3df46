from datetime import UTC, datetime

import pytest

from pobo_nlp.errors import StoreError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Store
from pobo_nlp.store.retention import before, describe, purge

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


class TestAge:
    @pytest.mark.parametrize(
        ("age", "day"),
        [
            ("90d", "2025-12-31"),
            ("24m", "2024-03-31"),
            ("1m", "2026-02-28"),
            ("2y", "2024-03-31"),
            ("2 å", "2024-03-31"),
            ("2024-01-31", "2024-01-31"),
        ],
    )
    def test_it_is_a_span_or_a_date(self, age, day):
        assert before(age, now=NOW).date().isoformat() == day

    @pytest.mark.parametrize("age", ["", "24", "m", "-1m", "24 uker", "2026-13-01", "2027-01-01", "9999y"])
    def test_anything_else_is_refused(self, age):
        with pytest.raises(StoreError, match=r"--older-than: .*90d"):
            before(age, now=NOW)


def test_what_was_last_decided_before_is_removed_whole(address, taxonomy, decision, clock):
    store = Store(address, taxonomy, keep_text=True, clock=clock)
    store.save(decision("old"), seen=0, save_key="a")
    store.save(decision("changed"), seen=0, save_key="b")
    store.queue.add("mars", [Inquiry("waiting", "Ingen kommer")])
    clock.advance(days=10)
    moment = clock.now
    store.save(decision("changed", by="ON"), seen=1, save_key="c")
    store.save(decision("new"), seen=0, save_key="d")
    store.queue.add("april", [Inquiry("late", "Ingen kommer")])

    done = purge(store.database, decided_before=moment)

    assert (done.inquiries, done.versions, done.texts, done.queued) == (1, 1, 1, 1)
    assert done.is_compact
    assert store.newest("old") is None
    assert [one.version for one in store.history("changed")] == [1, 2]
    assert store.newest("new") is not None
    assert [one.queue for one in store.queue.progress()] == ["april"]


def test_a_purge_leaves_the_store_protected(address, taxonomy, decision, clock):
    store = Store(address, taxonomy, clock=clock)
    store.save(decision(), seen=0, save_key="a")
    clock.advance(days=1)

    purge(store.database, decided_before=clock.now)
    again = purge(store.database, decided_before=clock.now)

    assert (again.inquiries, again.queued) == (0, 0)
    assert (
        store.database.read(
            lambda connection: connection.exec_driver_sql(
                "SELECT count(*) FROM pobo_setting WHERE name = 'purge'"
            ).scalar()
        )
        == 0
    )
    assert store.save(decision(), seen=0, save_key="b").version == 1


def test_a_save_to_what_was_purged_is_a_conflict(store, decision, clock):
    store.save(decision(), seen=0, save_key="a")
    clock.advance(days=1)
    purge(store.database, decided_before=clock.now)

    with pytest.raises(StoreError, match="den har ingen avgjørelse"):
        store.save(decision(), seen=1, save_key="b")


def test_a_store_is_described_in_numbers(address, taxonomy, decision, clock):
    store = Store(address, taxonomy, keep_text=True, clock=clock)
    empty = describe(store)
    store.save(decision("1"), seen=0, save_key="a")
    store.save(decision("1", by="ON"), seen=1, save_key="b")
    store.save(decision("2", text=None), seen=0, save_key="c")
    store.undo("2", seen=1, by="KN", save_key="d")
    store.queue.add("mars", [Inquiry("3", "Ingen kommer")])

    info = describe(store)

    assert (empty.inquiries, empty.first, empty.queues) == (0, None, ())
    assert (info.inquiries, info.versions, info.kept_texts) == (2, 4, 1)
    assert info.statuses == {"decided": 1, "withdrawn": 1}
    assert info.outcomes == {"accepted": 3, "rejected": 1}
    assert info.models == {"default@12345678": 1}
    assert (info.first, info.last) == (clock.now, clock.now)
    assert info.queues[0].open == 1
