"""Every request is timed, counted and noted, and a fault of ours becomes an answer: without path, query or text."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pobo_nlp.errors import where_from
from pobo_nlp.web.languages import marked
from pobo_nlp.web.limits import client_of
from pobo_nlp.web.metrics import Metrics
from pobo_nlp.web.problems import refusal

access_log = logging.getLogger("pobo_nlp.access")
log = logging.getLogger("pobo_nlp.web")
NO_ROUTE = "-"


class Watching:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and note how it was answered."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        start, status = time.perf_counter(), 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception as error:  # the last one who can answer, and who must not let a message out
            log.error("Feil hos oss: %s", where_from(error))
            self.metrics.failed()
            if not status:
                detail = marked(
                    "Noe gikk galt hos oss. Prøv igjen; skjer det på nytt, meld fra til den som drifter tjeneren."
                )
                await refusal(scope, 500, detail)(scope, receive, sent)
        seconds, route = time.perf_counter() - start, _route(scope)
        self.metrics.answered(scope["method"], route, status, seconds)
        access_log.info("%s %s %s %d %.1f ms", client_of(scope), scope["method"], route, status, 1000 * seconds)
        return None


def _route(scope: Scope) -> str:
    """Return the route as it is declared; a path may hold anything."""
    route = scope.get("route")
    return str(getattr(route, "path_format", None) or getattr(route, "path", None) or NO_ROUTE)
