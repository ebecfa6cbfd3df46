"""A server of the page in this process, and a browser to look at it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from pobo_nlp.store import Store
from pobo_nlp.web.app import create_app
from pobo_nlp.web.settings import Limits, Settings


@dataclass(frozen=True)
class PageServer:
    """A server that is running."""

    url: str
    app: FastAPI

    @property
    def store(self) -> Store:
        return self.app.state.store


@contextmanager
def served(settings: Settings) -> Iterator[PageServer]:
    app = create_app(settings)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield PageServer(f"http://127.0.0.1:{listening.getsockname()[1]}", app)
        finally:
            server.should_exit = server.force_exit = True
            thread.join()


@pytest.fixture(scope="session")
def serve() -> Callable[[Settings], object]:
    """Return what serves the page while a block runs."""
    return served


@pytest.fixture(scope="module")
def page_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    folder: Path = tmp_path_factory.mktemp("page")
    unlimited = Limits(requests_per_second=10_000, burst=10_000)
    with served(Settings(store=str(folder / "lager.db"), limits=unlimited)) as server:
        yield server


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, page_server: PageServer) -> Iterator[Callable[..., Page]]:
    """Return what opens a page in a browser of its own; what its scripts do wrong, or are refused, fails the test."""
    contexts, faults = [], list[str]()

    def opened(path: str = "/", *, url: str | None = None, **options: object) -> Page:
        context = browser.new_context(**{"locale": "nb-NO", "viewport": {"width": 1366, "height": 900}} | options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None,
        )
        page.goto((url or page_server.url) + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
