"""Decisions of advisers: what was suggested, what was decided, by whom and when; and the queue to work through."""

from pobo_nlp.store.decision import Answer, Decision, DecisionConflictError, Suggested, Verdict, Version
from pobo_nlp.store.queue import Item, Progress
from pobo_nlp.store.store import Store

__all__ = [
    "Answer", "Decision", "DecisionConflictError", "Item", "Progress", "Store", "Suggested", "Verdict", "Version",
]  # fmt: skip
