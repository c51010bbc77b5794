"""A real Chromium for every test of a page, and an eye on what the page does wrong without showing it.

Import ``browser`` and ``watched`` into a conftest; the tests run on the session's event loop
(``pytestmark = pytest.mark.asyncio(loop_scope="session")``).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright
from starlette.types import ASGIApp

from tests.provide import chromium, download_chromium, provide

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}


def executable() -> str:
    """The browser's path; it is installed where it may be, else the test fails with the one line to type."""
    if not provide("Chromium", chromium, download_chromium):
        pytest.fail("Chromium could not be had. Type: sudo apt-get install chromium", pytrace=False)
    return chromium() or ""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests; each opens contexts of its own."""
    path = await asyncio.to_thread(executable)
    async with async_playwright() as tool:
        launched = await tool.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        await launched.close()


@dataclass
class Watched:
    """A page with everything it asked for and complained about. ``forgiven`` are parts of complaints that a test provokes."""

    page: Page
    context: BrowserContext
    home: str
    complaints: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def check(self) -> None:
        """Nothing on the console, no blocked content, no other host."""
        mine = [text for text in self.complaints if not any(part in text for part in self.forgiven)]
        hosts = {urlsplit(url).netloc for url in self.requested if not url.startswith(("data:", "blob:"))}
        assert mine == []
        assert hosts <= {urlsplit(self.home).netloc}


@asynccontextmanager
async def watched(browser: Browser, home: str, **options: object) -> AsyncIterator[Watched]:
    """A fresh visitor on a page of ``home``; at the end the page must have behaved."""
    context = await browser.new_context(**({"viewport": PHONE, "locale": "zh-CN"} | options))  # type: ignore[arg-type]
    page = await context.new_page()
    seen = Watched(page, context, home)
    page.on("console", seen.heard)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.requested.append(request.url))
    try:
        yield seen
        seen.check()
    finally:
        await context.close()


class Served:
    """An application on a real port of the loopback, which can be stopped and started again as an outage."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        config = uvicorn.Config(
            self._app, port=self._port, log_config=None, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._running = asyncio.create_task(self._server._serve())
        while not self._server.started:
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._running


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[Served]:
    running = Served(app)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
