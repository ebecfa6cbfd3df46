"""Earlier decisions that are like what is suggested now. No text is read: none has to be kept."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, func, select

from pobo_nlp.store import Store, Version
from pobo_nlp.store.schema import decision
from pobo_nlp.store.versions import newest_of_each, versions
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Taxonomy

_LOOKED_AT = 500
_SECONDS_BETWEEN_READS = 10.0
_MIN_LIKENESS = 0.6


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier decision that is like the suggestion.

    Attributes
    ----------
    has_same_text : whether the text was the same, but for case and white space.
    """

    version: Version
    has_same_text: bool


class EarlierDecisions:
    """The newest decisions of a store; may be used by several threads.

    Parameters
    ----------
    clock : seconds, from any beginning.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock, self._lock = store, clock, Lock()
        self._read_at, self._found = -math.inf, list[Version]()

    def like(self, text: str, suggestion: Suggestion, taxonomy: Taxonomy, *, but: str, most: int = 5) -> list[Similar]:
        """Return the decisions that are most like a suggestion, those on the same text first.

        Parameters
        ----------
        but : id of the inquiry that is worked on.

        Raises
        ------
        DatabaseError : where the database does not answer.
        """
        same = [one for one in self._store.with_same_text(text, limit=most + 1) if one != but][:most]
        with_same_text = [found for one in same if (found := self._store.newest(one)) is not None]
        known = {but, *same}
        ranked = [
            (likeness(version, suggestion.probabilities, taxonomy), version)
            for version in self._recent()
            if version.inquiry_id not in known and version.status == "decided"
        ]
        ranked.sort(key=lambda entry: -entry[0])
        others = [version for value, version in ranked if value >= _MIN_LIKENESS]
        listed = [*(Similar(one, True) for one in with_same_text), *(Similar(one, False) for one in others)]
        return [one for one in listed if one.version.status != "withdrawn"][:most]

    def _recent(self) -> Sequence[Version]:
        with self._lock:
            if self._clock() - self._read_at > _SECONDS_BETWEEN_READS:
                self._found = self._store.database.read(_newest_decisions)
                self._read_at = self._clock()
            return self._found


def likeness(version: Version, probabilities: Mapping[str, Mapping[str, float]], taxonomy: Taxonomy) -> float:
    """Return the cosine between what was decided, and how probable it is now: in [0, 1]."""
    names = [one.id for one in taxonomy.predicted]
    decided = [(name, label) for name in names if name in version.answers for label in version.answers[name].labels]
    common = sum(probabilities.get(name, {}).get(label, 0.0) for name, label in decided)
    length = math.sqrt(sum(value**2 for name in names for value in probabilities.get(name, {}).values()))
    return common / (length * math.sqrt(len(decided))) if decided and length else 0.0


def _newest_decisions(connection: Connection) -> list[Version]:
    last = connection.execute(select(func.max(decision.c.id))).scalar() or 0
    question = newest_of_each(up_to=last).order_by(None).order_by(decision.c.id.desc()).limit(_LOOKED_AT)
    return versions(connection, question)
