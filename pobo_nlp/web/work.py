"""The form that an adviser works in: what it holds, how it is read, and the decision that it comes to."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from starlette.datastructures import FormData

from pobo_nlp.errors import DecisionError
from pobo_nlp.store import Decision, Suggested, Version
from pobo_nlp.taxonomy import Dimension, Taxonomy
from pobo_nlp.web.choices import NONE_OF_THESE, OTHER, UNKNOWN, Choice, answers_of, choices_of

# Longer than a working day says that the page was left open, nothing of the work.
_MAX_SECONDS = 8 * 60 * 60
_SPECIAL = {f"?{status}": status for status in (UNKNOWN, NONE_OF_THESE)}
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Work:
    """What the form holds.

    Attributes
    ----------
    seen : number of the version that the adviser has seen; 0 for none.
    save_key : of this save, however often it is tried.
    queue, item : where the inquiry comes out of a queue.
    opened : when the form was opened, in seconds since 1970.
    seconds : used, as the browser has measured; None where it has not.
    is_change : whether an earlier decision is changed, so that the id stays.
    """

    inquiry_id: str = ""
    by: str = ""
    text: str = ""
    note: str = ""
    register: str = ""
    seen: int = 0
    save_key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    queue: str = ""
    item: int | None = None
    opened: float = field(default_factory=time.time)
    seconds: float | None = None
    is_change: bool = False
    choices: Mapping[str, Choice] = field(default_factory=dict)
    suggested: Suggested | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether the id is given, not chosen by the adviser."""
        return self.is_change or self.item is not None

    @property
    def suggested_json(self) -> str:
        """What was suggested, as the form carries it."""
        return json.dumps(self.suggested.to_dict(), ensure_ascii=False) if self.suggested else ""

    def decision(self, taxonomy: Taxonomy) -> Decision:
        """Return what is to be saved."""
        return Decision(
            self.inquiry_id,
            answers_of(self.choices, taxonomy, self.suggested),
            by=self.by,
            suggested=self.suggested,
            text=self.text if self.text.strip() else None,
            note=self.note if self.note.strip() else None,
            seconds_used=self._seconds_used(),
            register=self.register or None,
        )

    def with_new_key(self, *, seen: int) -> "Work":
        """Return the same work as a save of its own, by one who has seen a version."""
        return replace(self, seen=seen, save_key=secrets.token_urlsafe(18))

    def _seconds_used(self) -> float | None:
        used = self.seconds if self.seconds is not None else time.time() - self.opened
        return round(used, 1) if 0 <= used <= _MAX_SECONDS else None


def new_id(now: datetime) -> str:
    """Return an id for an inquiry that has none yet: the day, and enough letters that two never are the same."""
    return f"{now:%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(6))}"


def of_version(version: Version, text: str | None, *, by: str, taxonomy: Taxonomy) -> Work:
    """Return the form in which an earlier decision is changed."""
    return Work(
        inquiry_id=version.inquiry_id,
        by=by,
        text=text or "",
        note=version.note or "",
        register=version.register or "",
        seen=version.version,
        is_change=True,
        choices=choices_of(version.answers, version.suggested, taxonomy),
        suggested=version.suggested,
    )


def read_work(form: FormData, taxonomy: Taxonomy) -> Work:
    """Return what a form holds; what is not understood counts as empty."""
    fresh = Work()
    return Work(
        inquiry_id=_field(form, "inquiry_id").strip(),
        by=_field(form, "by").strip(),
        # Browsers send each line break as two signs; the places of evidence count one.
        text=_field(form, "text").replace("\r\n", "\n"),
        note=_field(form, "note").replace("\r\n", "\n"),
        register=_field(form, "register"),
        seen=int(_number(form, "seen") or 0),
        save_key=_field(form, "save_key") or fresh.save_key,
        queue=_field(form, "queue"),
        item=None if (item := _number(form, "item")) is None else int(item),
        opened=_number(form, "opened") or fresh.opened,
        seconds=_number(form, "seconds"),
        is_change=_field(form, "is_change") == "1",
        choices={one.id: _choice(form, one) for one in taxonomy.dimensions},
        suggested=_suggested(_field(form, "suggested")),
    )


def _choice(form: FormData, dimension: Dimension) -> Choice:
    posted = [value for value in form.getlist(f"choice.{dimension.id}") if isinstance(value, str)]
    if dimension.kind == "single":
        value = posted[0] if posted else f"?{OTHER}"
        if value == f"?{OTHER}":
            value = _field(form, f"other.{dimension.id}")
        if value in _SPECIAL:
            return Choice(status=_SPECIAL[value])
        return Choice(labels=(value,) if value in dimension.label_ids else ())
    asked = {label: _field(form, f"answer.{dimension.id}.{label}") for label in dimension.label_ids}
    labels = tuple(label for label in dimension.label_ids if label in posted or asked[label] == "yes")
    status = _field(form, f"status.{dimension.id}")
    return Choice(
        status if status in (UNKNOWN, NONE_OF_THESE) else "",
        labels,
        tuple(label for label, answer in asked.items() if answer == "no"),
    )


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _number(form: FormData, name: str) -> float | None:
    try:
        value = float(_field(form, name))
    except ValueError:
        return None
    # No number of this form is larger, nor "nan".
    return value if 0 <= value < 2**53 else None


def _suggested(content: str) -> Suggested | None:
    if not content:
        return None
    try:
        return Suggested.from_dict(json.loads(content))
    except (ValueError, RecursionError, DecisionError):
        return None


def contradictions(work: Work, taxonomy: Taxonomy) -> Iterator[Dimension]:
    """Yield dimensions in which labels are chosen beside "vet ikke" or "ingen av disse"."""
    for dimension in taxonomy.dimensions:
        choice = work.choices.get(dimension.id)
        if choice is not None and choice.status and choice.labels:
            yield dimension
