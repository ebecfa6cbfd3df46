"""The stated rules of docs/retag.md, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pobo_nlp.batch.label_map import Counterpart
from pobo_nlp.batch.retag_rules import Answer, OldLabels, judge_multi, judge_single

LABELS = ("a", "b", "c", "d")
LIMIT = 0.05


def exactly(label):
    return Counterpart((label,), label)


def answer(*accepted, is_readable=True, elsewhere=(), **probability):
    return Answer({label: probability.get(label, 0.0) for label in LABELS}, accepted, is_readable, frozenset(elsewhere))


A = OldLabels((exactly("a"),))
A_OR_B = OldLabels((Counterpart(("a", "b"), "a / b"),))
LEVEL = OldLabels((Counterpart(("a", "b"), "level", is_level=True),))
NOTHING = OldLabels()
GONE = OldLabels((Counterpart((), ""),))


@pytest.mark.parametrize(
    ("old", "said", "status", "proposed"),
    [
        pytest.param(A, answer("a", a=0.9), "unchanged", (), id="the model agrees"),
        pytest.param(A, answer("b", b=0.9, a=0.04), "changed", ("b",), id="the model accepts another, the old is rare"),
        pytest.param(A, answer("b", b=0.9, a=0.05), "unchanged", (), id="the threshold itself is not below it"),
        pytest.param(A, answer(a=0.01, b=0.6), "unchanged", (), id="nothing is accepted"),
        pytest.param(A, answer(is_readable=False), "unchanged", (), id="unreadable, the old label stands"),
        pytest.param(A, answer(a=0.01, elsewhere="ab"), "needs_person", (), id="another level is sure, no area is"),
        pytest.param(A, answer(a=0.06, elsewhere="ab"), "unchanged", (), id="another level, but the old is not rare"),
        pytest.param(A_OR_B, answer("b", b=0.9), "refined", ("b",), id="one of those the code may be"),
        pytest.param(A_OR_B, answer(a=0.4, b=0.4), "needs_person", (), id="no label of the code is accepted"),
        pytest.param(A_OR_B, answer("c", c=0.9, a=0.03, b=0.01), "changed", ("c",), id="all of the code are rare"),
        pytest.param(A_OR_B, answer("c", c=0.9, a=0.03, b=0.03), "needs_person", (), id="together they are not rare"),
        pytest.param(LEVEL, answer("a", a=0.9), "refined", ("a",), id="the level becomes an area"),
        pytest.param(LEVEL, answer(a=0.4), "unchanged", (), id="the level stands"),
        pytest.param(LEVEL, answer("c", c=0.99), "changed", ("c",), id="an area of another level"),
        pytest.param(NOTHING, answer("a", a=0.9), "new", ("a",), id="no old label"),
        pytest.param(NOTHING, answer(a=0.4), "needs_person", (), id="no old label and none accepted"),
        pytest.param(NOTHING, answer(is_readable=False), "needs_person", (), id="unreadable without an old label"),
        pytest.param(GONE, answer("a", a=0.9), "needs_person", (), id="no counterpart, whatever the model says"),
    ],
)
def test_single(old, said, status, proposed):
    verdict = judge_single(old, said, LIMIT)

    assert (verdict.status, verdict.proposed) == (status, proposed)


def test_a_level_with_one_area_is_refined_to_it():
    level = OldLabels((Counterpart(("a",), "level", is_level=True),))

    assert judge_single(level, answer("a", a=0.9), LIMIT).status == "refined"


AB = OldLabels((exactly("a"), exactly("b")))
A_AND_ONE_OF = OldLabels((exactly("a"), Counterpart(("b", "c"), "b / c")))


@pytest.mark.parametrize(
    ("old", "said", "status", "proposed", "added", "removed"),
    [
        pytest.param(AB, answer("a", "b", a=0.9, b=0.9), "unchanged", (), (), (), id="the same set"),
        pytest.param(AB, answer("a", a=0.9), "unchanged", (), (), (), id="nothing is removed where nothing is added"),
        pytest.param(
            AB, answer("a", "c", a=0.9, b=0.04, c=0.8), "changed", ("a", "c"), ("c",), ("b",), id="one for another"
        ),
        pytest.param(AB, answer("c", a=0.2, b=0.05, c=0.8), "refined", ("a", "b", "c"), ("c",), (), id="one more"),
        pytest.param(NOTHING, answer("a", a=0.9), "new", ("a",), ("a",), (), id="empty before"),
        pytest.param(NOTHING, answer(a=0.1), "unchanged", (), (), (), id="none is an answer"),
        pytest.param(NOTHING, answer(is_readable=False), "needs_person", (), (), (), id="unreadable and empty"),
        pytest.param(AB, answer(is_readable=False), "unchanged", (), (), (), id="unreadable, the old set stands"),
        pytest.param(
            A_AND_ONE_OF, answer("a", "c", a=0.9, c=0.9), "refined", ("a", "c"), (), (), id="which one of them"
        ),
        pytest.param(
            A_AND_ONE_OF, answer("a", a=0.9, b=0.3), "needs_person", (), (), (), id="none of them is accepted"
        ),
        pytest.param(
            A_AND_ONE_OF,
            answer("a", "d", a=0.9, b=0.01, c=0.02, d=0.9),
            "changed",
            ("a", "d"),
            ("d",),
            ("b / c",),
            id="none of them is likely",
        ),
        pytest.param(
            OldLabels((exactly("a"), Counterpart((), ""))),
            answer("a", a=0.9),
            "needs_person",
            (),
            (),
            (),
            id="one code of several has no counterpart",
        ),
    ],
)
def test_multi(old, said, status, proposed, added, removed):
    verdict = judge_multi(old, said, LIMIT)

    assert (verdict.status, verdict.proposed, verdict.added, verdict.removed) == (status, proposed, added, removed)


probabilities = st.fixed_dictionaries({label: st.floats(0, 1) for label in LABELS})


@given(probabilities, st.sets(st.sampled_from(LABELS)), st.sets(st.sampled_from(LABELS), min_size=1))
def test_no_label_of_a_set_is_lost_unless_it_is_improbable_and_another_is_accepted(probability, accepted, held):
    old = OldLabels(tuple(map(exactly, sorted(held))))

    verdict = judge_multi(old, Answer(probability, sorted(accepted), True), LIMIT)

    lost = held - set(verdict.proposed) if verdict.proposed else set()
    assert lost == set(verdict.removed)
    assert all(probability[label] < LIMIT and label not in accepted for label in lost)
    assert not lost or accepted - held


@given(probabilities, st.sampled_from([None, *LABELS]), st.sampled_from(LABELS))
def test_a_single_label_changes_only_to_an_accepted_one(probability, accepted, held):
    said = Answer(probability, [accepted] if accepted else [], True)

    verdict = judge_single(OldLabels((exactly(held),)), said, LIMIT)

    is_changed = accepted not in (None, held) and probability[held] < LIMIT
    assert verdict.status == ("changed" if is_changed else "unchanged")
