"""A real HTTP server for a test: uvicorn on a free loopback port, in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


class _Server:
    """One port that answers for as long as the tests run, for one application after another."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(self._answer, interface="asgi3", log_level="critical", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        threading.Thread(target=server.run, args=([listening],), daemon=True).start()
        while not server.started:
            time.sleep(0.005)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None, "nothing is served here now"
        await self.app(scope, receive, send)


_idle: list[_Server] = []
"""Starting and stopping a server takes longer than most tests, so one whose test is over serves the next."""


class Served:
    """An application that answers at ``url`` until it is stopped."""

    def __init__(self, app: ASGIApp) -> None:
        self._server = _idle.pop() if _idle else _Server()
        self._server.app, self.url = app, self._server.url

    def stop(self) -> None:
        self._server.app = None
        _idle.append(self._server)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve while the block runs; gives the address."""
    server = Served(app)
    try:
        yield server.url
    finally:
        server.stop()
