"""What becomes of an old label when the model has read the text: the stated rules, for one row and dimension.

`docs/retag.md` tells them in words, in the same order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pobo_nlp.batch.label_map import JOINT, Counterpart

Status = Literal["needs_person", "changed", "new", "refined", "unchanged"]
# The status of a row is the first of these that any of its dimensions has.
BY_WEIGHT: tuple[Status, ...] = ("needs_person", "changed", "new", "refined", "unchanged")


@dataclass(frozen=True, slots=True)
class OldLabels:
    """What a cell of old codes says.

    Attributes
    ----------
    groups : each code's meaning; of a single dimension at most one. Empty where no code stands in the cell.
    """

    groups: tuple[Counterpart, ...] = ()

    @property
    def lacks_counterpart(self) -> bool:
        """Whether a code means nothing in the label scheme."""
        return any(not group.labels for group in self.groups)

    @property
    def told(self) -> str:
        """How it is written in `<dimension>_old`."""
        return JOINT.join(group.told for group in self.groups if group.told)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says of one text in one dimension.

    Attributes
    ----------
    probability : of every label.
    accepted : labels that it accepts; at most one in a single dimension.
    is_readable : whether the text could be read at all.
    elsewhere : labels that an accepted label of a dimension above rules out.
    """

    probability: Mapping[str, float]
    accepted: Sequence[str]
    is_readable: bool
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the old label.

    Attributes
    ----------
    proposed : the labels that would stand afterwards; empty where nothing is proposed.
    old_probability : of each group of old labels.
    added, removed : what `proposed` has more and less than the old set, in a multi dimension.
    """

    status: Status
    proposed: tuple[str, ...] = ()
    old_probability: tuple[float, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def judge_single(old: OldLabels, answer: Answer, threshold: float) -> Verdict:
    """Return what becomes of the old label of a dimension with exactly one label.

    Parameters
    ----------
    threshold : a label that a person set is put up for change only where its probability is below.
    """
    accepted = tuple(answer.accepted)
    if old.lacks_counterpart:
        return Verdict("needs_person")
    if not old.groups:
        return Verdict("new", accepted) if accepted else Verdict("needs_person")
    allowed = old.groups[0]
    # Labels of a single dimension rule each other out, so the probability of any of them is their sum.
    probability = sum(answer.probability[label] for label in allowed.labels)
    told = (probability,) if answer.is_readable else ()
    is_exact = len(allowed.labels) == 1 and not allowed.is_level
    stands: Status = "unchanged" if is_exact or allowed.is_level else "needs_person"
    if accepted and accepted[0] in allowed.labels:
        return Verdict("unchanged", (), told) if is_exact else Verdict("refined", accepted, told)
    if probability < threshold and answer.is_readable:
        if accepted:
            return Verdict("changed", accepted, told)
        if answer.elsewhere.issuperset(allowed.labels):
            return Verdict("needs_person", (), told)
    return Verdict(stands, (), told)


def judge_multi(old: OldLabels, answer: Answer, threshold: float) -> Verdict:
    """Return what becomes of the old labels of a dimension with none or more.

    Parameters
    ----------
    threshold : a label that a person set is put up for removal only where its probability is below, and only where the
        model accepts another that it did not have.
    """
    accepted = answer.accepted
    if old.lacks_counterpart:
        return Verdict("needs_person")
    if not old.groups:
        if accepted:
            return Verdict("new", tuple(accepted), added=tuple(accepted))
        return Verdict("unchanged" if answer.is_readable else "needs_person")
    # Labels of a multi dimension do not rule each other out: the likeliest is the least that any of them can have.
    probability = [max(answer.probability[label] for label in group.labels) for group in old.groups]
    told = tuple(probability) if answer.is_readable else ()
    had = {label for group in old.groups for label in group.labels}
    added = [label for label in accepted if label not in had]
    gone = [
        bool(added) and of_group < threshold and not set(group.labels) & set(accepted)
        for group, of_group in zip(old.groups, probability, strict=True)
    ]
    kept: list[str] = []
    is_resolved = is_open = False
    for group, is_gone in zip(old.groups, gone, strict=True):
        if is_gone:
            continue
        found = [label for label in accepted if label in group.labels]
        is_resolved |= bool(found) and len(group.labels) > 1
        is_open |= not found and len(group.labels) > 1
        kept += found or group.labels
    if is_open:
        return Verdict("needs_person", (), told)
    proposed = tuple(dict.fromkeys([*kept, *added]))
    removed = tuple(group.told for group, is_gone in zip(old.groups, gone, strict=True) if is_gone)
    if removed:
        return Verdict("changed", proposed, told, tuple(added), removed)
    if added or is_resolved:
        return Verdict("refined", proposed, told, tuple(added))
    return Verdict("unchanged", (), told)
