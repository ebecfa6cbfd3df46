import pytest
from sqlalchemy import insert, text

from pobo_nlp.errors import DatabaseError, DecisionError, SaveKeyError, StoreError
from pobo_nlp.store import Answer, DecisionConflictError, Store, Suggested
from pobo_nlp.store.decision import SuggestedLabel
from pobo_nlp.store.schema import text as texts

SENTINEL = "hemmelegord"
LONG = "x" * 201


def _suggestion(model, labels, malform="nb"):
    return Suggested(model, malform, {"arsak": tuple(SuggestedLabel(label, 0.5, True) for label in labels)})


def _outcomes(version, dimension):
    return {one.label: one.outcome for one in version.verdicts if one.dimension == dimension}


class TestSave:
    def test_what_is_saved_is_read_back(self, store, decision, suggested, clock):
        store.save(decision(note="Ring meg på 977 00 654", seconds_used=12.5), seen=0, save_key="a")

        version = store.newest("17")
        assert version == store.history("17")[0]
        assert (version.version, version.status, version.by, version.at) == (1, "decided", "KN", clock.now)
        assert version.answers == decision().answers
        assert version.suggested == suggested
        assert version.note == "Ring meg på [TELEFON]"
        assert version.seconds_used == 12.5

    def test_each_label_has_its_outcome(self, store, decision):
        answers = {
            "tjenesteomrade": Answer("decided", ("praktisk_bistand",)),
            "arsak": Answer("decided", ("ventetid", "informasjon", "avslag")),
        }

        version = store.save(decision(answers=answers), seen=0, save_key="a")

        assert _outcomes(version, "tjenesteomrade") == {"praktisk_bistand": "changed", "hjemmesykepleie": "rejected"}
        expected = {"ventetid": "accepted", "omfang": "rejected", "informasjon": "added", "avslag": "added"}
        assert _outcomes(version, "arsak") == expected
        assert {one.label: one.probability for one in version.verdicts if one.dimension == "arsak"} == {
            "ventetid": 0.8,
            "omfang": 0.7,
            "informasjon": 0.3,
            "avslag": None,
        }

    def test_unknown_judges_no_label(self, store, decision):
        version = store.save(decision(answers={"tjenesteomrade": Answer("unknown")}), seen=0, save_key="a")

        assert _outcomes(version, "tjenesteomrade") == {}
        assert version.status == "decided"

    def test_none_of_these_rejects_all_that_was_listed(self, store, decision):
        version = store.save(decision(answers={"tjenesteomrade": Answer("none_of_these")}), seen=0, save_key="a")

        assert set(_outcomes(version, "tjenesteomrade").values()) == {"rejected"}
        assert len(_outcomes(version, "tjenesteomrade")) == 3

    @pytest.mark.parametrize(
        ("statuses", "whole"),
        [(("unknown", "unknown"), "unknown"), (("unknown", "none_of_these"), "none_of_these")],
    )
    def test_a_decision_may_be_that_nobody_knows(self, store, decision, statuses, whole):
        answers = dict(zip(("tjenesteomrade", "henvendelsestype"), map(Answer, statuses), strict=True))
        unknown = {"arsak": Answer("unknown"), "systemflagg": Answer("unknown")}

        assert store.save(decision(answers=answers | unknown), seen=0, save_key="a").status == whole

    def test_without_a_suggestion_all_is_added(self, store, decision):
        version = store.save(decision(suggested=None), seen=0, save_key="a")

        assert {one.outcome for one in version.verdicts} == {"added"}

    def test_a_save_that_is_tried_again_is_kept_once(self, store, decision):
        first = store.save(decision(), seen=0, save_key="a")
        store.save(decision(by="ON"), seen=1, save_key="b")

        assert store.save(decision(seconds_used=99.0), seen=0, save_key="a") == first
        assert len(store.history("17")) == 2

    def test_a_key_is_not_used_twice(self, store, decision):
        store.save(decision(), seen=0, save_key="a")

        with pytest.raises(SaveKeyError, match="lagringsnøkkel"):
            store.save(decision(note="noe annet"), seen=0, save_key="a")
        with pytest.raises(SaveKeyError, match="Last siden på nytt"):
            store.save(decision("18"), seen=0, save_key="a")

    def test_a_conflict_gives_both(self, store, decision):
        theirs = store.save(decision(by="ON"), seen=0, save_key="a")
        yours = decision(answers={"arsak": Answer("decided", ("avslag",))})

        with pytest.raises(DecisionConflictError, match=r"versjon 1 er lagret\. Se på begge") as caught:
            store.save(yours, seen=0, save_key="b")

        assert (caught.value.theirs, caught.value.yours) == (theirs, yours)
        assert store.save(yours, seen=1, save_key="b").version == 2

    def test_a_version_that_was_never_there_is_a_conflict(self, store, decision):
        with pytest.raises(DecisionConflictError, match="den har ingen avgjørelse"):
            store.save(decision(), seen=3, save_key="a")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            pytest.param({"answers": {"x": Answer("decided")}}, "ukjent dimensjon", id="dimension"),
            pytest.param({"answers": {"arsak": Answer("decided", ("x",))}}, "ikke er i skjemaet", id="label"),
            pytest.param({"answers": {"tjenesteomrade": Answer("decided")}}, "her skal det være én", id="none"),
            pytest.param({"answers": {"arsak": Answer("decided", ("avslag",) * 2)}}, "to ganger", id="twice"),
            pytest.param({"answers": {"arsak": Answer("unknown", ("avslag",))}}, "vet ikke", id="unknown with label"),
            pytest.param({"answers": {"arsak": Answer("perhaps")}}, "ukjent status", id="status"),
            pytest.param(
                {"answers": {"tjenesteniva": Answer("decided", ("spesialist",))}}, "en annen tjenesteniva", id="parent"
            ),
            pytest.param({"by": " "}, "navn eller initialer mangler", id="nobody"),
            pytest.param({"by": "K\x00N"}, "tegn", id="control character"),
            pytest.param({"inquiry_id": LONG}, "id har 201 tegn", id="long id"),
            pytest.param({"note": "x" * 10_001}, "notatet har 10001 tegn", id="long note"),
            pytest.param({"seconds_used": -1.0}, "antall sekunder", id="time"),
            pytest.param({"seconds_used": float("nan")}, "antall sekunder", id="no time"),
            pytest.param({"register": "sms"}, "register er ukjent", id="register"),
            pytest.param(
                {"suggested": _suggestion("m", ["x" * 101])}, "forslaget: en etikett har 101", id="long label"
            ),
            pytest.param({"suggested": _suggestion("m", ["x\x00"])}, "forslaget: en etikett har tegn", id="odd label"),
            pytest.param({"suggested": _suggestion("m", ["x", "x"])}, "forslaget: samme etikett", id="doubled label"),
            pytest.param({"suggested": _suggestion("m" * 101, [])}, "modellens id har 101 tegn", id="model"),
            pytest.param({"suggested": _suggestion("m", [], "x" * 101)}, "målformen har 101", id="malform"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, tmp_path, taxonomy, decision, changes, told):
        store = Store(tmp_path / "lager.db", taxonomy)

        with pytest.raises(DecisionError, match=told):
            store.save(decision(**changes), seen=0, save_key="a")

        assert store.newest("17") is None

    def test_texts_that_no_database_holds_are_kept_as_far_as_possible(self, address, taxonomy, decision):
        store = Store(address, taxonomy, keep_text=True)

        store.save(decision(text="a\x00b\ud800", note="c\x00'; DROP TABLE pobo_decision; --"), seen=0, save_key="a")

        assert store.kept_text("17") == "a\ufffdb\ufffd"
        assert store.newest("17").note == "c\ufffd'; DROP TABLE pobo_decision; --"

    def test_the_same_text_is_known_again(self, store, decision):
        store.save(decision(text="Ingen  kommer\nom kvelden"), seen=0, save_key="a")

        assert store.with_same_text("ingen kommer om KVELDEN ") == ["17"]
        assert store.with_same_text("ingen kommer om morgenen") == []


class TestUndo:
    def test_the_content_before_is_back(self, store, decision):
        first = store.save(decision(), seen=0, save_key="a")
        store.save(decision(answers={"arsak": Answer("unknown")}), seen=1, save_key="b")

        undone = store.undo("17", seen=2, by="ON", save_key="c")

        assert (undone.version, undone.undoes, undone.restores, undone.by) == (3, 2, 1, "ON")
        assert (undone.answers, undone.verdicts) == (first.answers, first.verdicts)
        assert [one.version for one in store.history("17")] == [1, 2, 3]

    def test_undoing_goes_on_to_the_beginning(self, store, decision):
        store.save(decision(), seen=0, save_key="a")
        store.save(decision(by="ON"), seen=1, save_key="b")
        store.undo("17", seen=2, by="ON", save_key="c")

        withdrawn = store.undo("17", seen=3, by="ON", save_key="d")

        assert (withdrawn.status, withdrawn.answers, withdrawn.restores) == ("withdrawn", {}, 0)
        with pytest.raises(StoreError, match="ingen avgjørelse å angre"):
            store.undo("17", seen=4, by="ON", save_key="e")

    def test_what_was_decided_after_an_undo_is_undone_to_it(self, store, decision):
        store.save(decision(), seen=0, save_key="a")
        store.undo("17", seen=1, by="KN", save_key="b")
        store.save(decision(by="ON"), seen=2, save_key="c")

        assert store.undo("17", seen=3, by="KN", save_key="d").status == "withdrawn"

    def test_it_is_done_once(self, store, decision):
        store.save(decision(), seen=0, save_key="a")

        undone = store.undo("17", seen=1, by="KN", save_key="b")

        assert store.undo("17", seen=1, by="KN", save_key="b") == undone

    def test_it_may_be_in_conflict(self, store, decision):
        store.save(decision(), seen=0, save_key="a")
        store.save(decision(by="ON"), seen=1, save_key="b")

        with pytest.raises(DecisionConflictError, match="du så versjon 1, men versjon 2") as caught:
            store.undo("17", seen=1, by="KN", save_key="c")
        assert caught.value.theirs.by == "ON"

    def test_nothing_cannot_be_undone(self, store):
        with pytest.raises(StoreError, match="ingen avgjørelse å angre"):
            store.undo("17", seen=0, by="KN", save_key="a")


def test_a_person_sees_the_own_decisions_newest_first(store, decision):
    for number in range(3):
        store.save(decision(str(number)), seen=0, save_key=str(number))
    store.save(decision("3", by="ON"), seen=0, save_key="3")

    assert [one.inquiry_id for one in store.decided_by("KN", limit=2)] == ["2", "1"]
    assert [one.inquiry_id for one in store.decided_by("KN", limit=2, offset=2)] == ["0"]


def test_the_database_itself_lets_nothing_be_changed(address, taxonomy, decision):
    store = Store(address, taxonomy, keep_text=True)
    before = store.save(decision(), seen=0, save_key="a")
    orders = [
        "UPDATE pobo_decision SET decided_by = 'X'",
        "UPDATE pobo_label SET verdict = 'accepted'",
        "UPDATE pobo_text SET text = ''",
        "DELETE FROM pobo_label",
        "DELETE FROM pobo_text",
        "DELETE FROM pobo_decision",
        "INSERT INTO pobo_decision SELECT * FROM pobo_decision",
    ]

    for order in orders:
        with pytest.raises(DatabaseError, match="avviste"):
            store.database.write(lambda connection, order=order: connection.execute(text(order)))
    assert store.history("17") == [before]
    assert SENTINEL in store.kept_text("17")


def test_postgresql_lets_no_table_be_emptied(schema, taxonomy, decision):
    store = Store(schema, taxonomy)
    store.save(decision(), seen=0, save_key="a")

    with pytest.raises(DatabaseError, match="avviste"):
        store.database.write(lambda connection: connection.execute(text("TRUNCATE pobo_decision CASCADE")))
    assert len(store.history("17")) == 1


def test_a_suggestion_of_another_form_is_refused():
    with pytest.raises(DecisionError, match="suggest --json"):
        Suggested.from_dict({"model": "m", "malform": "nb", "suggestions": {"arsak": [{"label": "x"}]}})


def test_a_suggestion_of_the_model_can_be_kept(scorer, taxonomy):
    suggestion = scorer.suggest("Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden.")

    kept = Suggested.of(suggestion)

    assert kept == Suggested.from_dict(kept.to_dict())
    assert kept.offered(taxonomy.dimension("tjenesteomrade"))[0].label == "hjemmesykepleie"


def test_errors_of_the_database_say_nothing_of_what_was_saved(store, all_words_of):
    with pytest.raises(DatabaseError, match="databasen avviste") as caught:
        store.database.write(lambda connection: connection.execute(insert(texts).values(text=SENTINEL)))

    assert SENTINEL not in all_words_of(caught.value)
