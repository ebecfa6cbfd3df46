"""Suggestions for several clients at once, from one model."""

from collections.abc import Iterator, Sequence
from threading import Lock

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.web.model_in_use import ModelInUse

# Texts that are scored before another client gets its turn: some milliseconds.
TEXTS_AT_ONCE = 16


class Turn:
    """A lock that the one who waits gets next; who asks again at once has to wait behind."""

    def __init__(self) -> None:
        self._held, self._next = Lock(), Lock()

    def __enter__(self) -> None:
        with self._next:
            self._held.acquire()

    def __exit__(self, *exception: object) -> None:
        self._held.release()


class Scoring:
    """Suggests labels; may be used by several threads.

    A scorer keeps the words that it has met, which is no matter for two threads at once, so they take turns; a large
    request gives way to others between its blocks.

    Parameters
    ----------
    model : in use.
    """

    def __init__(self, model: ModelInUse) -> None:
        self.model, self._turn = model, Turn()

    @property
    def scorer(self) -> Scorer:
        """The scorer in use now."""
        return self.model.scorer

    def suggest(self, texts: Sequence[str | Inquiry], *, with_evidence: bool = True) -> list[Suggestion]:
        """Return suggestions, all of the same model.

        Parameters
        ----------
        texts : a text of type `str` gets its place in the list, counted from 1, as id.
        with_evidence : whether the words that speak for each label are found, which takes most of the time.
        """
        scorer = self.scorer
        inquiries = [
            one if isinstance(one, Inquiry) else Inquiry(str(number), one) for number, one in enumerate(texts, start=1)
        ]
        return list(self._suggestions(scorer, inquiries, with_evidence))

    def _suggestions(self, scorer: Scorer, inquiries: Sequence[Inquiry], with_evidence: bool) -> Iterator[Suggestion]:
        for start in range(0, len(inquiries), TEXTS_AT_ONCE):
            with self._turn:
                found = scorer.suggest(inquiries[start : start + TEXTS_AT_ONCE], with_evidence=with_evidence)
            yield from found
