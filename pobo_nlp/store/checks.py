"""What cannot be kept of a decision, and is refused before the database is asked."""

from collections.abc import Iterator, Mapping

from pobo_nlp.errors import DecisionError
from pobo_nlp.store.decision import REGISTERS, Answer, Decision, Suggested
from pobo_nlp.store.schema import MAX_ID, MAX_KEY, MAX_NAME
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.text.normalise import has_control_characters

MAX_NOTE_CHARS = 10_000
_ANSWERS = ("decided", "unknown", "none_of_these")


def check(decision: Decision, taxonomy: Taxonomy, save_key: str) -> None:
    """Refuse a decision that cannot be kept.

    Raises
    ------
    DecisionError : with all that is wrong; texts and notes are not quoted.
    """
    faults = [
        *_name_faults("id", decision.inquiry_id, MAX_ID),
        *_name_faults("navn eller initialer", decision.by, MAX_NAME),
        *_name_faults("lagringsnøkkelen", save_key, MAX_KEY),
        *_other_faults(decision),
        *_answer_faults(decision.answers, taxonomy),
    ]
    if faults:
        raise DecisionError("Avgjørelsen er ikke lagret", faults)


def check_name(what: str, name: str, max_chars: int = MAX_NAME) -> None:
    """Refuse a name that is empty, too long, or holds what no name does.

    Raises
    ------
    DecisionError : without the name.
    """
    if faults := list(_name_faults(what, name, max_chars)):
        raise DecisionError("Ikke utført", faults)


def _name_faults(what: str, name: str, max_chars: int) -> Iterator[str]:
    if not name.strip():
        yield f"{what} mangler; fyll ut feltet"
    elif len(name) > max_chars:
        yield f"{what} har {len(name)} tegn; høyst {max_chars} går"
    elif has_control_characters(name) or not name.isprintable():
        yield f"{what} har tegn som ikke kan skrives ut; skriv uten dem"


def _other_faults(decision: Decision) -> Iterator[str]:
    if not decision.answers:
        yield "ingen svar; velg en etikett, «vet ikke» eller «ingen av disse»"
    if decision.note is not None and len(decision.note) > MAX_NOTE_CHARS:
        yield f"notatet har {len(decision.note)} tegn; høyst {MAX_NOTE_CHARS} går"
    if decision.seconds_used is not None and not 0 <= decision.seconds_used < float("inf"):
        yield "tiden som er brukt, er ikke et antall sekunder fra 0"
    if decision.register is not None and decision.register not in REGISTERS:
        yield f"register er ukjent; kjente: {', '.join(REGISTERS)}"
    if decision.suggested is not None:
        yield from _suggested_faults(decision.suggested)


def _suggested_faults(suggested: Suggested) -> Iterator[str]:
    """Yield what cannot be kept of a suggestion; another model may know other labels than the scheme."""
    yield from _name_faults("modellens id", suggested.model, MAX_NAME)
    yield from _name_faults("målformen", suggested.malform, MAX_NAME)
    for name, found in suggested.labels.items():
        for one in (name, *(label.label for label in found)):
            yield from (f"forslaget: {fault}" for fault in _name_faults("en etikett", one, MAX_NAME))
        if len({label.label for label in found}) < len(found):
            yield "forslaget: samme etikett to ganger i en dimensjon"


def _answer_faults(answers: Mapping[str, Answer], taxonomy: Taxonomy) -> Iterator[str]:
    known = {dimension.id: dimension for dimension in taxonomy.dimensions}
    for name, answer in answers.items():
        if name not in known:
            yield f"ukjent dimensjon; kjente: {', '.join(known)}"
        elif answer.status not in _ANSWERS:
            yield f"{name}: ukjent status; kjente: {', '.join(_ANSWERS)}"
        else:
            yield from _label_faults(known[name], answer)
    for name, answer in answers.items():
        if name in known and (parent := known[name].parent) in answers and len(answer.labels) == 1:
            yield from _parent_faults(known[name], answer.labels[0], answers[str(parent)])


def _label_faults(dimension: Dimension, answer: Answer) -> Iterator[str]:
    if answer.status != "decided":
        if answer.labels:
            yield f"{dimension.id}: etiketter sammen med «vet ikke» eller «ingen av disse»; velg én av delene"
        return
    if any(label not in dimension.label_ids for label in answer.labels):
        yield f"{dimension.id}: en etikett som ikke er i skjemaet; kjente: {', '.join(dimension.label_ids)}"
    if len(set(answer.labels)) < len(answer.labels):
        yield f"{dimension.id}: samme etikett to ganger"
    if dimension.kind == "single" and len(answer.labels) != 1:
        yield f"{dimension.id}: {len(answer.labels)} etiketter; her skal det være én"


def _parent_faults(dimension: Dimension, label: str, parent: Answer) -> Iterator[str]:
    if label in dimension.label_ids and parent.labels != (dimension.label(label).parent,):
        yield f"{dimension.id}: etiketten hører til en annen {dimension.parent} enn den som er valgt"
