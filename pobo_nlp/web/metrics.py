"""Counts and times for Prometheus: nothing of a text, an id or a name."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from pobo_nlp.store import Version
from pobo_nlp.suggestion import Suggestion

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What a server counts; every server has its own.

    The share of texts that need a person is `pobo_review_total` by `pobo_texts_total`.
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
        self._texts = Counter("pobo_texts", "Texts that labels were suggested for.", registry=registry)
        self._in_review = Counter("pobo_review", "Texts that a person should look at.", registry=registry)
        self._reasons = Counter("pobo_review_reasons", "Why a person should look.", ["reason"], registry=registry)
        self._decisions = Counter("pobo_decisions", "Decisions kept, by status.", ["status"], registry=registry)
        self._labels = Counter(
            "pobo_decided_labels", "What became of labels.", ["dimension", "outcome"], registry=registry
        )
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
        self._decisions.labels(version.status).inc()
        for verdict in version.verdicts:
            self._labels.labels(verdict.dimension, verdict.outcome).inc()

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
