"""A server process: it listens, answers until it is told to stop, and then finishes what it has begun."""

import asyncio
import gc
import logging
import os
import signal
import socket
from asyncio import TimerHandle
from contextlib import suppress
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from pobo_nlp.errors import ServeError, where_from
from pobo_nlp.web.settings import Settings

_FORMAT = "%(asctime)s %(levelname)s %(message)s"
_BACKLOG = 256


def run(app: FastAPI, settings: Settings, listener: socket.socket) -> None:
    """Answer until SIGINT or SIGTERM comes; SIGHUP lets the server look for a new model at once.

    Parameters
    ----------
    listener : as `listen` gives it.

    Raises
    ------
    ServeError : where the certificate cannot be used.
    """
    _begin_logging()
    limits = settings.limits
    config = uvicorn.Config(
        app,
        http=_protocol(limits.header_timeout_s),
        ws="none",
        log_config=None,
        # Its own notes hold the path with the query, and so what a person searched for.
        access_log=False,
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_graceful_shutdown=limits.graceful_shutdown_s,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    try:
        config.load()
    except OSError as error:
        problem = f"sertifikatet eller nøkkelen kan ikke brukes ({error.strerror or type(error).__name__})"
        raise ServeError(problem, "Se etter at --tls-cert og --tls-key er PEM-filer som hører sammen.") from error
    _collect_garbage_seldom()
    server = _Server(config, app)
    server.run(sockets=[listener])


def _begin_logging() -> None:
    """Log to standard error without what errors say: it may be a text. Set before uvicorn asks what it may tell."""
    logging.basicConfig(format=_FORMAT, level=logging.INFO)
    for handler in logging.root.handlers:
        handler.setFormatter(_Formatter(_FORMAT))
    # Talkative ones tell paths with their queries, and what is done with an error that nobody caught.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


class _Formatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802  # as logging has it
        """Return where an error comes from, in place of a traceback."""
        return where_from(ei[1]) if ei[1] is not None else ""

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """Return nothing: lines of code say little to who runs a server."""
        return ""


def _collect_garbage_seldom() -> None:
    """Leave the model out of every search for garbage: what is held for ever need not be looked at again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens where the settings say.

    Raises
    ------
    ServeError : where that cannot be done.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Without the protocol's number, asyncio does not send small answers at once, and each takes 40 ms longer.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((settings.host, settings.port))
        found.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        found.close()
        reason = getattr(error, "strerror", None) or "ugyldig port"
        problem = f"kan ikke lytte på {settings.host} port {settings.port} ({reason})"
        raise ServeError(problem, "Stans det som bruker porten, eller velg en annen med --port.") from error
    return found


def address_of(settings: Settings, listener: socket.socket) -> str:
    """Return the address that a browser on this machine opens."""
    scheme = "https" if settings.tls_certificate else "http"
    host = settings.allowed_hosts[0] if settings.allowed_hosts else settings.host
    port = listener.getsockname()[1]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that looks for a new model when it is sent SIGHUP."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app, self._tasks = app, set[asyncio.Task[bool]]()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        if hasattr(signal, "SIGHUP"):
            with suppress(NotImplementedError, ValueError):
                asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._look)
        await super().startup(sockets)

    def _look(self) -> None:
        task = asyncio.create_task(asyncio.to_thread(self._app.state.scoring.model.look))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _protocol(header_timeout_s: float) -> type[H11Protocol]:
    """Return the protocol with patience for the head of a request; that for its body is `BodyLimit`'s."""

    class Protocol(H11Protocol):
        _waiting: TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._watch()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def _watch(self) -> None:
            """Give a head that has not come whole some seconds from its first byte, or from the connection."""
            if self.conn.their_state is not h11.IDLE:
                self._stop_waiting()
            elif self._waiting is None:
                self._waiting = self.loop.call_later(header_timeout_s, self._give_up)

        def _stop_waiting(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _give_up(self) -> None:
            self._waiting = None
            if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
                self.transport.close()

    return Protocol
