"""What a client may send, and how fast: more is refused before anything is done with it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pobo_nlp.web.languages import marked
from pobo_nlp.web.problems import refusal
from pobo_nlp.web.settings import Limits

# Clients that are remembered; who is forgotten has a full bucket again.
MAX_CLIENTS = 10_000
# How long a client may go on with a body that is too large.
DISCARD_S = 1.0
_CLOSE = {"Connection": "close"}


@dataclass(slots=True)
class Buckets:
    """A bucket of tokens for each client, which fills with time.

    Parameters
    ----------
    per_second : tokens that come to a bucket.
    size : tokens that a bucket holds.
    clock : tells seconds.
    """

    per_second: float
    size: float
    clock: Callable[[], float] = time.monotonic
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, client: str) -> float:
        """Take a token; return 0, or the seconds until there is one."""
        level = self._level(client)
        if level < 1:
            return (1 - level) / self.per_second
        self._put(client, level - 1)
        return 0.0

    def wait(self, client: str) -> float:
        """Return the seconds until there is a token, and take none."""
        return max(0.0, (1 - self._level(client)) / self.per_second)

    def _level(self, client: str) -> float:
        now = self.clock()
        level, at = self._levels.get(client, (self.size, now))
        return min(self.size, level + (now - at) * self.per_second)

    def _put(self, client: str, level: float) -> None:
        self._levels[client] = (level, self.clock())
        self._levels.move_to_end(client)
        while len(self._levels) > MAX_CLIENTS:
            self._levels.popitem(last=False)


def client_of(scope: Scope) -> str:
    """Return the address of the client; behind a proxy of the same machine, the one that it names."""
    client = scope.get("client")
    return str(client[0]) if client else "-"


def too_many(scope: Scope, wait_s: float) -> ASGIApp:
    """Return the answer to one who asks too often."""
    seconds = max(1, round(wait_s + 0.5))
    detail = marked("For mange forespørsler. Vent %(seconds)s s, og prøv igjen.")
    return refusal(scope, 429, detail, headers={"Retry-After": str(seconds)}, values={"seconds": seconds})


class RateLimit:
    """Lets each client ask only so often."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self.buckets = app, Buckets(limits.requests_per_second, limits.burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is within the limit, or answer why it is not."""
        wait_s = self.buckets.take(client_of(scope)) if scope["type"] == "http" else 0
        answer = too_many(scope, wait_s) if wait_s else self.app
        await answer(scope, receive, send)


class BodyLimit:
    """Reads a body before anything is done with it: only so large, and only so slow.

    The body is then `scope["state"]["body"]`, and is received as one message.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self.limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is within the limit, or answer why it is not."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self.limits.max_body_bytes:
            await _discard(receive)
            return await self._too_large(scope)(scope, receive, send)
        body = b""
        if length != "0" or "transfer-encoding" in headers:
            try:
                async with asyncio.timeout(self.limits.body_timeout_s):
                    read = await self._read(receive)
            except TimeoutError:
                detail = marked("Innholdet kom ikke innen %(seconds)s sekunder. Prøv igjen.")
                values = {"seconds": f"{self.limits.body_timeout_s:g}"}
                return await refusal(scope, 408, detail, headers=_CLOSE, values=values)(scope, receive, send)
            if isinstance(read, _Gone):
                return None
            if read is None:
                await _discard(receive)
                return await self._too_large(scope)(scope, receive, send)
            body = read
        scope.setdefault("state", {})["body"] = body
        return await self.app(scope, _replayed(body, receive), send)

    async def _read(self, receive: Receive) -> "bytes | _Gone | None":
        """Return the body; None where it is too large."""
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return _Gone()
            part = message.get("body", b"")
            size += len(part)
            if size > self.limits.max_body_bytes:
                return None
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    def _too_large(self, scope: Scope) -> ASGIApp:
        values = {"mebibytes": f"{self.limits.max_body_bytes / 2**20:g}"}
        detail = marked("Innholdet er for stort; høyst %(mebibytes)s MiB går. Del det opp.")
        return refusal(scope, 413, detail, headers=_CLOSE, values=values)


class _Gone:
    """The client went away before its body was there."""


async def _discard(receive: Receive) -> None:
    """Let a client finish what it sends, for a moment: who is cut off while sending gets no answer to see."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_S):
            while (await receive()).get("more_body", False):
                pass


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what receives a body that was read already, then what comes after it."""
    is_told = False

    async def replay() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
