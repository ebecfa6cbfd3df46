"""Counts and times for Prometheus: nothing of a text, an id or a name."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from pobo_nlp.store import Decision, Store, Version
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Taxonomy

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What a server counts; every server has its own.

    The share of texts that need a person is `pobo_review_total` by `pobo_texts_total`; among what was decided it is
    `pobo_decisions_total` with `review="true"`. What the page suggests while a person types does not count as texts.
    """

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "pobo_requests", "Answers, by route.", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "pobo_request_seconds", "Time until an answer.", ["route"], buckets=_SECONDS, registry=registry
        )
        self._errors = Counter("pobo_errors", "Answers that failed by a fault of ours.", registry=registry)
        self._texts = Counter("pobo_texts", "Texts that the interface was asked about.", registry=registry)
        self._in_review = Counter("pobo_review", "Those that a person should look at.", registry=registry)
        self._reasons = Counter("pobo_review_reasons", "Why a person should look.", ["reason"], registry=registry)
        self._decisions = Counter(
            "pobo_decisions",
            "Decisions kept, and whether the text was in doubt.",
            ["status", "review"],
            registry=registry,
        )
        self._labels = Counter(
            "pobo_decided_labels", "What became of labels.", ["dimension", "outcome"], registry=registry
        )
        self._undone = Counter("pobo_undone", "Decisions taken back.", registry=registry)
        self._model = Gauge("pobo_model", "The model in use.", ["model"], registry=registry)
        self._loads = Counter(
            "pobo_model_loads", "New models, by whether they could be used.", ["ok"], registry=registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer.

        Parameters
        ----------
        route : as it is declared, never the path that was asked for.
        """
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def failed(self) -> None:
        """Count a fault of ours."""
        self._errors.inc()

    def suggested(self, suggestions: Sequence[Suggestion]) -> None:
        """Count suggestions."""
        self._texts.inc(len(suggestions))
        for suggestion in suggestions:
            self._in_review.inc(bool(suggestion.review))
            for reason in suggestion.review:
                self._reasons.labels(reason).inc()

    def decided(self, version: Version) -> None:
        """Count a decision that was kept."""
        in_doubt = version.suggested is not None and bool(version.suggested.review)
        self._decisions.labels(version.status, str(in_doubt).lower()).inc()
        for verdict in version.verdicts:
            self._labels.labels(verdict.dimension, verdict.outcome).inc()

    def undone(self) -> None:
        """Count a decision that was taken back."""
        self._undone.inc()

    def uses(self, model_id: str) -> None:
        """Tell which model is in use."""
        self._model.clear()
        self._model.labels(model_id).set(1)

    def loaded(self, *, ok: bool) -> None:
        """Count a new model, or one that could not be used."""
        self._loads.labels("true" if ok else "false").inc()

    def text(self) -> bytes:
        """Return all in the format of Prometheus."""
        return generate_latest(self.registry)


class CountedStore(Store):
    """A store whose decisions are counted, those of the page and those of the interface.

    Parameters
    ----------
    metrics : that count.
    """

    def __init__(self, address: str, taxonomy: Taxonomy, *, keep_text: bool, metrics: Metrics) -> None:
        super().__init__(address, taxonomy, keep_text=keep_text)
        self._metrics = metrics

    def save(self, new: Decision, *, seen: int, save_key: str) -> Version:
        """Keep a decision, and count it."""
        kept = super().save(new, seen=seen, save_key=save_key)
        self._metrics.decided(kept)
        return kept

    def undo(self, inquiry_id: str, *, seen: int, by: str, save_key: str) -> Version:
        """Take back the newest version, and count that; its labels were counted before."""
        kept = super().undo(inquiry_id, seen=seen, by=by, save_key=save_key)
        self._metrics.undone()
        return kept
